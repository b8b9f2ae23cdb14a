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

supervisors_only = for_roles(Role.SUPERVISOR)


@require_GET
@supervisors_only
def listing(request: HttpRequest) -> HttpResponse:
    context = {"open": queries.open_handoffs(), "ended": queries.ended_handoffs()}
    template = "inquiries/handoffs_region.html" if request.htmx else "inquiries/handoffs.html"
    return render(request, template, context)


@require_POST
@supervisors_only
def advance(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """Acknowledged, answered or returned: what the department said."""
    verb, text = request.POST.get("verb"), request.POST.get("text", "")
    if verb == "acknowledge":
        handoffs.acknowledge(handoff_id=handoff_id, actor=request.user)
    elif verb == "answer":
        handoffs.answer(handoff_id=handoff_id, actor=request.user, text=text)
    elif verb == "give_back":
        handoffs.give_back(handoff_id=handoff_id, actor=request.user, reason=text)
    else:
        raise Invalid(_("Choose acknowledge, answer or return."), field="verb")
    messages.success(request, _("Recorded."))
    return redirect("inquiries:handoffs")
