"""Letting an inquiry in. It is committed before anybody is told its number."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents.actions import queue
from agents.hours import is_open
from agents.models import QueueEntry
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries import phones, signals
from inquiries.models import Citizen, Contact, Inquiry
from knowledgebase.models import Language, Topic


@transaction.atomic
def take_in_written(
    *,
    subject: str,
    body: str,
    language: str,
    consent: bool,
    name: str = "",
    phone: str = "",
    email: str = "",
    topic: str = "",
    call_between: tuple[datetime, datetime] | None = None,
) -> Inquiry:
    """A web inquiry: recorded and put in the line, or promised a call in ``call_between``.

    Raises Invalid, naming the field, for missing consent, no way to answer, an unknown topic or
    language, or a telephone number that cannot be called.
    """
    if not consent:
        raise Invalid(_("We need your consent to keep what you send."), field="consent")
    if not phone and not email:
        raise Invalid(_("Leave a telephone number or an e-mail address."), field="contact")
    if call_between is not None and not phone:
        raise Invalid(_("Leave the number that we are to call."), field="phone")
    inquiry = Inquiry.objects.create(
        channel=Inquiry.Channel.WEB,
        subject=subject,
        body=body,
        language=_known_language(language),
        citizen=citizen_of(phones.normalise(phone)) if phone else None,
        contact_name=name,
        contact_email=email,
        consent_at=clock.now(),
        topic=find_topic(topic) if topic else None,
    )
    if call_between is None:
        open_contact(inquiry=inquiry, kind=QueueEntry.Kind.WEB)
        return inquiry
    since, until = call_between
    signals.call_wanted.send(sender=Inquiry, inquiry=inquiry, since=since, until=until)
    return inquiry


@transaction.atomic(savepoint=False)
def take_in_call(*, from_number: str, to_number: str, arrived_at: datetime) -> Contact:
    """A call: whose it is, in which language, and its place in the line."""
    phone = phones.recognise(from_number)
    citizen = citizen_of(phone) if phone else None
    inquiry = Inquiry.objects.create(
        channel=Inquiry.Channel.PHONE,
        language=_language_of_call(to_number, citizen),
        citizen=citizen,
        created_at=arrived_at,
    )
    contact = open_contact(
        inquiry=inquiry,
        kind=QueueEntry.Kind.CALL,
        waiting_since=arrived_at,
        after_hours=not is_open(arrived_at),
        preferred_id=_who_spoke_with(citizen) if citizen else None,
    )
    signals.call_taken_in.send(sender=Contact, contact=contact)
    return contact


@transaction.atomic(savepoint=False)
def open_contact(*, inquiry: Inquiry, kind: QueueEntry.Kind, **more: Any) -> Contact:
    """Put an inquiry into the line once more; its history goes with it.

    ``more`` is for ``agents.actions.queue.enqueue``.
    """
    entry = queue.enqueue(
        kind=kind,
        language=inquiry.language,
        topic=inquiry.topic.family if inquiry.topic else "",
        difficult=inquiry.citizen is not None and inquiry.citizen.difficult,
        **more,
    )
    return Contact.objects.create(inquiry=inquiry, entry=entry)


def _who_spoke_with(citizen: Citizen) -> int | None:
    """The agent of the last contact of a caller who calls again before long."""
    since = clock.now() - timedelta(hours=settings.SAME_AGENT_WITHIN_HOURS)
    taken = QueueEntry.objects.filter(
        contact__inquiry__citizen=citizen, taken_at__gt=since, agent__isnull=False
    )
    return taken.order_by("-taken_at").values_list("agent", flat=True).first()


def citizen_of(phone: str) -> Citizen:
    """The one citizen behind an E.164 number, however many calls arrive at once."""
    return Citizen.objects.get_or_create(phone=phone, defaults={"created_at": clock.now()})[0]


def find_topic(code: str) -> Topic:
    """The topic with this code. Raises Invalid."""
    topic = Topic.objects.filter(code=code).first()
    if topic is None:
        raise Invalid(_("There is no such topic."), field="topic")
    return topic


def _known_language(code: str) -> str:
    if code not in Language.values:
        raise Invalid(_("We answer in ko, en, zh and ja."), field="language")
    return code


def _language_of_call(dialled: str, citizen: Citizen | None) -> str:
    """The line that was dialled says it; else what the caller spoke last; else Korean."""
    by_line = phones.language_of_line(dialled)
    if by_line or citizen is None:
        return by_line or Language.KO
    last = citizen.inquiries.order_by("-created_at").values_list("language", flat=True).first()
    return last or Language.KO
