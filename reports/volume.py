"""The volume report of a day, or of any span of days."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from agents.hours import same_day_a_year_before
from agents.models import QueueEntry, Vendor
from callcenter import clock
from knowledgebase.models import Language, Topic
from reports import metrics
from reports.ledger import reading
from reports.ledger.parts import OUTCOMES
from reports.metrics import Sums, Value

# From so many days on, time is shown in wider steps.
DAYS_AS_DAYS, DAYS_AS_WEEKS = 45, 400


@dataclass(frozen=True)
class Row:
    """One line of a table: a group of contacts and all measures of it."""

    key: str
    label: str
    measures: dict[str, Value]


@dataclass(frozen=True)
class Report:
    """What arrived from ``first`` to ``last``, days of the center's zone, both included.

    ``before``: the same measures of the spans it is compared with. ``outcomes``: how many
    contacts ended how, by the code of the outcome; "" is what is still open.
    """

    first: date
    last: date
    measures: dict[str, Value]
    tables: dict[str, list[Row]]
    outcomes: list[tuple[str, object, float]]
    before: dict[str, dict[str, Value]]

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


TITLES = {
    "hour": _("By hour"),
    "day": _("By day"),
    "week": _("By week"),
    "month": _("By month"),
    "kind": _("By channel"),
    "topic": _("By topic"),
    "language": _("By language"),
    "vendor": _("By vendor"),
}


def report(first: date, last: date) -> Report:
    """The report of a span of days; contacts belong to the day they arrived on."""
    reading.up_to_date()
    present = reading.presence_by_vendor(first, last)
    step = _step(first, last)
    found = reading.sums_every_way(first, last, step)
    sums = found["all"].get("", metrics.NOTHING)
    return Report(
        first=first,
        last=last,
        measures=metrics.measure(_with_presence(sums, present.values())),
        tables=_tables(first, last, step, found, present),
        outcomes=_outcomes(sums),
        before={name: measures_of(*span) for name, span in compared_with(first, last).items()},
    )


def measures_of(first: date, last: date) -> dict[str, Value]:
    """All measures of a span as a whole."""
    present = reading.presence_by_vendor(first, last)
    return metrics.measure(_with_presence(reading.sums_of(first, last), present.values()))


def compared_with(first: date, last: date) -> dict[str, tuple[date, date]]:
    """The spans a report is held against: the one before, the same weekdays before, last year.

    A lunar holiday is held against the same one of the year before, another day against the same
    weekday, 52 weeks earlier; a whole month against whole months.
    """
    if _is_month(first, last):
        year = relativedelta(years=1)
        month_before = (first - relativedelta(months=1), first - timedelta(days=1))
        return {"before": month_before, "year": (first - year, _month_end(first - year))}
    length = (last - first).days + 1
    before = timedelta(days=length)
    spans = {"before": (first - before, last - before)}
    if length == 1:
        week = timedelta(days=7)
        year_before = same_day_a_year_before(first)
        spans |= {"week": (first - week, last - week), "year": (year_before, year_before)}
    else:
        year = timedelta(days=364)
        spans |= {"year": (first - year, last - year)}
    return spans


def _is_month(first: date, last: date) -> bool:
    return first.day == 1 and last == _month_end(first)


def _month_end(day: date) -> date:
    return day + relativedelta(day=31)


def _with_presence(sums: Sums, present: Iterable[dict[str, float]]) -> Sums:
    worked = list(present)
    busy, free = (sum(one[name] for one in worked) for name in ("busy", "free"))
    return {**sums, "busy": busy, "free": free}


def _outcomes(sums: Sums) -> list[tuple[str, object, float]]:
    """(code, label, how many contacts), what is still open last."""
    ended = [(str(code), code.label, sums[name]) for name, code in OUTCOMES.items()]
    still = sums["offered"] - sum(count for _code, _label, count in ended)
    return [*ended, ("", _("Still open"), still)]


# --- Tables

# A colleague who is asked is never measured.
_KINDS = [kind for kind in QueueEntry.Kind.values if kind != QueueEntry.Kind.CONSULT]

Found = Mapping[Any, Sums]


def _step(first: date, last: date) -> str:
    days = (last - first).days + 1
    return "day" if days <= DAYS_AS_DAYS else "week" if days <= DAYS_AS_WEEKS else "month"


def _tables(
    first: date,
    last: date,
    step: str,
    found: Mapping[str, Found],
    present: Mapping[int, dict[str, float]],
) -> dict[str, list[Row]]:
    tables = {"hour": _table(reading.sums_by("hour", first, last), _hour, range(24))}
    if first != last:
        tables[step] = _table(found["step"], _STEPS[step], _steps(first, last, step, found["step"]))
    return tables | {
        "kind": _table(found["kind"], lambda kind: QueueEntry.Kind(kind).label, _KINDS),
        "topic": _topics(found["topic"]),
        "language": _table(found["language"], lambda code: Language(code).label, Language.values),
        "vendor": _vendors(found["vendor"], present),
    }


def _table(found: Found, label: Callable[[Any], object], keys: Iterable) -> list[Row]:
    return [_row(key, label(key), found.get(key, metrics.NOTHING)) for key in keys]


def _steps(first: date, last: date, step: str, found: Found) -> list[date]:
    """Every day so far, or the weeks and months in which there was something."""
    if step != "day":
        return sorted(found)
    so_far = max(1, (min(last, clock.today()) - first).days + 1)
    return [first + timedelta(days=number) for number in range(so_far)]


def _row(key: Any, label: object, sums: Sums) -> Row:
    return Row("" if key is None else str(key), str(label), metrics.measure(sums))


def _hour(hour: int) -> str:
    return f"{hour:02d}:00"


_STEPS: Mapping[str, Callable[[date], str]] = {
    "day": date.isoformat,
    "week": date.isoformat,
    "month": lambda day: f"{day:%Y-%m}",
}


def _topics(found: Found) -> list[Row]:
    """By the families of topics, the most asked first."""
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    families = {topic.code: topic for topic in topics.values() if topic.parent_id is None}
    members: dict[str, list[Sums]] = {}
    for pk, sums in found.items():
        members.setdefault(topics[pk].family if pk else "", []).append(sums)
    added = {code: metrics.total(group) for code, group in members.items()}
    by_size = sorted(added, key=lambda code: -added[code]["offered"])
    return [_row(code, families.get(code, _("No topic")), added[code]) for code in by_size]


def _vendors(found: Found, present: Mapping[int, dict[str, float]]) -> list[Row]:
    """By vendor, those without one last; with the occupancy of its agents."""
    rows = [
        _row(
            vendor.code,
            vendor.name,
            {**found.get(vendor.pk, metrics.NOTHING), **present.get(vendor.pk, {})},
        )
        for vendor in Vendor.objects.order_by("name")
        if vendor.pk in found or vendor.pk in present
    ]
    if nobody := found.get(0):
        rows.append(_row("", _("Nobody yet, or abandoned"), nobody))
    return rows
