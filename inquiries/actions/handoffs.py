"""Passing work to a department, and getting it back: receipted, answered or returned.

A department speaks by its link (``actor`` None, ``officer`` their name) or by telephone, when a
supervisor writes down what it said. Nothing leaves without a row that says what became of it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import QueueEntry, User
from callcenter import clock, live
from callcenter.refusals import Invalid, Refused
from inquiries import links, quiet, signals, wording
from inquiries.actions import contacts, intake, messages
from inquiries.models import (
    Contact,
    DutyDesk,
    HandOff,
    HandOffTerms,
    Inquiry,
    Message,
    new_link_key,
)
from knowledgebase.models import Department, Topic

Status, Purpose = HandOff.Status, HandOff.Purpose
AT_A_TIME = 100


@transaction.atomic
def hand_off(*, agent: User, department: str, message: str) -> HandOff:
    """Give the inquiry in hand to a department, by its code, with what it must know."""
    office = _office(department, message)
    contact = contacts.in_hand(agent)
    contacts.conclude(contact=contact, outcome=Contact.Outcome.HANDED_OFF, actor=agent)
    return _open(contact.inquiry, office, message, agent, Purpose.SETTLE)


@transaction.atomic
def ask(
    *, agent: User, inquiry: Inquiry, department: str, message: str, purpose: HandOff.Purpose
) -> HandOff:
    """Ask a department for its part in something that stays ours: what it says comes back to us.

    Raises Invalid, naming the field, and Refused while a department has the inquiry already.
    """
    return _open(inquiry, _office(department, message), message, agent, purpose)


def _office(code: str, message: str) -> Department:
    office = Department.objects.filter(code=code).first()
    if office is None:
        raise Invalid(_("There is no such department."), field="department")
    if not message.strip():
        raise Invalid(_("Write what the department is to do."), field="message")
    return office


def _open(
    inquiry: Inquiry, office: Department, message: str, agent: User, purpose: HandOff.Purpose
) -> HandOff:
    if inquiry.handoffs.filter(status__in=HandOff.OPEN).exists():
        raise Refused(_("A department has it already."))
    now = clock.now()
    urgent = inquiry.topic is not None and inquiry.topic.urgent
    acknowledge, answered = terms_of(inquiry.topic)
    handoff = HandOff.objects.create(
        inquiry=inquiry,
        department=office,
        message=message,
        purpose=purpose,
        sent_by=agent,
        sent_at=now,
        urgent=urgent,
        acknowledge_by=now + acknowledge,
        due_at=now + answered,
    )
    _write_to(handoff)
    audit.record(actor=agent, verb="handoff.sent", target=handoff, department=office.code)
    _tell_citizen(handoff, "sent", due=handoff.due_at)
    _announce(handoff, "handoff-changed")
    return handoff


def terms_of(topic: Topic | None) -> tuple[timedelta, timedelta]:
    """(time to acknowledge, time to answer) of what falls under a topic."""
    codes = [topic.code, topic.family] if topic else []
    agreed = {one.topic.code: one for one in _agreed(codes)}
    for code in codes:
        if code in agreed:
            one = agreed[code]
            return _minutes(one.acknowledge_minutes), _minutes(one.answer_minutes)
    kind = "urgent" if topic and topic.urgent else "ordinary"
    acknowledge, answered = settings.HANDOFF_MINUTES[kind]
    return _minutes(acknowledge), _minutes(answered)


def _agreed(codes: list[str]) -> list[HandOffTerms]:
    return list(HandOffTerms.objects.filter(topic__code__in=codes).select_related("topic"))


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _write_to(handoff: HandOff) -> None:
    """The e-mail with the link, to the department or, urgent at night, to its duty desk."""
    subject, text = wording.for_department(handoff, links.token_of(handoff))
    handoff.email = messages.post(
        key=f"handoff-{handoff.pk}-mail-{handoff.link_key}",
        channel=Message.Channel.EMAIL,
        to=_address_of(handoff, clock.now()),
        subject=subject,
        text=text,
        inquiry=handoff.inquiry,
    )
    handoff.save(update_fields=["email"])


def _address_of(handoff: HandOff, now: datetime) -> str:
    if handoff.urgent and not quiet.office_is_open(now):
        duty = DutyDesk.objects.filter(department=handoff.department).first()
        if duty is not None:
            return duty.email
    return handoff.department.email


@transaction.atomic
def acknowledge(*, handoff_id: int, actor: User | None, officer: str = "") -> HandOff:
    """The department has said that it has it."""
    handoff = _advance(
        handoff_id,
        Status.ACKNOWLEDGED,
        [Status.SENT],
        actor,
        acknowledged_at=clock.now(),
        officer=officer,
    )
    _tell_citizen(handoff, "acknowledged")
    return handoff


@transaction.atomic
def answer(*, handoff_id: int, actor: User | None, text: str, officer: str = "") -> HandOff:
    """The department has settled it: the citizen reads the answer, the inquiry is closed.

    What it was only asked for goes to whoever asked.
    """
    handoff = _end(handoff_id, Status.ANSWERED, actor, text, officer)
    if handoff.purpose != Purpose.SETTLE:
        signals.handoff_ended.send(sender=HandOff, handoff=handoff)
        return handoff
    handoff.inquiry.reply = text
    contacts.move(handoff.inquiry, Inquiry.Status.CLOSED, actor=actor)
    _tell_citizen(handoff, "answered")
    return handoff


@transaction.atomic
def give_back(*, handoff_id: int, actor: User | None, reason: str, officer: str = "") -> HandOff:
    """The department says it is not theirs: the inquiry goes back to the front of the line."""
    handoff = _end(handoff_id, Status.RETURNED, actor, reason, officer)
    if handoff.purpose != Purpose.SETTLE:
        signals.handoff_ended.send(sender=HandOff, handoff=handoff)
        return handoff
    contacts.move(handoff.inquiry, Inquiry.Status.RECEIVED)
    intake.open_contact(inquiry=handoff.inquiry, kind=QueueEntry.Kind.RETURNED)
    _tell_citizen(handoff, "returned")
    return handoff


@transaction.atomic
def remind(*, handoff_id: int, actor: User) -> HandOff:
    """Write to the department anew: a fresh link (earlier ones are void) and a fresh deadline."""
    handoff = _lock_open(handoff_id)
    acknowledge, _answered = terms_of(handoff.inquiry.topic)
    handoff.link_key = new_link_key()
    if handoff.status == Status.SENT:
        handoff.acknowledge_by, handoff.unacknowledged_at = clock.now() + acknowledge, None
    handoff.save(update_fields=["link_key", "acknowledge_by", "unacknowledged_at"])
    _write_to(handoff)
    audit.record(actor=actor, verb="handoff.reminded", target=handoff)
    _announce(handoff, "handoff-changed")
    return handoff


@transaction.atomic
def revoke_link(*, handoff_id: int, actor: User) -> HandOff:
    """The link went astray: nobody comes in by it any more. ``remind`` gives a new one."""
    handoff = _lock_open(handoff_id)
    handoff.link_key = ""
    handoff.save(update_fields=["link_key"])
    audit.record(actor=actor, verb="handoff.link_revoked", target=handoff)
    _announce(handoff, "handoff-changed")
    return handoff


def _lock_open(handoff_id: int) -> HandOff:
    found = HandOff.objects.select_for_update(of=("self",)).select_related(
        "inquiry__topic", "inquiry__citizen", "department"
    )
    handoff = found.filter(pk=handoff_id, status__in=HandOff.OPEN).first()
    if handoff is None:
        raise Refused(_("Somebody has already dealt with this hand-off."))
    return handoff


def _end(
    handoff_id: int, status: HandOff.Status, actor: User | None, text: str, officer: str
) -> HandOff:
    if not text.strip():
        raise Invalid(_("Write what the department said."), field="text")
    said = {"officer": officer} if officer else {}
    return _advance(
        handoff_id, status, HandOff.OPEN, actor, ended_at=clock.now(), answer=text, **said
    )


def _advance(
    handoff_id: int, status: HandOff.Status, before: list, actor: User | None, **fields
) -> HandOff:
    """The conditional update lets one of two hurried people win."""
    won = HandOff.objects.filter(pk=handoff_id, status__in=before).update(status=status, **fields)
    if not won:
        raise Refused(_("Somebody has already dealt with this hand-off."))
    handoff = HandOff.objects.select_related("inquiry__citizen", "department").get(pk=handoff_id)
    audit.record(
        actor=actor, verb=f"handoff.{status}", target=handoff, officer=fields.get("officer", "")
    )
    _announce(handoff, "handoff-changed")
    return handoff


# --- Watching over them


def watch() -> int:
    """Bring to the supervisors, once each, what was not acknowledged or answered in time.

    Safe in several workers at once: what another one holds is passed over. How many these were.
    """
    return _alarm_unacknowledged() + _alarm_overdue()


@transaction.atomic
def _alarm_unacknowledged() -> int:
    now, stuck = clock.now(), Message.objects.stuck()
    silent = HandOff.objects.filter(status=Status.SENT, unacknowledged_at=None)
    late = silent.filter(acknowledge_by__lte=now) | silent.filter(email__in=stuck)
    locked = late.order_by("acknowledge_by").select_for_update(skip_locked=True, of=("self",))
    return _alarm(list(locked[:AT_A_TIME]), "unacknowledged", now)


@transaction.atomic
def _alarm_overdue() -> int:
    now = clock.now()
    late = HandOff.objects.filter(status__in=HandOff.OPEN, overdue_at=None, due_at__lte=now)
    locked = late.order_by("due_at").select_for_update(skip_locked=True, of=("self",))
    return _alarm(list(locked[:AT_A_TIME]), "overdue", now)


def _alarm(handoffs: list[HandOff], what: str, now: datetime) -> int:
    for handoff in handoffs:
        setattr(handoff, f"{what}_at", now)
        handoff.save(update_fields=[f"{what}_at"])
        audit.record(actor=None, verb=f"handoff.{what}", target=handoff)
        _announce(handoff, f"handoff-{what}")
    return len(handoffs)


def _tell_citizen(handoff: HandOff, step: str, **facts: datetime) -> None:
    if handoff.purpose != Purpose.SETTLE:
        return  # It is still ours, and the citizen waits for our call.
    messages.tell(
        inquiry=handoff.inquiry,
        step=f"handoff.{step}",
        key=f"handoff-{handoff.pk}-{step}",
        at_night=handoff.urgent,
        facts={"department": _name_of(handoff), **facts},
    )


def _name_of(handoff: HandOff) -> str:
    """The department as the citizen calls it."""
    return getattr(handoff.department, f"name_{handoff.inquiry.language}")


def _announce(handoff: HandOff, what: str) -> None:
    live.push_on_commit(live.Event(what, handoff.pk), topics=[live.FLOOR])
    contacts.tell_screens(handoff.inquiry, "handoff-changed")
