"""What one contact adds to each sum, read from the raw rows: the source of every measure.

A contact (one time the center worked on an inquiry) has its queue entry, perhaps a call, and the
inquiry with its citizen. It counts where it arrived: a call that rings at 23:59 and ends after
midnight belongs to the day before.
"""

from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from agents.models import Employment, QueueEntry
from inquiries.models import Contact
from reports import rules
from reports.models import Rule
from reports.models.counted import AMONG_OTHERS

# Expressions by the name of what they make.
Columns = dict[str, Any]
SINCE = "entry__waiting_since"
ANSWERED_AT = Coalesce("entry__taken_at", "call__answered_at")
CALL = Q(entry__kind=QueueEntry.Kind.CALL)
# What a citizen comes with; callbacks and checks are our own doing.
OF_THEIR_OWN = Q(entry__kind__in=[QueueEntry.Kind.CALL, QueueEntry.Kind.WEB])
# Who calls while the center is closed was not kept waiting by anybody who should have been there.
IN_HOURS = Q(entry__after_hours=False)
HANDLED = Q(entry__status="done", entry__taken_at__isnull=False)


def contacts() -> QuerySet[Contact]:
    """What is measured: every contact with a citizen. A colleague who is asked is no citizen."""
    measured = Contact.objects.exclude(entry__kind=QueueEntry.Kind.CONSULT)
    return measured.annotate(answered_at=ANSWERED_AT)


def parts() -> Columns:
    """By the name of the sum, over ``contacts()``: 1 or 0 for counts, microseconds for spans.

    Those that depend on other contacts are 0 here; see ``judging``.
    """
    limits = rules.limits(F(SINCE))
    hung_up = Q(entry__status="abandoned")
    abandoned = hung_up & IN_HOURS
    short = Q(entry__finished_at__lt=F(SINCE) + limits[Rule.Name.SHORT_ABANDON_SECONDS])
    in_target = Q(answered_at__lte=F(SINCE) + limits[Rule.Name.SERVICE_LEVEL_SECONDS])
    answered = Q(answered_at__isnull=False) & ~hung_up
    calls_answered = CALL & answered & IN_HOURS
    known = Q(inquiry__citizen__isnull=False)
    followable = HANDLED & OF_THEIR_OWN & known & Q(inquiry__topic__isnull=False)
    counts = {
        "answered": answered,
        "gone": abandoned,
        "short": abandoned & short,
        "calls": CALL & IN_HOURS,
        "calls_answered": calls_answered,
        "calls_in_target": calls_answered & in_target,
        "after_hours": ~IN_HOURS,
        "handled": HANDLED,
        "followable": followable,
    }
    outcomes = {name: Q(outcome=code) for name, code in OUTCOMES.items()}
    spans = {
        "waited": _span(F(SINCE), F("answered_at"), when=answered),
        "conversed": _span(F("entry__taken_at"), F("entry__released_at"), when=HANDLED),
        "wrapped": _span(F("entry__released_at"), F("entry__finished_at"), when=HANDLED),
        "held": _where(HANDLED, Coalesce("call__held_seconds", 0) * Value(1_000_000)),
    }
    # Desk and telephone may both tell of the same transfer.
    transfers = Greatest("passed_on", Coalesce("call__transfers", 0))
    ones = {name: _where(condition, Value(1)) for name, condition in (counts | outcomes).items()}
    # Found out afterwards, among the citizen's other contacts.
    later = {name: _big(Value(0)) for name in AMONG_OTHERS}
    always = {"offered": _big(Value(1)), "transfers": _big(transfers)}
    return {**always, **ones, **spans, **later}


# The sum that counts each outcome.
OUTCOMES = {
    "resolved": Contact.Outcome.RESOLVED,
    "promised": Contact.Outcome.PROMISED,
    "handed_off": Contact.Outcome.HANDED_OFF,
    "not_reached": Contact.Outcome.NOT_REACHED,
    "outside": Contact.Outcome.OUTSIDE,
    "unfinished": Contact.Outcome.UNFINISHED,
    "hung_up": Contact.Outcome.ABANDONED,
}


def places() -> Columns:
    """Where a contact counts: the columns of a fact beside its sums."""
    nobody = Value(0)
    return {
        "at": F(SINCE),
        "kind": F("entry__kind"),
        "topic": _big(Coalesce("inquiry__topic_id", nobody)),
        "language": F("inquiry__language"),
        "vendor": _big(Coalesce(_vendor_then(), nobody)),
        "person": _big(Coalesce("entry__agent_id", nobody)),
        "citizen": _big(Coalesce("inquiry__citizen_id", nobody)),
        "family": _big(Coalesce("inquiry__topic__parent_id", "inquiry__topic_id", nobody)),
        "gave_up": Case(When(entry__status="abandoned", then="entry__finished_at")),
    }


def _vendor_then() -> Subquery:
    """With whom the agent was when they took it; what was before the first day is the first's."""
    spells = Employment.objects.filter(agent=OuterRef("entry__agent_id"))
    then = Q(until=None) | Q(until__gt=OuterRef("entry__taken_at"))
    return Subquery(spells.filter(then).order_by("since").values("vendor_id")[:1])


def _big(what) -> ExpressionWrapper:
    return ExpressionWrapper(what, output_field=BigIntegerField())


def _where(condition: Q, what) -> Case:
    return Case(When(condition, then=what), default=Value(0), output_field=BigIntegerField())


def _span(start: F, end: F, *, when: Q) -> Case:
    length = ExpressionWrapper(end - start, output_field=DurationField())
    known = Coalesce(Microseconds(length), Value(0))
    return _where(when, known)


class Microseconds(Func):
    """An interval as a whole number. PostgreSQL keeps intervals in microseconds, so exactly."""

    template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
    output_field = BigIntegerField()
