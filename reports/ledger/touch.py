"""Saying that something is to be counted again."""

from datetime import datetime

from django.db import connection

_SINCE = """
INSERT INTO reports_touchedcontact (entry_id)
SELECT id FROM agents_queueentry WHERE waiting_since >= %s
"""
_AGENTS_SINCE = """
INSERT INTO reports_touchedagent (agent_id, since, until)
SELECT agent_id, min(began_at), max(ended_at) FROM agents_presencespell
WHERE ended_at >= %s GROUP BY agent_id
"""


def since(moment: datetime) -> None:
    """Whatever arrived at ``moment`` or later."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [moment])


def agents_since(moment: datetime) -> None:
    """Where everybody was at ``moment`` or later."""
    with connection.cursor() as cursor:
        cursor.execute(_AGENTS_SINCE, [moment])
