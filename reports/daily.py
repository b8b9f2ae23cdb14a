"""The daily volume report, made from the raw rows each time it is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractHour, Greatest, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agents.models import PresenceSpell, PresenceState, QueueEntry, Vendor
from callcenter import clock
from inquiries.models import Contact
from knowledgebase.models import Language, Topic
from reports import metrics
from reports.metrics import Value

REDIAL_WITHIN = timedelta(minutes=30)
WORKING = [PresenceState.RINGING, PresenceState.TALKING, PresenceState.WRAP_UP]


@dataclass(frozen=True)
class Row:
    """One line of a table: a group of contacts and all measures of it."""

    key: str
    label: str
    measures: dict[str, Value]


@dataclass(frozen=True)
class DailyReport:
    """A day of the center's zone. ``occupancy`` is by vendor: share of signed-in working time
    (ringing, talking, wrap-up, available) that was not spent waiting for work."""

    day: date
    measures: dict[str, Value]
    redials: int
    distinct_citizens: int
    tables: dict[str, list[Row]]
    occupancy: list[tuple[str, Value]]
    before: dict[str, dict[str, Value]]


TITLES = {
    "hour": _("By hour"),
    "kind": _("By channel"),
    "topic": _("By topic"),
    "language": _("By language"),
    "vendor": _("By vendor"),
    "outcome": _("By outcome"),
}


def daily(day: date) -> DailyReport:
    """The report of ``day``; contacts belong to the day they arrived on."""
    contacts = _contacts_of(day)
    return DailyReport(
        day=day,
        measures=_measures(contacts),
        redials=contacts.filter(_is_redial()).count(),
        distinct_citizens=_distinct_citizens(contacts),
        tables={name: make(contacts) for name, make in _TABLES.items()},
        occupancy=_occupancy(*clock.day_bounds(day)),
        before={
            "day_before": _measures(_contacts_of(day - timedelta(days=1))),
            "week_before": _measures(_contacts_of(day - timedelta(days=7))),
        },
    )


def measures_of(day: date) -> dict[str, Value]:
    """All measures of a day as a whole: what the floor shows beside the live figures."""
    return _measures(_contacts_of(day))


def _contacts_of(day: date) -> QuerySet[Contact]:
    start, end = clock.day_bounds(day)
    that_day = Q(entry__waiting_since__gte=start, entry__waiting_since__lt=end)
    return metrics.contacts().filter(that_day)


def _measures(contacts: QuerySet[Contact]) -> dict[str, Value]:
    return metrics.measure(metrics.plain(contacts.aggregate(**metrics.sums())))


def _distinct_citizens(contacts: QuerySet[Contact]) -> int:
    callers = contacts.filter(entry__kind=QueueEntry.Kind.CALL)
    return callers.aggregate(n=Count("inquiry__citizen", distinct=True))["n"]


def _is_redial() -> Exists:
    since = OuterRef("entry__waiting_since")
    return Exists(
        Contact.objects.filter(
            inquiry__citizen=OuterRef("inquiry__citizen"),
            entry__status=QueueEntry.Status.ABANDONED,
            entry__waiting_since__lt=since,
            entry__finished_at__gte=since - REDIAL_WITHIN,
        )
    )


def _table(
    expression: Any, label: Callable[[Any], str], keys: Iterable | None = None
) -> Callable[[QuerySet[Contact]], list[Row]]:
    """How to make a table: group by ``expression``, one row for each of ``keys`` if given."""

    def make(contacts: QuerySet[Contact]) -> list[Row]:
        grouped = contacts.annotate(group=expression).values("group").annotate(**metrics.sums())
        found = {row["group"]: metrics.plain(row) for row in grouped}
        wanted = sorted(found, key=lambda key: -found[key]["offered"]) if keys is None else keys
        nothing = dict.fromkeys(metrics.sums(), 0)
        names = label()
        return [
            Row(
                "" if key is None else str(key),
                names(key),
                metrics.measure(found.get(key, nothing)),
            )
            for key in wanted
        ]

    return make


def _hours() -> Callable[[int], str]:
    return lambda hour: f"{hour:02d}:00"


def _choices(choices) -> Callable[[], Callable[[str], str]]:
    return lambda: lambda key: str(dict(choices).get(key, _("Still open")))


def _topics() -> Callable[[str | None], str]:
    names = {topic.code: str(topic) for topic in Topic.objects.filter(parent=None)}
    return lambda code: names.get(code, str(_("No topic")))


def _vendors() -> Callable[[str | None], str]:
    names = dict(Vendor.objects.values_list("code", "name"))
    return lambda code: names.get(code, str(_("Nobody yet, or abandoned")))


_HOUR = ExtractHour("entry__waiting_since", tzinfo=timezone.get_default_timezone())
_FAMILY = Coalesce("inquiry__topic__parent__code", "inquiry__topic__code")
_TABLES = {
    "hour": _table(_HOUR, _hours, range(24)),
    "kind": _table(F("entry__kind"), _choices(QueueEntry.Kind.choices), QueueEntry.Kind.values),
    "topic": _table(_FAMILY, _topics),
    "language": _table(F("inquiry__language"), _choices(Language.choices), Language.values),
    "vendor": _table(F("entry__agent__vendor__code"), _vendors),
    "outcome": _table(F("outcome"), _choices(Contact.Outcome.choices)),
}


def _occupancy(start: datetime, end: datetime) -> list[tuple[str, Value]]:
    """(vendor, share of working time) from presence spells, cut to [start, end) and to now."""
    until = min(end, clock.now())
    inside = Q(began_at__lt=until) & (Q(ended_at__gt=start) | Q(ended_at=None))
    length = Least(Coalesce("ended_at", until), until) - Greatest(F("began_at"), start)
    rows = (
        PresenceSpell.objects.filter(inside, agent__vendor__isnull=False)
        .values(name=F("agent__vendor__name"))
        .annotate(
            busy=Sum(length, filter=Q(state__in=WORKING), default=timedelta()),
            free=Sum(length, filter=Q(state=PresenceState.AVAILABLE), default=timedelta()),
        )
        .order_by("name")
    )
    return [(row["name"], _share(row["busy"], row["free"])) for row in rows]


def _share(busy: timedelta, free: timedelta) -> Value:
    return busy / (busy + free) if busy + free else None
