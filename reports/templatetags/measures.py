"""How measures are written."""

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
