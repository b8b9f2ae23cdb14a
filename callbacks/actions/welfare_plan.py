"""The plan of the day's safety calls: made in advance, and kept in line with what people want.

Whoever changes what is planned for a person holds the person's row: planning, a withdrawn consent
and a changed schedule come one after the other, and each reads what the one before has written.
"""

from datetime import date, timedelta

import structlog
from django.db import transaction

from agents import audit, hours
from agents.actions import queue
from callbacks import rounds
from callbacks.models import Check, Person, Round
from callcenter import clock, live

log = structlog.get_logger(__name__)
Status = Check.Status
Why = Check.Why
# Today's round and tomorrow's stand in the database.
DAYS_AHEAD = 1
_IN_ONE_GO = 100


def days_planned() -> list[date]:
    """The days whose plan is to stand by now, today first."""
    return list(hours.days_from(clock.today(), clock.today() + timedelta(days=DAYS_AHEAD)))


def plan_rounds() -> int:
    """Make the plans that are not made yet; how many days were. Safe to run twice at once."""
    made = set(Round.objects.filter(day__in=days_planned()).values_list("day", flat=True))
    return sum(_plan_day(day) for day in days_planned() if day not in made)


def _plan_day(day: date) -> bool:
    people = list(Person.objects.consenting(day).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(people), _IN_ONE_GO):
        _plan_people(people[start : start + _IN_ONE_GO], day)
    return _note_planned(day)


@transaction.atomic
def _plan_people(person_ids: list[int], day: date) -> None:
    for person in lock_people(person_ids):
        bring_in_line(person, [day])


@transaction.atomic
def _note_planned(day: date) -> bool:
    """Say that everybody has their checks of the day. Last, so that a crash plans again."""
    checks = _of_day(Check.objects.all(), day).exclude(status=Status.CANCELLED).count()
    plan, new = Round.objects.get_or_create(
        day=day, defaults={"planned_at": clock.now(), "checks": checks}
    )
    if new:
        audit.record(actor=None, verb="round.planned", target=plan, checks=checks)
        live.push_on_commit(live.Event("round-changed", plan.pk), topics=[live.FLOOR])
    return new


def plan_what_is_missing() -> int:
    """Plan checks that a day's plan should have and has not, whoever lost them; of how many people.

    A day without any plan is another matter: that is made by ``plan_rounds``, or alarmed about.
    """
    planned = Round.objects.filter(day__in=days_planned()).values_list("day", flat=True)
    return sum(_plan_missing_of(day) for day in planned)


def _plan_missing_of(day: date) -> int:
    # People first: whoever joins between the two questions has their checks already.
    people = list(Person.objects.consenting(day).prefetch_related("consents", "pauses"))
    there = set(_of_day(Check.objects.all(), day).values_list("person", "planned_for"))
    missing = [
        person.pk
        for person in people
        if not rounds.why_not(day, person.consents.all(), person.pauses.all())
        and any(
            moment > person.scheduled_since and (person.pk, moment) not in there
            for moment in rounds.times_on(person, day)
        )
    ]
    if missing:
        log.warning("round.checks_were_missing", day=str(day), people=missing)
        for start in range(0, len(missing), _IN_ONE_GO):
            _plan_people(missing[start : start + _IN_ONE_GO], day)
    return len(missing)


def lock_people(person_ids: list[int]) -> list[Person]:
    """Their rows, locked in one order for everybody. Atomic with the caller."""
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids)
    return list(people.order_by("pk"))


def bring_in_line(person: Person, days: list[date] | None = None) -> None:
    """Plan what the schedule of a locked person asks for, and cancel what it no longer does.

    Of the days whose plan is to stand, or of ``days``. What is past is left as it is, and so is
    what somebody has in hand. Atomic with the caller.
    """
    # Also of a day whose plan is being made just now, from a list of people read before.
    days = days or days_planned()
    # Read after the lock: a consent withdrawn a moment ago is seen.
    consents, pauses = list(person.consents.all()), list(person.pauses.all())
    for day in days:
        why = rounds.why_not(day, consents, pauses)
        _plan_checks(person, day, why)


def _plan_checks(person: Person, day: date, why: Check.Why | None) -> None:
    wanted = set() if why else set(rounds.times_on(person, day))
    known = {check.planned_for: check for check in _of_day(person.checks.all(), day)}
    for moment in sorted(wanted):
        if moment not in known and moment > person.scheduled_since:
            Check.objects.create(person=person, **_times(person, moment))
        elif moment in known:
            _bring_back(person, known[moment])
    for moment in known.keys() - wanted:
        check = known[moment]
        if check.status == Status.PLANNED and check.tries == 0 and moment > clock.now():
            cancel_check(check, why or Why.SCHEDULE)


def _bring_back(person: Person, check: Check) -> None:
    """It is wanted again, or within another window; what a supervisor took out stays out."""
    if check.planned_for <= clock.now() or check.cancelled_because == Why.BY_HAND:
        return
    if check.status not in (Status.CANCELLED, Status.PLANNED):
        return
    again = {"status": Status.PLANNED, "cancelled_because": "", "ended_at": None, "rung": 0}
    for name, value in (again | _times(person, check.planned_for)).items():
        setattr(check, name, value)
    check.save()


def _times(person: Person, moment) -> dict:
    deadline = rounds.deadline_of(person, moment)
    return {"planned_for": moment, "due_at": moment, "deadline_at": deadline}


def _of_day(checks, day: date):
    start, end = hours.day_of(day)
    return checks.filter(planned_for__gte=start, planned_for__lt=end)


def cancel_check(check: Check, why: Check.Why, *, actor=None) -> None:
    """Nobody is to call. Takes it out of the line; a conversation under way is not cut.

    The caller holds the person's row or the check's.
    """
    was_queued = check.status == Status.QUEUED
    check.status, check.cancelled_because, check.ended_at = Status.CANCELLED, why, clock.now()
    check.save(update_fields=["status", "cancelled_because", "ended_at"])
    if was_queued and check.inquiry is not None:
        waiting = check.inquiry.contacts.filter(entry__finished_at=None)
        for entry_id in waiting.values_list("entry", flat=True):
            queue.close_unhandled(entry_id=entry_id, at=clock.now())
    audit.record(actor=actor, verb="check.cancelled", target=check, why=str(why))
    announce(check)


def announce(check: Check) -> None:
    """To the round's page, and to the desk that has the check in hand."""
    topics = [live.FLOOR]
    if check.inquiry is not None:
        held = check.inquiry.contacts.filter(entry__finished_at=None, entry__agent__isnull=False)
        topics += [live.desk_of(agent) for agent in held.values_list("entry__agent", flat=True)]
    live.push_on_commit(live.Event("check-changed", check.pk), topics=topics)
