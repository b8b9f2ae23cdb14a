"""A promise is made: at the desk, or by a citizen who asks for a call on the form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callbacks import timing
from callbacks.actions.promises.state import announce, end
from callbacks.models import Callback, question_key
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries import phones
from inquiries.actions import contacts, handoffs, intake, messages
from inquiries.models import Citizen, Contact, HandOff, Inquiry
from knowledgebase.models import Department, Language

Status, Caller = Callback.Status, Callback.Caller


@dataclass(frozen=True)
class Wish:
    """What was agreed with the citizen. ``due_at`` is the moment, or the beginning of a window
    that ends at ``until``; ``caller`` is anyone, agent (``caller_agent``) or department."""

    phone: str
    question: str
    language: str
    due_at: datetime
    until: datetime | None = None
    at_any_hour: bool = False
    caller: str = Caller.ANYONE
    caller_agent: User | None = None
    department: Department | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of a promise that say the same."""
        return {
            "phone": self.phone,
            "question": self.question,
            "language": self.language,
            "promised_for": self.due_at,
            "due_at": self.due_at,
            "until": timing.end_of(self.due_at, self.until),
            "at_any_hour": self.at_any_hour,
            "caller": self.caller,
            "caller_agent": self.caller_agent,
            "department": self.department,
        }


@transaction.atomic
def promise(
    *,
    agent: User,
    due_at: datetime,
    until: datetime | None = None,
    phone: str = "",
    question: str = "",
    language: str = "",
    caller: str = Caller.ANYONE,
    department: str = "",
    at_any_hour: bool = False,
) -> Callback:
    """Promise to call the citizen of the inquiry in hand back at ``due_at`` (aware).

    ``phone`` and ``language`` default to those of the inquiry. A second promise for the inquiry
    moves the first. If the same was asked from the same number already, this joins that promise:
    the one returned is about another inquiry then. Raises Invalid, naming the field.
    """
    contact = contacts.in_hand(agent)
    inquiry = contact.inquiry
    timing.check_window(due_at, until, at_any_hour=at_any_hour)
    wish = Wish(
        phone=phones.normalise(phone) if phone else number_of(inquiry),
        question=question or inquiry.subject,
        language=_known(language) or inquiry.language,
        due_at=due_at,
        until=until,
        at_any_hour=at_any_hour,
        **_who_calls(caller, agent, department),
    )
    contacts.conclude(contact=contact, outcome=Contact.Outcome.PROMISED, actor=agent)
    callback = place(inquiry, wish, by=agent)
    if wish.department is not None and callback.inquiry_id == inquiry.pk:
        _ask_department(callback, wish.department, agent)
    return callback


@transaction.atomic(savepoint=False)
def request_call(*, inquiry: Inquiry, since: datetime, until: datetime) -> Callback:
    """A citizen asks on the form to be called between two moments.

    Raises Invalid for a time at which nobody would call. They are told in writing.
    """
    timing.check_window(since, until, at_any_hour=False)
    wish = Wish(
        phone=number_of(inquiry),
        question=f"{inquiry.subject}\n{inquiry.body}".strip(),
        language=inquiry.language,
        due_at=since,
        until=until,
    )
    contacts.move(inquiry, Inquiry.Status.PROMISED)
    callback = place(inquiry, wish, by=None)
    tell_promised(callback, inquiry)
    return callback


def tell_promised(callback: Callback, inquiry: Inquiry) -> None:
    """Nobody said it aloud, so it is written. Atomic with the caller."""
    messages.tell(
        inquiry=inquiry,
        step="callback.promised",
        key=f"callback-{callback.pk}-promised-{inquiry.pk}",
        language=callback.language,
        phone=callback.phone,
        facts={"when": callback.promised_for},
    )


def place(inquiry: Inquiry, wish: Wish, *, by: User | None, key: str = "") -> Callback:
    """Write a wish down: as a new promise, or in the one that stands already.

    Whoever promises something to a number waits for others who do so just now: the two unique
    indexes behind it then refuse nobody. Atomic with the caller.
    """
    lock_number(wish.phone)
    key = key or question_key(wish.question) or f"inquiry-{inquiry.pk}"
    mine = Callback.objects.open().select_for_update().filter(inquiry=inquiry).first()
    first = (
        Callback.objects.open()
        .select_for_update()
        .filter(phone=wish.phone, question_key=key)
        .first()
    )
    if first is not None and first != mine:
        if mine is not None:
            end(mine, Status.CANCELLED, actor=by)
        return _join(first, inquiry, wish, by)
    if mine is not None:
        return _move(mine, wish, key, by)
    return _make(inquiry, wish, key, by)


def _make(inquiry: Inquiry, wish: Wish, key: str, by: User | None) -> Callback:
    callback = Callback.objects.create(
        inquiry=inquiry,
        question_key=key,
        promised_by=by,
        promised_at=clock.now(),
        **wish.fields,
    )
    _record(callback, "callback.promised", by)
    return callback


def _move(callback: Callback, wish: Wish, key: str, by: User | None) -> Callback:
    """Another time, or more is known of it. Warnings count from the new time."""
    fresh: dict[str, Any] = {"status": Status.PROMISED, "escalated_because": ""}
    fresh |= {"question_key": key, "owner_warned_at": None, "supervisor_warned_at": None}
    for name, value in (wish.fields | fresh).items():
        setattr(callback, name, value)
    callback.save()
    _record(callback, "callback.moved", by)
    return callback


def _join(first: Callback, inquiry: Inquiry, wish: Wish, by: User | None) -> Callback:
    """Asked again: one call answers both, at the earlier of the two times."""
    first.joined.add(inquiry)
    until = timing.end_of(wish.due_at, wish.until)
    if until < first.until:
        first.promised_for, first.until = wish.due_at, until
        if first.status == Status.PROMISED:
            first.due_at = min(first.due_at, wish.due_at)
        first.owner_warned_at = first.supervisor_warned_at = None
        first.save()
    _record(first, "callback.joined", by, inquiry=inquiry.pk)
    return first


def _record(callback: Callback, verb: str, by: User | None, **detail: Any) -> None:
    due_at = callback.due_at.isoformat()
    audit.record(actor=by, verb=verb, target=callback, due_at=due_at, **detail)
    announce(callback)


def lock_number(phone: str) -> None:
    citizen = intake.citizen_of(phone)
    Citizen.objects.select_for_update(no_key=True).get(pk=citizen.pk)


def number_of(inquiry: Inquiry) -> str:
    if inquiry.citizen is None:
        raise Invalid(_("We have no number to call. Ask for one."), field="phone")
    return inquiry.citizen.phone


def _known(language: str) -> str:
    if language and language not in Language.values:
        raise Invalid(_("We answer in ko, en, zh and ja."), field="language")
    return language


def _who_calls(caller: str, agent: User, department: str) -> dict[str, Any]:
    if caller == Caller.AGENT:
        return {"caller": caller, "caller_agent": agent}
    if caller == Caller.ANYONE:
        return {}
    office = Department.objects.filter(code=department).first()
    if caller != Caller.DEPARTMENT or office is None:
        raise Invalid(_("Choose who is to call."), field="caller")
    return {"caller": caller, "department": office}


def _ask_department(callback: Callback, department: Department, agent: User) -> None:
    """The department is to call by itself; if it does not, the promise comes due as any other."""
    handoffs.ask(
        agent=agent,
        inquiry=callback.inquiry,
        department=department.code,
        message=callback.question or _("Please call the citizen back."),
        purpose=HandOff.Purpose.CALL,
    )
