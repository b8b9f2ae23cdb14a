"""The citizen's pages: ask, and see where it stands. No account, no script needed."""

import hmac

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from agents import hours
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions.intake import take_in_written
from inquiries.forms import AskForm
from inquiries.models import Inquiry
from knowledgebase.models import active_language

SENT_KEPT = 20
_TAKEN = ("subject", "body", "name", "phone", "email", "consent")
# Which fields of the form a refusal speaks of, where they are called otherwise.
_FIELDS_OF = {"contact": ("phone", "email")}
_FIELDS_OF |= dict.fromkeys(("due_at", "until", "at_any_hour"), ("call_time",))
_signer = Signer(salt="ask-once")


@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """The form. Sending the same one twice leads to the inquiry that is already there."""
    form = AskForm(request.POST or None)
    if request.method == "POST":
        once = _once(request)
        if address := request.session.get("sent", {}).get(once):
            return redirect(address)
        if form.is_valid() and (inquiry := _take_in(form)):
            _remember(request, once, inquiry)
            return redirect(inquiry.get_absolute_url())
    context = {"form": form, "once": _signer.sign(get_random_string(12)), **_closed()}
    return render(request, "inquiries/ask.html", context, status=400 if form.errors else 200)


def _closed() -> dict:
    """Whether the telephone is closed now, and when it opens again."""
    now = clock.now()
    closed = not hours.is_open(now)
    return {"closed": closed, "reopens": hours.next_opening(now) if closed else None}


def _take_in(form: AskForm) -> Inquiry | None:
    """The new inquiry; None when it was refused, which the form then says."""
    fields = {name: form.cleaned_data[name] for name in _TAKEN}
    topic = form.cleaned_data["topic"]
    try:
        return take_in_written(
            **fields,
            topic=topic.code if topic else "",
            language=active_language(),
            call_between=form.call_between,
        )
    except Invalid as refusal:
        for field in _FIELDS_OF.get(refusal.field, (refusal.field,)):
            form.add_error(field if field in form.fields else None, refusal.message)
    return None


def _once(request: HttpRequest) -> str:
    """The mark of this one form; one that we did not give is as good as none."""
    try:
        return _signer.unsign(request.POST.get("once", ""))
    except BadSignature:
        return ""


def _remember(request: HttpRequest, once: str, inquiry: Inquiry) -> None:
    sent = dict(list(request.session.get("sent", {}).items())[-SENT_KEPT:])
    request.session["sent"] = sent | ({once: inquiry.get_absolute_url()} if once else {})


@never_cache
@require_GET
def track(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Where an inquiry stands, for whoever has its link."""
    inquiry = by_link(number, key)
    template = "inquiries/track_state.html" if request.htmx else "inquiries/track.html"
    context = {
        "inquiry": inquiry,
        "handoff": inquiry.handoffs.select_related("department").order_by("-sent_at").first(),
        "articles": inquiry.articles.published().filter(public=True),
        "taken_at": inquiry.contacts.values_list("entry__taken_at", flat=True).first(),
        "just_sent": inquiry.get_absolute_url() in request.session.get("sent", {}).values(),
    }
    response = render(request, template, context)
    # The link is the key: it must not leave with a click or a search engine.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def by_link(number: str, key: str) -> Inquiry:
    """The inquiry of a tracking link. Raises Http404 the same way for a wrong number or key."""
    inquiry = get_object_or_404(Inquiry.objects.with_names(), number=number)
    if not hmac.compare_digest(inquiry.tracking_key, key):
        raise Http404
    return inquiry
