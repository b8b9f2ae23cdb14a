"""A database as it was, again and again, under servers that go on running."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
from psycopg2.errors import DeadlockDetected

_KEPT = "as_it_was"
# A partition's rows are those of its table.
_TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY 1
"""
_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_TRIES = 5


class Snapshot:
    """All rows of the database at ``url``, kept beside it when this is made.

    Sequences go on: a row of one test never has the number of another's. Needs a superuser, who
    may leave the foreign keys unchecked while the rows come back. The tables ``living`` say who
    is alive, and are left alone.
    """

    def __init__(self, url: str, *, living: tuple[str, ...] = ()) -> None:
        self._url = url
        with self._transaction() as cursor:
            cursor.execute(f"CREATE SCHEMA {_KEPT}")
            cursor.execute(_TABLES)
            self._columns = {table: "" for (table,) in cursor if table not in living}
            for table in list(self._columns):
                cursor.execute(_COLUMNS, [table])
                self._columns[table] = cursor.fetchone()[0]
                cursor.execute(f"CREATE TABLE {_KEPT}.{table} AS TABLE public.{table}")

    def restore(self) -> None:
        """Every table as it was, in one transaction."""
        for _try in range(_TRIES):
            try:
                return self._restore()
            except DeadlockDetected:
                # Somebody was at work in two tables, the other way round. They are done now.
                continue
        raise AssertionError(f"The tables were not free in {_TRIES} tries.")

    def _restore(self) -> None:
        with self._transaction() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(self._columns)}")
            for table, columns in self._columns.items():
                there = f"public.{table} ({columns})"
                cursor.execute(f"INSERT INTO {there} SELECT {columns} FROM {_KEPT}.{table}")  # noqa: S608

    @contextmanager
    def _transaction(self) -> Iterator:
        # The second ``connection`` is the transaction, the first one closes.
        with closing(psycopg2.connect(self._url)) as connection, connection:
            yield connection.cursor()
