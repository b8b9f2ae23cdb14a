"""Making the sums again from the raw rows, and comparing.

What is compared is what arrived in a span of days; raw rows that retention has taken away are
not asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from callcenter import clock
from reports.ledger import counting, presence
from reports.ledger.grains import FACT, GRAINS, Grain
from reports.ledger.judging import judged, reach
from reports.models.counted import SUMS

_TAKE_OVER = """
UPDATE recounted one SET redials = now.redials, callers = now.callers, followed = now.followed
FROM rejudged now WHERE now.arrived_at = one.arrived_at AND now.entry_id = one.entry_id
"""


@dataclass(frozen=True)
class Difference:
    """A cell of ``table`` whose sums are not those of the raw rows; None: there is no such row."""

    table: str
    key: tuple
    counted: tuple | None
    raw: tuple | None


def differences(first: date, last: date) -> Iterator[Difference]:
    """Every cell between two days, both included, that differs from a recomputation.

    All that was touched before this call is counted first. Run where nobody writes, or what
    changes meanwhile may be reported.
    """
    while counting.catch_up() or presence.catch_up():
        pass
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    before, after = reach()
    # With those around it, which decide what is a redial and who came again.
    read, parameters = counting.facts_between(start - after, end + before)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS recounted, rejudged")
        cursor.execute(
            f"CREATE TEMP TABLE recounted ({', '.join(FACT)}) ON COMMIT DROP AS {read}", parameters
        )
        cursor.execute("CREATE INDEX ON recounted (citizen_id, arrived_at)")
        cursor.execute("ANALYZE recounted")
        cursor.execute(
            f"CREATE TEMP TABLE rejudged ON COMMIT DROP AS {judged('recounted', 'recounted')}"
        )
        cursor.execute(_TAKE_OVER)
        cursor.execute(
            "DELETE FROM recounted WHERE NOT (arrived_at >= %s AND arrived_at < %s)", [start, end]
        )
        for grain in GRAINS:
            yield from _of(grain, cursor, first, last)
    yield from _presence(first, last)


def _of(grain: Grain, cursor, first: date, last: date) -> Iterator[Difference]:
    sums = [f"sum({name})::bigint AS {name}" for name in SUMS]
    key, tuples = ", ".join(grain.columns), ", ".join(SUMS)
    bounds = [first, last] if grain.columns[0] == "day" else _moments(first, last)
    cursor.execute(
        f"SELECT {key}, counted.sums::text, raw.sums::text FROM "
        f"(SELECT {key}, ROW({tuples}) AS sums FROM {grain.table} "
        f"WHERE {grain.columns[0]} BETWEEN %s AND %s AND offered <> 0) counted FULL JOIN "
        f"(SELECT {key}, ROW({tuples}) AS sums FROM ({grain.grouped('recounted', sums)}) again) "
        f"raw USING ({key}) WHERE counted.sums IS DISTINCT FROM raw.sums ORDER BY {key}",
        bounds,
    )
    for *where, counted, raw in cursor.fetchall():
        yield Difference(grain.table, tuple(where), counted, raw)


def _moments(first: date, last: date) -> list:
    end = clock.day_bounds(last)[1] - timedelta(microseconds=1)
    return [clock.day_bounds(first)[0], end]


_CELLS = """
SELECT DISTINCT agent_id, day::date FROM agents_presencespell, generate_series(
    greatest((began_at AT TIME ZONE %(zone)s)::date, %(first)s),
    least((ended_at AT TIME ZONE %(zone)s)::date, %(last)s), '1 day'
) AS day WHERE ended_at IS NOT NULL
UNION SELECT agent_id, day FROM reports_presenceday WHERE day BETWEEN %(first)s AND %(last)s
"""


def _presence(first: date, last: date) -> Iterator[Difference]:
    zone = str(clock.day_bounds(first)[0].tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, {"zone": zone, "first": first, "last": last})
        cells = cursor.fetchall()
        cursor.execute(presence.KEPT, [first, last])
        kept = {row[:3]: row[3:] for row in cursor.fetchall()}
    raw = {row[:3]: row[3:] for row in presence.from_raw(cells)}
    for key in sorted(kept.keys() | raw.keys()):
        if kept.get(key) != raw.get(key):
            yield Difference("reports_presenceday", key, kept.get(key), raw.get(key))
