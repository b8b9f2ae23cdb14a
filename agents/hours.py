"""When the center is open, and whether somebody is to be there.

Every interval is half-open, [from, to), and its ends are in UTC: two times of one zone are
compared by their faces in Python, which is wrong on the night the clocks change. What closes at
24:00 and what opens at 00:00 are then the same moment, with nothing in between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from holidays import HolidayBase, country_holidays

from agents.models import OpeningHours, Shift, User
from callcenter import clock

Interval = tuple[datetime, datetime]
# (opens, closes) in minutes after midnight by kind of day; an empty list: closed.
Plan = dict[str, list[tuple[int, int]]]

Day = OpeningHours.Day
_DAY = timedelta(days=1)
_AROUND_THE_CLOCK = [(0, 24 * 60)]
# A center that opens on New Year's Day only is found by looking so far.
_DAYS_AHEAD = 370


def is_open(moment: datetime) -> bool:
    """Is the center open at ``moment`` (aware)? Always, as long as nobody has entered hours."""
    plan = _plan()
    day = local_day(moment)
    spans = [*_spans(day - _DAY, plan), *_spans(day, plan)]
    return any(opens <= moment < closes for opens, closes in spans)


def next_opening(moment: datetime) -> datetime | None:
    """When a closed center opens next. None while it is open, and if it never does."""
    plan, day = _plan(), local_day(moment)
    if _open_between(moment, moment + timedelta.resolution, plan):
        return None
    coming = (day + _DAY * number for number in range(_DAYS_AHEAD))
    openings = (opens for one in coming for opens, _closes in _spans(one, plan))
    return next((opens for opens in openings if opens > moment), None)


def open_between(start: datetime, end: datetime) -> list[Interval]:
    """When the center is open between two moments; what adjoins is one interval."""
    return _open_between(start, end, _plan())


def _open_between(start: datetime, end: datetime, plan: Plan) -> list[Interval]:
    days = days_from(local_day(start) - _DAY, local_day(end))
    spans = sorted(span for day in days for span in _spans(day, plan))
    return _within(start.astimezone(UTC), end.astimezone(UTC), _joined(spans))


def _plan() -> Plan:
    """The hours as entered. Days of the week without any are open around the clock."""
    plan: Plan = {}
    for day, opens, closes in OpeningHours.objects.values_list("day", "opens", "closes"):
        times = plan.setdefault(day, [])
        if opens is not None and closes is not None:
            times.append((opens, closes))
    if not plan.keys() - {Day.HOLIDAY}:
        plan |= dict.fromkeys(OpeningHours.WEEK, _AROUND_THE_CLOCK)
    return plan


def _spans(day: date, plan: Plan) -> list[Interval]:
    """What opens on ``day``, the earliest first; it may close on the day after."""
    kind: str = OpeningHours.WEEK[day.weekday()]
    if Day.HOLIDAY in plan and is_holiday(day):
        kind = Day.HOLIDAY
    times = sorted(plan.get(kind, []))
    return [
        (at_minute(day, opens), at_minute(day if closes > opens else day + _DAY, closes))
        for opens, closes in times
    ]


def _joined(spans: Iterable[Interval]) -> list[Interval]:
    """Sorted intervals, those that overlap or adjoin made one."""
    joined: list[Interval] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            start, end = joined[-1][0], max(end, joined.pop()[1])
        joined.append((start, end))
    return joined


def _within(start: datetime, end: datetime, spans: Iterable[Interval]) -> list[Interval]:
    cut = ((max(start, begins), min(end, ends)) for begins, ends in spans)
    return [(begins, ends) for begins, ends in cut if begins < ends]


# --- Days of the center's zone


def on_the_wall(moment: datetime) -> datetime:
    """``moment`` as the center's clocks show it."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def local_day(moment: datetime) -> date:
    return on_the_wall(moment).date()


def at_minute(day: date, minutes: int) -> datetime:
    """The moment in UTC at which the clock on the wall shows so many minutes after midnight."""
    face = datetime.combine(day, time.min) + timedelta(minutes=minutes)
    return face.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)


def day_of(day: date) -> Interval:
    """The whole of a day."""
    return at_minute(day, 0), at_minute(day, 24 * 60)


def days_from(first: date, last: date) -> Iterator[date]:
    return (first + _DAY * number for number in range((last - first).days + 1))


def is_holiday(day: date) -> bool:
    return day in _holidays(settings.HOLIDAY_COUNTRY, day.year, "")


def holiday_name(day: date) -> str:
    """What the holiday on ``day`` is called in the page's language; empty on other days.

    In English where the calendar knows the language of the page no better.
    """
    language = (get_language() or "").partition("-")[0]
    return _holidays(settings.HOLIDAY_COUNTRY, day.year, language).get(day, "")


def same_day_a_year_before(day: date) -> date:
    """What to hold ``day`` against: last year's day of the same holiday, else the same weekday.

    Lunar holidays move by weeks from year to year; a holiday beside an ordinary day says nothing.
    """
    before = _holidays(settings.HOLIDAY_COUNTRY, day.year - 1, "")
    name = _holidays(settings.HOLIDAY_COUNTRY, day.year, "").get(day)
    weekday = day - 52 * 7 * _DAY
    same = [one for one, called in before.items() if called == name]
    if same:
        return min(same, key=lambda one: abs(one - weekday))
    while name is None and is_holiday(weekday):
        weekday -= 7 * _DAY
    return weekday


@lru_cache(maxsize=64)
def _holidays(country: str, year: int, language: str) -> dict[date, str]:
    # One year each and a plain dict: the package's own grows as it is read, which threads must not.
    spoken = _calendar(country, year).supported_languages
    by_wish = (known for wish in (language, "en") for known in spoken if known.startswith(wish))
    return dict(_calendar(country, year, next(by_wish, None)))


def _calendar(country: str, year: int, language: str | None = None) -> HolidayBase:
    try:
        return country_holidays(country, years=year, language=language, expand=False)
    except NotImplementedError as unknown:
        raise ImproperlyConfigured(f"HOLIDAY_COUNTRY: {unknown}") from unknown


# A country that nobody knows stops the start, not the first call.
_calendar(settings.HOLIDAY_COUNTRY, 2008)


# --- Who is to be there


@dataclass(frozen=True)
class DayOfShifts:
    """A day of the rota: what touches it, and when nobody is on shift though we are open."""

    day: date
    holiday: str
    shifts: list[Shift]
    gaps: list[Interval]


def on_shift(moment: datetime) -> QuerySet[User]:
    """Who is to be at work at ``moment``."""
    return User.objects.filter(
        is_active=True, shifts__starts_at__lte=moment, shifts__ends_at__gt=moment
    ).order_by("display_name", "pk")


def coming_shifts(agent: User) -> QuerySet[Shift]:
    """An agent's shifts from now on, the one that is running included."""
    return agent.shifts.filter(ends_at__gt=clock.now()).order_by("starts_at")


def uncovered(start: datetime, end: datetime) -> list[Interval]:
    """When the center is open between two moments and nobody is on shift."""
    return _gaps(start, end, _cover(Shift.objects.touching(start, end).select_related("agent")))


def rota(first: date, last: date) -> list[DayOfShifts]:
    """The days from ``first`` to ``last``; a shift over midnight is on both days it touches."""
    start, end = day_of(first)[0], day_of(last)[1]
    shifts = list(Shift.objects.touching(start, end).select_related("agent__vendor"))
    gaps = _gaps(start, end, _cover(shifts))
    return [_day_of_shifts(day, shifts, gaps) for day in days_from(first, last)]


def _day_of_shifts(day: date, shifts: list[Shift], gaps: list[Interval]) -> DayOfShifts:
    start, end = day_of(day)
    touching = [one for one in shifts if one.starts_at < end and one.ends_at > start]
    return DayOfShifts(day, holiday_name(day), touching, _within(start, end, gaps))


def _cover(shifts: Iterable[Shift]) -> list[Interval]:
    """When somebody is there. Who has left the center covers nothing."""
    return _joined((one.starts_at, one.ends_at) for one in shifts if one.agent.is_active)


def _gaps(start: datetime, end: datetime, cover: list[Interval]) -> list[Interval]:
    return [gap for span in open_between(start, end) for gap in _without(span, cover)]


def _without(span: Interval, cover: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of ``span`` when the sorted ``cover`` is taken away."""
    since, until = span
    for begins, ends in cover:
        if begins > since and since < until:
            yield since, min(begins, until)
        since = max(since, ends)
    if since < until:
        yield since, until
