"""Safety calls as they happen: into the line, what the desk says, up the ladder, to an end.

Locks are taken in one order: the check, then its queue entry, then a presence.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import queue
from agents.models import QueueEntry, User
from callbacks.actions import alarms
from callbacks.actions.welfare_plan import announce, cancel_check
from callbacks.models import Alarm, Check, Rung, Step
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, intake
from inquiries.models import Contact, Inquiry
from knowledgebase.models import Topic

log = structlog.get_logger(__name__)
Status = Check.Status
Outcome = Step.Outcome
FROM_THE_DESK = [
    Outcome.FINE,
    Outcome.HELP,
    Outcome.EMERGENCY,
    Outcome.NOT_REACHED,
    Outcome.LOOKING,
]
_ENDS = {Outcome.FINE: Status.FINE, Outcome.HELP: Status.HELP, Outcome.EMERGENCY: Status.HELP}


# --- Into the line


def bring_in_due() -> int:
    """Put checks that are due into the line, the earliest first; how many.

    Safe in several workers at once: a row another one holds is passed over. After an outage not
    all of them come at once: as many as the line has room for (WELFARE_IN_LINE).
    """
    _reopen_lost()
    waiting = QueueEntry.objects.filter(kind=QueueEntry.Kind.WELFARE, status__in=QueueEntry.IN_LINE)
    room = max(settings.WELFARE_IN_LINE - waiting.count(), 0)
    due = Check.objects.due(clock.now()).values_list("pk", flat=True)[:room]
    return sum(_bring_in_or_report(check_id) for check_id in due)


def _bring_in_or_report(check_id: int) -> bool:
    try:
        return _bring_in(check_id)
    except DatabaseError:
        log.exception("check.not_brought_in", check=check_id)
        return False


@transaction.atomic
def _bring_in(check_id: int) -> bool:
    due = Check.objects.due(clock.now()).filter(pk=check_id).select_related("person")
    check = due.select_for_update(skip_locked=True, of=("self",)).first()
    if check is None:
        return False
    check.inquiry = check.inquiry or _open_inquiry(check)
    intake.open_contact(
        inquiry=check.inquiry,
        kind=QueueEntry.Kind.WELFARE,
        rank_at=check.due_at,
        preferred_id=_who_spoke_last(check),
    )
    check.status = Status.QUEUED
    check.save(update_fields=["status", "inquiry"])
    audit.record(actor=None, verb="check.queued", target=check)
    announce(check)
    return True


def _open_inquiry(check: Check) -> Inquiry:
    """What the desk has in hand. Without the name: inquiries are seen by everybody here."""
    own = check.person.ladder.filter(position=0).first()
    return Inquiry.objects.create(
        channel=Inquiry.Channel.PHONE,
        language=check.person.language,
        subject=_("Welfare check"),
        citizen=intake.citizen_of(own.phone) if own else None,
        created_at=clock.now(),
    )


def _who_spoke_last(check: Check) -> int | None:
    """The agent whom the person knows best: who talked with them or theirs last."""
    steps = Step.objects.filter(check_of__person=check.person_id, by__is_active=True)
    spoken = steps.filter(outcome__in=[*_ENDS, Outcome.LOOKING], by__role=User.Role.AGENT)
    return spoken.order_by("-at", "-pk").values_list("by", flat=True).first()


def _reopen_lost() -> None:
    """What left the line without an outcome, for whatever reason, is due again at once."""
    at_work = Contact.objects.filter(inquiry=OuterRef("inquiry"), entry__finished_at=None)
    gone = Check.objects.filter(~Exists(at_work), status=Status.QUEUED)
    for check_id in list(gone.values_list("pk", flat=True)):
        _reopen(check_id)


@transaction.atomic
def _reopen(check_id: int) -> None:
    locked = Check.objects.select_for_update(skip_locked=True, of=("self",))
    check = locked.filter(pk=check_id, status=Status.QUEUED).first()
    if check is None or check.inquiry is None:
        return
    # Once more under the lock: it may have been on its way to the desk.
    if check.inquiry.contacts.filter(entry__finished_at=None).exists():
        return
    _note(check, Outcome.REOPENED, by=None)
    _plan_again(check, clock.now())


# --- What the desk says


def in_hand(agent: User) -> Check:
    """The check this agent is about. Raises Refused when they have none in hand."""
    contact = contacts.in_hand(agent)
    check = Check.objects.select_related("person").filter(inquiry=contact.inquiry).first()
    is_check = contact.entry.kind == QueueEntry.Kind.WELFARE and not contact.entry.settled_at
    if check is None or not is_check:
        raise Refused(_("You have no welfare check in hand."))
    return check


@transaction.atomic
def record(*, agent: User, outcome: str, words: str = "", rung: int | None = None) -> Check:
    """What came of calling the one on the ladder whose turn it is.

    ``rung`` is whom the screen showed: a second press, or an old window, is Refused and does not
    skip somebody. Raises Invalid for an unknown outcome and for help without words.
    """
    if outcome not in FROM_THE_DESK:
        raise Invalid(_("Say how it went."), field="outcome")
    contact = contacts.in_hand(agent)
    check = _lock(in_hand(agent).pk)
    if contact.outcome:
        raise Refused(_("It is on record already."))
    if check.status == Status.CANCELLED:
        return _say_goodbye(check, agent)
    if rung is not None and rung != check.rung:
        raise Refused(_("Somebody else is to be called now. Look at the ladder."))
    said = Outcome(outcome)
    if said in (Outcome.HELP, Outcome.EMERGENCY) and not words.strip():
        raise Invalid(_("Write what is the matter."), field="words")
    if said == Outcome.LOOKING and check.rung == 0:
        raise Invalid(_("Only somebody else can go and look."), field="outcome")
    _note(check, said, by=agent, words=words.strip())
    if said in _ENDS:
        _end_from_desk(check, said, agent, contact, words.strip())
    else:
        _go_on(check, said, agent, contact)
    announce(check)
    return check


def _end_from_desk(check: Check, said, agent: User, contact: Contact, words: str) -> None:
    if _ENDS[said] == Status.HELP:
        check.help_inquiry = _ask_for_help(check, said, words)
    _end(check, _ENDS[said], actor=agent)
    contacts.conclude(contact=contact, outcome=Contact.Outcome.RESOLVED, actor=agent)
    contacts.finish(agent=agent)


def _ask_for_help(check: Check, said, words: str) -> Inquiry:
    """An urgent inquiry, before everything else in the line."""
    urgent = Topic.objects.filter(code=settings.WELFARE_HELP_TOPIC).first()
    subject = _("Urgent: a welfare check needs help")
    if said == Outcome.EMERGENCY:
        subject = _("Urgent: 119 was called after a welfare check")
    inquiry = Inquiry.objects.create(
        channel=Inquiry.Channel.PHONE,
        language=check.person.language,
        subject=subject,
        body=words,
        citizen=check.inquiry.citizen if check.inquiry else None,
        topic=urgent,
        created_at=clock.now(),
    )
    intake.open_contact(inquiry=inquiry, kind=QueueEntry.Kind.RETURNED, pinned_at=clock.now())
    return inquiry


def _go_on(check: Check, said, agent: User, contact: Contact) -> None:
    """Nobody there, or somebody goes to look: later again, or the next of the ladder at once."""
    again = _again_at(check, said)
    if again is None and _climb(check):
        return  # It stays in hand: the card shows the next to call.
    contacts.conclude(contact=contact, outcome=Contact.Outcome.NOT_REACHED, actor=agent)
    if again is None:
        _give_to_supervisors(check, agent)
    else:
        _plan_again(check, again)
    contacts.finish(agent=agent)


def _again_at(check: Check, said) -> datetime | None:
    """When the same one is called once more; None: the next one's turn has come."""
    now = clock.now()
    if said == Outcome.LOOKING:
        return now + timedelta(minutes=settings.WELFARE_LOOK_MINUTES)
    check.tries += 1
    waits = settings.WELFARE_RETRY_MINUTES if check.rung == 0 else []
    if check.tries > len(waits):
        return None
    again = now + timedelta(minutes=waits[check.tries - 1])
    reserve = timedelta(minutes=settings.WELFARE_RESERVE_MINUTES)
    return again if again + reserve <= check.deadline_at else None


def _climb(check: Check) -> bool:
    """To the next on the ladder. False at its end."""
    higher = check.person.ladder.filter(position__gt=check.rung).order_by("position").first()
    if higher is None:
        return False
    check.rung, check.tries = higher.position, 0
    check.save(update_fields=["rung", "tries"])
    return True


def _give_to_supervisors(check: Check, agent: User) -> None:
    check.status = Status.ESCALATED
    check.save(update_fields=["status", "tries"])
    _note(check, Outcome.EXHAUSTED, by=agent)
    audit.record(actor=agent, verb="check.escalated", target=check)
    alarms.raise_for_check(check, Alarm.Kind.EXHAUSTED)


def _say_goodbye(check: Check, agent: User) -> Check:
    """It was cancelled while they talked: nothing is kept of the conversation."""
    contact = contacts.in_hand(agent)
    _note(check, Outcome.NOT_WANTED, by=agent)
    contacts.conclude(contact=contact, outcome=Contact.Outcome.RESOLVED, actor=agent)
    contacts.finish(agent=agent)
    return check


def keep_from_slipping(*, contact: Contact) -> None:
    """A welfare contact is handed in some other way than by ``record``. Atomic with that.

    Raises Refused while nobody has said how the person is: the check would be left without.
    """
    if contact.entry.kind != QueueEntry.Kind.WELFARE:
        return
    if Check.objects.filter(inquiry=contact.inquiry, status=Status.QUEUED).exists():
        raise Refused(_("Say first how the person is."))


# --- What a supervisor does


@transaction.atomic
def settle_by_hand(*, check_id: int, actor: User, outcome: str, words: str) -> Check:
    """A supervisor has found out what is the matter, whoever was to call.

    ``outcome`` is fine or help. Raises Invalid, and Refused when it is over already or an agent
    is on the telephone about it.
    """
    if outcome not in (Outcome.FINE, Outcome.HELP):
        raise Invalid(_("Fine, or needs help?"), field="outcome")
    if not words.strip():
        raise Invalid(_("Write what you found out, and from whom."), field="words")
    check = _lock_open(check_id)
    _leave_line(check)
    _note(check, Outcome.BY_HAND, by=actor, words=words.strip())
    said = Outcome(outcome)
    if said == Outcome.HELP:
        check.help_inquiry = _ask_for_help(check, said, words.strip())
    _end(check, _ENDS[said], actor=actor)
    announce(check)
    return check


@transaction.atomic
def call_now(*, check_id: int, actor: User) -> Check:
    """Once more from the first of the ladder, at once. Refused when it is over or in the line."""
    check = _lock_open(check_id)
    if check.status == Status.QUEUED:
        raise Refused(_("It is in the line already."))
    check.rung, check.tries = 0, 0
    _note(check, Outcome.REOPENED, by=actor)
    _plan_again(check, clock.now())
    audit.record(actor=actor, verb="check.now", target=check)
    return check


@transaction.atomic
def cancel_by_hand(*, check_id: int, actor: User, words: str) -> Check:
    """Nobody is to call this time. Raises Invalid without a reason."""
    if not words.strip():
        raise Invalid(_("Write why nobody is to call."), field="words")
    check = _lock_open(check_id)
    _leave_line(check)
    _note(check, Outcome.BY_HAND, by=actor, words=words.strip())
    cancel_check(check, Check.Why.BY_HAND, actor=actor)
    return check


def _lock_open(check_id: int) -> Check:
    check = _lock(check_id)
    if check.status not in Check.OPEN:
        raise Refused(_("This check is over."))
    return check


def _leave_line(check: Check) -> None:
    """Take it out of the line; Refused when an agent has it."""
    for contact in Contact.objects.filter(inquiry=check.inquiry, entry__finished_at=None):
        entry = queue.lock(contact.entry_id)
        if entry.status == QueueEntry.Status.TAKEN and entry.settled_at is None:
            raise Refused(_("An agent is on the telephone about it."))
        queue.close_unhandled(entry_id=entry.pk, at=clock.now())


# --- The same few things everywhere


def _lock(check_id: int) -> Check:
    checks = Check.objects.select_for_update(of=("self",)).select_related("person", "inquiry")
    check = checks.filter(pk=check_id).first()
    if check is None:
        raise Refused(_("There is no such check."))
    return check


def _end(check: Check, status: Check.Status, *, actor: User | None) -> None:
    check.status, check.ended_at = status, clock.now()
    check.save(update_fields=["status", "ended_at", "help_inquiry"])
    audit.record(actor=actor, verb=f"check.{status}", target=check)


def _plan_again(check: Check, due_at: datetime) -> None:
    check.status, check.due_at = Status.PLANNED, due_at
    check.save(update_fields=["status", "due_at", "rung", "tries"])
    audit.record(actor=None, verb="check.again", target=check, due_at=due_at.isoformat())
    announce(check)


def _note(check: Check, outcome, *, by: User | None, words: str = "") -> Step:
    """Who was called and what came of it; nobody for what is not a call."""
    called = None
    if outcome in FROM_THE_DESK:
        called = check.person.ladder.filter(position=check.rung).first()
    return Step.objects.create(
        check_of=check,
        at=clock.now(),
        by=by,
        kind=called.kind if called else "",
        name=called.name if called else "",
        phone=called.phone if called else "",
        outcome=outcome,
        words=words,
    )


def rung_of(check: Check) -> Rung | None:
    """Whom to call now."""
    return check.person.ladder.filter(position=check.rung).first()
