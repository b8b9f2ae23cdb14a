"""Where an agent is: locking the row, and moving it on."""

from datetime import datetime

from agents.models import Presence, PresenceSpell, PresenceState, QueueEntry, User
from callcenter import clock, live


def lock(agent: User) -> Presence:
    """The agent's presence row, locked; made on first use."""
    locked = Presence.objects.select_for_update().filter(agent=agent)
    presence = locked.first()
    if presence is None:
        Presence.objects.get_or_create(agent=agent)
        presence = locked.get()
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
    moment = at or clock.now()
    PresenceSpell.objects.filter(agent=presence.agent_id, ended_at=None).update(ended_at=moment)
    PresenceSpell.objects.create(
        agent_id=presence.agent_id, state=state, reason=reason, began_at=moment
    )
    presence.state, presence.entry, presence.reason, presence.since = state, entry, reason, moment
    presence.save()
    live.push_on_commit(
        live.Event("presence-changed", presence.agent_id),
        topics=[live.desk_of(presence.agent_id), live.FLOOR],
    )
