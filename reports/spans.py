"""Spans of days as people ask for them: a day, a week, a month, or from one day to another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from callcenter import clock
from callcenter.refusals import Invalid

LONGEST_DAYS = 3660


@dataclass(frozen=True)
class Span:
    """Days of the center's zone from ``first`` to ``last``, both included.

    ``kind``: day, week, month, or range; those before and after it are of the same kind.
    """

    first: date
    last: date
    kind: str = "range"

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last

    @property
    def earlier(self) -> "Span":
        return self._moved(-1)

    @property
    def later(self) -> "Span | None":
        """None when it has not begun yet."""
        moved = self._moved(1)
        return moved if moved.first <= clock.today() else None

    @property
    def query(self) -> str:
        """How an address asks for it."""
        if self.kind == "range":
            return f"first={self.first}&last={self.last}"
        return f"date={self.first}" + ("" if self.kind == "day" else f"&span={self.kind}")

    def __str__(self) -> str:
        return str(self.first) if self.is_one_day else f"{self.first}-{self.last}"

    def _moved(self, by: int) -> "Span":
        if self.kind == "month":
            return of("month", self.first + relativedelta(months=by))
        step = by * timedelta(days=(self.last - self.first).days + 1)
        return Span(self.first + step, self.last + step, self.kind)


def of(kind: str, day: date) -> Span:
    """The day, week (from Monday on) or month that ``day`` lies in."""
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=6), kind)
    if kind == "month":
        first = day.replace(day=1)
        return Span(first, first + relativedelta(months=1, days=-1), kind)
    return Span(day, day, "day")


def today() -> Span:
    return of("day", clock.today())


def asked(query: Mapping[str, str]) -> Span:
    """The span in ``?date=``, ``?date=&span=`` or ``?first=&last=``; today without any.

    Raises Invalid.
    """
    if query.get("first") or query.get("last"):
        last = _day(query, "last") or clock.today()
        first = _day(query, "first") or last
        if last < first:
            raise Invalid(_("It ends before it begins."), field="last")
        if (last - first).days >= LONGEST_DAYS:
            raise Invalid(_("Ask for ten years at the most."), field="first")
        return Span(first, last) if first != last else of("day", first)
    kind = query.get("span") or "day"
    if kind not in ("day", "week", "month"):
        raise Invalid(_("There is day, week and month."), field="span")
    return of(kind, _day(query, "date") or clock.today())


def _day(query: Mapping[str, str], field: str) -> date | None:
    text = query.get(field, "")
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year < 2000:
        raise Invalid(_("This is not a day: %(text)s") % {"text": text[:20]}, field=field)
    if day > clock.today():
        raise Invalid(_("This day has not come yet."), field=field)
    return day
