"""Keeping the sums up to date: what was touched is counted again, and only the difference added.

A trigger writes down every contact whose raw rows change, in the transaction that changes them:
late events, corrections and SQL by hand included. ``catch_up`` takes such notes away and, in the
same transaction, replaces the facts they name and adds the difference to each grain. A crash
leaves the notes where they were; counting something twice changes nothing.

One process counts at a time (an advisory lock); all others wait for it, for a page that has just
been asked for is to show what was just committed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg2.extras import execute_values

from reports import rules
from reports.ledger.grains import FACT, GRAINS
from reports.ledger.parts import contacts, parts, places
from reports.models import Rule, TouchedContact
from reports.models.counted import SUMS

_LOCK = 120_006
AT_ONCE = 5_000
# Whoever asked for a page does not work off a backlog that a morning of imports has left.
FOR_A_PAGE = 2_000
Pairs = Iterable[tuple[datetime, int]]

COLUMNS = ", ".join(FACT)
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
_EQUAL = " AND ".join(f"one.{name} = other.{name}" for name in FACT)
# What is as it was needs nothing; of the rest the old goes and the new comes.
_SETTLED = f"""
WITH settled AS (
    DELETE FROM counted_fresh one USING reports_fact other WHERE {_EQUAL}
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
# Whether one is a redial, a first call or answered for good depends on others of the citizen.
_NEIGHBOURS = """
SELECT DISTINCT fact.arrived_at, fact.entry_id
FROM (SELECT DISTINCT citizen_id, arrived_at FROM counted_change WHERE citizen_id <> 0) changed
JOIN reports_fact fact ON fact.citizen_id = changed.citizen_id
    AND fact.arrived_at BETWEEN changed.arrived_at - %s AND changed.arrived_at + %s
"""


def is_behind() -> bool:
    """Is anything touched and not counted yet?"""
    return TouchedContact.objects.exists()


def catch_up(*, at_most: int = AT_ONCE) -> int:
    """Count again what was touched, up to ``at_most`` notes; how many there were."""
    if not is_behind():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        counting_alone(cursor)
        cursor.execute(_TAKE, [at_most])
        notes = cursor.fetchall()
        pairs = {(was or now, entry) for entry, was, now in notes if was or now}
        pairs |= {(now, entry) for entry, _was, now in notes if now}
        _count(cursor, pairs)
        _count(cursor, _neighbours(cursor))
    return len(notes)


def counting_alone(cursor: CursorWrapper) -> None:
    """Until the end of the transaction nobody else counts."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _count(cursor: CursorWrapper, pairs: Pairs) -> None:
    """Replace the facts of ``pairs`` (arrival, entry) by what the raw rows say now."""
    pairs = list(pairs)
    if not pairs:
        return
    cursor.execute(_TABLES)
    execute_values(
        cursor.cursor, "INSERT INTO counted_known (arrived_at, entry_id) VALUES %s", pairs
    )
    read, parameters = facts_query([entry for _at, entry in pairs])
    cursor.execute(f"INSERT INTO counted_fresh ({COLUMNS}) {read}", parameters)
    cursor.execute(_SETTLED)
    cursor.execute(_OLD_GOES)
    cursor.execute(_NEW_COMES)
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
    order = ["at", "entry_id", "kind", "topic", "language", "vendor", "person", "citizen", *SUMS]
    columns = [name if name == "entry_id" else f"count_{name}" for name in order]
    return measured.annotate(**named).order_by().values_list(*columns).query.sql_with_params()


def _neighbours(cursor: CursorWrapper) -> list[tuple[datetime, int]]:
    back = max(rules.longest(Rule.Name.FCR_DAYS), timedelta(days=1))
    ahead = max(rules.longest(Rule.Name.REDIAL_MINUTES), timedelta(days=1))
    cursor.execute(_NEIGHBOURS, [back, ahead])
    return cursor.fetchall()
