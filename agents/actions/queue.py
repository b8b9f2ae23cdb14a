"""Into the queue, out of it, and the work in between.

Most of these run inside a larger action. They make no savepoint of their own: what is refused
inside refuses the whole.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agents import audit, signals
from agents.actions import presence as presences
from agents.actions.offers import (
    announce,
    close_live_offer,
    end_unserved,
    give_back,
    not_before,
    take,
)
from agents.actions.routing import route_on_commit
from agents.matching import lane_of
from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callcenter import clock
from callcenter.refusals import Refused

PRIORITY_OF = {
    QueueEntry.Kind.CALL: QueueEntry.Priority.CALL,
    QueueEntry.Kind.WEB: QueueEntry.Priority.WRITTEN,
    QueueEntry.Kind.CALLBACK: QueueEntry.Priority.PROMISE,
    QueueEntry.Kind.RETURNED: QueueEntry.Priority.PROMISE,
    QueueEntry.Kind.WELFARE: QueueEntry.Priority.PROMISE,
    QueueEntry.Kind.CONSULT: QueueEntry.Priority.PROMISE,
}


_TIMES = ["waiting_since", "rank_at", "taken_at", "released_at"]


@transaction.atomic(savepoint=False)
def enqueue(
    *,
    kind: QueueEntry.Kind,
    language: str,
    topic: str = "",
    difficult: bool = False,
    skills: Iterable[str] = (),
    waiting_since: datetime | None = None,
    rank_at: datetime | None = None,
    preferred_id: int | None = None,
    **more: Any,
) -> QueueEntry:
    """Put something in the line; whoever is free and suited is asked right after commit.

    ``topic`` is the code of a topic's family, ``skills`` what an agent must have whatever
    happens, ``preferred_id`` whom to ask first if free. The place in the line is ``rank_at``, by
    default ``waiting_since``, by default now.
    """
    since = waiting_since or clock.now()
    entry = QueueEntry(
        kind=kind,
        priority=PRIORITY_OF[kind],
        language=language,
        topic=topic,
        difficult=difficult,
        skills=list(skills),
        waiting_since=since,
        rank_at=rank_at or since,
        preferred_id=preferred_id,
        **more,
    )
    entry.lane = lane_of(entry)
    entry.save()
    announce(entry)
    route_on_commit()
    return entry


@transaction.atomic(savepoint=False)
def refine(*, entry_id: int, **asks: Any) -> QueueEntry:
    """More is known of what an entry asks for (topic, difficult, language, preferred_id)."""
    entry = lock(entry_id)
    for name, value in asks.items():
        setattr(entry, name, value)
    entry.lane = lane_of(entry)
    entry.save(update_fields=[*asks, "lane"])
    if entry.status == QueueEntry.Status.WAITING:
        route_on_commit()
    return entry


@transaction.atomic(savepoint=False)
def abandon(*, entry_id: int, at: datetime) -> QueueEntry:
    """The caller hung up while waiting. Nothing happens to an entry that somebody has."""
    entry = lock(entry_id)
    if entry.status not in QueueEntry.IN_LINE:
        return entry
    close_live_offer(entry, Offer.Status.WITHDRAWN)
    entry.status, entry.finished_at = QueueEntry.Status.ABANDONED, not_before(entry, at)
    entry.save()
    signals.entry_abandoned.send(sender=QueueEntry, entry=entry)
    announce(entry)
    return entry


@transaction.atomic
def assign(*, entry_id: int, agent: User, at: datetime | None = None) -> QueueEntry:
    """Bind an entry to the agent who demonstrably has it: the telephone system says so.

    Whoever had it before is free again. What rings at the agent goes back in line, and a wrap-up
    is over. Refused while the agent talks to somebody else: two entries for one agent cannot exist.
    """
    entry, other = _lock_both(entry_id, agent)
    if entry.finished_at is not None or entry.agent_id == agent.pk:
        return entry
    close_live_offer(entry, Offer.Status.WITHDRAWN, but_not=agent)
    if entry.agent_id is not None:
        let_go(entry)
    if other is not None:
        _make_room(other, agent)
    end_consult(entry)
    return take(entry, presences.lock(agent), at=at)


def _lock_both(entry_id: int, agent: User) -> tuple[QueueEntry, QueueEntry | None]:
    """The entry, and another one the agent is at, locked in one order for everybody."""
    held = Presence.objects.filter(agent=agent).exclude(entry=entry_id).values("entry")
    rows = QueueEntry.objects.select_for_update().filter(Q(pk=entry_id) | Q(pk__in=held))
    locked = {row.pk: row for row in rows.order_by("pk")}
    entry = locked.pop(entry_id)
    return entry, next(iter(locked.values()), None)


def _make_room(other: QueueEntry, agent: User) -> None:
    """Free an agent from a locked entry when they have evidently moved on to the next."""
    if other.status == QueueEntry.Status.OFFERED:
        give_back(other, Offer.Status.WITHDRAWN)
    elif other.released_at is not None or other.kind == QueueEntry.Kind.CONSULT:
        leave_behind(other, actor=agent)
    else:
        raise Refused(_("This agent is talking to somebody else."), field="agent")


@transaction.atomic(savepoint=False)
def release(*, entry_id: int, at: datetime | None = None) -> QueueEntry:
    """The citizen is gone: the agent's wrap-up begins. Doing it again changes nothing."""
    return release_locked(lock(entry_id), at=at)


def release_locked(entry: QueueEntry, *, at: datetime | None = None) -> QueueEntry:
    """As ``release``, for an entry the caller has locked. Atomic with the caller."""
    if entry.status != QueueEntry.Status.TAKEN or entry.released_at is not None:
        return entry
    entry.released_at = not_before(entry, at or clock.now())
    entry.save(update_fields=["released_at", "settled_at"])
    presence = Presence.objects.select_for_update().get(agent=entry.agent_id)
    presences.move(presence, PresenceState.WRAP_UP, entry=entry, at=entry.released_at)
    signals.entry_released.send(sender=QueueEntry, entry=entry)
    return entry


@transaction.atomic(savepoint=False)
def settle(*, entry_id: int) -> QueueEntry:
    """The work is recorded: what is left is wrap-up, or nothing if that has already begun."""
    entry = lock(entry_id)
    if entry.status != QueueEntry.Status.TAKEN:
        raise Refused(_("This is not in anybody's hands."))
    entry.settled_at = clock.now()
    if entry.released_at is None:
        return release_locked(entry)
    return _complete(entry, by=entry.agent_id)


@transaction.atomic(savepoint=False)
def complete(*, entry_id: int, actor: User | None) -> QueueEntry:
    """Wrap-up is over: the entry is done and its agent is available again."""
    return _complete(lock(entry_id), by=actor.pk if actor else None)


def _complete(entry: QueueEntry, *, by: int | None) -> QueueEntry:
    if entry.status != QueueEntry.Status.TAKEN:
        return entry
    end_consult(entry)
    moment = clock.now()
    entry.released_at = entry.released_at or moment
    entry.status, entry.finished_at = QueueEntry.Status.DONE, max(moment, entry.released_at)
    entry.save(update_fields=["status", "settled_at", "released_at", "finished_at"])
    presence = Presence.objects.select_for_update().get(agent=entry.agent_id)
    presences.move(presence, PresenceState.AVAILABLE)
    audit.record(actor=by, verb="entry.completed", target=entry)
    announce(entry)
    route_on_commit()
    return entry


def leave_behind(entry: QueueEntry, *, actor: User | None) -> None:
    """End the wrap-up of a locked entry whose agent has gone on or is gone. What was not
    written up is told to the app that put it in. Atomic with the caller."""
    unsettled = entry.settled_at is None and entry.kind != QueueEntry.Kind.CONSULT
    complete(entry_id=entry.pk, actor=actor)
    if unsettled:
        signals.entry_orphaned.send(sender=QueueEntry, entry=entry)


@transaction.atomic(savepoint=False)
def close_unhandled(*, entry_id: int, at: datetime) -> QueueEntry:
    """It was settled without a desk (a telephone answered by somebody we do not know)."""
    entry = lock(entry_id)
    if entry.status in QueueEntry.IN_LINE:
        close_live_offer(entry, Offer.Status.WITHDRAWN)
        end_unserved(entry, at)
    return entry


@transaction.atomic(savepoint=False)
def revive(*, entry_id: int) -> QueueEntry:
    """An abandoned entry turns out to have been answered: back to waiting, to be assigned."""
    entry = lock(entry_id)
    if entry.status == QueueEntry.Status.ABANDONED:
        entry.status, entry.finished_at = QueueEntry.Status.WAITING, None
        entry.save()
    return entry


@transaction.atomic(savepoint=False)
def correct_times(
    *,
    entry: QueueEntry,
    waiting_since: datetime,
    taken_at: datetime | None,
    released_at: datetime | None,
) -> None:
    """Let the telephone system's own times (None: not known) replace ours on a taken entry.

    Most often ours came from there: then there is nothing to lock and to write.
    """
    if not _put_right(entry, waiting_since, taken_at, released_at):
        return
    entry = lock(entry.pk)
    _put_right(entry, waiting_since, taken_at, released_at)
    entry.save(update_fields=_TIMES)


def _put_right(
    entry: QueueEntry,
    waiting_since: datetime,
    taken_at: datetime | None,
    released_at: datetime | None,
) -> bool:
    """Set the times on the row in memory; whether one of them has changed."""
    before = [getattr(entry, name) for name in _TIMES]
    if entry.rank_at == entry.waiting_since:
        entry.rank_at = waiting_since
    entry.waiting_since = waiting_since
    if entry.taken_at is not None:
        entry.taken_at = max(taken_at or entry.taken_at, entry.waiting_since)
    if entry.released_at is not None:
        entry.released_at = not_before(entry, released_at or entry.released_at)
    return before != [getattr(entry, name) for name in _TIMES]


@transaction.atomic(savepoint=False)
def note_hold(*, entry_id: int, since: datetime | None) -> None:
    """The caller hears music since then, or talks again (None). Shown while the agent talks."""
    talking = Presence.objects.select_for_update().filter(
        entry=entry_id, state=PresenceState.TALKING
    )
    presence = talking.first()
    if presence is not None and presence.held_since != since:
        presences.hold(presence, since)


def lock(entry_id: int) -> QueueEntry:
    return QueueEntry.objects.select_for_update().get(pk=entry_id)


def let_go(entry: QueueEntry) -> None:
    """A locked entry moves on to somebody else; who had it has a wrap-up without it."""
    before = Presence.objects.select_for_update().get(agent=entry.agent_id)
    presences.move(before, PresenceState.WRAP_UP)
    entry.agent, entry.settled_at = None, None
    signals.entry_let_go.send(sender=QueueEntry, entry=entry)


def end_consult(entry: QueueEntry) -> None:
    """Nobody need be asked about a locked entry any more. Atomic with the caller."""
    for consult in entry.consults.open().select_for_update():
        if consult.status == QueueEntry.Status.TAKEN:
            complete(entry_id=consult.pk, actor=None)
        else:
            close_unhandled(entry_id=consult.pk, at=clock.now())
