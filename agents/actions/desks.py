"""Desks that give signs of life, and what becomes of the work of one that does not."""

import time
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from agents import audit
from agents.actions import presence as presences
from agents.actions import queue
from agents.actions.offers import back_in_line, give_back
from agents.actions.routing import route_on_commit
from agents.models import BreakReason, DeskSeen, Offer, Presence, PresenceState, QueueEntry
from callcenter import clock

HEARD_EVERY_SECONDS = 10.0
_heard_at: dict[int, float] = {}


def seen(agent_ids: Iterable[int]) -> None:
    """These desks are there: a socket is open, or a request has just come. One statement."""
    DeskSeen.objects.bulk_create(
        [DeskSeen(agent_id=agent_id, at=clock.now()) for agent_id in sorted(set(agent_ids))],
        update_conflicts=True,
        unique_fields=["agent"],
        update_fields=["at"],
    )


def heard(agent_id: int) -> None:
    """A request came from this desk: written down, but not for each of them."""
    now = time.monotonic()
    if now - _heard_at.get(agent_id, -HEARD_EVERY_SECONDS) >= HEARD_EVERY_SECONDS:
        _heard_at[agent_id] = now
        seen([agent_id])


def let_go_of_vanished() -> int:
    """Send home whose desk has been silent for longer than the grace; how many that were.

    Somebody who talks on the telephone stays until the telephone says that it is over: their
    browser is gone, the caller is not.
    """
    found = Presence.objects.filter(_silent(), ~_on_the_line())
    agents = list(found.exclude(state=PresenceState.OFFLINE).values_list("agent", flat=True))
    return sum(_send_home(agent_id) for agent_id in agents)


def _silent() -> Q:
    since = clock.now() - timedelta(seconds=settings.DESK_GRACE_SECONDS)
    seen = DeskSeen.objects.filter(agent=OuterRef("agent"))
    # Who works by telephone alone has never had a desk: their last change counts.
    return Exists(seen.filter(at__lte=since)) | (~Exists(seen) & Q(since__lte=since))


def _on_the_line() -> Q:
    return Q(state=PresenceState.TALKING, entry__kind__in=QueueEntry.SPOKEN)


@transaction.atomic
def _send_home(agent_id: int) -> bool:
    held = Presence.objects.filter(agent=agent_id).values("entry")
    entry = QueueEntry.objects.select_for_update().filter(pk__in=held).first()
    locked = Presence.objects.select_for_update(of=("self",))
    found = locked.filter(_silent(), ~_on_the_line(), agent=agent_id)
    presence = found.first()
    if presence is None or presence.state == PresenceState.OFFLINE:
        return False
    if presence.entry_id != (entry.pk if entry else None):
        return False  # It has just moved on; the next tick looks again.
    if entry is not None:
        _free(entry)
        presence.refresh_from_db()
    presences.move(presence, PresenceState.OFFLINE, reason=BreakReason.VANISHED)
    audit.record(actor=None, verb="desk.vanished", target=presence.agent)
    route_on_commit()
    return True


def _free(entry: QueueEntry) -> None:
    """Whatever a vanished desk had: rung elsewhere, back in the line, or closed for review."""
    if entry.status == QueueEntry.Status.OFFERED:
        give_back(entry, Offer.Status.WITHDRAWN)
    elif entry.released_at is None and entry.kind != QueueEntry.Kind.CONSULT:
        queue.end_consult(entry)
        queue.let_go(entry)
        # Nobody was served: it is as it was before.
        entry.taken_at = None
        back_in_line(entry)
    else:
        queue.leave_behind(entry, actor=None)
