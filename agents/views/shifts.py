"""The rota: a week of everybody's shifts for supervisors, their own coming ones for agents."""

from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from agents import hours
from agents.access import Role, for_roles
from agents.actions import shifts
from agents.forms import ShiftForm
from agents.models import Shift
from callcenter import clock
from callcenter.refusals import Invalid, Refused

supervisors_only = for_roles(Role.SUPERVISOR)


@require_GET
@for_roles(Role.AGENT, Role.SUPERVISOR)
def rota(request: HttpRequest) -> HttpResponse:
    if request.user.role == Role.AGENT:
        return _own(request)
    try:
        monday = _week_asked(request)
    except Invalid as refusal:
        messages.error(request, refusal.message)
        monday = _monday_of(clock.today())
    return _week(request, monday, ShiftForm(first_day=_likely_day(monday)))


def _own(request: HttpRequest) -> HttpResponse:
    coming = hours.coming_shifts(request.user)
    days = [
        (day, hours.holiday_name(day), [_shown(shift, day) for shift in group])
        for day, group in groupby(coming, lambda shift: hours.local_day(shift.starts_at))
    ]
    return render(request, "agents/shifts_own.html", {"days": days, "today": clock.today()})


def _week(request: HttpRequest, monday: date, form: ShiftForm, status: int = 200) -> HttpResponse:
    sunday = monday + timedelta(days=6)
    days = hours.rota(monday, sunday)
    context = {
        "days": [(one, *_lines(one)) for one in days],
        "empty": not any(one.shifts for one in days),
        "form": form,
        "monday": monday,
        "sunday": sunday,
        "earlier": monday - shifts.WEEK,
        "later": monday + shifts.WEEK,
        "today": clock.today(),
    }
    return render(request, "agents/shifts.html", context, status=status)


def _lines(day: hours.DayOfShifts) -> tuple[list[dict], list[str]]:
    """What a day shows: its shifts, and its gaps as texts."""
    gaps = [f"{_face(begins, day.day)}–{_face(ends, day.day)}" for begins, ends in day.gaps]
    return [_shown(shift, day.day) for shift in day.shifts], gaps


def _shown(shift: Shift, day: date) -> dict:
    """A shift as it stands on ``day``: its whole time, and over which midnight it goes."""
    begins, ends = hours.day_of(day)
    last = hours.local_day(shift.ends_at - timedelta.resolution)
    return {
        "shift": shift,
        "time": f"{_face(shift.starts_at, day)}–{_face(shift.ends_at, last)}",
        "from_before": shift.starts_at < begins,
        "into_next": shift.ends_at > ends,
        "running": shift.starts_at <= clock.now() < shift.ends_at,
    }


def _face(moment, day: date) -> str:
    """The time on the wall; the end of ``day`` is 24:00."""
    if moment == hours.day_of(day)[1]:
        return "24:00"
    return f"{hours.on_the_wall(moment):%H:%M}"


@require_POST
@supervisors_only
def plan(request: HttpRequest) -> HttpResponse:
    """Add a shift; what is refused is said beside the field, and what was typed stays."""
    monday, form = _week_asked(request), ShiftForm(request.POST)
    if not form.is_valid():
        return _week(request, monday, form, status=400)
    try:
        shift = shifts.plan_shift(**form.cleaned_data, actor=request.user)
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _week(request, monday, form, status=refusal.status)
    messages.success(request, _("Planned: %(shift)s") % {"shift": _said(shift)})
    return _back(_monday_of(form.cleaned_data["day"]))


@require_POST
@supervisors_only
def remove(request: HttpRequest, shift_id: int) -> HttpResponse:
    monday = _week_asked(request)
    shift = shifts.remove_shift(shift_id=shift_id, actor=request.user)
    messages.success(request, _("Removed: %(shift)s") % {"shift": _said(shift)})
    return _back(monday)


@require_POST
@supervisors_only
def copy(request: HttpRequest) -> HttpResponse:
    """Plan the week in the address like the one before it."""
    monday = _week_asked(request)
    copied = shifts.copy_week(from_monday=monday - shifts.WEEK, actor=request.user)
    said = ngettext("%(n)s shift copied.", "%(n)s shifts copied.", copied.made)
    text = said % {"n": copied.made}
    if copied.skipped:
        left = _("%(n)s left out: the agent has a shift then, or has left.")
        text += " " + left % {"n": copied.skipped}
    messages.success(request, text)
    return _back(monday)


def _said(shift: Shift) -> str:
    day = hours.local_day(shift.starts_at)
    return f"{shift.agent}, {day:%Y-%m-%d} {_shown(shift, day)['time']}"


def _back(monday: date) -> HttpResponse:
    return redirect(f"{reverse('agents:shifts')}?{urlencode({'week': monday.isoformat()})}")


def _week_asked(request: HttpRequest) -> date:
    """The Monday of the week of ``?week=``, of this week without one. Raises Invalid."""
    text = request.GET.get("week", "")
    try:
        day = parse_date(text) if text else clock.today()
    except ValueError:
        day = None
    if day is None or abs(day - clock.today()) > shifts.FURTHEST * 10:
        raise Invalid(_("This is not a week: %(text)s") % {"text": text[:20]}, field="week")
    return _monday_of(day)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _likely_day(monday: date) -> date:
    """The day that the form begins with: today in this week, else the Monday."""
    return clock.today() if _monday_of(clock.today()) == monday else monday
