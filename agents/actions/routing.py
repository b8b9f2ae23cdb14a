"""Who is asked next. The one piece of code that makes offers."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from agents.actions import presence as presences
from agents.models import AgentSkill, Offer, Presence, PresenceState, QueueEntry
from callcenter import clock, live

# One router at a time: with two, each could skip what the other holds.
ROUTING_LOCK = 120_001
# More than this many waiting entries are not looked at in one round; a round follows each change.
LOOK_AT = 200


def route_on_commit() -> None:
    """Ask somebody as soon as the change is safe. If this fails, the next tick does it."""
    transaction.on_commit(route, robust=True)


def route() -> int:
    """Offer what waits to those who are free; how many offers were made.

    Entries in rank order, each to the agent who has been idle longest among those with all its
    skills. An entry nobody suited is free for does not hold up those behind it.
    """
    if not Presence.objects.filter(state=PresenceState.AVAILABLE).exists():
        return 0
    with transaction.atomic():
        _become_the_router()
        entries = list(QueueEntry.objects.waiting().select_for_update(skip_locked=True)[:LOOK_AT])
        free = _free_agents() if entries else []
        return sum(_offer_to_first_suited(entry, free) for entry in entries)


def _become_the_router() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ROUTING_LOCK])


class FreeAgent(NamedTuple):
    presence: Presence
    skills: set[str]


def _free_agents() -> list[FreeAgent]:
    """The available agents, longest idle first; their presences are locked."""
    free = list(
        Presence.objects.select_for_update(skip_locked=True)
        .filter(state=PresenceState.AVAILABLE)
        .order_by("since", "pk")
    )
    skills: dict[int, set[str]] = {presence.agent_id: set() for presence in free}
    for agent_id, name in AgentSkill.objects.filter(agent__in=skills).values_list("agent", "name"):
        skills[agent_id].add(name)
    return [FreeAgent(presence, skills[presence.agent_id]) for presence in free]


def _offer_to_first_suited(entry: QueueEntry, free: list[FreeAgent]) -> bool:
    """Ask the first suited agent and take them off ``free``; False when nobody suits."""
    passed = _who_let_it_pass(entry) if entry.rings else set()
    for agent in free:
        if agent.skills.issuperset(entry.skills) and agent.presence.agent_id not in passed:
            free.remove(agent)
            _offer(entry, agent.presence)
            return True
    return False


def _who_let_it_pass(entry: QueueEntry) -> set[int]:
    """Agents who declined or missed this entry a moment ago."""
    recently = clock.now() - timedelta(seconds=settings.OFFER_AGAIN_AFTER_SECONDS)
    return set(entry.offers.filter(closed_at__gt=recently).values_list("agent", flat=True))


def _offer(entry: QueueEntry, presence: Presence) -> None:
    now = clock.now()
    offer = Offer.objects.create(
        entry=entry,
        agent_id=presence.agent_id,
        offered_at=now,
        expires_at=now + timedelta(seconds=settings.OFFER_SECONDS),
    )
    entry.status, entry.rings = QueueEntry.Status.OFFERED, entry.rings + 1
    entry.save(update_fields=["status", "rings"])
    presences.move(presence, PresenceState.RINGING, entry=entry)
    live.push_on_commit(
        live.Event("offer-changed", offer.pk), topics=[live.desk_of(presence.agent_id)]
    )
