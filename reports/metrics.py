"""The metric dictionary: every measure, defined once.

Wallboard, page, CSV and API take their figures from here, so they agree to the unit. The raw rows
are contacts (one each time the center worked on an inquiry) with their queue entry and call.

A group of rows is first reduced to sums, which add up over groups; a measure is then a function
of the sums. Terms as in the trade (see "Call Center Management on Fast Forward", B. Cleveland):
service level over answered and abandoned calls, short abandons left out of both.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agents.models import QueueEntry
from inquiries.models import Contact

Sums = Mapping[str, float]
Value = float | None


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"


@dataclass(frozen=True)
class Metric:
    """A measure: ``value`` takes the sums of a group of contacts; None means nothing to measure."""

    key: str
    label: Promise
    formula: Promise
    unit: Unit
    sources: str
    value: Callable[[Sums], Value]


SINCE = F("entry__waiting_since")
ANSWERED_AT = Coalesce("entry__taken_at", "call__answered_at")
CALL = Q(entry__kind="call")
# Who calls while the center is closed was not kept waiting by anybody who should have been there.
IN_HOURS = Q(entry__after_hours=False)
HANDLED = Q(entry__status="done", entry__taken_at__isnull=False)


def contacts() -> QuerySet[Contact]:
    """What is measured: every contact with a citizen, ready for ``sums``. A colleague who is
    asked is no citizen."""
    measured = Contact.objects.exclude(entry__kind=QueueEntry.Kind.CONSULT)
    return measured.annotate(answered_at=ANSWERED_AT)


def _span(start, end) -> ExpressionWrapper:
    return ExpressionWrapper(end - start, output_field=DurationField())


def sums() -> dict[str, Count | Sum]:
    """The aggregates over ``Contact`` that all measures are made of; spans are timedeltas."""
    short = timedelta(seconds=settings.SHORT_ABANDON_SECONDS)
    target = timedelta(seconds=settings.SERVICE_LEVEL_SECONDS)
    hung_up = Q(entry__status="abandoned")
    abandoned = hung_up & IN_HOURS
    hung_up_early = abandoned & Q(entry__finished_at__lt=SINCE + short)
    answered = Q(answered_at__isnull=False) & ~hung_up
    calls_answered = CALL & answered & IN_HOURS
    counts = {
        "offered": Q(),
        "answered": answered,
        "gone": abandoned,
        "short": hung_up_early,
        "calls": CALL & IN_HOURS,
        "calls_answered": calls_answered,
        "calls_in_target": calls_answered & Q(answered_at__lte=SINCE + target),
        "after_hours": ~IN_HOURS,
        "handled": HANDLED,
        "resolved": Q(outcome=Contact.Outcome.RESOLVED),
        "promised": Q(outcome=Contact.Outcome.PROMISED),
        "handed_off": Q(outcome=Contact.Outcome.HANDED_OFF),
    }
    return {name: Count("pk", filter=condition) for name, condition in counts.items()} | {
        "waited": Sum(_span(SINCE, F("answered_at")), filter=answered),
        "conversed": Sum(_span(F("entry__taken_at"), F("entry__released_at")), filter=HANDLED),
        "held": Sum("call__held_seconds", filter=HANDLED),
        "wrapped": Sum(_span(F("entry__released_at"), F("entry__finished_at")), filter=HANDLED),
        # Desk and telephone may both tell of the same one.
        "transfers": Sum(Greatest("passed_on", Coalesce("call__transfers", 0))),
    }


def plain(row: Mapping) -> dict[str, float]:
    """A row of ``sums()`` with timedeltas as seconds and nothing as zero."""
    return {name: _seconds(row[name]) for name in sums()}


def _seconds(value: timedelta | float | None) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else (value or 0)


def _ratio(part: float, whole: float) -> Value:
    return part / whole if whole else None


def _abandoned(s: Sums) -> float:
    return s["gone"] - s["short"]


METRICS = [
    Metric(
        "offered",
        _("Contacts offered"),
        _(
            "Everything that entered the queue: "
            "calls, web inquiries, callbacks, returned hand-offs."
        ),
        Unit.COUNT,
        "QueueEntry.waiting_since",
        lambda s: s["offered"],
    ),
    Metric(
        "answered",
        _("Answered"),
        _("Contacts that an agent took, and calls answered outside the desk."),
        Unit.COUNT,
        "QueueEntry.taken_at, Call.answered_at",
        lambda s: s["answered"],
    ),
    Metric(
        "abandoned",
        _("Abandoned"),
        _(
            "Calls that hung up while waiting, short abandons and calls outside the opening hours "
            "not counted."
        ),
        Unit.COUNT,
        "QueueEntry.status, QueueEntry.finished_at",
        _abandoned,
    ),
    Metric(
        "short_abandons",
        _("Short abandons"),
        _(
            "Calls within the opening hours that hung up within 5 seconds: "
            "wrong numbers and second thoughts."
        ),
        Unit.COUNT,
        "QueueEntry.finished_at − QueueEntry.waiting_since",
        lambda s: s["short"],
    ),
    Metric(
        "abandonment_rate",
        _("Abandonment rate"),
        _("Abandoned calls, divided by calls within the opening hours less short abandons."),
        Unit.SHARE,
        "QueueEntry",
        lambda s: _ratio(_abandoned(s), s["calls"] - s["short"]),
    ),
    Metric(
        "service_level",
        _("Service level"),
        _(
            "Calls answered within 20 seconds, divided by calls answered and abandoned, "
            "all of them within the opening hours."
        ),
        Unit.SHARE,
        "QueueEntry.taken_at − QueueEntry.waiting_since",
        lambda s: _ratio(s["calls_in_target"], s["calls_answered"] + _abandoned(s)),
    ),
    Metric(
        "after_hours",
        _("Calls after hours"),
        _("Calls that came while the center was closed; they wait, or are called back."),
        Unit.COUNT,
        "QueueEntry.after_hours",
        lambda s: s["after_hours"],
    ),
    Metric(
        "asa",
        _("Average speed of answer"),
        _("Mean time from arrival to answer, over answered contacts."),
        Unit.SECONDS,
        "QueueEntry.taken_at − QueueEntry.waiting_since",
        lambda s: _ratio(s["waited"], s["answered"]),
    ),
    Metric(
        "aht",
        _("Average handling time"),
        _("Talk, hold and wrap-up together, over finished contacts."),
        Unit.SECONDS,
        "QueueEntry.finished_at − QueueEntry.taken_at",
        lambda s: _ratio(s["conversed"] + s["wrapped"], s["handled"]),
    ),
    Metric(
        "talk",
        _("Talk"),
        _("Mean time from answer to end, hold left out, over finished contacts."),
        Unit.SECONDS,
        "QueueEntry.released_at − QueueEntry.taken_at − Call.held_seconds",
        lambda s: _ratio(s["conversed"] - s["held"], s["handled"]),
    ),
    Metric(
        "hold",
        _("Hold"),
        _("Mean time on hold, over finished contacts."),
        Unit.SECONDS,
        "Call.held_seconds",
        lambda s: _ratio(s["held"], s["handled"]),
    ),
    Metric(
        "wrap_up",
        _("Wrap-up"),
        _(
            "Mean time from the end of the contact until the agent was free, "
            "over finished contacts."
        ),
        Unit.SECONDS,
        "QueueEntry.finished_at − QueueEntry.released_at",
        lambda s: _ratio(s["wrapped"], s["handled"]),
    ),
    Metric(
        "resolved",
        _("Resolved"),
        _("Contacts whose agent recorded them as resolved."),
        Unit.COUNT,
        "Contact.outcome",
        lambda s: s["resolved"],
    ),
    Metric(
        "promised",
        _("Callbacks promised"),
        _("Contacts that ended with a promise to call back."),
        Unit.COUNT,
        "Contact.outcome",
        lambda s: s["promised"],
    ),
    Metric(
        "handed_off",
        _("Handed off"),
        _("Contacts that went to a department."),
        Unit.COUNT,
        "Contact.outcome",
        lambda s: s["handed_off"],
    ),
    Metric(
        "transfers",
        _("Transfers"),
        _("How often a contact was passed from one agent to another."),
        Unit.COUNT,
        "Contact.passed_on, Call.transfers",
        lambda s: s["transfers"],
    ),
]
BY_KEY = {metric.key: metric for metric in METRICS}


def measure(row: Sums) -> dict[str, Value]:
    """Every measure of a group, by key. Shares are 0 to 1, times are seconds."""
    return {metric.key: metric.value(row) for metric in METRICS}


# Attempts are not citizens: these two are counted over the whole day and do not add up by group.
REDIALS_FORMULA = _("Calls from a number that hung up waiting within the half hour before.")
DISTINCT_FORMULA = _("Different telephone numbers among the callers.")
