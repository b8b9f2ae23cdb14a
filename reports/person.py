"""One person's day: what they can take, where they were, what they did, what was done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from agents.access import DESK
from agents.models import (
    AuditEntry,
    BreakReason,
    Presence,
    PresenceSpell,
    PresenceState,
    Shift,
    User,
)
from callcenter import clock
from inquiries.models import Contact
from knowledgebase.models import Language, Topic
from reports import metrics
from reports.ledger import reading
from reports.metrics import BY_KEY, Metric, Value

SHOWN = ["answered", "aht", "talk", "hold", "wrap_up"]
SHOWN += ["resolved", "promised", "handed_off", "transfers"]
_LEVELS = {
    "lang": {1: _("native speaker"), 2: _("second language")},
    "topic": {1: _("specialist"), 2: _("helps out")},
}


@dataclass(frozen=True)
class Skill:
    name: object
    level: object


@dataclass(frozen=True)
class Spell:
    """A time in one state, cut to the day; ``until`` None: it goes on."""

    state: PresenceState
    reason: object
    since: datetime
    until: datetime | None
    length: timedelta


@dataclass(frozen=True)
class Told:
    """A line of the audit trail in words."""

    at: datetime
    actor: User | None
    what: object
    why: object


@dataclass(frozen=True)
class Day:
    """A person now, and today. ``spells`` and ``told`` have the last one first."""

    person: User
    presence: Presence
    languages: list[Skill]
    topics: list[Skill]
    in_hand: Contact | None
    shifts: list[Shift]
    figures: list[tuple[Metric, Value]]
    spells: list[Spell]
    sums: list[tuple[PresenceState, timedelta]]
    told: list[Told]


def with_a_desk() -> QuerySet[User]:
    """Whose page there is."""
    desks = User.objects.filter(role__in=DESK, is_active=True)
    return desks.select_related("vendor", "presence")


def day_of(person: User) -> Day:
    """``person`` comes from ``with_a_desk``."""
    presence = getattr(person, "presence", None)
    if presence is None:
        presence = Presence(agent=person, since=None)  # type: ignore[misc]
    start, end = clock.day_bounds(clock.today())
    reading.up_to_date()
    done = reading.sums_by("agent", clock.today(), clock.today(), agent_id=person.pk)
    measures = metrics.measure(done.get(person.pk, metrics.NOTHING))
    spells = list(_spells_between(person, start, end))
    languages, topics = _skills(person)
    return Day(
        person=person,
        presence=presence,
        languages=languages,
        topics=topics,
        in_hand=_in_hand(presence),
        shifts=list(Shift.objects.touching(start, end).filter(agent=person)),
        figures=[(BY_KEY[key], measures[key]) for key in SHOWN],
        spells=spells,
        sums=_sums(spells),
        told=[_told(line) for line in _audit_since(person, start)],
    )


def _in_hand(presence: Presence) -> Contact | None:
    contacts = Contact.objects.select_related("entry", "inquiry__topic")
    return contacts.filter(entry=presence.entry_id).first() if presence.entry_id else None


# --- Skills


def _skills(person: User) -> tuple[list[Skill], list[Skill]]:
    """Languages and topics, the best first; whoever is trained for difficult callers, too."""
    names: dict[str, object] = {f"lang.{code}": label for code, label in Language.choices}
    names |= {f"topic.{topic.code}": topic for topic in Topic.objects.filter(parent=None)}
    names["caller.difficult"] = _("Difficult callers")
    kinds: dict[str, list[Skill]] = {"lang": [], "topic": [], "caller": []}
    for skill in person.skills.order_by("level", "name"):
        kind = skill.name.partition(".")[0]
        level = _LEVELS.get(kind, {}).get(skill.level, "")
        kinds.setdefault(kind, []).append(Skill(names.get(skill.name, skill.name), level))
    return kinds["lang"], kinds["topic"] + kinds["caller"]


# --- Where they were


def _spells_between(person: User, start: datetime, end: datetime) -> Iterable[Spell]:
    touching = person.spells.filter(Q(ended_at__gt=start) | Q(ended_at=None), began_at__lt=end)
    for spell in touching.order_by("-began_at", "-pk"):
        yield _spell(spell, start)


def _spell(spell: PresenceSpell, day_start: datetime) -> Spell:
    since = max(spell.began_at, day_start)
    return Spell(
        state=PresenceState(spell.state),
        reason=BreakReason(spell.reason).label if spell.reason else "",
        since=since,
        until=spell.ended_at,
        length=(spell.ended_at or clock.now()) - since,
    )


def _sums(spells: Iterable[Spell]) -> list[tuple[PresenceState, timedelta]]:
    """How long in each state, in the order of the states."""
    sums = dict.fromkeys(PresenceState, timedelta())
    for spell in spells:
        sums[spell.state] += spell.length
    return [(state, length) for state, length in sums.items() if length]


# --- What was written down


def _audit_since(person: User, start: datetime) -> QuerySet[AuditEntry]:
    about = AuditEntry.objects.filter(target_type=User._meta.label_lower, target_id=person.pk)
    return about.filter(at__gte=start).select_related("actor").order_by("-at", "-pk")


def _told(line: AuditEntry) -> Told:
    """A state chosen has the break's code for a reason, a state given the supervisor's words."""
    state = line.detail.get("state") or line.verb.removeprefix("presence.")
    reason = line.detail.get("reason", "")
    why = reason if line.verb == "presence.moved" else dict(BreakReason.choices).get(reason, reason)
    if line.verb == "desk.vanished":
        return Told(line.at, line.actor, BreakReason.VANISHED.label, why)
    what = dict(PresenceState.choices).get(state, line.verb)
    return Told(line.at, line.actor, what, why)
