"""The limits that measures depend on, each as it held when a contact arrived."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid
from reports.ledger import touch
from reports.models import Rule

# What holds until a rule says otherwise.
FIRST = {
    Rule.Name.SERVICE_LEVEL_SECONDS: 20,
    Rule.Name.SHORT_ABANDON_SECONDS: 5,
    Rule.Name.REDIAL_MINUTES: 30,
    Rule.Name.FCR_DAYS: 7,
}
_UNITS = {
    Rule.Name.SERVICE_LEVEL_SECONDS: timedelta(seconds=1),
    Rule.Name.SHORT_ABANDON_SECONDS: timedelta(seconds=1),
    Rule.Name.REDIAL_MINUTES: timedelta(minutes=1),
    Rule.Name.FCR_DAYS: timedelta(days=1),
}
Versions = Mapping[str, list[Rule]]


def versions() -> Versions:
    """What was set for each rule, the oldest first."""
    found: dict[str, list[Rule]] = {name: [] for name in FIRST}
    for rule in Rule.objects.select_related("set_by"):
        found[rule.name].append(rule)
    return found


def in_force(day: date) -> dict[str, int]:
    """The value of every rule on ``day``."""
    values = {str(name): value for name, value in FIRST.items()}
    for rule in Rule.objects.filter(holds_from__lte=day):
        values[rule.name] = rule.value
    return values


def limits(arrived: F) -> dict[str, Case]:
    """Each limit as an expression: the span that held at the moment ``arrived``."""
    return {name: _limit(rules, name, arrived) for name, rules in versions().items()}


def _limit(rules: list[Rule], name: str, arrived: F) -> Case:
    *later, (_always, first) = _steps(rules, name)
    whens = [When(GreaterThanOrEqual(arrived, since), then=Value(span)) for since, span in later]
    return Case(*whens, default=Value(first))


def limits_in_sql(arrived: str) -> dict[str, str]:
    """The same as SQL over the column ``arrived``."""
    return {name: _limit_in_sql(rules, name, arrived) for name, rules in versions().items()}


def _limit_in_sql(rules: list[Rule], name: str, arrived: str) -> str:
    *later, (_always, first) = _steps(rules, name)
    whens = [
        f"WHEN {arrived} >= '{since.isoformat()}' THEN {_interval(span)}" for since, span in later
    ]
    return f"CASE {' '.join(whens)} ELSE {_interval(first)} END" if whens else _interval(first)


def _interval(span: timedelta) -> str:
    return f"interval '{span.total_seconds():.0f} seconds'"


def _steps(rules: list[Rule], name: str) -> list[tuple[datetime, timedelta]]:
    """(since, span), the latest first; the last one holds for all that came before."""
    unit = _UNITS[Rule.Name(name)]
    newest_first = sorted(rules, key=lambda rule: rule.holds_from, reverse=True)
    set_later = [(clock.day_bounds(one.holds_from)[0], one.value * unit) for one in newest_first]
    return [*set_later, (datetime.min.replace(tzinfo=UTC), FIRST[Rule.Name(name)] * unit)]


def longest(name: Rule.Name) -> timedelta:
    """The longest span that ``name`` ever was."""
    values = Rule.objects.filter(name=name).values_list("value", flat=True)
    return max([FIRST[name], *values]) * _UNITS[name]


@transaction.atomic
def set_rule(*, name: str, value: int, holds_from: date, reason: str, actor: User) -> Rule:
    """Let a limit be another from a day on; what arrived since then is counted again.

    Raises Invalid for a rule there is not, a value of nothing, and a change without a reason.
    """
    if name not in FIRST:
        raise Invalid(_("There is no such rule."), field="name")
    if value < 1:
        raise Invalid(_("This has to be more than nothing."), field="value")
    if not reason.strip():
        raise Invalid(_("Say why it is changed."), field="reason")
    rule, _new = Rule.objects.update_or_create(
        name=name,
        holds_from=holds_from,
        defaults={
            "value": value,
            "reason": reason.strip(),
            "set_by": actor,
            "set_at": clock.now(),
        },
    )
    touch.since(clock.day_bounds(holds_from)[0])
    audit.record(actor=actor, verb="rule.set", target=rule, value=value, reason=reason)
    return rule
