"""What it costs one web process to tell two thousand open pages that the queue moved.

Half of them are desks, half watch the floor. Another process announces changes the way actions
do (``live.push_on_commit`` in a transaction), each to the floor and to one desk. Measured is the
processor time of the one web process that holds all sockets; beside it, the same sockets while
nothing happens but their pings.
"""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from agents.models import User
from callcenter import live
from callcenter.bench import cpu, crew, crowd
from callcenter.bench.sockets import Sockets, allow_many_files, sign_in, wait_for
from callcenter.bench.table import Found, Row
from callcenter.scratch import ScratchCenter, scratch_center

OPEN_WITHIN, SETTLE_SECONDS = 400, 5


@dataclass(frozen=True)
class Knobs:
    """``rate`` is changes a second; ``aim`` hundredths of a core."""

    desks: int = 1_000
    floors: int = 1_000
    rate: int = 200
    seconds: int = 20
    aim: int = 50


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    allow_many_files()
    with scratch_center("bench_fanout", folder=folder, web_processes=1, demo=False) as center:
        here = {"environment": center.environment, "folder": folder}
        people = crew.run(sign_up, desks=knobs.desks, floors=knobs.floors, **here)
        tell(f"fanout: {knobs.desks + knobs.floors} sockets are opened")
        rows, told = _rounds(center, people, knobs, here)
    return Found(asdict(knobs), rows, _notes(rows, knobs, told))


def _rounds(
    center: ScratchCenter, people: dict[str, list], knobs: Knobs, here: dict[str, Any]
) -> tuple[list[Row], int]:
    """The rows, idle and flooded, and how many changes were announced."""
    opened, enough, counts = (here["folder"] / name for name in ("open", "enough", "counts"))
    said = {"url": center.url, "desks": people["desks"], "floors": people["floors"]}
    said |= {"opened": str(opened), "enough": str(enough), "counts": str(counts)}
    web = center.service("web").process.pid
    with crew.at_work(listen, [said], **here) as listening:
        wait_for(opened, listening, within=OPEN_WITHIN)
        time.sleep(SETTLE_SECONDS)
        rows = [_row("idle, pings only", web, counts, knobs.seconds)]
        flooding = {"agents": people["agents"], "rate": knobs.rate, "seconds": knobs.seconds + 3}
        with crew.at_work(flood, [flooding], **here) as hands:
            time.sleep(1)
            rows.append(_row(f"{knobs.rate} changes a second", web, counts, knobs.seconds))
            told = hands.results(within=knobs.seconds * 10)[0]
        enough.touch()
        listening.results(within=120)
    return rows, told


def _row(name: str, web: int, counts: Path, seconds: int) -> Row:
    """Watch the web process for so long."""
    heard, used, began = _heard(counts), cpu.of_process(web), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    per_second = {kind: (n - heard[kind]) / took for kind, n in _heard(counts).items()}
    return {
        "while": name,
        "seconds": seconds,
        "web cores": round((cpu.of_process(web) - used) / took, 3),
        "answers to pings/s": round(per_second["hello"]),
        "desk messages/s": round(per_second["desk"]),
        "floor messages/s": round(per_second["floor"]),
    }


def _heard(counts: Path) -> dict[str, int]:
    """What the sockets have heard so far; the file is replaced as a whole."""
    return dict(zip(("hello", "desk", "floor"), map(int, counts.read_text().split()), strict=True))


def _notes(rows: list[Row], knobs: Knobs, told: int) -> list[str]:
    idle, flooded = (row["web cores"] for row in rows)
    verdict = "met" if flooded < knobs.aim / 100 else "MISSED"
    return [
        "One web process holds all sockets; a page pings every ten seconds.",
        f"{told:,} changes announced; the floor hears of them once a second, desks each time.",
        f"Aim: below {knobs.aim / 100} of a core: {verdict} ({flooded}; {idle} of it idle).",
    ]


# --- Parts


def sign_up(desks: int, floors: int) -> dict[str, list]:
    """Agents and supervisors: the cookies of both, the ids of the agents."""
    agents = crowd.hire(desks)
    watchers = User.objects.bulk_create(
        User(username=f"watcher{number}", password="!", role=User.Role.SUPERVISOR)  # noqa: S106
        for number in range(floors)
    )
    desk_cookies, floor_cookies = sign_in(agents), sign_in(watchers)
    return {"agents": [one.pk for one in agents], "desks": desk_cookies, "floors": floor_cookies}


def listen(
    url: str, desks: list[str], floors: list[str], opened: str, enough: str, counts: str
) -> None:
    """Hold all sockets, and keep the file ``counts``: hellos, desk and floor messages heard."""
    heard = {"hello": 0, "desk": 0, "floor": 0}
    address = url.replace("http", "ws") + "/ws/live/?topics="
    addresses = [f"{address}desk"] * len(desks) + [f"{address}floor"] * len(floors)
    kept = Path(counts)
    written = 0.0

    def hear(_number: int, message: dict[str, Any]) -> None:
        nonlocal written
        heard[message.get("topic", "hello")] += 1
        if time.monotonic() - written > 0.1:
            written = time.monotonic()
            kept.with_suffix(".new").write_text(" ".join(map(str, heard.values())))
            kept.with_suffix(".new").replace(kept)

    Sockets(addresses, desks + floors, url, Path(opened), Path(enough)).hold(hear)


def flood(agents: list[int], rate: int, seconds: int) -> int:
    """Announce ``rate`` changes a second, as actions do; how many it came to."""
    began = time.monotonic()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        if time.monotonic() - began > seconds:
            return number
        with transaction.atomic():
            topics = [live.FLOOR, live.desk_of(random.choice(agents))]
            live.push_on_commit(live.Event("queue-changed", number + 1), topics=topics)
    return rate * seconds
