"""What became of the race, from the rows that it left behind and what its drivers noted.

Times are when something was decided, under the locks that decided it; so what one owner had and
what the next one has may touch, but never overlap.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from agents import queries
from agents.matching import grade, lane_of, read_lane, rules_of
from agents.models import Offer, Presence, PresenceSpell, PresenceState, QueueEntry, Ring

# What was decided a moment before or after an offer may not have been seen by it.
MARGIN = timedelta(seconds=1)
LET_PASS = {Offer.Status.DECLINED, Offer.Status.EXPIRED, Offer.Status.ACCEPTED}
# As ``settings.OFFER_AGAIN_AFTER_SECONDS``, with the margin.
LATELY = timedelta(seconds=61)
NOT_YET = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """An offer: it rang from ``at`` until ``until``."""

    entry: int
    agent: int
    at: datetime
    until: datetime
    status: str


@dataclass(frozen=True)
class Held:
    """An entry was in an agent's hands, from accepting to passing on, vanishing or finishing."""

    entry: int
    agent: int
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Wait:
    """A time in which an entry waited, and what it asked for."""

    entry: int
    rank: tuple[int, datetime, int]
    lane: str
    arrived: datetime
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Skip:
    """An offer that went to something of lower rank than what waited and suited."""

    wait: Wait
    offer: Asked

    def story(self) -> str:
        """What is needed to find out why: who, when, and for how long the other had waited."""
        wait, offer = self.wait, self.offer
        return (
            f"entry {wait.entry} (lane {wait.lane}) had waited for {offer.at - wait.since}, until"
            f" {wait.until:%T.%f}, when agent {offer.agent} was asked for entry {offer.entry} at"
            f" {offer.at:%T.%f}: {offer.status} at {offer.until:%T.%f}"
        )


@dataclass
class Race:
    """All that is needed to judge. ``skills`` by agent; ``passed_on``: entries that once were."""

    entries: dict[int, QueueEntry]
    asked: list[Asked]
    talks: dict[tuple[int, datetime], datetime]
    skills: dict[int, tuple[str, ...]]
    rings: Sequence[Ring]
    passed_on: set[int] = field(default_factory=set)


def judge(logs: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts of what happened, and of what must not. A part, run in the race's own center."""
    race = _load({entry for log in logs for entry in log["passed_on"]})
    held = holdings(race)
    skipped = skips(race, held)
    known = {entry for log in logs for entry in log["entries"]}
    twice = Counter(offer for log in logs for offer in log["accepted"])
    stolen = sum(len(log["stolen"]) for log in logs)
    doubled = doubles(race, held) + stolen + sum(n - 1 for n in twice.values())
    status = Counter(entry.status for entry in race.entries.values())
    counts: Counter[str] = Counter()
    for log in logs:
        counts.update(log["counts"])
    return {
        "done": status["done"],
        "abandoned": status["abandoned"],
        "offers": Counter(one.status for one in race.asked),
        "counts": counts,
        "lost": len(lost(race) | (known - set(race.entries))),
        "doubled": doubled,
        "over_capacity": overlaps(rings_and_holdings(race, held)),
        "skipped": len({(one.wait.entry, one.offer.at) for one in skipped}),
        "stories": [one.story() for one in skipped],
    }


def _load(passed_on: set[int]) -> Race:
    offers = Offer.objects.values_list("entry", "agent", "offered_at", "closed_at", "status")
    talks = PresenceSpell.objects.filter(state=PresenceState.TALKING, ended_at__isnull=False)
    skills = Presence.objects.values_list("agent", "skills")
    return Race(
        entries={entry.pk: entry for entry in QueueEntry.objects.all()},
        asked=[Asked(*row) for row in offers.order_by("offered_at", "pk")],
        talks={
            (agent, began): ended
            for agent, began, ended in talks.values_list("agent", "began_at", "ended_at")
        },
        skills={agent: tuple(names) for agent, names in skills},
        rings=queries.rings(),
        passed_on=passed_on,
    )


def lost(race: Race) -> set[int]:
    """Entries that are not over, or are done without anybody who did them."""
    owned = {(one.entry, one.agent) for one in race.asked if one.status == Offer.Status.ACCEPTED}
    return {
        pk
        for pk, entry in race.entries.items()
        if entry.status not in ("done", "abandoned")
        or (entry.status == "done" and (pk, entry.agent_id) not in owned)
    }


def holdings(race: Race) -> list[Held]:
    """Who had what, when: the last to accept until it was finished, those before until they
    no longer talked."""
    accepted = [one for one in race.asked if one.status == Offer.Status.ACCEPTED]
    last = {one.entry: one for one in accepted}
    held = []
    for one in accepted:
        entry = race.entries[one.entry]
        if one is last[one.entry] and entry.agent_id == one.agent:
            until = entry.finished_at or NOT_YET
        else:
            until = race.talks.get((one.agent, one.until), NOT_YET)
        held.append(Held(one.entry, one.agent, one.until, until))
    return held


def doubles(race: Race, held: list[Held]) -> int:
    """How often an entry was in two hands at once, or done by somebody but the last to take it."""
    last = {one.entry: one.agent for one in sorted(held, key=lambda one: one.since)}
    strange = sum(
        entry.status == "done" and last.get(pk, entry.agent_id) != entry.agent_id
        for pk, entry in race.entries.items()
    )
    return strange + overlaps((one.entry, one.since, one.until) for one in held)


def rings_and_holdings(race: Race, held: list[Held]) -> Iterable[tuple[int, datetime, datetime]]:
    """What kept each agent busy: (agent, since, until)."""
    yield from ((one.agent, one.at, one.until) for one in race.asked)
    yield from ((one.agent, one.since, one.until) for one in held)


def overlaps(spans: Iterable[tuple[int, datetime, datetime]]) -> int:
    """How many of ``spans`` begin before an earlier one of the same key is over."""
    by_key: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for key, since, until in spans:
        by_key[key].append((since, until))
    found = 0
    for mine in by_key.values():
        latest = None
        for since, until in sorted(mine):
            found += latest is not None and since < latest
            latest = until if latest is None else max(latest, until)
    return found


def waits(race: Race, held: list[Held]) -> list[Wait]:
    """When each entry waited. An entry that is passed on asks for something else from then on,
    of which no row tells: its later waits are left out."""
    freed = {(one.entry, one.agent, one.since): one.until for one in held}
    by_entry: dict[int, list[Asked]] = defaultdict(list)
    for one in race.asked:
        by_entry[one.entry].append(one)
    found = []
    for pk, entry in race.entries.items():
        lane = _lane_on_arrival(entry, race)
        since = entry.waiting_since
        for one in by_entry[pk]:
            found.append(_wait(entry, lane, since, one.at))
            since = one.until
            if one.status == Offer.Status.ACCEPTED:
                since = freed[pk, one.agent, one.until]
                if pk in race.passed_on:
                    break
        else:
            if entry.status != "done":
                found.append(_wait(entry, lane, since, entry.finished_at or NOT_YET))
    return found


def _wait(entry: QueueEntry, lane: str, since: datetime, until: datetime) -> Wait:
    rank = (entry.priority, entry.rank_at, entry.pk)
    return Wait(entry.pk, rank, lane, entry.waiting_since, since, until)


def _lane_on_arrival(entry: QueueEntry, race: Race) -> str:
    if entry.pk in race.passed_on:
        entry.skills, entry.reserved_for_id = [], None
    return lane_of(entry)


def skips(race: Race, held: list[Held]) -> list[Skip]:
    """An agent was asked for something although one of higher rank waited, for longer than the
    margin, whom they suited then and had not let pass."""
    before = sorted(waits(race, held), key=lambda one: one.since)
    begins = [one.since for one in before]
    let_pass = _who_let_pass_when(race)
    found, active, at = [], [], 0
    for offer in sorted(race.asked, key=lambda one: one.at):
        upto = bisect_right(begins, offer.at - MARGIN)
        active = [one for one in [*active, *before[at:upto]] if one.until > offer.at]
        at = max(at, upto)
        mine = race.entries[offer.entry]
        rank = (mine.priority, mine.rank_at, mine.pk)
        found += [
            Skip(one, offer)
            for one in active
            if one.rank < rank
            and _suits(race, one, offer)
            and not _lately(let_pass.get((one.entry, offer.agent), []), offer.at)
        ]
    return found


def _who_let_pass_when(race: Race) -> dict[tuple[int, int], list[datetime]]:
    found = defaultdict(list)
    for one in race.asked:
        if one.status in LET_PASS:
            found[one.entry, one.agent].append(one.until)
    return found


def _lately(moments: list[datetime], now: datetime) -> bool:
    return any(now - LATELY < moment <= now + MARGIN for moment in moments)


def _suits(race: Race, wait: Wait, offer: Asked) -> bool:
    """Did the agent suit what waited, at the ring it had reached a margin before?"""
    place = grade(race.skills[offer.agent], read_lane(wait.lane), rules_of(race.rings))
    if place is None:
        return False
    needed = timedelta(seconds=race.rings[place].after_seconds)
    return offer.at - MARGIN - wait.arrived >= needed
