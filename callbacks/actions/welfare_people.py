"""Who is called, and that they agreed to it: people, consents and pauses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callbacks.actions.welfare_plan import bring_in_line, cancel_check, lock_people
from callbacks.models import Check, Consent, Pause, Person, Rung
from callcenter import clock, live
from callcenter.refusals import Invalid, Missing, Refused
from inquiries import phones

_SHOWN = {"name", "language", "risk", "notes", "address"}
_SCHEDULE = {"days", "times", "on_holidays", "window_minutes"}


@dataclass(frozen=True)
class Place:
    """One place of a ladder as it is typed."""

    kind: str
    phone: str
    name: str = ""


@transaction.atomic
def add_person(*, actor: User | None, ladder: Sequence[Place], **fields: Any) -> Person:
    """Somebody new. Nobody is called before a consent is recorded.

    Raises Invalid, naming the field, for an empty schedule or a ladder with nobody but the person.
    """
    person = Person(created_by=actor, created_at=clock.now(), scheduled_since=clock.now())
    _write(person, fields)
    person.save()
    _replace_ladder(person, ladder)
    audit.record(actor=actor, verb="person.added", target=person)
    return person


@transaction.atomic
def change_person(*, person_id: int, actor: User, ladder: Sequence[Place], **fields: Any) -> Person:
    """Other times, another ladder, other notes. What is planned already follows."""
    person = lock_person(person_id)
    changed = sorted(name for name in fields if getattr(person, name) != fields[name])
    _write(person, fields)
    if _SCHEDULE & set(changed):
        person.scheduled_since = clock.now()
    person.save()
    _replace_ladder(person, ladder)
    bring_in_line(person)
    # Which fields, not what stands in them: the trail is read by more people than the person is.
    audit.record(actor=actor, verb="person.changed", target=person, fields=changed)
    _announce(person)
    return person


def _write(person: Person, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in _SHOWN | _SCHEDULE:
            raise TypeError(f"A person has no {name}.")
        setattr(person, name, value)
    if not person.name.strip():
        raise Invalid(_("Write the name."), field="name")
    if not person.days or not set(person.days) <= set(range(7)):
        raise Invalid(_("Choose at least one day."), field="days")
    if not person.times or not all(0 <= minutes < 24 * 60 for minutes in person.times):
        raise Invalid(_("Write at least one time, such as 09:00."), field="times")
    person.days, person.times = sorted(set(person.days)), sorted(set(person.times))


def _replace_ladder(person: Person, ladder: Sequence[Place]) -> None:
    places = list(ladder)
    if not places or places[0].kind != Rung.Kind.SELF:
        raise Invalid(_("The ladder begins with the person."), field="ladder")
    if len(places) < 2:
        raise Invalid(_("Name at least one other to call when they do not answer."), field="ladder")
    rungs = [
        Rung(
            person=person,
            position=position,
            kind=place.kind,
            name=place.name.strip() or (person.name if position == 0 else ""),
            phone=phones.normalise(place.phone, field=f"phone_{position}"),
        )
        for position, place in enumerate(places)
    ]
    person.ladder.all().delete()
    Rung.objects.bulk_create(rungs)


@transaction.atomic
def give_consent(
    *,
    person_id: int,
    actor: User | None,
    given_by: str,
    given_name: str,
    how: str,
    since: date | None = None,
    until: date | None = None,
) -> Consent:
    """The person, or a guardian for them, agrees to the calls. Planned from now on.

    A consent that holds already is replaced by this one. Raises Invalid, naming the field.
    """
    person = lock_person(person_id)
    since = since or clock.today()
    if not given_name.strip():
        raise Invalid(_("Write who agreed."), field="given_name")
    if not how.strip():
        raise Invalid(_("Write how they agreed: on paper, on the telephone …"), field="how")
    if until is not None and until < max(since, clock.today()):
        raise Invalid(_("It would end before it begins."), field="until")
    replaced = person.consents.filter(withdrawn_at=None)
    replaced.update(
        withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_because=_("Replaced by a new one.")
    )
    consent = Consent.objects.create(
        person=person,
        given_by=given_by,
        given_name=given_name.strip(),
        how=how.strip(),
        since=since,
        until=until,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    _plan_anew(person)
    audit.record(actor=actor, verb="consent.given", target=person, consent=consent.pk)
    return consent


@transaction.atomic
def withdraw_consent(*, person_id: int, actor: User, because: str = "") -> int:
    """They no longer want the calls: everything planned is cancelled now; how many checks.

    What waits in the line leaves it; who is on the telephone with them sees it on the card.
    Raises Refused when there is no consent any more.
    """
    person = lock_person(person_id)
    gone = person.consents.filter(withdrawn_at=None).update(
        withdrawn_at=clock.now(), withdrawn_by=actor, withdrawn_because=because.strip()[:500]
    )
    if not gone:
        raise Refused(_("There is no consent to withdraw."))
    cancelled = _cancel_open(person, Check.Why.CONSENT, actor)
    audit.record(actor=actor, verb="consent.withdrawn", target=person, checks=cancelled)
    _announce(person)
    return cancelled


def _cancel_open(person: Person, why: Check.Why, actor: User | None, **only: Any) -> int:
    # Checks before entries, as everywhere.
    checks = person.checks.open().filter(**only).select_for_update(of=("self",)).order_by("pk")
    found = list(checks)
    for check in found:
        cancel_check(check, why, actor=actor)
    return len(found)


@transaction.atomic
def pause(*, person_id: int, actor: User, first_day: date, last_day: date, reason: str) -> Pause:
    """Nobody calls from ``first_day`` to ``last_day``, both included. Raises Invalid."""
    person = lock_person(person_id)
    if last_day < first_day:
        raise Invalid(_("It would end before it begins."), field="last_day")
    if last_day < clock.today():
        raise Invalid(_("This is past."), field="last_day")
    if not reason.strip():
        raise Invalid(_("Write why: a holiday, the hospital …"), field="reason")
    made = Pause.objects.create(
        person=person,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip(),
        made_by=actor,
        made_at=clock.now(),
    )
    if made.first_day <= clock.today():
        # Also what waits for a retry or stands in the line: they are not at home.
        _cancel_open(person, Check.Why.PAUSED, actor, planned_for__lt=_end_of(last_day))
    bring_in_line(person)
    audit.record(actor=actor, verb="person.paused", target=person, pause=made.pk)
    _announce(person)
    return made


@transaction.atomic
def end_pause(*, pause_id: int, actor: User) -> Person:
    """They are back: what is still to come is planned again. Raises Missing."""
    found = Pause.objects.filter(pk=pause_id).first()
    if found is None:
        raise Missing(_("This pause is no longer there."))
    person = lock_person(found.person_id)
    Pause.objects.filter(pk=pause_id).delete()
    _plan_anew(person)
    told = {"first_day": str(found.first_day), "last_day": str(found.last_day)}
    audit.record(actor=actor, verb="person.pause_ended", target=person, **told)
    return person


def _plan_anew(person: Person) -> None:
    person.scheduled_since = clock.now()
    person.save(update_fields=["scheduled_since"])
    bring_in_line(person)
    _announce(person)


def _end_of(day: date):
    return clock.day_bounds(day)[1]


def lock_person(person_id: int) -> Person:
    """The person's row, locked. Raises Missing."""
    people = lock_people([person_id])
    if not people:
        raise Missing(_("There is no such person."))
    return people[0]


def _announce(person: Person) -> None:
    live.push_on_commit(live.Event("person-changed", person.pk), topics=[live.FLOOR])
