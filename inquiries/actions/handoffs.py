"""Passing work to a department, and getting it back."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import QueueEntry, User
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, intake
from inquiries.models import Contact, HandOff, Inquiry
from knowledgebase.models import Department

Status = HandOff.Status


@transaction.atomic
def hand_off(*, agent: User, department: str, message: str) -> HandOff:
    """Give the inquiry in hand to a department, by its code, with what it must know."""
    office = Department.objects.filter(code=department).first()
    if office is None:
        raise Invalid(_("There is no such department."), field="department")
    if not message.strip():
        raise Invalid(_("Write what the department is to do."), field="message")
    contact = contacts.in_hand(agent)
    if contact.inquiry.handoffs.filter(status__in=HandOff.OPEN).exists():
        raise Refused(_("A department has it already."))
    contacts.conclude(contact=contact, outcome=Contact.Outcome.HANDED_OFF, actor=agent)
    handoff = HandOff.objects.create(
        inquiry=contact.inquiry,
        department=office,
        message=message,
        sent_by=agent,
        sent_at=clock.now(),
    )
    audit.record(actor=agent, verb="handoff.sent", target=handoff, department=department)
    return handoff


@transaction.atomic
def acknowledge(*, handoff_id: int, actor: User) -> HandOff:
    """The department has said that it has it."""
    return _advance(
        handoff_id, Status.ACKNOWLEDGED, [Status.SENT], actor, acknowledged_at=clock.now()
    )


@transaction.atomic
def answer(*, handoff_id: int, actor: User, text: str) -> HandOff:
    """The department has settled it: the citizen reads the answer, the inquiry is closed."""
    handoff = _end(handoff_id, Status.ANSWERED, actor, text)
    handoff.inquiry.reply = text
    contacts.move(handoff.inquiry, Inquiry.Status.CLOSED, actor=actor)
    return handoff


@transaction.atomic
def give_back(*, handoff_id: int, actor: User, reason: str) -> HandOff:
    """The department says it is not theirs: the inquiry goes back to the front of the line."""
    handoff = _end(handoff_id, Status.RETURNED, actor, reason)
    contacts.move(handoff.inquiry, Inquiry.Status.RECEIVED)
    intake.open_contact(inquiry=handoff.inquiry, kind=QueueEntry.Kind.RETURNED)
    return handoff


def _end(handoff_id: int, status: HandOff.Status, actor: User, text: str) -> HandOff:
    if not text.strip():
        raise Invalid(_("Write what the department said."), field="text")
    return _advance(handoff_id, status, HandOff.OPEN, actor, ended_at=clock.now(), answer=text)


def _advance(
    handoff_id: int, status: HandOff.Status, before: list, actor: User, **fields
) -> HandOff:
    """The conditional update lets one of two hurried supervisors win."""
    won = HandOff.objects.filter(pk=handoff_id, status__in=before).update(status=status, **fields)
    if not won:
        raise Refused(_("Somebody has already dealt with this hand-off."))
    handoff = HandOff.objects.select_related("inquiry").get(pk=handoff_id)
    audit.record(actor=actor, verb=f"handoff.{status}", target=handoff)
    return handoff
