"""How measures are written."""

from collections.abc import Sized
from datetime import timedelta

from django import template
from django.utils.formats import number_format

from reports.metrics import Metric, Unit, Value

register = template.Library()


@register.filter
def measured(value: Value, metric: Metric) -> str:
    """A value in its metric's unit: ``1,204``, ``3:25`` or ``91.3%``; a dash for nothing."""
    if value is None:
        return "–"
    if metric.unit == Unit.SHARE:
        return percent(value)
    if metric.unit == Unit.SECONDS:
        return f"{round(value) // 60}:{round(value) % 60:02d}"
    return number_format(value, 0, force_grouping=True)


@register.filter
def of(measures: dict[str, Value], metric: Metric) -> Value:
    return measures[metric.key]


@register.filter
def at(mapping: dict, key: str) -> object:
    return mapping.get(key, 0)


@register.filter
def percent(share: Value) -> str:
    return "–" if share is None else f"{number_format(share * 100, 1)}%"


@register.filter
def lasting(length: timedelta) -> str:
    """A length of time as the clocks of a page show it: ``03:25``, ``1:03:25``."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


@register.filter
def longer_by(every: Sized, shown: Sized) -> int:
    """How many are not shown."""
    return len(every) - len(shown)
