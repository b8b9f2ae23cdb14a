"""Who is asked next. The one piece of code that makes offers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import takewhile
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from agents import queries
from agents.actions import presence as presences
from agents.matching import Match, Matcher
from agents.models import Offer, Presence, PresenceState, QueueEntry
from callcenter import clock, live

# One router at a time: with two, each could skip what the other holds. And one that waits for its
# turn: it will see all that was committed until then, so nobody else need wait behind it.
ROUTING_LOCK, NEXT_LOCK = 120_001, 120_002
# Offers in one transaction: enough to be quick, few enough to keep nobody waiting for long.
BATCH = 100
# An agent or entry that changes under our hands costs another look; its own change routes again.
LOOKS = 5


def route_on_commit() -> None:
    """Ask somebody as soon as the change is safe. If this fails, the next tick does it."""
    transaction.on_commit(route, robust=True)


def route() -> int:
    """Offer what waits to those who are free; how many offers were made.

    Entries in rank order, each to the best suited who is free. An entry nobody suited is free
    for does not hold up those behind it. However much waits, only the first of each lane are
    looked at, as many as there are people free: more could not be offered.
    """
    total, taken = 0, set[int]()
    for _look in range(LOOKS):
        with _our_turn() as ours:
            if not ours:
                break
            look = _route_once(but_not=taken)
        total += look.made
        taken |= look.taken
        if look.made == look.wished < BATCH:
            break
    return total


class _Look(NamedTuple):
    """``wished``: matches found. ``made``: offers made. ``taken``: agents whom somebody else held
    or changed meanwhile; whoever did routes again, so the next look does without them."""

    wished: int = 0
    made: int = 0
    taken: frozenset[int] = frozenset()


# The line is empty far more often than the floor is busy, so that is asked first.
_TAKE_NEXT = """
SELECT CASE WHEN EXISTS (SELECT FROM agents_queueentry WHERE status = 'waiting')
             AND EXISTS (SELECT FROM agents_presence WHERE state = 'available')
       THEN pg_try_advisory_lock(%s) ELSE false END
"""
_TAKE_TURN = "SELECT pg_advisory_xact_lock(%s)"
_FREE_NEXT = "SELECT pg_advisory_unlock(%s)"


@contextmanager
def _our_turn() -> Iterator[bool]:
    """A transaction with the routing lock; False when there is nothing to do, or somebody who
    waits for the lock already will do it."""
    if not _ask(_TAKE_NEXT, NEXT_LOCK):
        yield False
        return
    waiting = True
    try:
        with transaction.atomic():
            _ask(_TAKE_TURN, ROUTING_LOCK)
            # Whoever commits from here on finds the place of the next one free again.
            waiting = not _ask(_FREE_NEXT, NEXT_LOCK)
            yield True
    finally:
        if waiting:
            _ask(_FREE_NEXT, NEXT_LOCK)


def _ask(question: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [number])
        return bool(cursor.fetchone()[0])


def _route_once(*, but_not: set[int]) -> _Look:
    """One look; fewer offers than matches when something changed in between."""
    workers = [one for one in queries.free_workers() if one.agent_id not in but_not]
    lanes = queries.lanes_in_line() if workers else []
    if not lanes:
        return _Look()
    rings = queries.rings()
    waits = queries.waits(lanes, workers, rings)
    passed = queries.who_let_what_pass(workers)
    matcher = Matcher(
        workers, rings, waits, shares=queries.shares(workers), passed=passed, now=clock.now()
    )
    # What somebody free has just let pass takes a place among the first, and may go to nobody.
    at_most = min(len(workers), BATCH) + len({entry for entry, _agent in passed})
    candidates = queries.first_of_each_lane(queries.cutoffs(waits, workers, rings), at_most)
    matches = matcher.match(candidates, limit=BATCH)
    return _offer(matches) if matches else _Look()


def _offer(matches: Sequence[Match]) -> _Look:
    """Lock entries, then presences, and offer what is still as it was.

    An entry is waited for. A presence that somebody else holds is not: they may be waiting for
    one of ours. Then the entry still waits, and so nothing of lower rank is offered in this look:
    it might go to somebody whom the entry suits as well.
    """
    waiting = QueueEntry.objects.filter(
        pk__in=[match.entry_id for match in matches], status=QueueEntry.Status.WAITING
    )
    entries = {entry.pk: entry for entry in waiting.order_by("pk").select_for_update()}
    free = Presence.objects.filter(
        pk__in=[match.agent_id for match in matches], state=PresenceState.AVAILABLE
    )
    agents = {one.pk: one for one in free.order_by("pk").select_for_update(skip_locked=True)}
    waits = [one for one in matches if one.entry_id in entries]
    sound = list(takewhile(lambda one: one.agent_id in agents, waits))
    taken = frozenset(one.agent_id for one in matches if one.agent_id not in agents)
    if sound:
        _ring(sound, entries, agents)
    return _Look(len(matches), len(sound), taken)


def _ring(
    sound: Sequence[Match], entries: Mapping[int, QueueEntry], agents: Mapping[int, Presence]
) -> None:
    """Make offers of locked entries to locked presences."""
    now = clock.now()
    made = Offer.objects.bulk_create(
        Offer(
            entry_id=match.entry_id,
            agent_id=match.agent_id,
            ring=match.ring,
            offered_at=now,
            expires_at=now + timedelta(seconds=settings.OFFER_SECONDS),
        )
        for match in sound
    )
    QueueEntry.objects.filter(pk__in=[match.entry_id for match in sound]).update(
        status=QueueEntry.Status.OFFERED, asked=F("asked") + 1
    )
    for match in sound:
        agents[match.agent_id].entry = entries[match.entry_id]
    presences.move_all([agents[match.agent_id] for match in sound], PresenceState.RINGING)
    for offer in made:
        live.push_on_commit(
            live.Event("offer-changed", offer.pk), topics=[live.desk_of(offer.agent_id)]
        )
