"""A caller in the line takes a callback: the place is kept, or they are called another time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit, hours
from agents.actions import offers, queue
from agents.models import Offer, QueueEntry
from callbacks import timing
from callbacks.actions.promises import making
from callbacks.actions.promises.state import announce
from callbacks.models import THEIR_TURN, Attempt, Callback
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from inquiries import phones
from inquiries.actions import contacts
from inquiries.models import Call, Contact, Inquiry

Status = Callback.Status


@transaction.atomic
def promise_caller(
    *, call_id: str, phone: str = "", due_at: datetime | None = None
) -> tuple[Callback, bool]:
    """A caller in the line chose to be called back; (the promise, whether it is new).

    While we are open the caller keeps the place (virtual hold): the same entry waits on, and the
    agent who takes it calls. While we are closed, or with a time of the caller's own, the entry
    leaves the line and the promise is for the next opening or for ``due_at`` (aware). A call
    gives one promise: asking again changes nothing. A number that waits for its turn already, by
    an earlier call, has that place and no second one.

    Raises Missing for a call we do not know, Refused when an agent has it or has had it, and
    Invalid, naming the field. The call's row is locked, as its events do: whichever comes first,
    an ``ended`` or this, the caller is called.
    """
    call = Call.objects.select_for_update(of=("self",)).filter(call_id=call_id).first()
    if call is None or call.contact is None:
        raise Missing(_("There is no such call."), field="call_id")
    before = _of_call(call, call.contact)
    if before is not None:
        return before, False
    number = phones.normalise(phone) if phone else making.number_of(call.contact.inquiry)
    entry = _take_from_line(call.contact)
    making.lock_number(number)
    waiting = Callback.objects.open().filter(phone=number, question_key=THEIR_TURN).first()
    if waiting is not None:
        return _share_place(waiting, call.contact, entry), True
    if due_at is None and hours.is_open(clock.now()):
        callback = _hold_place(call, call.contact, entry, number)
    else:
        callback = _leave_line(call, call.contact, entry, number, due_at or _next_opening())
    announce(callback)
    return callback, True


def _of_call(call: Call, contact: Contact) -> Callback | None:
    """What this call has been given before, by itself or together with another."""
    shared = Callback.objects.open().filter(question_key=THEIR_TURN, joined=contact.inquiry_id)
    return Callback.objects.filter(call=call).first() or shared.first()


def _take_from_line(contact: Contact) -> QueueEntry:
    """The locked entry of a caller whom nobody serves, waiting at its old place.

    What rings is withdrawn. Who hung up a moment before the telephone told us of the choice
    is back, too.
    """
    entry = queue.lock(contact.entry_id)
    if entry.status == QueueEntry.Status.ABANDONED:
        contact.outcome = ""
        contact.save(update_fields=["outcome"])
        return queue.revive(entry_id=entry.pk)
    if entry.status == QueueEntry.Status.OFFERED:
        offers.give_back(entry, Offer.Status.WITHDRAWN)
    if entry.status != QueueEntry.Status.WAITING:
        raise Refused(_("An agent has this call, or has had it."), field="call_id")
    return entry


def _share_place(waiting: Callback, contact: Contact, entry: QueueEntry) -> Callback:
    queue.close_unhandled(entry_id=entry.pk, at=clock.now())
    contacts.conclude(contact=contact, outcome=Contact.Outcome.PROMISED, actor=None)
    waiting.joined.add(contact.inquiry)
    audit.record(actor=None, verb="callback.joined", target=waiting, entry=entry.pk)
    announce(waiting)
    return waiting


def _hold_place(call: Call, contact: Contact, entry: QueueEntry, number: str) -> Callback:
    """Virtual hold: the entry waits on where it is, as a call that we are to make."""
    now = clock.now()
    queue.refine(entry_id=entry.pk, kind=QueueEntry.Kind.CALLBACK)
    contacts.move(contact.inquiry, Inquiry.Status.PROMISED)
    within = now + timedelta(minutes=settings.VIRTUAL_HOLD_WITHIN_MINUTES)
    callback = _write(call, contact, number, within, status=Status.QUEUED, due_at=now)
    Attempt.objects.create(callback=callback, entry=entry, began_at=now)
    audit.record(actor=None, verb="callback.place_kept", target=callback, entry=entry.pk)
    return callback


def _leave_line(
    call: Call, contact: Contact, entry: QueueEntry, number: str, due_at: datetime
) -> Callback:
    """An ordinary promise in place of the entry. A time of their own is one they asked for."""
    timing.check_window(due_at, None, at_any_hour=True)
    queue.close_unhandled(entry_id=entry.pk, at=clock.now())
    contacts.conclude(contact=contact, outcome=Contact.Outcome.PROMISED, actor=None)
    callback = _write(call, contact, number, due_at, due_at=due_at)
    making.tell_promised(callback, contact.inquiry)
    details = {"due_at": due_at.isoformat(), "entry": entry.pk}
    audit.record(actor=None, verb="callback.promised", target=callback, **details)
    return callback


def _write(call: Call, contact: Contact, number: str, promised_for: datetime, **fields) -> Callback:
    return Callback.objects.create(
        inquiry=contact.inquiry,
        call=call,
        phone=number,
        language=contact.inquiry.language,
        question_key=THEIR_TURN,
        promised_at=clock.now(),
        promised_for=promised_for,
        until=timing.end_of(promised_for, None),
        **fields,
    )


def _next_opening() -> datetime:
    """The morning on which we open next, and late enough to call."""
    opening = hours.next_opening(clock.now())
    if opening is None:
        raise Invalid(_("Say when somebody is to call."), field="due_at")
    return timing.reachable_at(opening)
