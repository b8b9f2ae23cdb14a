"""What the telephone system tells us, and what it means for the queue."""

import uuid
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from agents.actions import queue
from agents.hours import is_open
from agents.models import QueueEntry, User
from callcenter import clock
from callcenter.refusals import Refused
from inquiries import phones
from inquiries.actions import contacts, intake
from inquiries.calls import CallState, fold
from inquiries.models import Call, CallEvent, Contact

log = structlog.get_logger(__name__)


@transaction.atomic
def record_event(
    *,
    event_id: str,
    call_id: str,
    kind: str,
    at: datetime,
    from_number: str = "",
    to_number: str = "",
    agent: User | None = None,
) -> tuple[Call, bool]:
    """Keep an event and bring call, inquiry and queue in line; (call, whether it was news).

    The same ``event_id`` again changes nothing. Any first event makes the inquiry, so that a
    lost ``arrived`` loses nobody. The call's row is locked: its events are taken one at a time.
    """
    call = _lock_call(call_id)
    events = list(CallEvent.objects.filter(Q(call=call) | Q(event_id=event_id)))
    if any(event.event_id == event_id for event in events):
        return call, False
    news = CallEvent.objects.create(
        event_id=event_id,
        call=call,
        type=kind,
        at=at,
        from_number=from_number,
        to_number=to_number,
        agent=agent,
        received_at=clock.now(),
    )
    state, before = fold([*events, news]), call.agent_id
    contact = _write_down(call, state)
    _bring_queue_in_line(call, contact, state, news=call.agent_id != before)
    return call, True


def hold(*, agent: User, on: bool) -> None:
    """Let the caller in hand wait with music, or talk again. Raises Refused without a caller.

    It is an event of the call like the telephone's own: told by both, it counts once.
    """
    contact = contacts.in_hand(agent)
    call = Call.objects.filter(contact=contact, ended_at=None).first()
    if call is None or contact.entry.released_at is not None:
        raise Refused(_("There is nobody on the line."))
    kind = CallEvent.Type.HELD if on else CallEvent.Type.RESUMED
    record_event(
        event_id=f"desk-{uuid.uuid4().hex}", call_id=call.call_id, kind=kind, at=clock.now()
    )


def _lock_call(call_id: str) -> Call:
    locked = Call.objects.select_for_update().filter(call_id=call_id)
    call = locked.first()
    if call is None:
        # Its first event. Another may be as early: one of the two makes the row, both lock it.
        Call.objects.bulk_create([Call(call_id=call_id)], ignore_conflicts=True)
        call = locked.get()
    if call.contact_id:
        # Only now: what was read together with the lock could be from before we got it.
        contacts = Contact.objects.select_related("entry", "inquiry")
        call.contact = contacts.get(pk=call.contact_id)
    return call


def _write_down(call: Call, state: CallState) -> Contact:
    if call.contact is None:
        call.contact = intake.take_in_call(
            from_number=state.from_number, to_number=state.to_number, arrived_at=state.began_at
        )
    elif call.from_number != state.from_number:
        _recognise_late(call.contact, state.from_number)
    call.from_number, call.to_number = state.from_number, state.to_number
    call.arrived_at, call.answered_at = state.arrived_at, state.answered_at
    call.ended_at, call.agent_id = state.ended_at, state.agent_id
    call.held_seconds, call.transfers = round(state.held.total_seconds()), state.transfers
    call.save()
    return call.contact


def _recognise_late(contact: Contact, from_number: str) -> None:
    """The event that says who calls came after another one."""
    phone = phones.recognise(from_number)
    if phone and contact.inquiry.citizen_id is None:
        # Entry before inquiry, as whoever takes or lets go of it locks them.
        queue.lock(contact.entry_id)
        contact.inquiry.citizen = intake.citizen_of(phone)
        contact.inquiry.save(update_fields=["citizen"])


def _bring_queue_in_line(call: Call, contact: Contact, state: CallState, *, news: bool) -> None:
    """``news``: the telephone has said for the first time that this agent has the call. What the
    desk has passed on since is not given back by an event about something else."""
    entry = contact.entry
    if entry.kind != QueueEntry.Kind.CALL:
        # The caller has given up the line for a callback: the entry is no longer the telephone's.
        return
    if entry.waiting_since != state.began_at:
        entry = queue.refine(entry_id=entry.pk, after_hours=not is_open(state.began_at))
    if state.answered_at and entry.status == QueueEntry.Status.ABANDONED:
        entry = queue.revive(entry_id=entry.pk)
    if state.answered_at and (news or not entry.taken_at) and call.agent is not None:
        entry = _give_to(entry, call.agent, state.answered_at)
    if state.ended_at:
        entry = _end(contact, state.ended_at, answered=state.answered_at is not None)
    if state.was_held:
        queue.note_hold(entry_id=entry.pk, since=state.held_since)
    queue.correct_times(
        entry=entry,
        waiting_since=state.began_at,
        taken_at=state.answered_at,
        released_at=state.ended_at,
    )


def _give_to(entry: QueueEntry, agent: User, at: datetime) -> QueueEntry:
    try:
        return queue.assign(entry_id=entry.pk, agent=agent, at=at)
    except Refused:
        # The telephone is right that they talk; the desk is right that it shows somebody else.
        log.warning("call.agent_busy", entry=entry.pk, agent=agent.pk)
        return entry


def _end(contact: Contact, at: datetime, *, answered: bool) -> QueueEntry:
    entry = queue.lock(contact.entry_id)
    if entry.status == QueueEntry.Status.TAKEN:
        return queue.release_locked(entry, at=at)
    if entry.finished_at is None and answered:
        entry = queue.close_unhandled(entry_id=entry.pk, at=at)
        contacts.conclude(contact=contact, outcome=Contact.Outcome.OUTSIDE, actor=None)
        return entry
    return queue.abandon(entry_id=entry.pk, at=at)
