"""What citizens and departments are told, in words. Written down in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from inquiries.models import HandOff, Inquiry

# What a citizen is told at each step, by its name. Short: it may be a text message.
CITIZEN: dict[str, Any] = {
    "handoff.sent": _(
        "120: Your inquiry %(number)s is now with %(department)s. "
        "You will hear from us by %(due)s. %(link)s"
    ),
    "handoff.acknowledged": _(
        "120: %(department)s has confirmed your inquiry %(number)s and works on it. %(link)s"
    ),
    "handoff.answered": _("120: Your inquiry %(number)s has been answered. Read it here: %(link)s"),
    "handoff.returned": _(
        "120: %(department)s has sent your inquiry %(number)s back to us. "
        "We are seeing to it ourselves. %(link)s"
    ),
    "callback.promised": _(
        "120: We will call you on %(when)s about your inquiry %(number)s. %(link)s"
    ),
    "callback.not_reached": _(
        "120: We tried to call you about your inquiry %(number)s and could not reach you. "
        "Please call 120 when it suits you. %(link)s"
    ),
}

HANDOFF_SUBJECT = _("[120] %(number)s for %(department)s, to acknowledge by %(acknowledge)s")
HANDOFF_URGENT = _("[120] URGENT: %(number)s for %(department)s, to acknowledge by %(acknowledge)s")
HANDOFF_TEXT = _(
    "%(department)s,\n\n"
    "the call center passes inquiry %(number)s to you.\n\n"
    "%(message)s\n\n"
    "Please acknowledge it by %(acknowledge)s and answer it by %(due)s, on this page:\n"
    "%(link)s\n\n"
    "The link is meant for your department alone. If it is not yours, return it there with a "
    "reason, and it comes back to us at once."
)


def locale_of(language: str) -> str:
    """Django's name for one of the center's languages."""
    return {"zh": "zh-hans"}.get(language, language)


def absolute(path: str) -> str:
    """An address that can be opened from anywhere."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def moment(when) -> str:
    """A time as it is said in the language that is active."""
    local = timezone.localtime(when, timezone.get_default_timezone())
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


def _said(fact: Any) -> str:
    return moment(fact) if isinstance(fact, datetime) else str(fact)


def for_citizen(
    step: str, inquiry: Inquiry, language: str, facts: Mapping[str, Any]
) -> tuple[str, str]:
    """(subject, text) of what is told at ``step``; ``facts`` may have moments in them."""
    with translation.override(locale_of(language)):
        said = {name: _said(one) for name, one in facts.items()}
        link = absolute(inquiry.get_absolute_url())
        text = str(CITIZEN[step]) % (said | {"number": inquiry.number, "link": link})
        return f"{settings.CENTER_NAME} · {inquiry.number}", text


def for_department(handoff: HandOff, token: str) -> tuple[str, str]:
    """(subject, text) of the e-mail that a hand-off goes with; departments read Korean."""
    with translation.override("ko"):
        facts = {
            "number": handoff.inquiry.number,
            "department": str(handoff.department),
            "message": handoff.message,
            "acknowledge": moment(handoff.acknowledge_by),
            "due": moment(handoff.due_at),
            "link": absolute(reverse("inquiries:officer", args=[token])),
        }
        subject = HANDOFF_URGENT if handoff.urgent else HANDOFF_SUBJECT
        return (str(subject) % facts)[:200], str(HANDOFF_TEXT) % facts
