"""The limits that measures depend on, each as it held when a contact arrived."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, F, OuterRef, Value, When
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


def limits(arrived: F | OuterRef) -> dict[str, Case]:
    """Each limit as an expression: the span that held at the moment ``arrived``."""
    return {name: _limit(name, rules, arrived) for name, rules in versions().items()}


def _limit(name: str, rules: list[Rule], arrived: F | OuterRef) -> Case:
    unit = _UNITS[Rule.Name(name)]
    newest_first = sorted(rules, key=lambda rule: rule.holds_from, reverse=True)
    steps = [
        When(
            GreaterThanOrEqual(arrived, clock.day_bounds(rule.holds_from)[0]),
            then=Value(rule.value * unit),
        )
        for rule in newest_first
    ]
    return Case(*steps, default=Value(FIRST[Rule.Name(name)] * unit))


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
