"""The board on every page of the staff: alarms and alerts, until somebody has them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from agents.access import EVERYBODY, Role, for_roles
from callbacks.actions import alarms
from callbacks.queries import welfare as queries


@require_GET
@for_roles(*EVERYBODY)
def board(request: HttpRequest) -> HttpResponse:
    return _board(request)


def _board(request: HttpRequest) -> HttpResponse:
    """Names are for supervisors; others work on without what does not concern them."""
    context = {}
    if request.user.role == Role.SUPERVISOR:
        context["rounds"] = queries.board()
    return render(request, "callbacks/board.html", context)


@require_POST
@for_roles(Role.SUPERVISOR)
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    alarms.acknowledge(alarm_id=alarm_id, actor=request.user, words=request.POST.get("words", ""))
    return _board(request) if request.htmx else redirect("callbacks:welfare")
