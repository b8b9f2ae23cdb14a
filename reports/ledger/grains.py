"""The tables of sums: what each is grouped by, and how a change is added to it."""

from dataclasses import dataclass

from reports.ledger.zone import ZONE
from reports.models.counted import SUMS

# All columns of a fact, in the order in which they are selected and inserted.
PLACES = [
    *("arrived_at", "entry_id", "kind", "topic_id", "language", "vendor_id"),
    *("agent_id", "citizen_id", "family_id", "gave_up_at"),
]
FACT = [*PLACES, *SUMS]


@dataclass(frozen=True)
class Grain:
    """``columns`` are the key; ``bucket`` is the first of them, made from ``arrived_at``."""

    table: str
    bucket: str
    columns: tuple[str, ...]

    def grouped(self, source: str, sums: list[str]) -> str:
        """SELECT of the key and ``sums`` (expressions over ``source``)."""
        first, *others = self.columns
        key = ", ".join([f"{self.bucket} AS {first}", *others])
        places = ", ".join(str(place) for place in range(1, len(self.columns) + 1))
        return f"SELECT {key}, {', '.join(sums)} FROM {source} GROUP BY {places}"

    def add(self, changes: str) -> str:
        """SQL that adds the rows of ``changes`` (facts with a ``sign``) to the sums."""
        deltas = [f"sum(sign * {name})::bigint AS {name}" for name in SUMS]
        moved = " OR ".join(f"{name} <> 0" for name in SUMS)
        into = ", ".join([*self.columns, *SUMS])
        added = ", ".join(f"{name} = {self.table}.{name} + EXCLUDED.{name}" for name in SUMS)
        return (
            f"INSERT INTO {self.table} ({into}) "
            f"SELECT {into} FROM ({self.grouped(changes, deltas)}) AS delta WHERE {moved} "
            f"ON CONFLICT ({', '.join(self.columns)}) DO UPDATE SET {added}"
        )


_QUARTER = "date_bin('15 minutes', arrived_at, '2000-01-01 00:00:00+00')"
_HOUR = f"date_trunc('hour', arrived_at, '{ZONE}')"
_DAY = f"(arrived_at AT TIME ZONE '{ZONE}')::date"

SLOT = Grain(
    "reports_slot", _QUARTER, ("at", "kind", "topic_id", "language", "vendor_id", "agent_id")
)
HOUR = Grain("reports_hour", _HOUR, ("at", "kind", "language", "vendor_id"))
DAY = Grain("reports_day", _DAY, ("day", "kind", "topic_id", "language", "vendor_id"))
AGENT_DAY = Grain(
    "reports_agentday",
    _DAY,
    ("day", "agent_id", "kind", "topic_id", "language", "vendor_id"),
)
GRAINS = [SLOT, HOUR, DAY, AGENT_DAY]
