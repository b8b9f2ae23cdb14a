"""Who suits what: the rules of routing, without a database.

A *lane* sums up what an entry asks of an agent; entries of one lane are alike but for their
place. A *ring* is one step of the widening search. The *grade* of an agent for a lane is the
first ring that would let them in; a lower grade is a better fit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, takewhile
from typing import Any, NamedTuple

from agents.models import QueueEntry, Ring, User

# Whoever decides: asked only for what is meant for them.
SUPERVISOR = "supervisor"
_NO_LEVEL = 99
# The steps of a new center; also what holds if an operator removes them all.
USUAL_RINGS: list[dict[str, Any]] = [
    {"step": 1, "after_seconds": 0, "language_level": 1, "specialist": True, "difficult": True},
    {"step": 2, "after_seconds": 10, "language_level": 1, "difficult": True},
    {"step": 3, "after_seconds": 20, "language_level": 2},
    {"step": 4, "after_seconds": 45, "language_level": 0},
]


class Lane(NamedTuple):
    """What an entry asks for. ``agent``: reserved for this one, whatever they can."""

    pinned: bool
    priority: int
    language: str
    topic: str
    difficult: bool
    spoken: bool
    skills: tuple[str, ...]
    agent: int = 0

    def __str__(self) -> str:
        flags = f"{'p' * self.pinned}{'d' * self.difficult}{'s' * self.spoken}"
        parts = [self.priority, flags, self.language, self.topic, ",".join(self.skills), self.agent]
        return "|".join(map(str, parts))


@lru_cache(maxsize=4096)
def read_lane(text: str) -> Lane:
    """The lane that ``str`` wrote."""
    priority, flags, language, topic, skills, agent = text.split("|")
    return Lane(
        pinned="p" in flags,
        priority=int(priority),
        language=language,
        topic=topic,
        difficult="d" in flags,
        spoken="s" in flags,
        skills=tuple(skills.split(",")) if skills else (),
        agent=int(agent),
    )


def lane_of(entry: QueueEntry) -> str:
    """The lane an entry belongs to, as its column holds it."""
    return str(
        Lane(
            pinned=entry.pinned_at is not None,
            priority=entry.priority,
            language=entry.language,
            topic=entry.topic,
            difficult=entry.difficult,
            spoken=entry.kind in QueueEntry.SPOKEN,
            skills=tuple(sorted(entry.skills)),
            agent=entry.reserved_for_id or 0,
        )
    )


def skills_of(agent: User) -> list[str]:
    """``name:level`` of all that an agent can take, as the presence keeps it."""
    found = [f"{skill.name}:{skill.level}" for skill in agent.skills.all()]
    if agent.role == User.Role.SUPERVISOR:
        found.append(f"{SUPERVISOR}:1")
    return sorted(found)


@lru_cache(maxsize=4096)
def _levels(skills: tuple[str, ...]) -> dict[str, int]:
    return {name: int(level) for name, _colon, level in (one.rpartition(":") for one in skills)}


@dataclass(frozen=True)
class Worker:
    """An agent as routing sees them; ``vendor`` None when no share of the work is agreed."""

    agent_id: int
    skills: tuple[str, ...]
    free_since: datetime
    vendor: int | None = None

    def grade(self, lane: Lane, rules: tuple["Rule", ...]) -> int | None:
        """The index of the first ring that lets this agent in; None if none does."""
        if lane.agent:
            return 0 if lane.agent == self.agent_id else None
        return grade(self.skills, lane, rules)


class Rule(NamedTuple):
    """What a ring demands, by value: remembered grades must not outlive an operator's change."""

    language_level: int
    specialist: bool
    difficult: bool


def rules_of(rings: Iterable[Ring]) -> tuple[Rule, ...]:
    return tuple(Rule(ring.language_level, ring.specialist, ring.difficult) for ring in rings)


@lru_cache(maxsize=16_384)
def grade(skills: tuple[str, ...], lane: Lane, rules: tuple[Rule, ...]) -> int | None:
    """As ``Worker.grade``, for anybody with these skills."""
    levels = _levels(skills)
    if not all(name in levels for name in lane.skills):
        return None
    if SUPERVISOR in levels and SUPERVISOR not in lane.skills:
        return None
    admitting = (place for place, rule in enumerate(rules) if _admits(rule, lane, levels))
    return next(admitting, None)


@lru_cache(maxsize=4096)
def best_grade(
    kinds: frozenset[tuple[str, ...]], lane: Lane, rules: tuple[Rule, ...]
) -> int | None:
    """The best grade among people with these sets of skills; None if nobody suits."""
    grades = (grade(kind, lane, rules) for kind in kinds)
    return min((place for place in grades if place is not None), default=None)


def _admits(rule: Rule, lane: Lane, levels: dict[str, int]) -> bool:
    if rule.language_level == 0:
        speaks = lane.spoken
    else:
        speaks = levels.get(f"lang.{lane.language}", _NO_LEVEL) <= rule.language_level
    knows = not rule.specialist or not lane.topic or levels.get(f"topic.{lane.topic}") == 1
    calm = not rule.difficult or not lane.difficult or "caller.difficult" in levels
    return speaks and knows and calm


def waits_for(grades_at_work: Iterable[int], rings: Sequence[Ring]) -> list[timedelta]:
    """How long an entry waits before it goes to each grade.

    Nothing waits for a better fit whom nobody at work is: the best grade there is, and any
    better one, is asked at once.
    """
    best = min(grades_at_work, default=len(rings))
    seconds = [0 if place <= best else ring.after_seconds for place, ring in enumerate(rings)]
    return [timedelta(seconds=one) for one in seconds]


class Candidate(NamedTuple):
    """A waiting entry in question, in the order it is to be served."""

    not_pinned: bool
    priority: int
    rank_at: datetime
    entry_id: int
    lane: str
    waiting_since: datetime
    preferred: int | None


class Match(NamedTuple):
    entry_id: int
    agent_id: int
    ring: int


@dataclass
class Shares:
    """How the work is to be split between vendors: agreed weights, and what each had lately."""

    agreed: dict[int, int] = field(default_factory=dict)
    had: dict[int, int] = field(default_factory=dict)

    def burden(self, vendor: int | None) -> float:
        """How much of its share a vendor has had; the least burdened is asked first."""
        if vendor not in self.agreed:
            return 0.0
        return (self.had.get(vendor, 0) + 1) / self.agreed[vendor]

    def count(self, vendor: int | None) -> None:
        if vendor is not None:
            self.had[vendor] = self.had.get(vendor, 0) + 1


Suited = tuple[int, Worker]


class Matcher:
    """Gives entries in rank order to free workers, the best suited first.

    Among the equally suited the vendor that is furthest behind its share, then who has been idle
    longest. Shares only choose between people who are free: nobody waits for a share.
    """

    def __init__(
        self,
        workers: Iterable[Worker],
        rings: Sequence[Ring],
        waits: dict[str, list[timedelta]],
        *,
        shares: Shares,
        passed: set[tuple[int, int]],
        now: datetime,
    ) -> None:
        self.free = {worker.agent_id: worker for worker in workers}
        self.rules, self.waits, self.shares = rules_of(rings), waits, shares
        self.passed, self.now = passed, now
        self._suited: dict[str, list[Suited]] = {}

    def match(self, candidates: Iterable[Candidate], *, limit: int) -> list[Match]:
        """At most ``limit`` matches, of ``candidates`` in rank order."""
        matches: list[Match] = []
        for candidate in candidates:
            if not self.free or len(matches) == limit:
                break
            found = self._best_for(candidate)
            if found:
                place, worker = found
                del self.free[worker.agent_id]
                self.shares.count(worker.vendor)
                matches.append(Match(candidate.entry_id, worker.agent_id, place + 1))
        return matches

    def _best_for(self, candidate: Candidate) -> Suited | None:
        able = (one for one in self._suited_for(candidate.lane) if self._may_ask(candidate, one))
        if candidate.preferred in self.free:
            everybody = list(able)
            known = (one for one in everybody if one[1].agent_id == candidate.preferred)
            return next(known, None) or self._fairest(iter(everybody))
        return self._fairest(able)

    def _fairest(self, able: Iterator[Suited]) -> Suited | None:
        """Of those with the best grade, who comes from the least burdened vendor."""
        best = next(able, None)
        if best is None or not self.shares.agreed:
            return best
        rivals = takewhile(lambda one: one[0] == best[0], able)
        # The first of equals wins, and they come longest idle first.
        return min(chain([best], rivals), key=lambda one: self.shares.burden(one[1].vendor))

    def _may_ask(self, candidate: Candidate, suited: Suited) -> bool:
        place, worker = suited
        return (
            worker.agent_id in self.free
            and self.now - candidate.waiting_since >= self.waits[candidate.lane][place]
            and (candidate.entry_id, worker.agent_id) not in self.passed
        )

    def _suited_for(self, lane: str) -> list[Suited]:
        """Whom any ring lets in, best grade and longest idle first; some may be taken by now."""
        if lane not in self._suited:
            read, workers = read_lane(lane), self.free.values()
            graded = ((worker.grade(read, self.rules), worker) for worker in workers)
            suited = [(place, worker) for place, worker in graded if place is not None]
            suited.sort(key=lambda one: (one[0], one[1].free_since, one[1].agent_id))
            self._suited[lane] = suited
        return self._suited[lane]
