"""Reads for the desk, the tracking page, the hand-off list, and callers in the line."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Avg, Count, F, Prefetch, Q, QuerySet

from agents import hours
from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callcenter import clock
from inquiries.models import Call, Contact, HandOff, Inquiry, Message, Transfer
from knowledgebase.models import Article, Language, Topic

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
        .prefetch_related(
            # With its original: a translation says on its card that it is of an older text.
            Prefetch("inquiry__articles", queryset=Article.objects.select_related("translation_of"))
        )
        .filter(entry=entry_id)
        .first()
    )


def question_about(contact: Contact) -> QueueEntry | None:
    """What we ask a colleague about a contact: the last question, open or over."""
    asked = contact.entry.consults.select_related("agent", "reserved_for")
    return asked.order_by("-pk").first()


def briefed_by(contact: Contact) -> User | None:
    """Who passed a contact on to this desk, or asks about it."""
    if contact.entry.about is not None:
        return contact.entry.about.agent
    last = contact.transfers.select_related("from_agent").last()
    return last.from_agent if last else None


def transfers_of(inquiry: Inquiry) -> QuerySet[Transfer]:
    """Every time an inquiry was passed from one agent to another, the first one first."""
    passed = Transfer.objects.filter(contact__inquiry=inquiry)
    return passed.select_related("from_agent", "to_agent").order_by("at")


def contacts_of(inquiry: Inquiry) -> QuerySet[Contact]:
    """Every time the center worked on an inquiry, the last one first."""
    return inquiry.contacts.select_related("entry__agent").order_by("-entry__waiting_since")


@dataclass(frozen=True)
class Receivers:
    """Whom a contact can go to: colleagues at work, and skills that one of them has."""

    supervisors: list[Presence]
    agents: list[Presence]
    languages: list[tuple[str, str]]
    topics: list[tuple[str, str]]


def receivers(but_not: User) -> Receivers:
    at_work = Presence.objects.exclude(state=PresenceState.OFFLINE).exclude(agent=but_not)
    people = list(at_work.select_related("agent").order_by("agent__display_name"))
    skills = {one.rpartition(":")[0] for presence in people for one in presence.skills}
    families = Topic.objects.filter(parent=None)
    supervises = [one.agent.role == User.Role.SUPERVISOR for one in people]
    return Receivers(
        supervisors=[one for one, yes in zip(people, supervises, strict=True) if yes],
        agents=[one for one, yes in zip(people, supervises, strict=True) if not yes],
        languages=[(f"lang.{c}", str(n)) for c, n in Language.choices if f"lang.{c}" in skills],
        topics=[(f"topic.{t.code}", str(t)) for t in families if f"topic.{t.code}" in skills],
    )


def earlier_inquiries(inquiry: Inquiry) -> QuerySet[Inquiry]:
    """What the same number asked before, newest first."""
    if inquiry.citizen_id is None:
        return Inquiry.objects.none()
    earlier = Inquiry.objects.with_names().filter(citizen=inquiry.citizen_id)
    return earlier.exclude(pk=inquiry.pk).order_by("-created_at")[:EARLIER_SHOWN]


@dataclass(frozen=True)
class Today:
    """What an agent has done today: contacts finished and seconds for each on average."""

    contacts: int
    handling: timedelta | None


def today_of(agent: User) -> Today:
    start, end = clock.day_bounds(clock.today())
    done = agent.entries.filter(finished_at__gte=start, finished_at__lt=end, taken_at__isnull=False)
    numbers = done.aggregate(contacts=Count("pk"), handling=Avg(F("finished_at") - F("taken_at")))
    return Today(**numbers)


def handoffs_of(inquiry: Inquiry) -> QuerySet[HandOff]:
    """What departments said to an inquiry, or have been asked, the last first."""
    return inquiry.handoffs.select_related("department").order_by("-sent_at")[:2]


def open_handoffs() -> QuerySet[HandOff]:
    """What departments have, the longest waiting first."""
    return (
        HandOff.objects.select_related(
            "inquiry__topic", "inquiry__citizen", "department__duty_desk", "sent_by", "email"
        )
        .filter(status__in=HandOff.OPEN)
        .order_by("sent_at")
    )


@dataclass(frozen=True)
class WithDepartments:
    """How many hand-offs are open; ``late``: not acknowledged or not answered in time."""

    open: int
    late: int


def with_departments() -> WithDepartments:
    late = Q(unacknowledged_at__isnull=False, status=HandOff.Status.SENT)
    late |= Q(overdue_at__isnull=False)
    open_ones = HandOff.objects.filter(status__in=HandOff.OPEN)
    return WithDepartments(**open_ones.aggregate(open=Count("pk"), late=Count("pk", filter=late)))


def stuck_messages() -> QuerySet[Message]:
    """What could not be sent, or nobody knows of; the last ones."""
    return Message.objects.stuck().select_related("inquiry").order_by("-pk")[:20]


def ended_handoffs() -> QuerySet[HandOff]:
    """The last ones that were answered or returned."""
    ended = HandOff.objects.select_related("inquiry", "department")
    return ended.exclude(status__in=HandOff.OPEN).order_by("-ended_at")[:20]


# --- What can be told to somebody who waits on the telephone


@dataclass(frozen=True)
class Line:
    """``next_opening`` is None while we are open. ``waiting`` counts those before the call."""

    open: bool
    next_opening: datetime | None
    waiting: int
    callback_offered: bool


def line_of(call: Call) -> Line:
    """The line as it is now for a call; nothing is offered to one that does not wait in it."""
    now = clock.now()
    is_open = hours.is_open(now)
    entry = _place_of(call)
    waiting = _before(entry) if entry else 0
    long = waiting > settings.CALLBACK_OFFER_AFTER
    return Line(
        open=is_open,
        next_opening=None if is_open else hours.next_opening(now),
        waiting=waiting,
        callback_offered=entry is not None and (long or not is_open),
    )


def _place_of(call: Call) -> QueueEntry | None:
    """The entry of a call that waits or rings, and has not been exchanged for a callback."""
    if call.answered_at or call.ended_at:
        return None
    in_line = QueueEntry.objects.filter(kind=QueueEntry.Kind.CALL, status__in=QueueEntry.IN_LINE)
    return in_line.filter(contact__call=call).first()


def _before(entry: QueueEntry) -> int:
    """How many calls, those in virtual hold too, are served before it in its language."""
    calls = QueueEntry.objects.filter(
        status__in=QueueEntry.IN_LINE,
        kind__in=QueueEntry.SPOKEN,
        priority=QueueEntry.Priority.CALL,
        language=entry.language,
    )
    earlier = Q(rank_at__lt=entry.rank_at) | Q(rank_at=entry.rank_at, pk__lt=entry.pk)
    pinned = Q(pinned_at__isnull=False)
    return calls.filter(pinned & earlier if entry.pinned_at else pinned | earlier).count()
