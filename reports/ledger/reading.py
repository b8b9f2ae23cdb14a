"""Reading the sums, grouped; what was committed before the question is in the answer."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import structlog
from django.db import connection

from callcenter import clock
from reports import metrics
from reports.ledger import counting, presence
from reports.ledger.grains import AGENT_DAY, DAY, HOUR, Grain
from reports.ledger.presence import STATES, VENDOR
from reports.ledger.zone import ZONE
from reports.metrics import Sums
from reports.models.counted import SUMS

log = structlog.get_logger(__name__)
_ADDED = ", ".join(f"sum({name})::bigint" for name in SUMS)
# What the sums can be grouped by: the smallest table that knows it, and the key there.
GROUPS: Mapping[str, tuple[Grain, str]] = {
    "all": (DAY, "''"),
    "day": (DAY, "day"),
    "week": (DAY, "date_trunc('week', day)::date"),
    "month": (DAY, "date_trunc('month', day)::date"),
    "hour": (HOUR, f"extract(hour FROM at AT TIME ZONE '{ZONE}')::int"),
    "agent": (AGENT_DAY, "agent_id"),
}
_WHERE = {"kind", "topic_id", "language", "vendor_id", "agent_id"}


def up_to_date() -> None:
    """Count what was touched a moment ago. A large backlog is left to the worker, and whoever
    else counts for long is not waited for."""
    try:
        counting.catch_up(at_most=counting.FOR_A_PAGE, within=counting.PATIENCE)
        presence.catch_up(at_most=counting.FOR_A_PAGE, within=counting.PATIENCE)
    except counting.Busy:
        log.info("reports.busy")


def sums_by(group: str, first: date, last: date, **where: Any) -> dict[Any, Sums]:
    """The sums of what arrived between two days (both included), by the key of ``group``.

    ``where`` holds columns of the table to one value or to a list of them.
    """
    grain, key = GROUPS[group]
    if grain.columns[0] == "day":
        return _read(grain, key, "day BETWEEN %s AND %s", [first, last], where)
    bounds = [clock.day_bounds(first)[0], clock.day_bounds(last)[1]]
    return _read(grain, key, "at >= %s AND at < %s", bounds, where)


def sums_of(first: date, last: date, **where: Any) -> Sums:
    """All of it together."""
    return sums_by("all", first, last, **where).get("", metrics.NOTHING)


def sums_since(moment: datetime) -> Sums:
    """All that arrived at ``moment`` or later, to the second."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_ADDED} FROM reports_fact WHERE arrived_at >= %s", [moment])
        return metrics.plain(dict(zip(SUMS, cursor.fetchone(), strict=True)))


# Every way in one pass. Few groups, so they fit into memory; a finer grouping before it would not.
_EVERY_WAY = """
SELECT grouping(kind, topic_id, language, vendor_id, step),
    coalesce(kind, topic_id::text, language, vendor_id::text, step::text), {sums}
FROM (SELECT *, {step} AS step FROM reports_day WHERE day BETWEEN %s AND %s) stepped
GROUP BY GROUPING SETS ((), (kind), (topic_id), (language), (vendor_id), (step))
HAVING sum(offered) <> 0
"""
# Each bit says of one of the five that it is not what this row is grouped by.
_SETS: Mapping[int, tuple[str, Callable[[str], Any]]] = {
    0b11111: ("all", str),
    0b01111: ("kind", str),
    0b10111: ("topic", int),
    0b11011: ("language", str),
    0b11101: ("vendor", int),
    0b11110: ("step", date.fromisoformat),
}


def sums_every_way(first: date, last: date, step: str) -> dict[str, dict[Any, Sums]]:
    """The sums by all, kind, topic, language, vendor, and by ``step``: day, week or month."""
    found: dict[str, dict[Any, Sums]] = {name: {} for name, _read in _SETS.values()}
    asked = _EVERY_WAY.format(step=GROUPS[step][1], sums=_ADDED)
    with connection.cursor() as cursor:
        cursor.execute(asked, [first, last])
        for bits, key, *sums in cursor.fetchall():
            name, read = _SETS[bits]
            found[name][read(key or "")] = metrics.plain(dict(zip(SUMS, sums, strict=True)))
    return found


def _read(grain: Grain, key: str, span: str, bounds: list, where: Mapping[str, Any]) -> dict:
    unknown = set(where) - (_WHERE & set(grain.columns))
    if unknown:
        raise ValueError(f"{grain.table} does not know {sorted(unknown)}.")
    conditions = [span, *(f"{name} = ANY(%s)" for name in where)]
    held = [one if isinstance(one, list) else [one] for one in where.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {_ADDED} FROM {grain.table} "
            f"WHERE {' AND '.join(conditions)} GROUP BY 1 HAVING sum(offered) <> 0",
            [*bounds, *held],
        )
        return {
            key: metrics.plain(dict(zip(SUMS, sums, strict=True)))
            for key, *sums in cursor.fetchall()
        }


# --- Where the agents were

_PRESENT = f"""
SELECT vendor_id, {", ".join(f"sum({name})::bigint" for name in STATES)}
FROM reports_presenceday WHERE day BETWEEN %s AND %s GROUP BY 1
"""
# What goes on is not in the sums yet.
_OPEN = f"""
SELECT {VENDOR}, spell.state, sum(EXTRACT(EPOCH FROM
    least(%(now)s, %(end)s) - greatest(began_at, %(start)s)) * 1000000)::bigint
FROM agents_presencespell spell
WHERE ended_at IS NULL AND began_at < %(end)s AND state = ANY(%(states)s)
GROUP BY 1, 2
"""
_BUSY = ("ringing", "talking", "wrap_up")


def presence_by_vendor(first: date, last: date) -> dict[int, dict[str, float]]:
    """Seconds ``busy`` and ``free`` of the agents of each vendor, between two days; by its id."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, [first, last])
        found = {
            vendor: dict(zip(STATES, times, strict=True)) for vendor, *times in cursor.fetchall()
        }
        now = clock.now()
        if start < now:
            states = ["available", *_BUSY]
            cursor.execute(_OPEN, {"now": now, "start": start, "end": end, "states": states})
            for vendor, state, time in cursor.fetchall():
                times = found.setdefault(vendor, dict.fromkeys(STATES, 0))
                times[state] += time
    return {vendor: _worked(times) for vendor, times in found.items()}


def _worked(times: dict[str, int]) -> dict[str, float]:
    return {
        "busy": sum(times[state] for state in _BUSY) / 1_000_000,
        "free": times["available"] / 1_000_000,
    }
