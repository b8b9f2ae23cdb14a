"""When a person is to be called: pure rules over a schedule, in the center's zone."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from agents import hours
from callbacks.models import Check, Consent, Pause, Person

Why = Check.Why


def times_on(person: Person, day: date) -> list[datetime]:
    """The moments (UTC) at which the schedule asks for a check on ``day``, the earliest first.

    Asks neither for consent nor for pauses. A time that the clocks leave out on a night of change
    is the moment they would have shown it.
    """
    if day.weekday() not in person.days:
        return []
    if not person.on_holidays and hours.is_holiday(day):
        return []
    return [hours.at_minute(day, minutes) for minutes in sorted(set(person.times))]


def why_not(day: date, consents: Iterable[Consent], pauses: Iterable[Pause]) -> Check.Why | None:
    """Why nobody may call on ``day``, or None when somebody is to."""
    if not any(consent.holds_on(day) for consent in consents):
        return Why.CONSENT
    if any(pause.first_day <= day <= pause.last_day for pause in pauses):
        return Why.PAUSED
    return None


def deadline_of(person: Person, planned_for: datetime) -> datetime:
    """By when a check must have an outcome."""
    return planned_for + timedelta(minutes=person.window_minutes)
