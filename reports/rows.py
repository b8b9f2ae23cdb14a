"""What the floor is made of: what waits, what is in hand, and who is there.

Plain rows, not models: several hundred of them are read every second, for everybody at once. So
their names are lazy or objects, which become words in the reader's language when they are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from agents import queries as routing
from agents.models import BreakReason, Offer, PresenceState, QueueEntry, Ring, User
from callcenter import clock
from knowledgebase.models import Language, Topic

_KINDS, _LANGUAGES = dict(QueueEntry.Kind.choices), dict(Language.choices)
_STATES, _REASONS = dict(PresenceState.choices), dict(BreakReason.choices)

Topics = dict[str, Topic]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a contact asks for; ``number`` is its inquiry's, ``topic`` the narrowest known."""

    pk: int
    kind: str
    language: str
    topic: Topic | None
    family: Topic | None
    difficult: bool
    number: str | None
    waiting_since: datetime

    @property
    def kind_label(self) -> object:
        return _KINDS[self.kind]

    @property
    def language_label(self) -> object:
        return _LANGUAGES.get(self.language, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class InLine(Entry):
    """Something that waits. ``ring`` is the widest step of the search that its waiting time has
    reached, ``rings_at`` who is being asked, ``kept_for`` who alone is to be."""

    place: int
    pinned: bool
    asked: int
    ring: Ring
    rings_at: str
    kept_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand(Entry):
    """Something an agent has; once the citizen is gone (``released_at``), in wrap-up."""

    agent_id: int
    agent: str
    taken_at: datetime
    released_at: datetime | None
    held_since: datetime | None

    @property
    def can_be_moved(self) -> bool:
        return self.released_at is None and self.kind != QueueEntry.Kind.CONSULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a desk; ``kind`` and ``topic`` of what rings there or is in hand."""

    pk: int
    name: str
    role: str
    vendor: str | None
    state: str
    reason: str
    since: datetime | None
    held_since: datetime | None
    kind: str | None
    topic: Topic | None

    @property
    def state_label(self) -> object:
        return _STATES[self.state]

    @property
    def reason_label(self) -> object:
        return _REASONS.get(self.reason, "")

    @property
    def kind_label(self) -> object:
        return _KINDS[self.kind] if self.kind else ""

    @property
    def at_work(self) -> bool:
        return self.state != PresenceState.OFFLINE


def topics_by_code() -> Topics:
    return {topic.code: topic for topic in Topic.objects.all()}


# --- What waits, and what is in hand

_ASKS = ["pk", "kind", "language", "difficult", "waiting_since"]
_CONTACT = {
    "code": F("topic"),
    "narrow": F("contact__inquiry__topic__code"),
    "number": F("contact__inquiry__number"),
}


def _asks(row: dict, topics: Topics) -> dict:
    """The topic fields of an ``Entry``, in place of the codes in a row."""
    code, narrow = row.pop("code"), row.pop("narrow")
    topic = topics.get(narrow or code)
    return {"topic": topic, "family": topic and topics[topic.family]}


def waiting(topics: Topics) -> list[InLine]:
    """The whole line, in the order it is served."""
    now, rings, rung = clock.now(), routing.rings(), _rung()
    entries = QueueEntry.objects.filter(status__in=QueueEntry.IN_LINE).by_rank()
    kept = {"kept": F("reserved_for__display_name"), "login": F("reserved_for__username")}
    rows = entries.values(*_ASKS, "asked", "pinned_at", **_CONTACT, **kept)
    return [
        InLine(
            place=place,
            pinned=row.pop("pinned_at") is not None,
            kept_for=_name(row.pop("kept"), row.pop("login")),
            rings_at=rung.get(row["pk"], ""),
            ring=_ring_reached(rings, now - row["waiting_since"]),
            **_asks(row, topics),
            **row,
        )
        for place, row in enumerate(rows, start=1)
    ]


def _rung() -> dict[int, str]:
    """Who is being asked, by entry."""
    live = Offer.objects.filter(status=Offer.Status.LIVE)
    rows = live.values_list("entry", "agent__display_name", "agent__username")
    return {entry: _name(name, login) for entry, name, login in rows}


def _ring_reached(rings: Sequence[Ring], waited: timedelta) -> Ring:
    reached = [ring for ring in rings if ring.after_seconds <= waited.total_seconds()]
    return reached[-1] if reached else rings[0]


def in_hand(topics: Topics) -> list[InHand]:
    """What agents have, the longest first."""
    entries = QueueEntry.objects.filter(status=QueueEntry.Status.TAKEN).order_by("taken_at", "pk")
    agent = {"name": F("agent__display_name"), "login": F("agent__username")}
    agent |= {"held_since": F("agent__presence__held_since")}
    rows = entries.values(*_ASKS, "agent_id", "taken_at", "released_at", **_CONTACT, **agent)
    return [
        InHand(agent=_name(row.pop("name"), row.pop("login")), **_asks(row, topics), **row)
        for row in rows
    ]


# --- People

_AT_WORK_FIRST = [
    *(PresenceState.RINGING, PresenceState.TALKING, PresenceState.WRAP_UP),
    *(PresenceState.AVAILABLE, PresenceState.BREAK, PresenceState.OFFLINE),
]


def people(topics: Topics) -> list[Person]:
    """All agents and the supervisors at work: by vendor, those at work first."""
    supervises = Q(role=User.Role.SUPERVISOR, presence__isnull=False)
    supervises &= ~Q(presence__state=PresenceState.OFFLINE)
    found = User.objects.filter(Q(role=User.Role.AGENT) | supervises, is_active=True)
    rows = found.values_list(
        *("pk", "display_name", "username", "role", "vendor__name", "presence__state"),
        *("presence__reason", "presence__since", "presence__held_since"),
        *("presence__entry__kind", "presence__entry__topic"),
    )
    return sorted((_person(topics, *row) for row in rows), key=_place)


def _person(topics: Topics, pk, name, login, role, vendor, state, reason, since, held, kind, code):
    return Person(
        pk=pk,
        name=_name(name, login),
        role=role,
        vendor=vendor,
        state=state or PresenceState.OFFLINE,
        reason=reason or "",
        since=since,
        held_since=held,
        kind=kind,
        topic=topics.get(code),
    )


def _place(person: Person) -> tuple:
    # Who belongs to no vendor comes last.
    vendor = (person.vendor is None, person.vendor or "")
    return vendor, _AT_WORK_FIRST.index(PresenceState(person.state)), person.name


def _name(display_name: str | None, login: str | None) -> str:
    """As ``str(User)``; empty for nobody."""
    return display_name or login or ""
