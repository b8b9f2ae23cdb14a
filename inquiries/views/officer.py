"""A department's own page of one hand-off: by the link it was sent, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from callcenter.refusals import Invalid, Refused
from inquiries import links
from inquiries.actions import handoffs
from inquiries.models import HandOff


@never_cache
@require_http_methods(["GET", "POST"])
def officer(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked of the department, and its three answers: we have it, this is it, not ours."""
    handoff = links.handoff_of(token)
    if handoff is None:
        return _private(render(request, "inquiries/officer_gone.html", status=404))
    refusal = None
    if request.method == "POST":
        try:
            _say(request, handoff)
        except Refused as error:
            # Said on the page itself: nothing that was typed is lost.
            refusal = error
            handoff.refresh_from_db()
        else:
            messages.success(request, _("Thank you. It is on record."))
            return _private(redirect("inquiries:officer", token))
    context = {"handoff": handoff, "refusal": refusal, "typed": request.POST}
    page = render(
        request, "inquiries/officer.html", context, status=refusal.status if refusal else 200
    )
    return _private(page)


def _say(request: HttpRequest, handoff: HandOff) -> None:
    sent = request.POST
    verb, text = sent.get("verb"), sent.get("text", "")[:20_000]
    if verb == "return":
        text = sent.get("reason", "")[:20_000]
    said = {"handoff_id": handoff.pk, "actor": None, "officer": sent.get("officer", "")[:60]}
    if verb == "acknowledge":
        handoffs.acknowledge(**said)
    elif verb == "answer":
        handoffs.answer(**said, text=text)
    elif verb == "return":
        handoffs.give_back(**said, reason=text)
    else:
        raise Invalid(_("Choose acknowledge, answer or return."), field="verb")


def _private(response: HttpResponse) -> HttpResponse:
    """The link is the key: it must not leave with a click or a search engine.

    Not "no-referrer": a browser then calls the origin of our own forms "null", and the check
    against forged requests refuses them.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
