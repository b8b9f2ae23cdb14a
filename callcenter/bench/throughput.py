"""How many offers a second routing makes, and how that changes with the number that wait.

Three ways in which agents become free: all at once (the shift begins, or Redis and the worker
come back), each by a state of their own, each by finishing what they had; the last two from two
processes, as two web servers would. Beside them, in the same run, what people usually write: for
each free agent one transaction that takes the first waiting row its skills allow, with ``FOR
UPDATE SKIP LOCKED``. It asks nobody else who would suit better, knows no rings, reservations,
shares or spells, tells nobody, and can leave an agent idle beside a caller; the distance between
the two is what those cost.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import mean
from typing import Any

import psycopg2
from django.db import connection

from agents.actions import queue, routing, states
from agents.matching import skills_of
from agents.models import Offer, Presence, PresenceSpell, PresenceState, QueueEntry, User
from callcenter import clock
from callcenter.bench import cpu, crew, crowd
from callcenter.bench.table import Found, Row
from callcenter.scratch import scratch_environment

GROWTH = (100, 1_000, 5_000, 10_000)
# Long enough for every ring to be open for most of what waits.
WAITED = timedelta(minutes=20)
Took = dict[str, Any]


@dataclass(frozen=True)
class Knobs:
    """``aim`` is offers a second, with ``waiting`` in line."""

    agents: int = 500
    waiting: int = 5_000
    processes: int = 2
    rounds: int = 3
    aim: int = 300


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    environment = scratch_environment("bench_throughput")
    here = {"environment": environment, "folder": folder}
    crew.run(hire, agents=knobs.agents, **here)
    rounds: dict[tuple[int, str], list[Row]] = {}
    # Rounds outside, so that a busy minute of the machine does not fall on one row.
    for number in range(knobs.rounds):
        tell(f"throughput: round {number + 1} of {knobs.rounds}")
        for waiting in sorted({*GROWTH, knobs.waiting}):
            for way in WAYS:
                row = _row(way, waiting, number, knobs, here)
                rounds.setdefault((waiting, way), []).append(row)
    # Whoever else uses the machine can only make us slower.
    rows = [max(tries, key=lambda row: row["per second"]) for tries in rounds.values()]
    sizes = {"rounds": knobs.rounds, "processes": knobs.processes, "agents": knobs.agents}
    return Found(sizes, rows, _notes(rows, knobs))


def _row(way: str, waiting: int, seed: int, knobs: Knobs, here: dict) -> Row:
    state, part, several = WAYS[way]
    # With a hundred in line, five hundred free agents would find nothing.
    free = min(knobs.agents, waiting // 2)
    crew.run(prepare, waiting=waiting, agents=free, state=state, seed=seed, **here)
    of = knobs.processes if several else 1
    with crew.at_work(part, [{"mine": at, "of": of} for at in range(of)], **here) as hands:
        took = hands.results(within=300)
    offers = crew.run(count_offers, **here)
    seconds = max(one["end"] for one in took) - min(one["begin"] for one in took)
    routing_seconds = [second for one in took for second in one["routing"]]
    return {
        "agents become free": way,
        "waiting": waiting,
        "free": free,
        "offers": offers,
        "seconds": round(seconds, 2),
        "per second": round(offers / seconds),
        "cpu ms/offer": round(1000 * sum(one["cpu"] for one in took) / offers, 1),
        "routing calls": len(routing_seconds),
        "mean ms": round(1000 * mean(routing_seconds), 1),
    }


def _notes(rows: list[Row], knobs: Knobs) -> list[str]:
    rows = [row for row in rows if row["waiting"] == knobs.waiting]
    rate = {row["agents become free"]: row["per second"] for row in rows}
    naive, ours = rate.pop(NAIVE), rate
    aims = [
        f"{way} {'met' if rate >= knobs.aim else 'MISSED'} ({rate})" for way, rate in ours.items()
    ]
    return [
        "The best of the rounds. Processor time is of our processes and their database sessions.",
        f"Aim: {knobs.aim} a second with {knobs.waiting:,} waiting: {', '.join(aims)}.",
        f"The naive way: {naive / max(ours.values()):.1f} times our fastest,"
        f" {naive / min(ours.values()):.1f} times our slowest.",
    ]


# --- Parts: each runs in a process of its own


def hire(agents: int) -> None:
    crowd.hire(agents)


def prepare(waiting: int, agents: int, state: str, seed: int) -> None:
    """``waiting`` in line, and the first ``agents`` in ``state`` (with something to finish)."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE agents_queueentry, agents_presencespell CASCADE")
    crowd.line_up(waiting, random.Random(seed), over=WAITED)
    people = list(User.objects.order_by("pk").prefetch_related("skills")[:agents])
    in_hand = _in_hand(people) if state == PresenceState.WRAP_UP else [None] * agents
    now = clock.now()
    Presence.objects.bulk_create(
        Presence(
            agent=agent,
            state=state,
            reason="rest" if state == PresenceState.BREAK else "",
            entry=entry,
            since=now,
            skills=skills_of(agent),
        )
        for agent, entry in zip(people, in_hand, strict=True)
    )
    PresenceSpell.objects.bulk_create(
        PresenceSpell(agent=agent, state=state, began_at=now) for agent in people
    )
    _make_bare_tables()


def _in_hand(people: list[User]) -> list[QueueEntry]:
    now = clock.now()
    times = {"waiting_since": now, "rank_at": now, "taken_at": now, "released_at": now}
    return QueueEntry.objects.bulk_create(
        QueueEntry(
            kind="call",
            priority=QueueEntry.Priority.CALL,
            language="ko",
            lane="-",
            status=QueueEntry.Status.TAKEN,
            agent=agent,
            settled_at=now,
            **times,
        )
        for agent in people
    )


def _make_bare_tables() -> None:
    """The same line for the naive way, as narrow as can be; fresh statistics for both."""
    with connection.cursor() as cursor:
        cursor.execute(_BARE_TABLES)
    # A vacuum may not run inside a transaction; Django's connection is in none here.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


_BARE_TABLES = """
DROP TABLE IF EXISTS bare_entry, bare_offer, bare_agent;
CREATE TABLE bare_entry AS SELECT id, status::text, priority, rank_at,
    CASE WHEN difficult THEN ARRAY['lang.' || language, 'caller.difficult']
         ELSE ARRAY['lang.' || language] END AS needs
    FROM agents_queueentry WHERE status = 'waiting';
ALTER TABLE bare_entry ADD PRIMARY KEY (id);
CREATE INDEX ON bare_entry (priority, rank_at, id) WHERE status = 'waiting';
CREATE TABLE bare_offer (id serial PRIMARY KEY, entry bigint, agent bigint, at timestamptz);
CREATE TABLE bare_agent (id bigint PRIMARY KEY, state text);
INSERT INTO bare_agent SELECT agent_id, 'available' FROM agents_presence;
"""


def all_at_once(mine: int, of: int) -> Took:
    return _take_time(["everybody"], lambda _everybody: _route_until_done())


def _route_until_done() -> None:
    while routing.route():
        pass


def each_by_choice(mine: int, of: int) -> Took:
    agents = User.objects.filter(presence__isnull=False).order_by("pk")
    return _take_time(
        agents[mine::of],
        lambda agent: states.set_state(agent=agent, state=PresenceState.AVAILABLE),
    )


def each_by_finishing(mine: int, of: int) -> Took:
    settled = QueueEntry.objects.exclude(settled_at=None).select_related("agent").order_by("pk")
    return _take_time(
        settled[mine::of], lambda entry: queue.complete(entry_id=entry.pk, actor=entry.agent)
    )


def _take_time(things: Iterable[Any], act: Callable[[Any], Any]) -> Took:
    """Do ``act`` to each of ``things``: when, at what cost, and how long each routing took."""
    spent: list[float] = []
    routing.route = _timed(routing.route, spent)
    connection.ensure_connection()
    return _span(things, act, connection.connection) | {"routing": spent}


def _timed(work: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*args: Any) -> Any:
        began = time.monotonic()
        try:
            return work(*args)
        finally:
            spent.append(time.monotonic() - began)

    return timed


def _span(things: Iterable[Any], act: Callable[[Any], Any], session) -> Took:
    chosen = list(things)
    begin, cpu_before = time.monotonic(), cpu.ours(session)
    for one in chosen:
        act(one)
    return {"begin": begin, "end": time.monotonic(), "cpu": cpu.ours(session) - cpu_before}


def naively(mine: int, of: int) -> Took:
    """What the others do, without us."""
    skills = Presence.objects.order_by("pk").values_list("agent", "skills")
    able = [(agent, [one.partition(":")[0] for one in names]) for agent, names in skills]
    bare = psycopg2.connect(**_where())

    def take(one: tuple[int, list[str]]) -> None:
        with bare, bare.cursor() as cursor:
            agent, names = one
            cursor.execute(_TAKE_FIRST, [names])
            if found := cursor.fetchone():
                cursor.execute(_OFFER, [found[0], agent, agent])

    spent: list[float] = []
    took = _span(able[mine::of], _timed(take, spent), bare)
    bare.close()
    return took | {"routing": spent}


_TAKE_FIRST = """
UPDATE bare_entry SET status = 'offered' WHERE id = (
    SELECT id FROM bare_entry WHERE status = 'waiting' AND needs <@ %s
    ORDER BY priority, rank_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""
_OFFER = """
INSERT INTO bare_offer (entry, agent, at) VALUES (%s, %s, now());
UPDATE bare_agent SET state = 'ringing' WHERE id = %s
"""


def _where() -> dict[str, Any]:
    named = connection.get_connection_params()
    return {key: named[key] for key in ("host", "port", "user", "password", "dbname")}


def count_offers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM bare_offer")
        (bare,) = cursor.fetchone()
    return Offer.objects.count() + bare


NAIVE = "naively, one row each"
# What agents are in before, what is done to them, and whether in several processes at once.
WAYS: dict[str, tuple[str, Callable[[int, int], Took], bool]] = {
    "all at once": (PresenceState.AVAILABLE, all_at_once, False),
    "each by choice": (PresenceState.BREAK, each_by_choice, True),
    "each by finishing": (PresenceState.WRAP_UP, each_by_finishing, True),
    NAIVE: (PresenceState.BREAK, naively, True),
}
