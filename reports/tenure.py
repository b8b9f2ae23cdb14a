"""How long people stay with a vendor, and how many leave."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Q

from agents.models import Employment
from callcenter import clock

_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Tenure:
    """Of one vendor: ``here`` at the end of the span, ``came`` and ``left`` in it.

    ``attrition``: those who left, divided by the mean of those at its beginning and its end, as
    if it went on like that for a year; None where there was nobody. ``months``: the median time
    that those who are here have been with the vendor.
    """

    here: int
    came: int
    left: int
    attrition: float | None
    months: float | None


def tenure(first: date, last: date) -> dict[int, Tenure]:
    """By the id of the vendor, days both included."""
    start, end = clock.day_bounds(first)[0], min(clock.day_bounds(last)[1], clock.now())
    touching = Employment.objects.filter(Q(until=None) | Q(until__gte=start), since__lt=end)
    of_each: dict[int, list[Employment]] = {}
    for spell in touching:
        of_each.setdefault(spell.vendor_id, []).append(spell)
    return {vendor: _tenure(spells, start, end) for vendor, spells in of_each.items()}


def _tenure(spells: list[Employment], start: datetime, end: datetime) -> Tenure:
    here = [one for one in spells if one.until is None or one.until >= end]
    before = [one for one in spells if one.since < start]
    left = [one for one in spells if one.until is not None and one.until < end]
    mean = (len(before) + len(here)) / 2
    a_year = _YEAR / max(end - start, timedelta(days=1))
    lengths = [(end - one.since) / timedelta(days=30.44) for one in here]
    return Tenure(
        here=len(here),
        came=sum(one.since >= start for one in spells),
        left=len(left),
        attrition=len(left) / mean * a_year if mean else None,
        months=median(lengths) if lengths else None,
    )
