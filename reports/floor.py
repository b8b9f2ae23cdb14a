"""The floor as it is now: who is in which state, what waits, and how long."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from agents.models import PresenceState, User
from callbacks.queries.promises import Standing, standing
from callcenter import clock
from inquiries.queries import WithDepartments, with_departments
from reports import metrics, rows
from reports.ledger import reading
from reports.metrics import Value
from reports.rows import InHand, InLine, Person
from reports.shared import Once, Shared
from reports.surges import SURGES, Surge
from reports.volume import measures_of

LATELY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Group:
    """Waiting entries that have something in common; ``label`` shows in the reader's language."""

    label: object
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Team:
    """The agents of a vendor, those at work first."""

    name: object
    people: list[Person]
    states: dict[str, int]

    @property
    def here(self) -> list[Person]:
        return [one for one in self.people if one.at_work]

    @property
    def away(self) -> list[Person]:
        return [one for one in self.people if not one.at_work]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The measures of the contacts that came in ``LATELY``, and of today's; by their key. And what
    is asked about unusually often."""

    lately: dict[str, Value]
    today: dict[str, Value]
    surges: Sequence[Surge] = ()


@dataclass(frozen=True, slots=True)
class Floor:
    """``waiting`` is the whole line in the order it is served; ``kinds`` (by code), ``languages``
    and ``topics`` sum it up. ``states`` counts agents; supervisors at work stand apart.

    ``lately`` and ``today`` are the measures of the contacts that came in the last half hour and
    since midnight, by their key in the metric dictionary.
    """

    at: datetime
    waiting: list[InLine]
    kinds: dict[str, Group]
    languages: list[Group]
    topics: list[Group]
    in_hand: list[InHand]
    teams: list[Team]
    supervisors: list[Person]
    states: dict[str, int]
    lately: dict[str, Value]
    today: dict[str, Value]
    surges: Sequence[Surge]
    promises: Standing
    handoffs: WithDepartments
    # Hundreds of rows take longer to render than to read: once for each language and set of rights.
    rendered: Once[str] = field(default_factory=Once, compare=False, repr=False)

    @property
    def agents(self) -> list[Person]:
        return [person for team in self.teams for person in team.people]

    @property
    def at_work(self) -> int:
        return sum(n for state, n in self.states.items() if state != PresenceState.OFFLINE)


def floor(numbers: Numbers | None = None) -> Floor:
    """One look at everything; the number of queries does not grow with the queue."""
    topics = rows.topics_by_code()
    waiting, people = rows.waiting(topics), rows.people(topics)
    agents = [one for one in people if one.role == User.Role.AGENT]
    numbers = numbers or numbers_now()
    languages = _grouped(waiting, lambda one: one.language, lambda one: one.language_label)
    return Floor(
        at=clock.now(),
        waiting=waiting,
        kinds=_grouped(waiting, lambda one: one.kind, lambda one: one.kind_label),
        languages=list(languages.values()),
        topics=list(_grouped(waiting, _family, lambda one: one.family or _("No topic")).values()),
        in_hand=rows.in_hand(topics),
        teams=_teams(agents),
        supervisors=[one for one in people if one.role != User.Role.AGENT],
        states=_count(agents),
        lately=numbers.lately,
        today=numbers.today,
        surges=numbers.surges,
        promises=standing(),
        handoffs=with_departments(),
    )


def numbers_now() -> Numbers:
    reading.up_to_date()
    today = clock.today()
    lately = metrics.measure(reading.sums_since(clock.now() - LATELY))
    return Numbers(lately=lately, today=measures_of(today, today), surges=SURGES.get())


# The measures take longer than all the rest, and move slowly.
NUMBERS = Shared(numbers_now, seconds=5)
FLOOR = Shared(lambda: floor(NUMBERS.get()), seconds=1)


def _grouped(
    waiting: Iterable[InLine], key: Callable[[InLine], str], label: Callable[[InLine], object]
) -> dict[str, Group]:
    """By ``key``, the most first."""
    members: dict[str, list[InLine]] = {}
    for one in waiting:
        members.setdefault(key(one), []).append(one)
    by_size = sorted(members.items(), key=lambda item: -len(item[1]))
    return {
        name: Group(label(group[0]), len(group), min(one.waiting_since for one in group))
        for name, group in by_size
    }


def _family(entry: InLine) -> str:
    return entry.family.code if entry.family else ""


def _teams(agents: Iterable[Person]) -> list[Team]:
    """``agents`` come sorted by vendor; those with nobody at work go last."""
    groups = [(name, list(group)) for name, group in groupby(agents, lambda one: one.vendor)]
    teams = [
        Team(name=vendor or _("No vendor"), people=people, states=_count(people))
        for vendor, people in groups
    ]
    return sorted(teams, key=lambda team: not team.here)


def _count(people: Iterable[Person]) -> dict[str, int]:
    # A plain dict: in a template, a Counter takes ``.items`` for a name it has counted zero of.
    return dict(Counter(one.state for one in people))
