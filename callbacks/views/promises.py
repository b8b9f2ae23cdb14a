"""The list of promises: an agent's own, a supervisor's all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callbacks.actions import promises as actions
from callbacks.queries import promises as queries


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def listing(request: HttpRequest) -> HttpResponse:
    headings = {
        "escalated": _("For a supervisor to decide"),
        "late": _("Late"),
        "queued": _("In the queue now"),
        "coming": _("To come"),
    }
    grouped = queries.grouped(queries.open_for(request.user))
    groups = [(key, headings[key], promises) for key, promises in grouped.items()]
    template = "callbacks/list_region.html" if request.htmx else "callbacks/list.html"
    return render(
        request, template, {"groups": groups, "decides": request.user.role == "supervisor"}
    )


@require_POST
@for_roles(Role.SUPERVISOR)
def call_now(request: HttpRequest, callback_id: int) -> HttpResponse:
    actions.call_now(callback_id=callback_id, actor=request.user)
    messages.success(request, _("It goes to the front of the queue."))
    return redirect("callbacks:list")


@require_POST
@for_roles(Role.SUPERVISOR)
def cancel(request: HttpRequest, callback_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    actions.cancel(callback_id=callback_id, actor=request.user, reason=reason)
    messages.success(request, _("Nobody will call; the inquiry is closed."))
    return redirect("callbacks:list")
