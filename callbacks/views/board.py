"""The board on every page of the staff: alarms and alerts, until somebody has them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from agents.access import DESK, EVERYBODY, Role, for_roles
from callbacks.actions import alarms
from callbacks.queries import alerts
from callbacks.queries import welfare as queries


@require_GET
@for_roles(*EVERYBODY)
def board(request: HttpRequest) -> HttpResponse:
    return show(request)


def show(request: HttpRequest) -> HttpResponse:
    """Names of alarms are for supervisors, missing people for every desk, neither for others."""
    context = {"alerts": alerts.running() if request.user.role in DESK else []}
    if request.user.role == Role.SUPERVISOR:
        context["rounds"] = queries.board()
    return render(request, "callbacks/board.html", context)


@require_POST
@for_roles(Role.SUPERVISOR)
def acknowledge(request: HttpRequest, alarm_id: int) -> HttpResponse:
    alarms.acknowledge(alarm_id=alarm_id, actor=request.user, words=request.POST.get("words", ""))
    return show(request) if request.htmx else redirect("callbacks:welfare")
