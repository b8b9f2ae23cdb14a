"""What routing looks at. None of it grows with the number of entries that wait."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count

from agents.matching import (
    USUAL_RINGS,
    Candidate,
    Rule,
    Shares,
    Worker,
    best_grade,
    grade,
    read_lane,
    rules_of,
    waits_for,
)
from agents.models import Offer, Presence, PresenceState, QueueEntry, Ring, Vendor
from callcenter import clock


def rings() -> list[Ring]:
    """The steps of the widening search, in order."""
    return list(Ring.objects.all()) or [Ring(**ring) for ring in USUAL_RINGS]


def free_workers() -> list[Worker]:
    """The available agents; not locked, that comes with the offer."""
    free = Presence.objects.filter(state=PresenceState.AVAILABLE)
    rows = free.values_list("agent", "skills", "since", "agent__vendor")
    return [Worker(agent, tuple(skills), since, vendor) for agent, skills, since, vendor in rows]


# The distinct lanes by hopping from one to the next in the index, however much waits in each.
_LANES = """
WITH RECURSIVE hop AS (
    (SELECT lane FROM agents_queueentry WHERE status = 'waiting' ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT lane FROM agents_queueentry
            WHERE status = 'waiting' AND lane > hop.lane ORDER BY lane LIMIT 1)
    FROM hop WHERE hop.lane IS NOT NULL
)
SELECT lane FROM hop WHERE lane IS NOT NULL
"""


def lanes_in_line() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LANES)
        return [lane for (lane,) in cursor.fetchall()]


def waits(
    lanes: Sequence[str], workers: Sequence[Worker], rings: Sequence[Ring]
) -> dict[str, list[timedelta]]:
    """For every lane that a free worker could serve: how long it waits for each grade."""
    rules = rules_of(rings)
    grades = {lane: _grades(lane, workers, rules) for lane in lanes}
    served = {lane: min(found) for lane, found in grades.items() if found}
    # Where the free ones are not the best fit: is that somebody who will be free before long?
    kinds = _skills_at_work() if any(served.values()) else frozenset()
    at_work = {lane: best_grade(kinds, read_lane(lane), rules) for lane in served}
    return {
        lane: waits_for([best] + [one for one in [at_work[lane]] if one is not None], rings)
        for lane, best in served.items()
    }


def _grades(lane: str, workers: Sequence[Worker], rules: tuple[Rule, ...]) -> set[int]:
    read = read_lane(lane)
    if read.agent:
        return {0} if any(worker.agent_id == read.agent for worker in workers) else set()
    kinds = {worker.skills for worker in workers}
    return {place for kind in kinds if (place := grade(kind, read, rules)) is not None}


def _skills_at_work() -> frozenset[tuple[str, ...]]:
    """The different sets of skills among all who serve now or will be free before long."""
    serving = Presence.objects.filter(state__in=Presence.SERVING).order_by()
    return frozenset(tuple(kind) for kind in serving.values_list("skills", flat=True).distinct())


def cutoffs(
    waits: dict[str, list[timedelta]], workers: Sequence[Worker], rings: Sequence[Ring]
) -> list[tuple[str, timedelta]]:
    """(lane, waiting time) for each lane and each grade that somebody free has for it."""
    rules = rules_of(rings)
    graded = ((lane, wait, _grades(lane, workers, rules)) for lane, wait in waits.items())
    return sorted({(lane, wait[place]) for lane, wait, grades in graded for place in grades})


_CANDIDATES = """
SELECT DISTINCT first.pinned_at IS NULL, first.priority, first.rank_at, first.id, first.lane,
       first.waiting_since, first.preferred_id
FROM (SELECT unnest(%s::text[]) AS lane, unnest(%s::timestamptz[]) AS waited_since) AS wanted,
LATERAL (
    SELECT * FROM agents_queueentry e
    WHERE e.status = 'waiting' AND e.lane = wanted.lane AND e.waiting_since <= wanted.waited_since
    ORDER BY e.rank_at, e.id LIMIT %s
) AS first
ORDER BY 1, 2, 3, 4
"""


def first_of_each_lane(cutoffs: Sequence[tuple[str, timedelta]], at_most: int) -> list[Candidate]:
    """The entries in question, in rank order: of each lane and waiting time the first."""
    now = clock.now()
    lanes = [lane for lane, _waited in cutoffs]
    since = [now - waited for _lane, waited in cutoffs]
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [lanes, since, at_most])
        return [Candidate(*row) for row in cursor.fetchall()]


def who_let_what_pass(workers: Sequence[Worker]) -> set[tuple[int, int]]:
    """(entry, agent) of those free who declined, missed or passed on an entry a moment ago."""
    recently = clock.now() - timedelta(seconds=settings.OFFER_AGAIN_AFTER_SECONDS)
    passed = Offer.objects.filter(
        closed_at__gt=recently,
        status__in=[Offer.Status.DECLINED, Offer.Status.EXPIRED, Offer.Status.ACCEPTED],
        entry__status=QueueEntry.Status.WAITING,
        entry__asked__gt=0,
    )
    # Sorted out here: few entries were let pass, and a question that names everybody is a long one.
    free = {worker.agent_id for worker in workers}
    return {pair for pair in passed.values_list("entry", "agent") if pair[1] in free}


def shares(workers: Sequence[Worker]) -> Shares:
    """What vendors have agreed and had of late; nothing while only one has somebody free."""
    if len({worker.vendor for worker in workers}) < 2:
        return Shares()
    agreed = dict(Vendor.objects.filter(share__gt=0).values_list("pk", "share"))
    if not agreed:
        return Shares()
    since = clock.now() - timedelta(minutes=settings.VENDOR_SHARE_MINUTES)
    taken = Offer.objects.filter(status=Offer.Status.ACCEPTED, closed_at__gt=since)
    had = taken.order_by().values_list("agent__vendor").annotate(n=Count("pk"))
    return Shares(agreed, {vendor: n for vendor, n in had if vendor in agreed})
