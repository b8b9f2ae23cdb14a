"""Where an agent is: locking the row, and moving it on."""

from collections.abc import Sequence
from datetime import datetime

from agents.models import Presence, PresenceSpell, PresenceState, QueueEntry, User
from callcenter import clock, live

_FIELDS = ["state", "entry", "reason", "since", "held_since"]


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
    PresenceSpell.objects.filter(agent__in=agents, ended_at=None).update(ended_at=moment)
    PresenceSpell.objects.bulk_create(
        PresenceSpell(agent_id=agent, state=state, reason=reason, began_at=moment)
        for agent in agents
    )
    for presence in presences:
        presence.state, presence.reason = state, reason
        presence.since, presence.held_since = moment, None
    _save(presences)
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


def _save(presences: Sequence[Presence]) -> None:
    if len(presences) == 1:
        presences[0].save(update_fields=_FIELDS)
    else:
        Presence.objects.bulk_update(presences, _FIELDS)
