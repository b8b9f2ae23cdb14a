"""Vendors and people, like with like.

Whoever gets the hard calls at night talks longer; that is no fault. So what somebody did is held
against what all together would have done with the same work: contacts are sorted into cells of
the same family of topics, hour of the day, language and channel, and each cell counts with the
mean of everybody (indirect standardisation; see e.g. Breslow and Day, "Statistical Methods in
Cancer Research", vol. 2, ch. 2). The ratio of what was done to what was to be expected, times the
mean of all, is the adjusted figure.

Its interval comes from leaving out one day after the other (delete-one jackknife; Efron and
Stein, 1981), so days that differ count as what they are. With few contacts or few days, or an
interval that says nothing, the answer is that there are too few to say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import sqrt

from django.db import connection

from callcenter import clock
from reports.ledger import reading
from reports.ledger.zone import ZONE
from reports.metrics import BY_KEY, Metric, Value

FEWEST_CONTACTS, FEWEST_DAYS = 50, 5
# An interval of more than so much to either side of the figure says nothing.
WIDEST = 0.3
# Two-sided, for about 95 of 100.
DEVIATIONS = 1.96

# What is compared: the measure, and the sums it is the ratio of.
COMPARED: Mapping[str, tuple[tuple[str, ...], str]] = {
    "aht": (("conversed", "wrapped"), "handled"),
    "fcr": (("followable", "-followed"), "followable"),
    "transfer_rate": (("transfers",), "handled"),
}
_SUMS = sorted({name.strip("-") for parts, whole in COMPARED.values() for name in (*parts, whole)})
_ADDED = ", ".join(f"sum({name})::bigint" for name in _SUMS)
_CELLS = f"""
SELECT {{who}}, (at AT TIME ZONE '{ZONE}')::date AS day,
    extract(hour FROM at AT TIME ZONE '{ZONE}')::int AS hour, kind, language,
    coalesce(topic.parent_id, topic_id) AS family, {_ADDED}
FROM reports_slot LEFT JOIN knowledgebase_topic topic ON topic.id = topic_id
WHERE at >= %s AND at < %s AND handled > 0
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608


@dataclass(frozen=True)
class Compared:
    """One figure of one vendor or person: as it is, as it was to be expected of the same work, and
    adjusted. ``low`` and ``high`` bound the adjusted figure; None: too few to say. ``mean`` is
    that of everybody."""

    metric: Metric
    mean: Value
    raw: Value
    expected: Value
    adjusted: Value
    low: Value
    high: Value
    contacts: int

    @property
    def is_enough(self) -> bool:
        return self.low is not None

    @property
    def differs(self) -> str:
        """Above or below the mean of everybody, beyond doubt? Empty where that cannot be said."""
        if self.low is None or self.high is None or self.mean is None:
            return ""
        return "above" if self.low > self.mean else "below" if self.high < self.mean else ""


@dataclass(frozen=True)
class _Cell:
    who: int
    day: date
    place: tuple
    sums: Mapping[str, int]


def vendors(first: date, last: date) -> dict[int, list[Compared]]:
    """By the id of the vendor, days both included."""
    return _compare(_cells("vendor_id", first, last))


def people(first: date, last: date) -> dict[int, list[Compared]]:
    """By the id of the agent."""
    return _compare(_cells("agent_id", first, last))


def _cells(who: str, first: date, last: date) -> list[_Cell]:
    reading.up_to_date()
    bounds = [clock.day_bounds(first)[0], clock.day_bounds(last)[1]]
    with connection.cursor() as cursor:
        cursor.execute(_CELLS.format(who=who), bounds)
        return [
            _Cell(who_id, day, tuple(place), dict(zip(_SUMS, sums, strict=True)))
            for who_id, day, *rest in cursor.fetchall()
            for place, sums in [(rest[:4], rest[4:])]
            if who_id
        ]


def _compare(cells: Iterable[_Cell]) -> dict[int, list[Compared]]:
    of_each: dict[int, list[_Cell]] = defaultdict(list)
    for cell in cells:
        of_each[cell.who].append(cell)
    every = [cell for mine in of_each.values() for cell in mine]
    found: dict[int, list[Compared]] = {who: [] for who in of_each}
    for key in COMPARED:
        usual, mean = _usual(every, key)
        for who, mine in of_each.items():
            found[who].append(_compared(key, mine, usual, mean))
    return found


def _usual(cells: Iterable[_Cell], key: str) -> tuple[dict[tuple, float], Value]:
    """What everybody together does in each cell, and in all."""
    done: dict[tuple, float] = defaultdict(float)
    of: dict[tuple, float] = defaultdict(float)
    for cell in cells:
        part, whole = _ratio_of(cell, key)
        done[cell.place] += part
        of[cell.place] += whole
    total = sum(of.values())
    usual = {place: done[place] / of[place] for place in of if of[place]}
    return usual, sum(done.values()) / total if total else None


def _ratio_of(cell: _Cell, key: str) -> tuple[float, float]:
    parts, whole = COMPARED[key]
    scale = 1_000_000 if key == "aht" else 1
    part = sum(-cell.sums[name[1:]] if name.startswith("-") else cell.sums[name] for name in parts)
    return part / scale, cell.sums[whole]


def _compared(key: str, mine: list[_Cell], usual: Mapping[tuple, float], mean: Value) -> Compared:
    days: dict[date, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for cell in mine:
        part, whole = _ratio_of(cell, key)
        day = days[cell.day]
        day[0] += part
        day[1] += whole
        day[2] += whole * usual.get(cell.place, 0.0)
    done, of, expected = (sum(day[place] for day in days.values()) for place in range(3))
    if not of or not expected or mean is None:
        raw = done / of if of else None
        return Compared(BY_KEY[key], mean, raw, None, None, None, None, int(of))
    adjusted = done / expected * mean
    error = _jackknife(list(days.values()), lambda done, expected: done / expected * mean)
    enough = of >= FEWEST_CONTACTS and len(days) >= FEWEST_DAYS and error is not None
    reach = DEVIATIONS * error if enough and error is not None else 0.0
    enough = enough and reach <= WIDEST * max(adjusted, mean)
    low, high = (adjusted - reach, adjusted + reach) if enough else (None, None)
    return Compared(BY_KEY[key], mean, done / of, expected / of, adjusted, low, high, int(of))


def _jackknife(days: list[list[float]], figure: Callable[[float, float], float]) -> Value:
    """The standard error of a figure of (done, expected), one day left out after the other."""
    done, expected = sum(day[0] for day in days), sum(day[2] for day in days)
    without = [figure(done - day[0], expected - day[2]) for day in days if expected - day[2] > 0]
    if len(without) < 2:
        return None
    mean = sum(without) / len(without)
    spread = sum((one - mean) ** 2 for one in without)
    return sqrt((len(without) - 1) / len(without) * spread)
