"""The wallboard: what of the floor is read from five metres, and when it is too much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agents.models import PresenceState, QueueEntry
from reports.floor import Floor, Group, Team
from reports.metrics import Value
from reports.rows import Person

# What fits without scrolling; the rest is added up.
LANGUAGES_SHOWN, TOPICS_SHOWN, TEAMS_SHOWN, PEOPLE_SHOWN = 4, 10, 4, 3


@dataclass(frozen=True, slots=True)
class Level:
    """How a figure stands, in a colour, a word and a shape: no one of them is needed to see it."""

    state: str
    says: Promise
    icon: str


OK = Level("ok", _("On target"), "check")
WARN = Level("warn", _("Watch"), "triangle-alert")
BAD = Level("bad", _("Act now"), "octagon-alert")


@dataclass(frozen=True, slots=True)
class Limit:
    """Beyond ``warn`` a figure is to be watched, beyond ``bad`` somebody must act.

    With ``warn`` above ``bad`` beyond means below.
    """

    warn: float
    bad: float

    def level(self, value: Value) -> Level | None:
        """None when there is nothing to judge."""
        if value is None:
            return None
        sign = 1 if self.bad > self.warn else -1
        beyond = [sign * value > sign * limit for limit in (self.warn, self.bad)]
        return (OK, WARN, BAD)[sum(beyond)]


CALLS_WAITING_PER_AGENT = Limit(warn=0.1, bad=0.3)
LONGEST_WAIT_SECONDS = Limit(warn=20, bad=60)
SERVICE_LEVEL = Limit(warn=0.8, bad=0.6)
ABANDONMENT_RATE = Limit(warn=0.05, bad=0.1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A group with the length of its bar, in percent of the longest."""

    group: Group
    length: int


@dataclass(frozen=True, slots=True)
class Wall:
    """``calls`` of those that wait are callers on the line, ``others`` can wait without one."""

    floor: Floor
    calls: int
    others: int
    levels: dict[str, Level | None]
    states: list[PresenceState]
    languages: list[Bar]
    topics: list[Bar]
    teams: list[Team]
    longest_free: list[Person]
    longest_talking: list[Person]


def wall_of(floor: Floor) -> Wall:
    calls = _calls_waiting(floor)
    return Wall(
        floor=floor,
        calls=calls,
        others=len(floor.waiting) - calls,
        levels=_levels(floor),
        states=[state for state in PresenceState if state != PresenceState.OFFLINE],
        languages=_bars(floor.languages, LANGUAGES_SHOWN),
        topics=_bars(floor.topics, TOPICS_SHOWN),
        teams=sorted(floor.teams, key=lambda team: -len(team.here))[:TEAMS_SHOWN],
        longest_free=_longest(floor, PresenceState.AVAILABLE),
        longest_talking=_longest(floor, PresenceState.TALKING),
    )


def _levels(floor: Floor) -> dict[str, Level | None]:
    calls = floor.kinds.get(QueueEntry.Kind.CALL)
    waited = floor.at - calls.oldest if calls else timedelta()
    return {
        "waiting": CALLS_WAITING_PER_AGENT.level(_per_agent(_calls_waiting(floor), floor)),
        "longest": LONGEST_WAIT_SECONDS.level(waited.total_seconds()),
        "lately": SERVICE_LEVEL.level(floor.lately["service_level"]),
        "today": SERVICE_LEVEL.level(floor.today["service_level"]),
        "abandoned": ABANDONMENT_RATE.level(floor.today["abandonment_rate"]),
    }


def _calls_waiting(floor: Floor) -> int:
    calls = floor.kinds.get(QueueEntry.Kind.CALL)
    return calls.count if calls else 0


def _per_agent(calls: int, floor: Floor) -> float:
    if not floor.at_work:
        return float("inf") if calls else 0.0
    return calls / floor.at_work


def _bars(groups: Sequence[Group], at_most: int) -> list[Bar]:
    """The largest groups, and one of all others where there are more than ``at_most``."""
    shown = list(groups)
    if len(shown) > at_most:
        others = shown[at_most - 1 :]
        oldest = min(group.oldest for group in others)
        shown[at_most - 1 :] = [Group(_("All others"), sum(one.count for one in others), oldest)]
    longest = max((group.count for group in shown), default=1)
    return [Bar(group, round(100 * group.count / longest)) for group in shown]


def _longest(floor: Floor, state: PresenceState) -> list[Person]:
    """Who has been in ``state`` for the longest."""
    there = [(one.since, one.pk, one) for one in floor.agents if one.state == state and one.since]
    return [one for _since, _pk, one in sorted(there)[:PEOPLE_SHOWN]]
