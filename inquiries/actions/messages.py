"""Every write to the outbox: put in, claimed, sent, given up.

A message is put in together with what it tells of, or not at all. It leaves after its row has
been claimed and committed, so two workers never send the same one, and is never sent again once
it may have left.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock, live
from callcenter.refusals import Refused
from inquiries import phones, quiet, wording
from inquiries.gateways import NotTaken, gateway
from inquiries.models import Inquiry, Message

log = structlog.get_logger(__name__)
Channel, State = Message.Channel, Message.State
AT_A_TIME = 20
# The other side has said no, or was not there: it has certainly not taken the message.
NOT_LEFT = (NotTaken, ConnectionRefusedError, SMTPResponseException, SMTPRecipientsRefused)


@transaction.atomic(savepoint=False)
def post(
    *,
    key: str,
    channel: Message.Channel,
    to: str,
    text: str,
    subject: str = "",
    language: str = "ko",
    inquiry: Inquiry | None = None,
    not_before: datetime | None = None,
) -> Message:
    """Put a message into the outbox. The same ``key`` again changes nothing: it is the same one."""
    message, _new = Message.objects.get_or_create(
        key=key,
        defaults={
            "channel": channel,
            "to": to,
            "text": text,
            "subject": subject,
            "language": language,
            "inquiry": inquiry,
            "created_at": clock.now(),
            "next_try_at": not_before or clock.now(),
        },
    )
    return message


def tell(
    *,
    inquiry: Inquiry,
    step: str,
    key: str,
    language: str = "",
    phone: str = "",
    but_not_to: str = "",
    at_night: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Message | None:
    """Tell the citizen of an inquiry how it goes on; None when there is no way to write to them.

    A text message to a mobile telephone, else an e-mail. ``phone`` is the number to write to, by
    default theirs, ``but_not_to`` one that is known to be wrong; ``at_night``: do not wait for the
    morning. ``facts`` fill in the words. Atomic with the caller.
    """
    language = language or inquiry.language
    address = _way_to(inquiry, phone, but_not_to)
    if address is None:
        return None
    channel, to = address
    subject, text = wording.for_citizen(step, inquiry, language, facts or {})
    morning = clock.now() if at_night else quiet.after_quiet(clock.now())
    return post(
        key=key,
        channel=channel,
        to=to,
        text=text,
        subject=subject,
        language=language,
        inquiry=inquiry,
        not_before=morning,
    )


def _way_to(inquiry: Inquiry, phone: str, but_not_to: str) -> tuple[Message.Channel, str] | None:
    number = phone or (inquiry.citizen.phone if inquiry.citizen else "")
    if number != but_not_to and phones.takes_texts(number):
        return Channel.TEXT, number
    if inquiry.contact_email:
        return Channel.EMAIL, inquiry.contact_email
    return None


def send_due(limit: int = AT_A_TIME) -> int:
    """Send what is due; how many left. Safe in several workers at once."""
    _give_up_unsure()
    return sum(_send(message) for message in _claim(limit))


@transaction.atomic
def _claim(limit: int) -> list[Message]:
    """Take some for this worker alone; committed before anything leaves."""
    now = clock.now()
    due = Message.objects.due(now).select_for_update(skip_locked=True)
    claimed = list(due[:limit])
    for message in claimed:
        message.state, message.claimed_at, message.tries = State.SENDING, now, message.tries + 1
    Message.objects.bulk_update(claimed, ["state", "claimed_at", "tries"])
    return claimed


def _send(message: Message) -> bool:
    try:
        receipt = _hand_over(message)
    except NOT_LEFT as error:
        _try_later(message, error)
        return False
    except Exception as error:
        # It may have left: better somebody looks than a citizen gets it twice.
        log.exception("message.unsure", message=message.pk)
        _settle(message, State.UNSURE, error=_say(error))
        return False
    return _settle(message, State.SENT, sent_at=clock.now(), receipt=receipt[:200], error="")


def _hand_over(message: Message) -> str:
    if message.channel == Channel.TEXT:
        return gateway().send(to=message.to, text=message.text, key=message.key)
    mail = EmailMessage(
        message.subject, message.text, to=[message.to], headers={"X-120-Key": message.key}
    )
    mail.send()
    return ""


def _try_later(message: Message, error: Exception) -> None:
    ladder = settings.MESSAGE_RETRY_MINUTES
    if message.tries > len(ladder):
        _settle(message, State.FAILED, error=_say(error))
        return
    later = clock.now() + timedelta(minutes=ladder[message.tries - 1])
    _settle(message, State.WAITING, next_try_at=later, error=_say(error))


@transaction.atomic
def _settle(message: Message, state: Message.State, **fields) -> bool:
    """Write down what became of a message that this worker has claimed."""
    mine = Message.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)
    settled = mine.update(state=state, **fields)
    if settled and state in Message.STUCK:
        _tell_supervisors(message, state)
    return bool(settled)


def _give_up_unsure() -> None:
    """Whoever was sending these has vanished: nobody knows whether they left."""
    since = clock.now() - timedelta(seconds=settings.MESSAGE_SENDING_SECONDS)
    left = Message.objects.filter(state=State.SENDING, claimed_at__lt=since)
    for message in left[:AT_A_TIME]:
        _settle(message, State.UNSURE, error="The worker that was sending it vanished.")


def _tell_supervisors(message: Message, state: Message.State) -> None:
    audit.record(actor=None, verb=f"message.{state}", target=message, key=message.key)
    live.push_on_commit(live.Event("message-stuck", message.pk), topics=[live.FLOOR])


@transaction.atomic
def send_again(*, message_id: int, actor: User) -> Message:
    """Somebody has looked into a message that is stuck: it is tried anew. Raises Refused."""
    stuck = Message.objects.stuck().filter(pk=message_id)
    if not stuck.update(state=State.WAITING, tries=0, next_try_at=clock.now()):
        raise Refused(_("It is not stuck any more."))
    message = Message.objects.get(pk=message_id)
    audit.record(actor=actor, verb="message.again", target=message, key=message.key)
    return message


def _say(error: Exception) -> str:
    return (f"{type(error).__name__}: {error}")[:500]
