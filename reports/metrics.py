"""The metric dictionary: every measure, defined once.

Wallboard, page, exports and API take their figures from here, so they agree to the unit. What a
single contact adds to each sum is said in ``ledger/parts.py``; sums add up over any group of
contacts, and a measure is a function of the sums of a group. Terms as in the trade (see "Call
Center Management on Fast Forward", B. Cleveland): service level over answered and abandoned
calls, short abandons left out of both.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.models import Rule
from reports.models.counted import SPANS, SUMS

# By the name of the sum: counts, and spans in seconds.
Sums = Mapping[str, float]
Value = float | None


class Unit(StrEnum):
    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"


@dataclass(frozen=True)
class Metric:
    """A measure: ``value`` takes the sums of a group of contacts; None means nothing to measure.

    ``edges`` says in words what becomes of the cases that could be counted either way, ``rules``
    which limits it depends on.
    """

    key: str
    label: Promise
    formula: Promise
    unit: Unit
    sources: str
    value: Callable[[Sums], Value]
    edges: Promise | str = ""
    rules: tuple[Rule.Name, ...] = ()


# How long agents were busy and free, where that is known, is added by who reads them.
NOTHING: Sums = dict.fromkeys([*SUMS, "busy", "free"], 0)


def plain(row: Mapping[str, int | None]) -> Sums:
    """Sums as they are kept, with microseconds as seconds and nothing as zero."""
    spans = {name: (row[name] or 0) / 1_000_000 for name in SPANS}
    return {**NOTHING, **{name: row[name] or 0 for name in SUMS}, **spans}


def total(rows: Iterable[Sums]) -> Sums:
    """The sums of several groups together."""
    added = dict(NOTHING)
    for row in rows:
        for name, value in row.items():
            added[name] += value
    return added


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
        edges=_(
            "A contact counts where it arrived: one that rings before midnight and ends after it "
            "belongs to the day before. A callback and a returned hand-off are contacts of "
            "their own."
        ),
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
        edges=_("Who hangs up sooner than the limit is a short abandon, counted apart."),
        rules=(Rule.Name.SHORT_ABANDON_SECONDS,),
    ),
    Metric(
        "short_abandons",
        _("Short abandons"),
        _(
            "Calls within the opening hours that hung up at once: "
            "wrong numbers and second thoughts."
        ),
        Unit.COUNT,
        "QueueEntry.finished_at − QueueEntry.waiting_since",
        lambda s: s["short"],
        rules=(Rule.Name.SHORT_ABANDON_SECONDS,),
    ),
    Metric(
        "abandonment_rate",
        _("Abandonment rate"),
        _("Abandoned calls, divided by calls within the opening hours less short abandons."),
        Unit.SHARE,
        "QueueEntry",
        lambda s: _ratio(_abandoned(s), s["calls"] - s["short"]),
        rules=(Rule.Name.SHORT_ABANDON_SECONDS,),
    ),
    Metric(
        "service_level",
        _("Service level"),
        _(
            "Calls answered within the target, divided by calls answered and abandoned, "
            "all of them within the opening hours."
        ),
        Unit.SHARE,
        "QueueEntry.taken_at − QueueEntry.waiting_since",
        lambda s: _ratio(s["calls_in_target"], s["calls_answered"] + _abandoned(s)),
        rules=(Rule.Name.SERVICE_LEVEL_SECONDS, Rule.Name.SHORT_ABANDON_SECONDS),
    ),
    Metric(
        "after_hours",
        _("Calls after hours"),
        _("Calls that came while the center was closed; they wait, or are called back."),
        Unit.COUNT,
        "QueueEntry.after_hours",
        lambda s: s["after_hours"],
        edges=_("They are in no service level and no abandonment rate."),
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
        edges=_(
            "Callbacks and welfare checks included; the time of a colleague who was asked is not."
        ),
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
        edges=_("As the agent recorded it; whether it was for good says first-contact resolution."),
    ),
    Metric(
        "promised",
        _("Callbacks promised"),
        _("Contacts that ended with a promise to call back."),
        Unit.COUNT,
        "Contact.outcome",
        lambda s: s["promised"],
        edges=_("Promised in this span; when it is kept counts as a contact of its own."),
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
        edges=_(
            "Desk and telephone system may both tell of the same one: the larger count holds. "
            "A transferred contact stays one contact."
        ),
    ),
    Metric(
        "transfer_rate",
        _("Transfers a contact"),
        _("Transfers, divided by finished contacts."),
        Unit.SHARE,
        "Contact.passed_on, Call.transfers",
        lambda s: _ratio(s["transfers"], s["handled"]),
    ),
    Metric(
        "redials",
        _("Redials"),
        _("Contacts of somebody who had hung up waiting shortly before."),
        Unit.COUNT,
        "Inquiry.citizen, QueueEntry.finished_at",
        lambda s: s["redials"],
        edges=_("Attempts are not citizens: who tries five times is offered five times."),
        rules=(Rule.Name.REDIAL_MINUTES,),
    ),
    Metric(
        "distinct_callers",
        _("Different callers"),
        _("Different telephone numbers among the callers of a day; of several days, added up."),
        Unit.COUNT,
        "Inquiry.citizen",
        lambda s: s["callers"],
        edges=_(
            "Counted with the first call of the day. Callers whose number is withheld are in none."
        ),
    ),
    Metric(
        "fcr",
        _("First-contact resolution"),
        _(
            "Calls and web inquiries after which the citizen did not come again about the same "
            "family of topics, divided by all that were finished, of known citizens and topics."
        ),
        Unit.SHARE,
        "Inquiry.citizen, Inquiry.topic, QueueEntry.waiting_since",
        lambda s: _ratio(s["followable"] - s["followed"], s["followable"]),
        edges=_(
            "Our own callbacks are no further contact. The figure of the last days can still fall."
        ),
        rules=(Rule.Name.FCR_DAYS,),
    ),
    Metric(
        "occupancy",
        _("Occupancy"),
        _(
            "Ringing, talking and wrap-up, divided by these and the time spent available, "
            "of the agents who were signed in."
        ),
        Unit.SHARE,
        "PresenceSpell",
        lambda s: _ratio(s["busy"], s["busy"] + s["free"]),
        edges=_("Breaks are in neither. Known by day and by vendor, not by topic or hour."),
    ),
]
BY_KEY = {metric.key: metric for metric in METRICS}


def measure(row: Sums) -> dict[str, Value]:
    """Every measure of a group, by key. Shares are 0 to 1, times are seconds."""
    return {metric.key: metric.value(row) for metric in METRICS}
