"""Every write to promises: made, brought back when due, kept, retried or escalated."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from agents import audit, hours
from agents.actions import offers, queue
from agents.models import Offer, QueueEntry, User
from callbacks.models import Attempt, Callback
from callcenter import clock, live
from callcenter.refusals import Invalid, Missing, Refused
from inquiries import phones
from inquiries.actions import contacts, intake
from inquiries.models import Call, Citizen, Contact, Inquiry

log = structlog.get_logger(__name__)
Status = Callback.Status
FURTHEST = timedelta(days=60)


@transaction.atomic
def promise(*, agent: User, due_at: datetime, phone: str = "", question: str = "") -> Callback:
    """Promise to call the citizen of the inquiry in hand back at ``due_at`` (aware).

    ``phone`` defaults to the number they called from. An inquiry has one open promise at most: a
    second one moves the first. Raises Invalid, naming the field.
    """
    contact = contacts.in_hand(agent)
    inquiry = contact.inquiry
    _check_time(due_at)
    number = phones.normalise(phone) if phone else _number_of(inquiry)
    contacts.conclude(contact=contact, outcome=Contact.Outcome.PROMISED, actor=agent)
    callback, new = Callback.objects.update_or_create(
        inquiry=inquiry,
        status__in=Callback.OPEN,
        defaults={
            "phone": number,
            "question": question or inquiry.subject,
            "status": Status.PROMISED,
            "due_at": due_at,
            "promised_for": due_at,
        },
        create_defaults={
            "phone": number,
            "question": question or inquiry.subject,
            "due_at": due_at,
            "promised_for": due_at,
            "promised_by": agent,
            "promised_at": clock.now(),
        },
    )
    verb = "callback.promised" if new else "callback.moved"
    audit.record(actor=agent, verb=verb, target=callback, due_at=due_at.isoformat())
    _announce(callback)
    return callback


@transaction.atomic
def promise_caller(
    *, call_id: str, phone: str = "", due_at: datetime | None = None
) -> tuple[Callback, bool]:
    """A caller in the line chose to be called back; (the promise, whether it is new).

    While we are open the caller keeps the place (virtual hold): the same entry waits on, and the
    agent who takes it calls. While we are closed, or with a time of the caller's own, the entry
    leaves the line and the promise is for the next opening or for ``due_at`` (aware). A call
    gives one promise: asking again changes nothing.

    Raises Missing for a call we do not know, Refused when an agent has it or has had it, and
    Invalid, naming the field. The call's row is locked, as its events do: whichever comes first,
    an ``ended`` or this, the caller is called.
    """
    call = Call.objects.select_for_update(of=("self",)).filter(call_id=call_id).first()
    if call is None or call.contact is None:
        raise Missing(_("There is no such call."), field="call_id")
    before = Callback.objects.filter(call=call).first()
    if before is not None:
        return before, False
    number = phones.normalise(phone) if phone else _number_of(call.contact.inquiry)
    entry = _take_from_line(call.contact)
    if due_at is None and hours.is_open(clock.now()):
        callback = _hold_place(call, call.contact, entry, number)
    else:
        callback = _leave_line(call, call.contact, entry, number, due_at or _next_opening())
    _announce(callback)
    return callback, True


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


def _hold_place(call: Call, contact: Contact, entry: QueueEntry, number: str) -> Callback:
    """Virtual hold: the entry waits on where it is, as a call that we are to make."""
    now = clock.now()
    queue.refine(entry_id=entry.pk, kind=QueueEntry.Kind.CALLBACK)
    contacts.move(contact.inquiry, Inquiry.Status.PROMISED)
    callback = Callback.objects.create(
        inquiry=contact.inquiry,
        call=call,
        phone=number,
        status=Status.QUEUED,
        promised_at=now,
        promised_for=now + timedelta(minutes=settings.VIRTUAL_HOLD_WITHIN_MINUTES),
        due_at=now,
    )
    Attempt.objects.create(callback=callback, entry=entry, began_at=now)
    audit.record(actor=None, verb="callback.place_kept", target=callback, entry=entry.pk)
    return callback


def _leave_line(
    call: Call, contact: Contact, entry: QueueEntry, number: str, due_at: datetime
) -> Callback:
    """An ordinary promise in place of the entry."""
    _check_time(due_at)
    if not hours.is_open(due_at):
        raise Invalid(_("We are closed then."), field="due_at")
    queue.close_unhandled(entry_id=entry.pk, at=clock.now())
    contacts.conclude(contact=contact, outcome=Contact.Outcome.PROMISED, actor=None)
    callback = Callback.objects.create(
        inquiry=contact.inquiry,
        call=call,
        phone=number,
        promised_at=clock.now(),
        promised_for=due_at,
        due_at=due_at,
    )
    details = {"due_at": due_at.isoformat(), "entry": entry.pk}
    audit.record(actor=None, verb="callback.promised", target=callback, **details)
    return callback


def _next_opening() -> datetime:
    opening = hours.next_opening(clock.now())
    if opening is None:
        raise Invalid(_("Say when somebody is to call."), field="due_at")
    return opening


def prefer_who_promised(*, contact: Contact) -> None:
    """Somebody calls whom an agent has promised a call: that agent is asked first, if free.

    Atomic with the taking in. Weighs more than who spoke with the caller last.
    """
    citizen = contact.inquiry.citizen
    agent_id = _who_promised_first(citizen) if citizen else None
    if agent_id is not None:
        queue.refine(entry_id=contact.entry_id, preferred_id=agent_id)


def _who_promised_first(citizen: Citizen) -> int | None:
    """The agent of the open promise to a citizen, or else to their number, that is due first."""
    given = Callback.objects.open().filter(promised_by__is_active=True)
    given = given.order_by("due_at").values_list("promised_by", flat=True)
    # One after the other: either is found by its index, both in one question by none.
    own = given.filter(inquiry__citizen=citizen).first()
    return own or given.filter(phone=citizen.phone).first()


def bring_back_due(limit: int = 50) -> int:
    """Put promises that are due into the queue, the oldest first; how many.

    Safe in several workers at once: a row another one holds is passed over. One that fails does
    not hold up the others; it stays due and is tried again with the next tick.
    """
    due = Callback.objects.due(clock.now()).values_list("pk", flat=True)[:limit]
    return sum(_bring_back_or_report(callback_id) for callback_id in due)


def _bring_back_or_report(callback_id: int) -> bool:
    try:
        return _bring_back(callback_id)
    except DatabaseError:
        log.exception("callback.not_brought_back", callback=callback_id)
        return False


@transaction.atomic
def _bring_back(callback_id: int) -> bool:
    due = Callback.objects.due(clock.now()).filter(pk=callback_id)
    callback = due.select_for_update(skip_locked=True, of=("self",)).first()
    if callback is None:
        return False
    contact = intake.open_contact(inquiry=callback.inquiry, kind=QueueEntry.Kind.CALLBACK)
    Attempt.objects.create(callback=callback, entry=contact.entry, began_at=clock.now())
    callback.status = Status.QUEUED
    callback.save(update_fields=["status"])
    audit.record(actor=None, verb="callback.queued", target=callback)
    _announce(callback)
    return True


@transaction.atomic(savepoint=False)
def settle_attempt(*, contact: Contact) -> None:
    """A contact was handed in: if it was a try at a promise, see what has become of that."""
    attempt = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("callback")
        .filter(entry=contact.entry_id, ended_at=None)
        .first()
    )
    if attempt is None:
        return
    attempt.outcome, attempt.ended_at = _outcome_of(contact), clock.now()
    attempt.save(update_fields=["outcome", "ended_at"])
    callback = attempt.callback
    if attempt.outcome == Attempt.Outcome.REACHED:
        _end(callback, Status.KEPT, actor=contact.entry.agent)
    elif attempt.outcome == Attempt.Outcome.NOT_REACHED:
        _try_again(callback)


@transaction.atomic
def review_orphan(*, entry: QueueEntry) -> None:
    """Whoever tried to keep a promise vanished before saying how it went: a supervisor decides.

    The try is over, or nothing would ever bring the promise back. Atomic with the vanishing.
    """
    tries = Attempt.objects.select_for_update(of=("self",)).select_related("callback")
    attempt = tries.filter(entry=entry, ended_at=None).first()
    if attempt is None:
        return
    attempt.ended_at = clock.now()
    attempt.save(update_fields=["ended_at"])
    callback = attempt.callback
    callback.status = Status.ESCALATED
    callback.save(update_fields=["status"])
    audit.record(actor=None, verb="callback.escalated", target=callback, entry=entry.pk)
    _announce(callback)


def _outcome_of(contact: Contact) -> Attempt.Outcome:
    by_contact = {
        Contact.Outcome.NOT_REACHED: Attempt.Outcome.NOT_REACHED,
        Contact.Outcome.PROMISED: Attempt.Outcome.POSTPONED,
    }
    return by_contact.get(Contact.Outcome(contact.outcome), Attempt.Outcome.REACHED)


def _try_again(callback: Callback) -> None:
    """Up the ladder of waiting times; at its end a supervisor decides."""
    tries = callback.attempts.filter(outcome=Attempt.Outcome.NOT_REACHED).count()
    ladder = settings.CALLBACK_RETRY_MINUTES
    if tries > len(ladder):
        callback.status = Status.ESCALATED
    else:
        callback.status = Status.PROMISED
        callback.due_at = clock.now() + timedelta(minutes=ladder[tries - 1])
    callback.save(update_fields=["status", "due_at"])
    audit.record(actor=None, verb=f"callback.{callback.status}", target=callback, tries=tries)
    _announce(callback)


@transaction.atomic
def call_now(*, callback_id: int, actor: User) -> Callback:
    """A supervisor puts a promise to the front, an escalated one included."""
    return _change(
        callback_id,
        actor,
        [Status.PROMISED, Status.ESCALATED],
        "callback.now",
        status=Status.PROMISED,
        due_at=clock.now(),
    )


@transaction.atomic
def cancel(*, callback_id: int, actor: User, reason: str) -> Callback:
    """The citizen no longer wants the call, or cannot be reached: the inquiry is closed."""
    if not reason.strip():
        raise Invalid(_("Write why nobody is to call."), field="reason")
    callback = _change(
        callback_id,
        actor,
        [Status.PROMISED, Status.ESCALATED],
        "callback.cancelled",
        reason=reason,
        status=Status.CANCELLED,
        ended_at=clock.now(),
    )
    contacts.move(callback.inquiry, Inquiry.Status.CLOSED, actor=actor)
    return callback


def cancel_for_closed(*, inquiry: Inquiry) -> None:
    """The inquiry is settled, so nobody need call. Atomic with the closing."""
    waiting = [Status.PROMISED, Status.ESCALATED]
    for callback in Callback.objects.filter(inquiry=inquiry, status__in=waiting):
        _end(callback, Status.CANCELLED, actor=None)


def _change(
    callback_id: int, actor: User, before: list, verb: str, *, reason: str = "", **fields
) -> Callback:
    won = Callback.objects.filter(pk=callback_id, status__in=before).update(**fields)
    if not won:
        raise Refused(_("Somebody has already dealt with this promise."))
    callback = Callback.objects.select_related("inquiry").get(pk=callback_id)
    audit.record(actor=actor, verb=verb, target=callback, reason=reason)
    _announce(callback)
    return callback


def _end(callback: Callback, status: Callback.Status, *, actor: User | None) -> None:
    callback.status, callback.ended_at = status, clock.now()
    callback.save(update_fields=["status", "ended_at"])
    audit.record(actor=actor, verb=f"callback.{status}", target=callback)
    _announce(callback)


def _check_time(due_at: datetime) -> None:
    if due_at < clock.now() - timedelta(minutes=1):
        raise Invalid(_("This time is past."), field="due_at")
    if due_at > clock.now() + FURTHEST:
        raise Invalid(_("Promise at most sixty days ahead."), field="due_at")


def _number_of(inquiry: Inquiry) -> str:
    if inquiry.citizen is None:
        raise Invalid(_("We have no number to call. Ask for one."), field="phone")
    return inquiry.citizen.phone


def _announce(callback: Callback) -> None:
    live.push_on_commit(live.Event("callback-changed", callback.pk), topics=[live.FLOOR])
