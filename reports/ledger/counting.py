"""Keeping the sums up to date: what was touched is counted again, and only the difference added.

A trigger writes down every contact whose raw rows change, in the transaction that changes them:
late events, corrections and SQL by hand included. ``catch_up`` takes such notes away and, in the
same transaction, replaces the facts they name and adds the difference to each grain. A crash
leaves the notes where they were; counting something twice changes nothing.

One process counts at a time (an advisory lock). A page waits for it, since it is to show what was
just committed, but not for long: then it shows what there is.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg2.errors import LockNotAvailable
from psycopg2.extras import execute_values

from reports.ledger.grains import FACT, GRAINS, PLACES
from reports.ledger.judging import judged, reach
from reports.ledger.parts import contacts, parts, places
from reports.models import TouchedContact
from reports.models.counted import AMONG_OTHERS, SUMS

_LOCK = 120_006
AT_ONCE = 5_000
# Whoever asked for a page does not work off a backlog that a morning of imports has left.
FOR_A_PAGE, PATIENCE = 2_000, 2.0

COLUMNS = ", ".join(FACT)
_FLAGS = ", ".join(AMONG_OTHERS)
_TABLES = """
CREATE TEMP TABLE IF NOT EXISTS counted_fresh (LIKE reports_fact);
CREATE TEMP TABLE IF NOT EXISTS counted_change (LIKE reports_fact, sign integer);
CREATE TEMP TABLE IF NOT EXISTS counted_known (arrived_at timestamptz, entry_id bigint);
TRUNCATE counted_fresh, counted_change, counted_known
"""
_TAKE = """
WITH taken AS (
    DELETE FROM reports_touchedcontact
    WHERE id IN (SELECT id FROM reports_touchedcontact ORDER BY id LIMIT %s)
    RETURNING entry_id, was_at
)
SELECT taken.entry_id, taken.was_at, entry.waiting_since
FROM taken LEFT JOIN agents_queueentry entry ON entry.id = taken.entry_id
"""
_NAMED = "one.arrived_at = other.arrived_at AND one.entry_id = other.entry_id"
_EQUAL = " AND ".join(f"one.{name} IS NOT DISTINCT FROM other.{name}" for name in FACT)
# Judgements are found out last: until then they stay what they were.
_AS_JUDGED = f"""
UPDATE counted_fresh one SET {", ".join(f"{name} = other.{name}" for name in AMONG_OTHERS)}
FROM reports_fact other WHERE {_NAMED}
"""
# What is as it was needs nothing; of the rest the old goes and the new comes.
_SETTLED = f"""
WITH settled AS (
    DELETE FROM counted_fresh one USING reports_fact other WHERE {_NAMED} AND {_EQUAL}
    RETURNING one.arrived_at, one.entry_id
)
DELETE FROM counted_known one USING settled other WHERE {_NAMED}
"""
_OLD_GOES = f"""
WITH gone AS (
    DELETE FROM reports_fact one USING counted_known other WHERE {_NAMED} RETURNING one.*
)
INSERT INTO counted_change ({COLUMNS}, sign) SELECT {COLUMNS}, -1 FROM gone
"""
_NEW_COMES = f"""
WITH come AS (
    INSERT INTO reports_fact ({COLUMNS}) SELECT {COLUMNS} FROM counted_fresh RETURNING *
)
INSERT INTO counted_change ({COLUMNS}, sign) SELECT {COLUMNS}, 1 FROM come
"""
# All that could be judged otherwise now: those that changed, and their neighbours.
_NEAR = """(
    SELECT DISTINCT fact.*
    FROM (SELECT DISTINCT citizen_id, arrived_at FROM counted_change WHERE citizen_id <> 0) changed
    JOIN reports_fact fact ON fact.citizen_id = changed.citizen_id
        AND fact.arrived_at BETWEEN changed.arrived_at - %s * interval '1 second'
        AND changed.arrived_at + %s * interval '1 second'
)"""
_OTHER_SUMS = [name for name in SUMS if name not in AMONG_OTHERS]


def _judge(judged: str) -> str:
    """SQL that takes over the judgements that differ; the differences are a change as well."""
    was = ", ".join(f"known.{name} AS was_{name}" for name in AMONG_OTHERS)
    differs = " OR ".join(f"known.{name} <> now.{name}" for name in AMONG_OTHERS)
    nothing = ", ".join("0" for _name in _OTHER_SUMS)
    moved = ", ".join(f"moved.{name} - was_{name}" for name in AMONG_OTHERS)
    places = ", ".join(f"moved.{name}" for name in PLACES)
    return f"""
WITH otherwise AS (
    SELECT now.*, {was} FROM ({judged}) now
    JOIN reports_fact known USING (arrived_at, entry_id) WHERE {differs}
), moved AS (
    UPDATE reports_fact one SET {", ".join(f"{name} = other.{name}" for name in AMONG_OTHERS)}
    FROM otherwise other WHERE {_NAMED}
    RETURNING one.*, {", ".join(f"other.was_{name}" for name in AMONG_OTHERS)}
)
INSERT INTO counted_change ({", ".join(PLACES)}, {", ".join(_OTHER_SUMS)}, {_FLAGS}, sign)
SELECT {places}, {nothing}, {moved}, 1 FROM moved
"""


def is_behind() -> bool:
    """Is anything touched and not counted yet?"""
    return TouchedContact.objects.exists()


def catch_up(*, at_most: int = AT_ONCE, within: float = 0) -> int:
    """Count again what was touched, up to ``at_most`` notes; how many there were.

    ``within``: as for ``counting_alone``.
    """
    if not is_behind():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        counting_alone(cursor, within)
        cursor.execute(_TAKE, [at_most])
        notes = cursor.fetchall()
        pairs = {(was, entry) for entry, was, _now in notes if was}
        pairs |= {(now, entry) for entry, _was, now in notes if now}
        if pairs:
            _count(cursor, pairs)
    return len(notes)


class Busy(Exception):
    """Somebody else counts, and goes on doing so."""


def counting_alone(cursor: CursorWrapper, within: float = 0) -> None:
    """Until the end of the transaction nobody else counts.

    ``within`` so many seconds, or Busy is raised and the transaction is over; 0: wait for it.
    """
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{within * 1000:.0f}ms"])
    try:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy from error
        raise
    cursor.execute("SELECT set_config('lock_timeout', '0', true)")


def _count(cursor: CursorWrapper, pairs: Iterable[tuple[datetime, int]]) -> None:
    """Replace the facts of ``pairs`` (arrival, entry) by what the raw rows say now."""
    cursor.execute(_TABLES)
    named = "INSERT INTO counted_known (arrived_at, entry_id) VALUES %s"
    execute_values(cursor.cursor, named, list(pairs))
    read, parameters = facts_query([entry for _at, entry in pairs])
    cursor.execute(f"INSERT INTO counted_fresh ({COLUMNS}) {read}", parameters)
    for step in (_AS_JUDGED, _SETTLED, _OLD_GOES, _NEW_COMES):
        cursor.execute(step)
    near = [span.total_seconds() for span in reach()]
    cursor.execute(_judge(judged("reports_fact", _NEAR)), near)
    for grain in GRAINS:
        cursor.execute(grain.add("counted_change"))


def facts_query(entries: list[int]) -> tuple[str, tuple]:
    """SQL of the facts of these entries as the raw rows have them now."""
    return _facts(contacts().filter(entry__in=entries))


def facts_between(start: datetime, end: datetime) -> tuple[str, tuple]:
    """The same of everything that arrived in [start, end)."""
    span = {"entry__waiting_since__gte": start, "entry__waiting_since__lt": end}
    return _facts(contacts().filter(**span))


def _facts(measured: QuerySet) -> tuple[str, tuple]:
    where, what = places(), parts()
    named = {f"count_{name}": expression for name, expression in (where | what).items()}
    order = ["at", "entry_id", "kind", "topic", "language", "vendor", "person", "citizen"]
    order += ["family", "gave_up", *SUMS]
    columns = [name if name == "entry_id" else f"count_{name}" for name in order]
    return measured.annotate(**named).order_by().values_list(*columns).query.sql_with_params()
