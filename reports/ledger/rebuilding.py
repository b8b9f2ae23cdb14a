"""Everything counted anew: after a restore, or when there is too much to be touched one by one."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.db.models import Max, Min

from agents.models import QueueEntry
from reports.ledger import counting, partitions, presence, touch
from reports.ledger.grains import GRAINS
from reports.ledger.judging import judged
from reports.models.counted import SUMS

_JUDGE = """
UPDATE {month} one SET redials = now.redials, callers = now.callers, followed = now.followed
FROM ({judged}) now WHERE now.arrived_at = one.arrived_at AND now.entry_id = one.entry_id
AND (now.redials, now.callers, now.followed) <> (0, 0, 0)
"""
_FROM_FACTS = [f"sum({name})::bigint AS {name}" for name in SUMS]


def rebuild(tell: Callable[[str], None]) -> int:
    """Forget all facts and sums and make them from the raw rows, month by month; how many facts.

    Calls go on meanwhile, and what changes is counted afterwards; reports and the floor's figures
    wait for the end.
    """
    arrived = QueueEntry.objects.aggregate(first=Min("waiting_since"), last=Max("waiting_since"))
    with transaction.atomic(), connection.cursor() as cursor:
        counting.counting_alone(cursor)
        tables = ", ".join(["reports_fact", *(grain.table for grain in GRAINS)])
        # Not emptied by TRUNCATE, which would let every call wait that wants to leave a note.
        cursor.execute("DELETE FROM reports_touchedcontact")
        cursor.execute(f"TRUNCATE {tables}")
        touch.agents_since(datetime(2000, 1, 1, tzinfo=UTC))
        made = _months(cursor, arrived["first"], arrived["last"], tell) if arrived["first"] else 0
    while presence.catch_up():
        pass
    return made


def _months(cursor, first: datetime, last: datetime, tell: Callable[[str], None]) -> int:
    partitions.ensure(first.date(), last.date())
    made, month = 0, _month_of(first)
    while month <= last:
        after = month + relativedelta(months=1)
        read, parameters = counting.facts_between(month, after)
        cursor.execute(f"INSERT INTO reports_fact ({counting.COLUMNS}) {read}", parameters)
        made += cursor.rowcount
        tell(f"{month:%Y-%m}: {made:,} contacts counted")
        month = after
    cursor.execute("ANALYZE reports_fact")
    for name in [*partitions.months_of(partitions.FACTS), "reports_fact_default"]:
        cursor.execute(_JUDGE.format(month=name, judged=judged("reports_fact", name)))
        tell(f"{name}: judged")
    for grain in GRAINS:
        into = ", ".join([*grain.columns, *SUMS])
        cursor.execute(
            f"INSERT INTO {grain.table} ({into}) {grain.grouped('reports_fact', _FROM_FACTS)}"
        )
        tell(f"{grain.table}: {cursor.rowcount:,} rows")
    return made


def _month_of(moment: datetime) -> datetime:
    start: date = moment.astimezone(UTC).date().replace(day=1)
    return datetime.combine(start, time.min, tzinfo=UTC)
