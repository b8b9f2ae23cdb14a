"""The supervisors' list of what departments have."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callcenter.refusals import Invalid
from inquiries import queries
from inquiries.actions import handoffs
from inquiries.actions import messages as outbox

supervisors_only = for_roles(Role.SUPERVISOR)


@require_GET
@supervisors_only
def listing(request: HttpRequest) -> HttpResponse:
    open_ones = queries.open_handoffs()
    context = {
        "late": [one for one in open_ones if one.is_late],
        "open": [one for one in open_ones if not one.is_late],
        "ended": queries.ended_handoffs(),
        "stuck": queries.stuck_messages(),
    }
    template = "inquiries/handoffs_region.html" if request.htmx else "inquiries/handoffs.html"
    return render(request, template, context)


@require_POST
@supervisors_only
def advance(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """What the department said (acknowledged, answered, returned), or writing to it anew."""
    verb, text = request.POST.get("verb"), request.POST.get("text", "")
    which = {"handoff_id": handoff_id, "actor": request.user}
    if verb in _WITHOUT_WORDS:
        _WITHOUT_WORDS[verb](**which)
    elif verb == "answer":
        handoffs.answer(**which, text=text)
    elif verb == "give_back":
        handoffs.give_back(**which, reason=text)
    else:
        raise Invalid(_("Choose acknowledge, answer or return."), field="verb")
    messages.success(request, _("Recorded."))
    return redirect("inquiries:handoffs")


_WITHOUT_WORDS = {
    "acknowledge": handoffs.acknowledge,
    "remind": handoffs.remind,
    "revoke": handoffs.revoke_link,
}


@require_POST
@supervisors_only
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    outbox.send_again(message_id=message_id, actor=request.user)
    messages.success(request, _("It is tried again."))
    return redirect("inquiries:handoffs")
