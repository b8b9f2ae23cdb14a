"""Today's round with its progress, and the list that one shift hands to the next."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from agents import audit
from agents.access import Role, for_roles
from callbacks.actions import welfare as actions
from callbacks.queries import welfare as queries
from callcenter import clock
from callcenter.refusals import Missing

supervisors_only = for_roles(Role.SUPERVISOR)


@require_GET
@supervisors_only
def today(request: HttpRequest) -> HttpResponse:
    day = _day_asked(request)
    checks = list(queries.round_of(day))
    context = {
        "day": day,
        "today": clock.today(),
        "now": clock.now(),
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1),
        "checks": checks,
        "progress": queries.progress_of(day),
    }
    if not request.htmx:
        audit.record(actor=request.user, verb="round.read", target=request.user, day=str(day))
    template = (
        "callbacks/welfare/round_region.html" if request.htmx else "callbacks/welfare/round.html"
    )
    return render(request, template, context)


def _day_asked(request: HttpRequest) -> date:
    """The day of ``?day=``; today for anything that is none."""
    try:
        return parse_date(request.GET.get("day", "")) or clock.today()
    except ValueError:
        return clock.today()


@require_GET
@supervisors_only
def hand_over(request: HttpRequest) -> HttpResponse:
    """On paper or on the screen: what the next shift must know."""
    audit.record(actor=request.user, verb="round.handed_over", target=request.user)
    context = {"checks": queries.handed_over(), "now": clock.now()}
    return render(request, "callbacks/welfare/hand_over.html", context)


@require_POST
@supervisors_only
def decide(request: HttpRequest, check_id: int, verb: str) -> HttpResponse:
    words = request.POST.get("words", "")[:5000]
    who = {"check_id": check_id, "actor": request.user}
    if verb == "now":
        actions.call_now(**who)
        said = _("It is called at once, from the first of the ladder.")
    elif verb in ("fine", "help"):
        actions.settle_by_hand(**who, outcome=verb, words=words)
        said = _("It is on record, in your name.")
    elif verb == "cancel":
        actions.cancel_by_hand(**who, words=words)
        said = _("Nobody will call this time.")
    else:
        raise Missing(_("There is no such thing to do."))
    messages.success(request, said)
    return redirect("callbacks:welfare")
