"""Promises that are due come into the line, are dialled once, and are kept or tried again."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from agents import audit, hours
from agents.actions import queue
from agents.models import Presence, PresenceState, QueueEntry, User
from callbacks import timing
from callbacks.actions.promises.state import announce, end, escalate
from callbacks.models import Attempt, Callback
from callbacks.queries.line import leads
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, intake, messages
from inquiries.models import Citizen, Contact

log = structlog.get_logger(__name__)
Status, Outcome = Callback.Status, Attempt.Outcome


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


# --- Into the line


def bring_back_due() -> int:
    """Put promises that are due into the queue, the oldest first; how many.

    What is due just now comes at once. A backlog (a worker was away, the clock has jumped) comes
    slowly beside it, so that it does not hit the floor all at the same time.

    Safe in several workers at once: a row another one holds is passed over. One that fails does
    not hold up the others; it stays due and is tried again with the next tick.
    """
    now = clock.now()
    if not _any_due(now):
        return 0
    ahead = leads()
    return sum(_bring_back_or_report(callback_id, ahead) for callback_id in _due_now(now, ahead))


def _any_due(now: datetime) -> bool:
    soon = now + timedelta(minutes=settings.CALLBACK_LEAD_MAX_MINUTES)
    return Callback.objects.filter(status=Status.PROMISED, due_at__lte=soon).exists()


def _due_now(now: datetime, ahead: dict[str, timedelta]) -> list[int]:
    due = Callback.objects.due(now, ahead).values_list("pk", flat=True)
    fresh_since = now - timedelta(seconds=settings.CALLBACK_BACKLOG_AFTER_SECONDS)
    backlog = due.filter(due_at__lt=fresh_since)[: settings.CALLBACK_BACKLOG_PER_TICK]
    fresh = due.filter(due_at__gte=fresh_since)[: settings.CALLBACK_DUE_PER_TICK]
    return [*backlog, *fresh]


def _bring_back_or_report(callback_id: int, ahead: dict[str, timedelta]) -> bool:
    try:
        return _bring_back(callback_id, ahead)
    except DatabaseError:
        log.exception("callback.not_brought_back", callback=callback_id)
        return False


@transaction.atomic
def _bring_back(callback_id: int, ahead: dict[str, timedelta]) -> bool:
    due = Callback.objects.due(clock.now(), ahead).filter(pk=callback_id)
    callback = due.select_for_update(skip_locked=True, of=("self",)).first()
    if callback is None:
        return False
    contact = intake.open_contact(
        inquiry=callback.inquiry,
        kind=QueueEntry.Kind.CALLBACK,
        # Among promises the one that was due first; the waiting is counted from now.
        rank_at=callback.due_at,
        **_asked_first(callback, ahead.get(callback.language, timedelta())),
    )
    if callback.language != callback.inquiry.language:
        queue.refine(entry_id=contact.entry_id, language=callback.language)
    Attempt.objects.create(callback=callback, entry=contact.entry, began_at=clock.now())
    callback.status = Status.QUEUED
    callback.save(update_fields=["status"])
    audit.record(actor=None, verb="callback.queued", target=callback)
    announce(callback)
    return True


def _asked_first(callback: Callback, lead: timedelta) -> dict[str, Any]:
    """Whoever promised it, if free. Where that very agent is to call, nobody else is asked while
    they are at work, as long as that does not break the promise."""
    owner = callback.owner
    if owner is None or not owner.is_active:
        return {}
    asked: dict[str, Any] = {"preferred_id": owner.pk}
    until = callback.until - timedelta(minutes=settings.CALLBACK_WARN_OWNER_MINUTES) - lead
    mine = callback.caller == Callback.Caller.AGENT and until > clock.now()
    if mine and Presence.objects.filter(agent=owner).exclude(state=PresenceState.OFFLINE).exists():
        asked |= {"reserved_for": owner, "reserved_until": until}
    return asked


# --- The call itself


def attempt_in_hand(agent: User) -> Attempt:
    """The open try behind what this agent has in hand. Raises Refused when there is none."""
    contact = contacts.in_hand(agent)
    tries = Attempt.objects.select_related("callback", "dialled_by")
    attempt = tries.filter(entry=contact.entry_id, ended_at=None).first()
    if attempt is None:
        raise Refused(_("This is not a call that we have promised."))
    return attempt


@transaction.atomic
def dial(*, agent: User) -> Attempt:
    """Claim the one dial of the try in hand, before anything rings.

    Raises Refused for a second click, window or colleague: nothing is to ring again then.
    """
    attempt = attempt_in_hand(agent)
    won = Attempt.objects.filter(pk=attempt.pk, dialled_at=None, ended_at=None).update(
        dialled_at=clock.now(), dialled_by=agent
    )
    attempt.refresh_from_db()
    if not won:
        raise Refused(_already_dialled(attempt))
    audit.record(actor=agent, verb="callback.dialled", target=attempt.callback, tried=attempt.pk)
    announce(attempt.callback)
    return attempt


def _already_dialled(attempt: Attempt) -> str:
    if attempt.dialled_at is None:
        return _("This try is over.")
    said = _("%(name)s has dialled already, at %(time)s. Say how it went; the next try is another.")
    time = hours.on_the_wall(attempt.dialled_at)
    return said % {"name": attempt.dialled_by, "time": f"{time:%H:%M:%S}"}


@transaction.atomic
def say_unreached(*, agent: User, outcome: str) -> Attempt:
    """Nobody was reached, and how: the contact in hand can be handed in. Raises Invalid."""
    if outcome not in Attempt.UNREACHED:
        raise Invalid(_("Say what happened: busy, no answer or a wrong number."), field="outcome")
    attempt = attempt_in_hand(agent)
    contacts.set_outcome(agent=agent, outcome="not_reached")
    attempt.outcome = outcome
    attempt.save(update_fields=["outcome"])
    return attempt


@transaction.atomic(savepoint=False)
def settle_attempt(*, contact: Contact) -> None:
    """A contact was handed in: if it was a try at a promise, see what has become of that."""
    attempt = _open_attempt(contact.entry_id)
    if attempt is None:
        return
    attempt.outcome, attempt.ended_at = _outcome_of(contact, attempt), clock.now()
    attempt.save(update_fields=["outcome", "ended_at"])
    callback = attempt.callback
    if attempt.outcome == Outcome.REACHED:
        end(callback, Status.KEPT, actor=contact.entry.agent)
    elif attempt.outcome in Attempt.UNREACHED:
        _try_again(callback, attempt.outcome)


@transaction.atomic
def review_orphan(*, entry: QueueEntry) -> None:
    """Whoever tried to keep a promise vanished before saying how it went: a supervisor decides.

    The try is over, or nothing would ever bring the promise back. Atomic with the vanishing.
    """
    attempt = _open_attempt(entry.pk)
    if attempt is None:
        return
    attempt.ended_at = clock.now()
    attempt.save(update_fields=["ended_at"])
    escalate(attempt.callback, Callback.Because.VANISHED, entry=entry.pk)


def _open_attempt(entry_id: int) -> Attempt | None:
    tries = Attempt.objects.select_for_update(of=("self",)).select_related("callback__inquiry")
    return tries.filter(entry=entry_id, ended_at=None).first()


def _outcome_of(contact: Contact, attempt: Attempt) -> str:
    if contact.outcome == Contact.Outcome.PROMISED:
        return Outcome.POSTPONED
    if contact.outcome == Contact.Outcome.NOT_REACHED:
        said = attempt.outcome in Attempt.UNREACHED
        return attempt.outcome if said else Outcome.NOT_REACHED
    return Outcome.REACHED


def _try_again(callback: Callback, outcome: str) -> None:
    """Up the ladder of waiting times; at its end a supervisor decides and the citizen is told."""
    if outcome == Outcome.WRONG_NUMBER:
        _give_up(callback, Callback.Because.WRONG_NUMBER)
        return
    tries = callback.attempts.aggregate(n=Count("pk", filter=Q(outcome__in=Attempt.UNREACHED)))["n"]
    if tries > len(settings.CALLBACK_RETRY_MINUTES):
        _give_up(callback, Callback.Because.TRIES)
        return
    ladder = _LADDERS.get(outcome, "CALLBACK_RETRY_MINUTES")
    steps = getattr(settings, ladder)
    wait = timedelta(minutes=steps[min(tries, len(steps)) - 1])
    callback.status = Status.PROMISED
    callback.due_at = timing.reachable_at(clock.now() + wait, at_any_hour=callback.at_any_hour)
    callback.save(update_fields=["status", "due_at"])
    audit.record(
        actor=None, verb="callback.promised", target=callback, tries=tries, outcome=outcome
    )
    announce(callback)


_LADDERS: dict[str, str] = {Outcome.BUSY: "CALLBACK_BUSY_MINUTES"}


def _give_up(callback: Callback, because: Callback.Because) -> None:
    """A closing word to the citizen, by a way that can reach them, and onto the list."""
    escalate(callback, because)
    wrong = because == Callback.Because.WRONG_NUMBER
    messages.tell(
        inquiry=callback.inquiry,
        step="callback.not_reached",
        key=f"callback-{callback.pk}-{because}-{callback.attempts.count()}",
        language=callback.language,
        phone="" if wrong else callback.phone,
        but_not_to=callback.phone if wrong else "",
    )
