"""Months for the tables that grow without bound, by PostgreSQL's own partitioning.

Each such table has a default partition, so nothing is ever refused for want of a month; what it
holds of a month moves when that month gets a table of its own.
"""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection, transaction
from django.db.migrations import CreateModel

from callcenter import clock

AHEAD = 2


@dataclass(frozen=True)
class Partitioned:
    table: str
    column: str


FACTS = Partitioned("reports_fact", "arrived_at")
SLOTS = Partitioned("reports_slot", "at")
PARTITIONED = [FACTS, SLOTS]
_BOUNDS = """
SELECT inhrelid::regclass::text FROM pg_inherits
WHERE inhparent = %s::regclass AND inhrelid::regclass::text ~ '_[0-9]{6}$' ORDER BY 1
"""


class CreatePartitioned(CreateModel):
    """Creates the model's table partitioned by months of ``column``, with a default partition."""

    def __init__(self, *args, column: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.column = column

    def deconstruct(self):
        name, args, kwargs = super().deconstruct()
        return name, args, kwargs | {"column": self.column}

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        table = to_state.apps.get_model(app_label, self.name)._meta.db_table
        for statement in (
            f"ALTER TABLE {table} RENAME TO {table}_plain",
            f"CREATE TABLE {table} (LIKE {table}_plain INCLUDING ALL) "
            f"PARTITION BY RANGE ({self.column})",
            f"DROP TABLE {table}_plain",
            f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT",
        ):
            schema_editor.execute(statement)


def keep() -> None:
    """Months for what is to come, and none for what is older than is kept."""
    today = clock.today()
    ensure(today, today + relativedelta(months=AHEAD))
    kept_from = today - relativedelta(months=settings.FACTS_KEPT_MONTHS)
    for table in PARTITIONED:
        drop_before(table, kept_from)


def months_of(table: Partitioned) -> list[str]:
    """The names of its partitions that are months, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [table.table])
        return [name for (name,) in cursor.fetchall()]


def ensure(first: date, last: date) -> list[str]:
    """Give every table the months from that of ``first`` to that of ``last``; those made."""
    made = []
    for table in PARTITIONED:
        there = set(months_of(table))
        month = first.replace(day=1)
        while month <= last:
            name = f"{table.table}_{month:%Y%m}"
            if name not in there:
                _make(table, name, month)
                made.append(name)
            month += relativedelta(months=1)
    return made


@transaction.atomic
def _make(table: Partitioned, name: str, month: date) -> None:
    bounds = [f"{month} 00:00+00", f"{month + relativedelta(months=1)} 00:00+00"]
    here = f"{table.column} >= %s AND {table.column} < %s"
    with connection.cursor() as cursor:
        # Nobody writes into the default partition between the move and the attachment.
        cursor.execute(f"LOCK TABLE {table.table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {table.table} INCLUDING DEFAULTS)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {table.table}_default WHERE {here} RETURNING *) "
            f"INSERT INTO {name} SELECT * FROM moved",
            bounds,
        )
        cursor.execute(
            f"ALTER TABLE {table.table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            bounds,
        )


def drop_before(table: Partitioned, first: date) -> list[str]:
    """Drop the months that ended before that of ``first``; those dropped."""
    kept_from = f"{table.table}_{first:%Y%m}"
    old = [name for name in months_of(table) if name < kept_from]
    with connection.cursor() as cursor:
        for name in old:
            cursor.execute(f"DROP TABLE {name}")
    return old
