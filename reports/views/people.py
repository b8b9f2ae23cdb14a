"""One person of the floor: their day, and what a supervisor does about where they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role
from agents.actions import steering
from agents.models import BreakReason, User
from reports.person import day_of, with_a_desk
from reports.views import supervisors_only, watchers_only
from reports.views.floor import reason_of


@require_GET
@watchers_only
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    template = "reports/person_region.html" if request.htmx else "reports/person.html"
    return _show(request, template, get_object_or_404(with_a_desk(), pk=person_id))


@require_POST
@supervisors_only
def move(request: HttpRequest, person_id: int) -> HttpResponse:
    """Set their state (``break:meal``: a break with its reason); their page as it then is."""
    agent = get_object_or_404(with_a_desk(), pk=person_id)
    state, _colon, break_reason = request.POST.get("state", "").partition(":")
    steering.move_person(
        agent=agent,
        state=state,
        break_reason=break_reason,
        actor=request.user,
        reason=reason_of(request.POST),
    )
    if not request.htmx:
        return redirect("reports:person", person_id)
    # The rows it came from are older than the move.
    return _show(request, "reports/person_region.html", with_a_desk().get(pk=person_id))


def _show(request: HttpRequest, template: str, agent: User) -> HttpResponse:
    context = {
        "day": day_of(agent),
        "steers": request.user.role == Role.SUPERVISOR,
        "break_reasons": BreakReason.by_hand(),
    }
    return render(request, template, context)
