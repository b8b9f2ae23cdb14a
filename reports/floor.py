"""The floor as it is now: who is in which state, what waits, and how long."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext

from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callbacks.queries import Standing, standing
from callcenter import clock
from inquiries.models import Contact, HandOff
from reports.daily import measures_of
from reports.metrics import Value

WAITING = [QueueEntry.Status.WAITING, QueueEntry.Status.OFFERED]
LONGEST_LIST = 60


@dataclass(frozen=True)
class Floor:
    """``waiting`` holds contacts in the order they are served, ``rings_at`` who is being asked."""

    waiting: list[Contact]
    waiting_count: int
    oldest: datetime | None
    by_language: dict[str, int]
    by_topic: dict[str, int]
    states: dict[str, int]
    vendors: list[tuple[str, list[User]]]
    today: dict[str, Value]
    promises: Standing
    handoffs: int


def floor() -> Floor:
    """One look at everything; the number of queries does not grow with the queue."""
    waiting = _waiting()
    people = _people()
    return Floor(
        waiting=waiting[:LONGEST_LIST],
        waiting_count=len(waiting),
        oldest=min((contact.entry.waiting_since for contact in waiting), default=None),
        by_language=_count(contact.inquiry.get_language_display() for contact in waiting),
        by_topic=_count(_family(contact) for contact in waiting),
        states=_count(_state(person) for person in people),
        vendors=[
            (vendor, list(group)) for vendor, group in groupby(people, lambda one: one.vendor.name)
        ],
        today=measures_of(clock.today()),
        promises=standing(),
        handoffs=HandOff.objects.filter(status__in=HandOff.OPEN).count(),
    )


def _count(names: Iterable[str]) -> dict[str, int]:
    # A plain dict: in a template, a Counter takes ``.items`` for a name it has counted zero of.
    return dict(Counter(names).most_common())


def _waiting() -> list[Contact]:
    contacts = list(
        Contact.objects.select_related("entry", "inquiry__topic__parent")
        .filter(entry__status__in=WAITING)
        .order_by("entry__priority", "entry__waiting_since", "entry__pk")
    )
    live = Offer.objects.filter(status=Offer.Status.LIVE).select_related("agent")
    ringing = {offer.entry_id: offer.agent for offer in live}
    for contact in contacts:
        contact.rings_at = ringing.get(contact.entry_id)
    return contacts


def _people() -> list[User]:
    """Agents by vendor, those at work first, each with ``.presence``."""
    order = {state: place for place, state in enumerate(_AT_WORK_FIRST)}
    agents = (
        User.objects.filter(role=User.Role.AGENT, is_active=True)
        .select_related("vendor", "presence__entry")
        .order_by("vendor__name", "display_name")
    )
    return sorted(agents, key=lambda one: (one.vendor.name, order[_state(one)]))


_AT_WORK_FIRST = [
    *(PresenceState.RINGING, PresenceState.TALKING, PresenceState.WRAP_UP),
    *(PresenceState.AVAILABLE, PresenceState.BREAK, PresenceState.OFFLINE),
]


def _state(person: User) -> str:
    try:
        return person.presence.state
    except Presence.DoesNotExist:
        return PresenceState.OFFLINE


def _family(contact: Contact) -> str:
    topic = contact.inquiry.topic
    return str(topic.parent or topic) if topic else gettext("No topic")
