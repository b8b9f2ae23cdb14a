"""Where an agent is: locking the row, and moving it on."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from agents.models import Presence, PresenceState, QueueEntry, User
from callcenter import clock, live

# The most frequent write of the house, four times in each contact: one trip to the database.
_MOVE = """
UPDATE agents_presencespell SET ended_at = %(at)s
WHERE agent_id = ANY(%(agents)s) AND ended_at IS NULL;
INSERT INTO agents_presencespell (agent_id, state, reason, began_at)
SELECT unnest(%(agents)s), %(state)s, %(reason)s, %(at)s;
UPDATE agents_presence p
SET state = %(state)s, reason = %(reason)s, since = %(at)s, held_since = NULL,
    entry_id = moved.entry
FROM unnest(%(agents)s, %(entries)s::bigint[]) AS moved (agent, entry)
WHERE p.agent_id = moved.agent;
"""


def lock(agent: User) -> Presence:
    """The agent's presence row, locked; made on first use."""
    locked = Presence.objects.select_for_update().filter(agent=agent)
    presence = locked.first()
    if presence is None:
        Presence.objects.get_or_create(agent=agent)
        presence = locked.get()
    presence.agent = agent
    return presence


def move(
    presence: Presence,
    state: PresenceState,
    *,
    entry: QueueEntry | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Put a locked presence into ``state`` and keep the spell that ends. Atomic with the caller."""
    presence.entry = entry
    move_all([presence], state, reason=reason, at=at)


def move_all(
    presences: Sequence[Presence],
    state: PresenceState,
    *,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """As ``move``, for many at once; each already has the entry it will be with."""
    moment = at or clock.now()
    agents = [presence.agent_id for presence in presences]
    for presence in presences:
        presence.state, presence.reason = state, reason
        presence.since, presence.held_since = moment, None
    with connection.cursor() as cursor:
        entries = [presence.entry_id for presence in presences]
        cursor.execute(
            _MOVE,
            {
                "state": state,
                "reason": reason,
                "at": moment,
                "agents": agents,
                "entries": entries,
            },
        )
    for agent in agents:
        live.push_on_commit(live.Event("presence-changed", agent), topics=[live.desk_of(agent)])
    live.push_on_commit(live.Event("presence-changed", agents[0]), topics=[live.FLOOR])


def hold(presence: Presence, since: datetime | None) -> None:
    """Say on a locked presence that the caller is on hold, or no longer is."""
    presence.held_since = since
    presence.save(update_fields=["held_since"])
    live.push_on_commit(
        live.Event("presence-changed", presence.agent_id),
        topics=[live.desk_of(presence.agent_id), live.FLOOR],
    )
