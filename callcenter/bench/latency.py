"""How long a call is on its way from the telephone to the agent's screen.

The telephone system's events come over HTTP, agents accept and finish over the desk API, and
every desk and wallboard holds a real socket. Telephone and agents are one process, the sockets
that are measured another, the wallboards (which fetch their page when they are told) a third.

The clock starts at ``CallEvent.received_at``: inside the transaction, a little before its commit,
so that what is left of the transaction is counted against us. It stops when the message is read
from the agent's socket. Beside it, in the same run: the least that this can cost, a message
published in Redis and passed on to one of as many sockets by a server that does nothing else.
"""

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.models import Offer
from callcenter.bench import crew
from callcenter.bench.echo import echo, publish
from callcenter.bench.latency_people import listen, sign_up, telephone, watch
from callcenter.bench.sockets import Sockets, allow_many_files, wait_for
from callcenter.bench.table import Found, Row, percentiles
from callcenter.scratch import ScratchCenter, scratch_center
from callcenter.servers import children
from inquiries.models import CallEvent

OPEN_WITHIN, DONE_WITHIN = 300, 240
EVENT = "event received to agent's socket"


@dataclass(frozen=True)
class Knobs:
    """``rate`` is calls a second, for ``seconds``; ``aim`` the p95 in milliseconds."""

    desks: int = 1_000
    wallboards: int = 20
    rate: int = 20
    seconds: int = 30
    web_processes: int = 2
    aim: int = 150


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    allow_many_files()
    web = knobs.web_processes
    with scratch_center("bench_latency", folder=folder, web_processes=web, demo=False) as center:
        here = {"environment": center.environment, "folder": folder}
        people = crew.run(sign_up, desks=knobs.desks, wallboards=knobs.wallboards, **here)
        tell(f"latency: {knobs.desks} desks, {knobs.wallboards} wallboards, {knobs.rate} calls/s")
        heard, fetched, sent = _calls(center, people, knobs, here)
        ways = crew.run(on_the_way, heard=heard, **here)
        tell("latency: the same without us")
        bare = _bare(knobs, here)
    durations = {
        EVENT: ways["event"],
        "offer decided to agent's socket": ways["offer"],
        "bare Redis to socket": bare,
        "call event, answer over HTTP": sent["arrived"],
        "accepting, answer over HTTP": sent["accept"],
        "page, fetched by a wallboard": fetched,
    }
    rows = [_row(name, seconds) for name, seconds in durations.items()]
    calls = knobs.rate * knobs.seconds
    totals = {"calls": calls, "offered": len(ways["event"]), "refused": sent["refused"]}
    return Found(asdict(knobs), rows, _notes(rows, knobs, totals), totals)


def _row(name: str, seconds: list[float]) -> Row:
    spread = percentiles(seconds) if len(seconds) > 1 else dict.fromkeys(percentiles([0, 0]), 0)
    return (
        {"from … to": name, "times": len(seconds)}
        | spread
        | {"longest ms": round(1000 * max(seconds, default=0), 2)}
    )


def _notes(rows: list[Row], knobs: Knobs, totals: Row) -> list[str]:
    p95 = {row["from … to"]: row["p95 ms"] for row in rows}
    verdict = "met" if p95[EVENT] < knobs.aim else "MISSED"
    return [
        "From CallEvent.received_at, inside the transaction, before its commit and the routing.",
        f"{totals['calls']} calls, {totals['offered']} heard of at a desk,"
        f" {totals['refused']} had rung too long when they were taken.",
        "Desks do not fetch their page again here; wallboards do fetch theirs.",
        f"Aim: p95 below {knobs.aim} ms: {verdict} ({p95[EVENT]}).",
    ]


def _calls(
    center: ScratchCenter, people: dict[str, list], knobs: Knobs, here: dict[str, Any]
) -> tuple[dict[str, float], list[float], dict[str, Any]]:
    """When each offer was heard of, how long fetching the wallboard took, and each request."""
    folder: Path = here["folder"]
    bell, enough = folder / "bell", folder / "enough"
    os.mkfifo(bell)
    desks_open, boards_open = folder / "desks-open", folder / "wallboards-open"
    common = {"url": center.url, "enough": str(enough)}
    desks = {"agents": people["agents"], "cookies": people["desks"], "bell": str(bell)}
    desks |= common | {"opened": str(desks_open)}
    boards = common | {"cookies": people["wallboards"], "opened": str(boards_open)}
    calls = {"url": center.url, "agents": people["agents"], "tokens": people["tokens"]}
    calls |= {"bell": str(bell), "rate": knobs.rate, "seconds": knobs.seconds}
    with (
        crew.at_work(listen, [desks], **here) as listening,
        crew.at_work(watch, [boards], **here) as watching,
    ):
        wait_for(desks_open, listening, within=OPEN_WITHIN)
        wait_for(boards_open, watching, within=OPEN_WITHIN)
        sent = crew.run(telephone, **calls, **here)
        enough.touch()
        heard = listening.results(within=DONE_WITHIN)[0]
        fetched = watching.results(within=DONE_WITHIN)[0]
    return heard, fetched, sent


def on_the_way(heard: dict[str, float]) -> dict[str, list[float]]:
    """Seconds from the call's first event, and from its first offer, to the agent's socket."""
    arrived = CallEvent.objects.filter(type=CallEvent.Type.ARRIVED)
    received = dict(arrived.values_list("call__contact__entry", "received_at"))
    ways: dict[str, list[float]] = {"event": [], "offer": []}
    for offer in Offer.objects.order_by("entry", "pk").distinct("entry"):
        if at := heard.get(str(offer.pk)):
            ways["event"].append(at - received[offer.entry_id].timestamp())
            ways["offer"].append(at - offer.offered_at.timestamp())
    return ways


# --- The same without us


def _bare(knobs: Knobs, here: dict[str, Any]) -> list[float]:
    port, enough = children.free_port(), here["folder"] / "bare-enough"
    opened = here["folder"] / "bare-open"
    listening = {"port": port, "sockets": knobs.desks, "opened": str(opened), "enough": str(enough)}
    with (
        crew.at_work(echo, [{"port": port, "enough": str(enough)}], **here),
        crew.at_work(hear_echoes, [listening], **here) as hearing,
    ):
        wait_for(opened, hearing, within=OPEN_WITHIN)
        crew.run(publish, sockets=knobs.desks, rate=knobs.rate, seconds=knobs.seconds, **here)
        enough.touch()
        return hearing.results(within=60)[0]


def hear_echoes(port: int, sockets: int, opened: str, enough: str) -> list[float]:
    """Seconds from publishing to reading, over as many sockets as there were desks."""
    took: list[float] = []
    addresses = [f"ws://127.0.0.1:{port}/{number}" for number in range(sockets)]
    held = Sockets(addresses, [""] * sockets, "http://127.0.0.1", Path(opened), Path(enough))
    held.hold(lambda _number, message: took.append(time.time() - message["at"]))
    return took
