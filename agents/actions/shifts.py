"""The rota: who is to be there when."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.hours import at_minute, day_of, on_the_wall
from agents.models import Shift, User
from agents.models.hours import LONGEST_SHIFT
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused

WEEK = timedelta(days=7)
FURTHEST = timedelta(days=366)


@transaction.atomic
def plan_shift(*, agent: User, day: date, starts: time, ends: time, actor: User) -> Shift:
    """Put ``agent`` on shift on ``day`` of the center's zone, over midnight if need be.

    An end at or before the start is on the next day. Raises Invalid, naming the field, for
    somebody who takes no calls, a day too far away or a shift longer than sixteen hours, and
    Refused when the agent already has a shift then.
    """
    if agent.role != User.Role.AGENT or not agent.is_active:
        raise Invalid(_("Only agents who work here have shifts."), field="agent")
    if abs(day - clock.today()) > FURTHEST:
        raise Invalid(_("Plan at most a year ahead."), field="day")
    starts_at = at_minute(day, _minutes(starts))
    ends_at = at_minute(day if ends > starts else day + timedelta(days=1), _minutes(ends))
    if ends_at - starts_at > LONGEST_SHIFT:
        raise Invalid(_("A shift has sixteen hours at most."), field="ends")
    _lock([agent.pk])
    shift = _add(agent, starts_at, ends_at)
    if shift is None:
        raise Refused(_("%(name)s already has a shift then.") % {"name": agent}, field="starts")
    audit.record(actor=actor, verb="shift.planned", target=shift, **_told(shift))
    return shift


@transaction.atomic
def remove_shift(*, shift_id: int, actor: User) -> Shift:
    """Take a shift off the rota. Raises Missing when somebody has done so already."""
    locked = Shift.objects.select_for_update(of=("self",)).select_related("agent")
    shift = locked.filter(pk=shift_id).first()
    if shift is None:
        raise Missing(_("This shift is no longer there."))
    audit.record(actor=actor, verb="shift.removed", target=shift, **_told(shift))
    shift.delete()
    return shift


@dataclass(frozen=True)
class Copied:
    """How many shifts were planned anew, and how many were left out as there was no room."""

    made: int
    skipped: int


@transaction.atomic
def copy_week(*, from_monday: date, actor: User) -> Copied:
    """Plan the week after the one of ``from_monday`` like it, by the clock on the wall.

    A shift that would overlap another one of its agent is left out, and so is one of somebody
    who has left. Raises Invalid for a day that is no Monday or too far away.
    """
    if from_monday.weekday() != 0:
        raise Invalid(_("A week begins on Monday."), field="from_monday")
    if abs(from_monday - clock.today()) > FURTHEST:
        raise Invalid(_("Plan at most a year ahead."), field="from_monday")
    start, end = day_of(from_monday)[0], day_of(from_monday + WEEK)[0]
    begun = Shift.objects.filter(starts_at__gte=start, starts_at__lt=end).select_related("agent")
    shifts = list(begun.order_by("starts_at", "pk"))
    _lock(shift.agent_id for shift in shifts)
    made = sum(_repeat(shift, actor) for shift in shifts)
    return Copied(made=made, skipped=len(shifts) - made)


def _repeat(shift: Shift, actor: User) -> bool:
    """The same a week later. False when there is no room for it."""
    times = _a_week_later(shift.starts_at), _a_week_later(shift.ends_at)
    new = _add(shift.agent, *times) if shift.agent.is_active else None
    if new is not None:
        audit.record(actor=actor, verb="shift.copied", target=new, **_told(new), source=shift.pk)
    return new is not None


def _a_week_later(moment: datetime) -> datetime:
    before = on_the_wall(moment)
    return at_minute(before.date() + WEEK, _minutes(before.time()))


def _add(agent: User, starts_at: datetime, ends_at: datetime) -> Shift | None:
    """A new shift; None when the database sees another one of this agent in its way."""
    try:
        with transaction.atomic():
            return Shift.objects.create(agent=agent, starts_at=starts_at, ends_at=ends_at)
    except IntegrityError:
        return None


def _lock(agent_ids) -> None:
    """Let plans for the same people wait for each other.

    Of two shifts that exclude each other and are written at once, each may wait for the other:
    the database would end one of them with a deadlock in place of a clear no.
    """
    people = User.objects.filter(pk__in=set(agent_ids)).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk"))


def _minutes(of_day: time) -> int:
    return of_day.hour * 60 + of_day.minute


def _told(shift: Shift) -> dict[str, object]:
    times = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    return {"agent": shift.agent_id, **times}
