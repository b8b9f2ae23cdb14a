"""The list of promises (an agent's own, a supervisor's all), and each one by itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents.access import Role, for_roles
from callbacks.actions import promises as actions
from callbacks.forms import FilterForm
from callbacks.queries import promises as queries
from callcenter import clock


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def listing(request: HttpRequest) -> HttpResponse:
    decides = request.user.role == Role.SUPERVISOR
    form = FilterForm(request.GET, supervises=decides)
    found = list(queries.listed(request.user, form.filters()))
    context = {
        "groups": _groups(found, form.shown_by),
        "decides": decides,
        "form": form,
        "now": clock.now(),
        "full": len(found) == queries.SHOWN,
        "any": bool(found),
    }
    template = "callbacks/list_region.html" if request.htmx else "callbacks/list.html"
    return render(request, template, context)


def _groups(found: list, shown_by: str) -> list[tuple]:
    """(key, heading, promises) of each group that is shown."""
    if shown_by == "person":
        nobody = _("Nobody in particular")
        return [("person", who or nobody, some) for who, some in queries.by_person(found)]
    if shown_by == "hour":
        return [("hour", f"{hour:%m-%d %H:%M}", some) for hour, some in queries.by_hour(found)]
    headings = {
        "escalated": _("For a supervisor to decide"),
        "late": _("Late"),
        "breaking": _("About to break"),
        "queued": _("In the queue now"),
        "coming": _("To come"),
        "over": _("Kept and cancelled"),
    }
    groups = queries.grouped(found)
    return [(key, headings[key], some) for key, some in groups.items() if some or key != "over"]


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
