"""How long everybody was in which state, by day: made again for the days that were touched.

A day of one person is a few hundred spells, so it is summed anew rather than corrected. Spells
that go on are added when they are read.
"""

from datetime import date

from django.db import connection, transaction

from reports.ledger.counting import AT_ONCE, counting_alone
from reports.ledger.zone import ZONE
from reports.models import TouchedAgent

_STATES = {
    "available": "available",
    "ringing": "ringing",
    "talking": "talking",
    "wrap_up": "wrap_up",
    "on_break": "break",
}
STATES = list(_STATES)
_TAKE = f"""
WITH taken AS (
    DELETE FROM reports_touchedagent
    WHERE id IN (SELECT id FROM reports_touchedagent ORDER BY id LIMIT %s)
    RETURNING agent_id, since, until
)
SELECT DISTINCT agent_id, day::date FROM taken, generate_series(
    (since AT TIME ZONE '{ZONE}')::date, (until AT TIME ZONE '{ZONE}')::date, '1 day'
) AS day
"""
_FORGET = """
DELETE FROM reports_presenceday one USING unnest(%s::bigint[], %s::date[]) AS cell (agent_id, day)
WHERE one.agent_id = cell.agent_id AND one.day = cell.day
"""
_COLUMNS = f"day, agent_id, vendor_id, {', '.join(STATES)}"
_SUMS = ", ".join(
    "coalesce(sum((EXTRACT(EPOCH FROM least(ended_at, day_end) - greatest(began_at, day_start))"
    f" * 1000000)::bigint) FILTER (WHERE state = '{state}'), 0) AS {name}"
    for name, state in _STATES.items()
)
# With whom they were when the spell began; what was before the first day is the first vendor's.
VENDOR = """coalesce((
    SELECT vendor_id FROM agents_employment known
    WHERE known.agent_id = spell.agent_id AND (until IS NULL OR until > spell.began_at)
    ORDER BY since LIMIT 1
), 0)"""
_READ = f"""
SELECT cell.day, cell.agent_id, {VENDOR} AS vendor_id, {_SUMS}
FROM (
    SELECT agent_id, day, day::timestamp AT TIME ZONE '{ZONE}' AS day_start,
        (day + 1)::timestamp AT TIME ZONE '{ZONE}' AS day_end
    FROM unnest(%s::bigint[], %s::date[]) AS named (agent_id, day)
) cell
JOIN agents_presencespell spell ON spell.agent_id = cell.agent_id
    AND spell.ended_at > day_start AND spell.began_at < day_end
    AND spell.ended_at > spell.began_at AND spell.state <> 'offline'
GROUP BY 1, 2, 3
"""

KEPT = f"SELECT {_COLUMNS} FROM reports_presenceday WHERE day BETWEEN %s AND %s"


def catch_up(*, at_most: int = AT_ONCE, within: float = 0) -> int:
    """Sum the days again that were touched, up to ``at_most`` notes; how many cells there were.

    ``within``: as for ``counting_alone``.
    """
    if not TouchedAgent.objects.exists():
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        counting_alone(cursor, within)
        cursor.execute(_TAKE, [at_most])
        cells = cursor.fetchall()
        named = [[agent for agent, _day in cells], [day for _agent, day in cells]]
        cursor.execute(_FORGET, named)
        cursor.execute(f"INSERT INTO reports_presenceday ({_COLUMNS}) {_READ}", named)
    return len(cells)


def from_raw(cells: list[tuple[int, date]]) -> set[tuple]:
    """The rows as the spells have them now, of these (agent, day)."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[agent for agent, _day in cells], [day for _agent, day in cells]])
        return set(cursor.fetchall())
