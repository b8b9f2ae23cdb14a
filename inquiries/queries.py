"""Reads for the desk, the tracking page and the hand-off list."""

from dataclasses import dataclass

from django.db.models import QuerySet

from agents.models import Offer, Presence, PresenceState, User
from inquiries.models import Contact, HandOff, Inquiry

EARLIER_SHOWN = 8


@dataclass(frozen=True)
class Desk:
    """All that an agent's desk shows: where they are, what rings, and what is in hand."""

    presence: Presence
    offer: Offer | None
    contact: Contact | None

    @property
    def inquiry(self) -> Inquiry | None:
        return self.contact.inquiry if self.contact else None


def desk_of(agent: User) -> Desk:
    """The desk of ``agent`` as it is now."""
    presence = Presence.objects.filter(agent=agent).first() or Presence(agent=agent)
    contact = contact_of(presence.entry_id) if presence.entry_id else None
    ringing = presence.state == PresenceState.RINGING
    offer = agent.offers.filter(status=Offer.Status.LIVE).first() if ringing else None
    return Desk(presence=presence, offer=offer, contact=contact)


def contact_of(entry_id: int) -> Contact | None:
    """The contact behind a queue entry, with everything a desk shows of it."""
    return (
        Contact.objects.select_related(
            "entry", "call", "inquiry__citizen", "inquiry__topic__department"
        )
        .prefetch_related("inquiry__articles")
        .filter(entry=entry_id)
        .first()
    )


def earlier_inquiries(inquiry: Inquiry) -> QuerySet[Inquiry]:
    """What the same number asked before, newest first."""
    if inquiry.citizen_id is None:
        return Inquiry.objects.none()
    earlier = Inquiry.objects.with_names().filter(citizen=inquiry.citizen_id)
    return earlier.exclude(pk=inquiry.pk).order_by("-created_at")[:EARLIER_SHOWN]


def open_handoffs() -> QuerySet[HandOff]:
    """What departments have, the longest waiting first."""
    return (
        HandOff.objects.select_related("inquiry__topic", "department", "sent_by")
        .filter(status__in=HandOff.OPEN)
        .order_by("sent_at")
    )
