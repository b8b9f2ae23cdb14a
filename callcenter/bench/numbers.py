"""How long the volume report takes with much behind it, and how fast the sums are kept.

For each size a fresh center is filled with a year of calls, counted, and asked for reports the
way a browser asks: the whole page, made by the server, without the network. Beside each, in the
same run, what people usually write: the same measures aggregated from the raw rows.

Then calls go on coming in, 2,000 a second, while another process counts: how far behind is it?
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.db import connection
from django.db.models import Sum
from django.test import Client

from agents.models import User
from callcenter import clock
from callcenter.bench import crew, millions
from callcenter.bench.table import Found, Row, percentiles
from callcenter.scratch import scratch_environment
from reports.ledger import counting, rebuilding
from reports.ledger.parts import contacts, parts
from reports.models import TouchedContact

FIRST, DAYS = date(2025, 1, 1), 365
# What the issue of a year asks for: address, goal in ms, and how many are measured.
PAGES = {
    "a day": ("date={day}", 60, 40),
    "a month by topic": ("date={day}&span=month", 150, 12),
    "a year by week": (f"first={FIRST}&last={FIRST + timedelta(days=DAYS - 1)}", 300, 8),
}


@dataclass(frozen=True)
class Knobs:
    """``calls``: the largest size, beside the smaller ones. ``rate``: calls a second that come in
    for ``seconds``. ``raw`` 0 leaves out the reports from raw rows, which take minutes."""

    calls: int = 1_000_000
    rate: int = 2_000
    seconds: int = 30
    raw: int = 1


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    rows, totals = [], {}
    for calls in [size for size in (100_000, 1_000_000) if size < knobs.calls] + [knobs.calls]:
        here = {"environment": scratch_environment("bench_numbers"), "folder": folder}
        took = _within(crew, fill, here, tell, calls=calls)
        totals |= {f"{calls:,}: {name}": value for name, value in took.items()}
        tell(f"numbers: reports of {calls:,} calls")
        for name in PAGES:
            rows.append(_within(crew, ask, here, tell, calls=calls, name=name, raw=knobs.raw))
    tell(f"numbers: {knobs.rate:,} calls a second for {knobs.seconds} s")
    totals |= _upkeep(knobs, here)
    sizes = {"days": DAYS, "calls": knobs.calls}
    return Found(sizes, rows, _notes(rows, totals, knobs), totals)


def _within(crew_, part, here: dict, tell, **given) -> dict:
    with crew_.at_work(part, [given], **here) as hands:
        return hands.results(within=4 * 3600, tell=tell)[0]


def _upkeep(knobs: Knobs, here: dict) -> Row:
    backlog = crew.run(work_off, **here)
    given = {"rate": knobs.rate, "seconds": knobs.seconds}
    with crew.at_work(take_in, [given], **here), crew.at_work(count, [given], **here) as counting_:
        behind = counting_.results(within=knobs.seconds * 4 + 120)[0]
    return backlog | behind


def _notes(rows: list[Row], totals: Row, knobs: Knobs) -> list[str]:
    largest = [row for row in rows if row["calls"] == knobs.calls]
    goals = [
        f"{row['report']} {'met' if row['p95 ms'] <= row['goal ms'] else 'MISSED'}"
        for row in largest
    ]
    return [
        f"With {knobs.calls:,} calls, p95 against the goal: {', '.join(goals)}.",
        f"Backlog: {totals['counted a second']:,} calls counted a second (goal 2,000). During"
        f" intake: p95 {totals['behind p95 s']} s behind, at most {totals['behind most s']} s"
        " (goal 2).",
        "From raw rows: the same sums in one statement, once, without the page around them.",
    ]


# --- Parts: each runs in a process of its own


def fill(calls: int) -> Row:
    began = time.monotonic()
    millions.generate(calls=calls, first=FIRST, days=DAYS, tell=print)
    written = time.monotonic()
    rebuilding.rebuild(print)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE reports_fact, reports_slot, reports_day, reports_hour")
    return {
        "raw rows s": round(written - began),
        "counted s": round(time.monotonic() - written),
    }


def ask(calls: int, name: str, raw: int) -> Row:
    query, goal, times = PAGES[name]
    jun = User.objects.get_or_create(username="jun", defaults={"role": "supervisor"})[0]
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(jun)
    took = []
    for number in range(times + 2):
        day = FIRST + timedelta(days=number * 17 % DAYS)
        began = time.perf_counter()
        page = browser.get(f"/reports/daily/?{query.format(day=day)}")
        took.append(time.perf_counter() - began)
        if page.status_code != 200 or b'id="by-topic"' not in page.content:
            raise RuntimeError(f"{page.status_code} for {query}")
    found = percentiles(took[2:])
    return {
        "calls": calls,
        "report": name,
        "times": times,
        **found,
        "goal ms": goal,
        "from raw rows ms": _from_raw(name) if raw else "",
    }


def _from_raw(name: str) -> float:
    days = {"a day": 1, "a month by topic": 31, "a year by week": DAYS}[name]
    start, end = clock.day_bounds(FIRST)[0], clock.day_bounds(FIRST + timedelta(days=days - 1))[1]
    span = {"entry__waiting_since__gte": start, "entry__waiting_since__lt": end}
    summed = {f"sum_{key}": Sum(part) for key, part in parts().items()}
    began = time.perf_counter()
    list(contacts().filter(**span).values("inquiry__topic").annotate(**summed))
    return round((time.perf_counter() - began) * 1000)


def work_off() -> Row:
    """50,000 calls touched at once: how many are counted a second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_touchedcontact (entry_id) "
            "SELECT id FROM agents_queueentry ORDER BY id DESC LIMIT 50000"
        )
        # As after a correction that concerns them all: every sum moves.
        cursor.execute(
            "UPDATE inquiries_call SET held_seconds = held_seconds + 1 "
            "WHERE id > (SELECT max(id) - 50000 FROM inquiries_call)"
        )
    began, calls = time.monotonic(), 50_000
    while counting.catch_up():
        pass
    return {"counted a second": round(calls / (time.monotonic() - began))}


def take_in(rate: int, seconds: int) -> None:
    """``rate`` whole calls a second, in ten transactions a second, triggers and all."""
    arriving = millions.Arriving()
    began = time.monotonic()
    for number in range(seconds * 10):
        arriving.commit(rate // 10)
        time.sleep(max(0.0, began + (number + 1) / 10 - time.monotonic()))


def count(rate: int, seconds: int) -> Row:
    """Count as the worker does until nothing more comes; how old a call was when it counted."""
    behind: list[float] = []
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 3:
        if counting.catch_up():
            quiet_since = time.monotonic()
            behind += millions.Arriving.newly_counted()
        else:
            time.sleep(0.1)
    still = TouchedContact.objects.count()
    cuts = percentiles(behind)
    return {
        "came in": len(behind) * (rate // 10),
        "behind p50 s": round(cuts["p50 ms"] / 1000, 2),
        "behind p95 s": round(cuts["p95 ms"] / 1000, 2),
        "behind most s": round(max(behind), 2),
        "left": still,
    }
