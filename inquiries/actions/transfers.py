"""Warm hand-offs inside the center: everything known goes along, and each one is counted."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import passing
from agents.matching import SUPERVISOR
from agents.models import AgentSkill, User
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import Contact, Transfer


@transaction.atomic
def transfer(*, agent: User, to: str, reason: str, message: str = "") -> Transfer:
    """Pass the contact in hand on; note, articles and drafts go with it.

    ``to`` is ``agent:USERNAME``, ``skill:NAME`` or ``supervisor``. Raises Invalid, naming the
    field, and Refused when the caller is gone or the colleague not at work.
    """
    if reason not in Transfer.Reason.values:
        raise Invalid(_("Choose why it is passed on."), field="reason")
    colleague, skill = _target(to)
    contact = contacts.in_hand(agent)
    asked_first = contact.entry.consults.filter(agent=colleague).exists() if colleague else False
    passing.pass_on(
        entry_id=contact.entry_id, agent=agent, to=colleague, skills=[skill] if skill else []
    )
    Contact.objects.filter(pk=contact.pk).update(passed_on=F("passed_on") + 1, briefing=message)
    passed = Transfer.objects.create(
        contact=contact,
        reason=reason,
        message=message,
        from_agent=agent,
        to_agent=colleague,
        to_skill="" if skill == SUPERVISOR else skill,
        asked_first=asked_first,
        at=clock.now(),
    )
    contact.drafts.filter(name="transfer").delete()
    audit.record(actor=agent, verb="contact.transferred", target=contact, to=to, reason=reason)
    return passed


@transaction.atomic
def consult(*, agent: User, to: str, question: str) -> Contact:
    """Ask a colleague about the contact in hand; ``to`` as in ``transfer``. The caller stays."""
    if not question.strip():
        raise Invalid(_("Write what you want to know."), field="question")
    colleague, skill = _target(to)
    contact = contacts.in_hand(agent)
    entry = passing.ask_colleague(
        entry_id=contact.entry_id, agent=agent, to=colleague, skills=[skill] if skill else []
    )
    contact.drafts.filter(name="consult").delete()
    audit.record(actor=agent, verb="contact.consulted", target=contact, to=to)
    return Contact.objects.create(inquiry=contact.inquiry, entry=entry, briefing=question)


@transaction.atomic
def end_consult(*, agent: User) -> None:
    """Back to the caller alone."""
    passing.stop_asking(entry_id=contacts.in_hand(agent).entry_id, agent=agent)


def _target(to: str) -> tuple[User | None, str]:
    """(a colleague, nothing) or (nobody, a skill). Raises Invalid."""
    kind, _colon, name = to.partition(":")
    if to == SUPERVISOR:
        return None, SUPERVISOR
    if kind == "skill" and AgentSkill.objects.filter(name=name).exists():
        return None, name
    if kind == "agent":
        desk = [User.Role.AGENT, User.Role.SUPERVISOR]
        colleague = User.objects.filter(username=name, role__in=desk, is_active=True).first()
        if colleague is not None:
            return colleague, ""
    raise Invalid(_("Choose whom it goes to."), field="to")
