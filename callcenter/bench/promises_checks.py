"""The safety calls of the chaos: who is called, what the agents hear, and what became of each."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from agents.models import QueueEntry, User
from callbacks.actions import welfare
from callbacks.models import Alarm, Check, Person, Rung, Step
from callcenter import clock
from inquiries.models import Contact

LADDER = (Rung.Kind.SELF, Rung.Kind.GUARDIAN, Rung.Kind.CENTER)
# Little enough that a server that is down for some seconds makes some of them late.
_WINDOW = timedelta(seconds=20)
ALARMED_WITHIN = timedelta(seconds=60)
# One check in so many never comes due, as if whoever plans had forgotten it: the alarm must come.
FORGOTTEN = 10
_FAR = timedelta(days=1)
# Of a hundred calls so many are not answered, or find somebody who needs help.
NOT_REACHED, HELP = 40, 5
_ENDS = (Step.Outcome.FINE, Step.Outcome.HELP)
_NEVER = datetime.max.replace(tzinfo=UTC)
Status = Check.Status


def prepare(many: int, seconds: float, after: float) -> None:
    """``many`` people, each to be called once over ``seconds``, the first ``after`` so many.

    The first tenth is forgotten: only the deadline knows of them.
    """
    people = Person.objects.bulk_create(Person(name=f"bench {n}") for n in range(many))
    Rung.objects.bulk_create(
        Rung(person=person, position=place, kind=kind, phone=f"+8210970{place}{n:04}")
        for n, person in enumerate(people)
        for place, kind in enumerate(LADDER)
    )
    first, apart = clock.now() + timedelta(seconds=after), timedelta(seconds=seconds / many)
    for n, person in enumerate(people):
        due = first + n * apart
        called = due + _FAR if n < many // FORGOTTEN else due
        times = {"planned_for": due, "due_at": called, "deadline_at": due + _WINDOW}
        Check.objects.create(person=person, **times)


def open_ones() -> bool:
    """Whether somebody is still to be called."""
    to_do = _remembered(Check.objects.all()).filter(status__in=[Status.PLANNED, Status.QUEUED])
    return to_do.exists()


def _remembered(checks):
    return checks.filter(due_at__lt=clock.now() + _FAR / 2)


def call(agent: User, chance: random.Random) -> None:
    """One call to whoever's turn it is. Raises Refused when there is nothing in hand to call."""
    check, dice = welfare.in_hand(agent), chance.random() * 100
    outcome, words = Step.Outcome.FINE, ""
    if dice < NOT_REACHED:
        outcome = Step.Outcome.NOT_REACHED
    elif dice < NOT_REACHED + HELP:
        outcome, words = Step.Outcome.HELP, "She fell."
    welfare.record(agent=agent, outcome=outcome, words=words, rung=check.rung)


def judge() -> dict[str, Any]:
    """What became of each check, from the rows.

    ``checks lost``: without an outcome, and not with a supervisor either. ``checks doubled``:
    ended more than once, or two agents about it at the same time. ``not alarmed``: 60 seconds
    past the deadline without an outcome, and no alarm until then.
    """
    checks = list(_remembered(Check.objects.all()))
    ended = Counter(Step.objects.filter(outcome__in=_ENDS).values_list("check_of", flat=True))
    by_status = Counter(check.status for check in checks)
    known = sum(by_status[one] for one in (Status.FINE, Status.HELP, Status.ESCALATED))
    return {
        "checks": Check.objects.count(),
        "checks with a supervisor": by_status[Status.ESCALATED],
        "checks lost": len(checks) - known,
        "checks doubled": sum(n - 1 for n in ended.values() if n > 1) + _two_at_once(),
        "alarms": Alarm.objects.filter(kind=Alarm.Kind.MISSED).count(),
        "not alarmed": _not_alarmed(),
    }


def _not_alarmed() -> int:
    alarms = Alarm.objects.filter(kind=Alarm.Kind.MISSED)
    told = dict(alarms.values_list("check_of", "raised_at"))
    return sum(
        min(told.get(check.pk, _NEVER), check.ended_at or clock.now())
        > check.deadline_at + ALARMED_WITHIN
        for check in Check.objects.all()
    )


def _two_at_once() -> int:
    """Conversations about one check that two agents had at the same time."""
    calls = Contact.objects.filter(entry__kind=QueueEntry.Kind.WELFARE)
    taken = calls.exclude(entry__taken_at=None).order_by("inquiry", "entry__taken_at")
    spans = taken.values_list("inquiry", "entry__taken_at", "entry__finished_at")
    return sum(
        one == other and (ended is None or begins < ended)
        for (one, _began, ended), (other, begins, _ends) in pairwise(spans)
    )
