"""Sixteen processes pull at one queue, and nothing is lost, doubled, overfilled or skipped.

A scratch center with its web, worker and beat, and processes that drive agents and callers
straight through the actions (``race_drivers``). When all is finished, the rows that are left are
judged (``race_verdict``). In a second, smaller round, web, worker, Redis and PostgreSQL are killed
with SIGKILL one after the other, and come back at the same address.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from callcenter.bench import crew, crowd, race_verdict
from callcenter.bench.race_drivers import drive
from callcenter.bench.table import Found, Row
from callcenter.scratch import ScratchCenter, scratch_center
from callcenter.servers import postgres, valkey, var_folder

# The center's rules, in a hurry: seconds.
RULES = {
    "OFFER_SECONDS": "5",
    "WRAP_UP_SECONDS": "2",
    "RESERVED_SECONDS": "5",
    "DESK_GRACE_SECONDS": "15",
}
MUST_BE_ZERO = ("lost", "doubled", "over_capacity", "skipped")
# A killed server stays away for so long; what we keep alive ourselves is back sooner.
AWAY_SECONDS = 2.0


@dataclass(frozen=True)
class Knobs:
    """``chaos``: entries of the second round, 0 for none; ``line``: how many wait, about.

    A round that is not done within ``minutes`` counts as lost what is still open.
    """

    processes: int = 16
    entries: int = 10_000
    agents: int = 200
    line: int = 200
    chaos: int = 2_000
    minutes: int = 30
    seed: int = 120


@dataclass(frozen=True)
class Chaos:
    """Kills each in turn, ``every`` so many seconds."""

    kills: list[tuple[str, Callable[[ScratchCenter], None]]]
    every: float = 15.0

    def reign(self, center: ScratchCenter, hands: crew.Crew, tell: Callable[[str], None]) -> None:
        for name, kill in self.kills:
            time.sleep(self.every)
            hands.check()
            tell(f"race: {name} is killed")
            kill(center)

    @property
    def seconds(self) -> float:
        return self.every * (len(self.kills) + 1)


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    rows = [play("race", tell, folder, knobs)]
    if knobs.chaos:
        smaller = replace(knobs, entries=knobs.chaos, seed=knobs.seed + 1)
        with _own_servers() as (servers, chaos):
            rows.append(play("race, with kills", tell, folder, smaller, servers, chaos))
    totals = {name: sum(row[name] for row in rows) for name in MUST_BE_ZERO}
    wrong = ", ".join(f"{number} {name}" for name, number in totals.items() if number)
    sizes = {"processes": knobs.processes, "agents": knobs.agents, "in line": knobs.line}
    return Found(sizes, rows, _notes(), totals, wrong)


def play(
    name: str,
    tell: Callable[[str], None],
    folder: Path,
    knobs: Knobs,
    servers: Mapping[str, str] | None = None,
    chaos: Chaos | None = None,
    redis_number: int = 5,
) -> Row:
    """One round, and its row."""
    with scratch_center(
        "bench_race", folder=folder, demo=False, servers=servers, redis_number=redis_number, **RULES
    ) as center:
        here = {"environment": center.environment, "folder": folder}
        crew.run(hire, agents=knobs.agents, **here)
        tell(f"{name}: {knobs.entries} entries, {knobs.processes} processes")
        began = time.monotonic()
        with crew.at_work(drive, _shares(knobs, chaos), **here) as hands:
            if chaos:
                chaos.reign(center, hands, tell)
            logs = hands.results(within=knobs.minutes * 60 + 120)
        seconds = time.monotonic() - began
        verdict = crew.run(race_verdict.judge, logs=logs, **here)
    for story in verdict["stories"]:
        tell(f"skipped: {story}")
    return _row(name, knobs, seconds, verdict, len(chaos.kills) if chaos else 0)


def hire(agents: int) -> None:
    crowd.hire(agents)


def _shares(knobs: Knobs, chaos: Chaos | None) -> list[dict[str, Any]]:
    """What each driver is told: an equal part of the entries, and the same center."""
    said = {
        "of": knobs.processes,
        "line": knobs.line,
        "seconds": chaos.seconds if chaos else 0,
        "give_up": knobs.minutes * 60,
        "seed": knobs.seed,
        "entries": knobs.entries // knobs.processes,
    }
    return [said | {"mine": number} for number in range(knobs.processes)]


def _row(name: str, knobs: Knobs, seconds: float, verdict: dict[str, Any], kills: int) -> Row:
    counts, asked = verdict["counts"], verdict["offers"]
    return {
        "round": name,
        "entries": knobs.entries,
        "kills": kills,
        "minutes": round(seconds / 60, 1),
        "done": verdict["done"],
        "hung up": verdict["abandoned"],
        "offers": sum(asked.values()),
        "declined": asked.get("declined", 0),
        "not answered": asked.get("expired", 0),
        "withdrawn": asked.get("withdrawn", 0),
        "vanished": counts.get("vanished", 0),
        "another's": counts.get("tried another's", 0),
        "refused": counts.get("another's refused", 0),
        "connections lost": _lost_connections(counts),
    } | {one: verdict[one] for one in MUST_BE_ZERO}


def _lost_connections(counts: dict[str, int]) -> int:
    # psycopg's own names of errors begin with a capital letter; ours do not.
    return sum(number for what, number in counts.items() if what[0].isupper())


@contextmanager
def _own_servers() -> Iterator[tuple[dict[str, str], Chaos]]:
    """A PostgreSQL and a Redis that nobody else uses, and the order in which all are killed."""
    var = var_folder() / "bench-servers"
    with postgres.serving(var) as database, valkey.serving(var) as broker:
        kills = [
            ("web", lambda center: kill_service(center, "web")),
            ("worker", lambda center: kill_service(center, "worker")),
            ("Redis", lambda _center: kill_server(broker)),
            ("PostgreSQL", lambda _center: kill_server(database)),
        ]
        yield {"DATABASE_URL": database.url, "REDIS_URL": broker.url}, Chaos(kills)


def kill_service(center: ScratchCenter, name: str) -> None:
    """The center's own supervisor is to notice, and start it again."""
    os.kill(center.service(name).process.pid, signal.SIGKILL)


def kill_server(server: postgres.Server | valkey.Server) -> None:
    server.kill()
    time.sleep(AWAY_SECONDS)
    server.start_again()


def _notes() -> list[str]:
    return [
        "lost: not over in the end, or done by nobody."
        " doubled: in two hands at once, or taken twice.",
        "over_capacity: rung or given something while busy. skipped: an agent was asked for"
        " something although better ranked had waited for over a second that suited them.",
        "another's: one process took what rang at another's agent, for its own (always refused)"
        " or as that very agent (once at the most).",
        "The database is the judge; compared with nothing: each of these must be 0.",
    ]
