"""Promises are kept once, whatever dies; and the tick stays cheap however much is promised.

Chaos: agents call back what comes due, and people of the welfare round, while beat, worker, Redis
and PostgreSQL are killed at random; the rows that are left are judged. Lag: many open promises,
some due in one minute, and how late each enters the line. Tick: what looking costs when nothing is
due.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from callcenter.bench import crew, promises_checks, promises_drivers
from callcenter.bench.race import kill_server, kill_service
from callcenter.bench.table import Found, Row
from callcenter.scratch import ScratchCenter, scratch_center, scratch_environment
from callcenter.servers import postgres, valkey, var_folder

MUST_BE_ZERO = ("lost", "doubled", "checks lost", "checks doubled", "not alarmed")
LAG_GOAL_SECONDS, TICK_GOAL_MS = 2.0, 50.0
# The center's rules, in a hurry; numbers are called at any hour.
RULES = {
    "OFFER_SECONDS": "5",
    "WRAP_UP_SECONDS": "2",
    "DESK_GRACE_SECONDS": "15",
    "QUIET_FROM_HOUR": "0",
    "QUIET_UNTIL_HOUR": "0",
    "CALLBACK_RETRY_MINUTES": "0,0,0",
    "CALLBACK_BUSY_MINUTES": "0,0,0",
    "CALLBACK_LEAD_MAX_MINUTES": "0",
    "CALLBACK_BACKLOG_PER_TICK": "50",
}


@dataclass(frozen=True)
class Knobs:
    """``promises`` and ``checks`` fall due over ``seconds``, with a kill every ``every`` seconds.

    ``open`` and ``due``: of the lag; ``future``: of the tick. 0 leaves that part out.
    """

    promises: int = 1_000
    checks: int = 200
    agents: int = 40
    processes: int = 4
    seconds: int = 120
    every: int = 12
    minutes: int = 15
    open: int = 100_000
    due: int = 2_000
    future: int = 1_000_000
    ticks: int = 60
    seed: int = 120


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    rows = [keep(tell, folder, knobs)] if knobs.promises else []
    if knobs.due:
        rows.append(lag(tell, folder, knobs))
    if knobs.future:
        rows.append(tick(tell, folder, knobs))
    totals = {name: sum(row.get(name) or 0 for row in rows) for name in MUST_BE_ZERO}
    totals |= {"lag p95 s": _first(rows, "lag p95 s"), "tick p95 ms": _first(rows, "tick p95 ms")}
    sizes = {"promises": knobs.promises, "agents": knobs.agents, "open": knobs.open}
    columns = list(dict.fromkeys(name for row in rows for name in row))
    whole = [{name: row.get(name, "") for name in columns} for row in rows]
    return Found(sizes, whole, _notes(), totals, _wrong(totals))


def _first(rows: list[Row], name: str) -> Any:
    return next((row[name] for row in rows if name in row), None)


def _wrong(totals: Row) -> str:
    said = [f"{totals[name]} {name}" for name in MUST_BE_ZERO if totals[name]]
    if (totals["lag p95 s"] or 0) >= LAG_GOAL_SECONDS:
        said.append(f"lag of {totals['lag p95 s']} s")
    if (totals["tick p95 ms"] or 0) >= TICK_GOAL_MS:
        said.append(f"a tick takes {totals['tick p95 ms']} ms")
    return ", ".join(said)


# --- Chaos


def keep(tell: Callable[[str], None], folder: Path, knobs: Knobs, redis_number: int = 5) -> Row:
    """One round with kills, on servers of its own, and its row."""
    with (
        _own_servers() as (servers, kills),
        scratch_center(
            "bench_promises",
            folder=folder,
            demo=False,
            servers=servers,
            redis_number=redis_number,
            **RULES,
        ) as center,
    ):
        here: dict[str, Any] = {"environment": center.environment, "folder": folder}
        due = {"seconds": knobs.seconds, "after": 2}
        crew.run(promises_drivers.prepare, agents=knobs.agents, many=knobs.promises, **due, **here)
        crew.run(promises_checks.prepare, many=knobs.checks, **due, **here)
        tell(f"promises: {knobs.promises} and {knobs.checks} checks due over {knobs.seconds} s")
        began = time.monotonic()
        with crew.at_work(promises_drivers.drive, _shares(knobs), **here) as hands:
            killed = _reign(center, hands, kills, knobs, tell)
            logs = hands.results(within=knobs.minutes * 60 + 120)
        seconds = time.monotonic() - began
        verdict = crew.run(promises_drivers.judge, logs=logs, **here)
    round_ = {"round": "chaos", "promises": knobs.promises, "kills": killed}
    return round_ | {"minutes": round(seconds / 60, 1)} | verdict


def _shares(knobs: Knobs) -> list[dict[str, Any]]:
    said = {"of": knobs.processes, "give_up": knobs.minutes * 60, "seed": knobs.seed}
    return [said | {"mine": number} for number in range(knobs.processes)]


Kills = Mapping[str, Callable[[ScratchCenter], None]]


def _reign(
    center: ScratchCenter, hands: crew.Crew, kills: Kills, knobs: Knobs, tell: Callable[[str], None]
) -> int:
    """Kill something every so often, at random, while promises come due; how many were killed.

    Each dies once before any dies again.
    """
    chance, order, killed = random.Random(knobs.seed), list[str](), 0
    over = time.monotonic() + knobs.seconds
    while time.monotonic() + knobs.every < over:
        time.sleep(chance.uniform(0.5, 1.5) * knobs.every)
        hands.check()
        if not order:
            order = chance.sample(sorted(kills), len(kills))
        name = order.pop()
        tell(f"promises: {name} is killed")
        kills[name](center)
        killed += 1
    return killed


@contextmanager
def _own_servers() -> Iterator[tuple[dict[str, str], Kills]]:
    var = var_folder() / "bench-servers"
    with postgres.serving(var) as database, valkey.serving(var) as broker:
        kills: Kills = {
            "beat": lambda center: kill_service(center, "beat"),
            "worker": lambda center: kill_service(center, "worker"),
            "Redis": lambda _center: kill_server(broker),
            "PostgreSQL": lambda _center: kill_server(database),
        }
        yield {"DATABASE_URL": database.url, "REDIS_URL": broker.url}, kills


# --- Lag and tick


def lag(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Row:
    """``due`` promises come due in one minute among ``open`` ones, and nobody takes them."""
    with scratch_center("bench_ticks", folder=folder, demo=False, **RULES) as center:
        here: dict[str, Any] = {"environment": center.environment, "folder": folder}
        far = {"agents": 0, "seconds": 3e6, "after": 86_400}
        crew.run(promises_drivers.prepare, many=knobs.open - knobs.due, prefix="F", **far, **here)
        soon = {"agents": 0, "seconds": 60, "after": 5}
        crew.run(promises_drivers.prepare, many=knobs.due, prefix="A", **soon, **here)
        tell(f"promises: {knobs.due} of {knobs.open} come due in one minute")
        time.sleep(75)
        found = sorted(crew.run(promises_drivers.lags, **here))
    if len(found) < knobs.due:
        tell(f"promises: only {len(found)} of {knobs.due} have entered the line")
    p95 = found[int(len(found) * 0.95)] if len(found) == knobs.due else float("inf")
    middle = found[len(found) // 2]
    lost = {"lost": knobs.due - len(found)}
    return (
        {"round": "lag", "promises": knobs.due}
        | lost
        | {
            "lag p50 s": round(middle, 2),
            "lag p95 s": round(p95, 2),
        }
    )


def tick(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Row:
    """What a tick costs while ``future`` promises are to come and none is due."""
    environment = scratch_environment("bench_tick", **RULES)
    here: dict[str, Any] = {"environment": environment, "folder": folder}
    tell(f"promises: writing {knobs.future} for the future")
    far = {"agents": 0, "seconds": 5e6, "after": 86_400}
    crew.run(promises_drivers.prepare, many=knobs.future, **far, **here)
    took = sorted(crew.run(promises_drivers.time_ticks, times=knobs.ticks, **here))
    p95 = took[int(len(took) * 0.95)] * 1000
    times = {"tick p50 ms": round(took[len(took) // 2] * 1000, 1), "tick p95 ms": round(p95, 1)}
    return {"round": "tick", "promises": knobs.future} | times


def _notes() -> list[str]:
    return [
        "lost: neither kept by one call that reached somebody, nor on a supervisor's list, nor"
        " settled by whoever looked into it. doubled: reached twice, dialled twice for one try,"
        " or in the line without a try.",
        "checks: of the welfare round; one in ten is forgotten by whoever plans, and only the"
        " watcher sees it. not alarmed: no outcome and no alarm within 60 s of the deadline.",
        "settled otherwise: whoever had it in hand vanished with the server, and a colleague"
        " wrote it up.",
        f"Goals: lag p95 under {LAG_GOAL_SECONDS:.0f} s, a tick with nothing due under"
        f" {TICK_GOAL_MS:.0f} ms (both queries and the warnings).",
    ]
