"""The busiest day that Seoul's 120 has known, through our own actions, beside what theory says.

40,000 calls in one day, 5,000 in the hour at its peak, 500 people. The clock is simulated
(``callcenter.clock.at``): a queue of things to do, each done with the same actions as the desk
and the telephone do. The plan of shifts follows a usual day's curve; the busy day's is steeper.

Per hour: what happened beside Erlang A (``erlang``), which takes a steady hour, exponential
handling and one pool of agents that all can do everything. Handling here is log-normal, rates
change within the hour, and callers in other languages wait for those who speak them: how far the
two differ is what that is worth. The measures are those of ``reports.metrics``.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from callcenter.bench import crew
from callcenter.bench.erlang import RungFirst
from callcenter.bench.replay_day import play
from callcenter.bench.table import Found, Row
from callcenter.scratch import scratch_environment
from callcenter.simulator import city
from reports.models import Rule
from reports.rules import FIRST

TARGET = FIRST[Rule.Name.SERVICE_LEVEL_SECONDS]
SHORT = FIRST[Rule.Name.SHORT_ABANDON_SECONDS]
# A phone at the desk rings for so many seconds before it is answered: the least and the most.
RING = (1.0, 4.0)
# Seconds of talk and wrap-up together: the means of the city's log-normal times.
WORK = city.MEDIAN_TALK * math.exp(city.SPREAD_TALK**2 / 2) + city.MEDIAN_WRAP * math.exp(
    city.SPREAD_WRAP**2 / 2
)
HOURS_OF_A_SHIFT, FEWEST = 9, 4
# A day of 40,000 calls is half an hour's work for two cores; a busy machine gets more time.
LONGEST_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Knobs:
    """``on_line``: percent of ``people`` times nine hours that are spent on the line, the rest
    being meals, rests and training. ``mix`` 0: everybody calls in Korean, about nothing hard.
    ``aim``: how many times faster than the clock the day is to be played."""

    calls: int = 40_000
    peak: int = 5_000
    people: int = 500
    on_line: int = 70
    mix: int = 1
    aim: int = 60
    seed: int = 120


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    environment = scratch_environment("bench_replay")
    tell(f"replay: {knobs.calls} calls")
    said = {
        "calls": knobs.calls,
        "people": knobs.people,
        "curve": steepened(city.HOURS, knobs.peak / knobs.calls),
        "staff": plan(knobs),
        "mix": bool(knobs.mix),
        "ring": RING,
        "seed": knobs.seed,
    }
    with crew.at_work(play, [said], environment=environment, folder=folder) as hands:
        (hours,) = hands.results(within=LONGEST_SECONDS, tell=tell)
    foreseen = [predict(hour) for hour in hours]
    rows = [
        _line(f"{hour['hour']:02}:00", hour, what, 3600)
        for hour, what in zip(hours, foreseen, strict=True)
    ]
    rows.append(_whole_day(hours, foreseen))
    times = round(24 * 3600 / sum(hour["wall"] for hour in hours))
    unfinished = sum(hour["unfinished"] for hour in hours)
    wrong = f"{unfinished} calls never ended." if unfinished else ""
    totals = {"times": times, "unfinished": unfinished}
    return Found(asdict(knobs), rows, _notes(hours, knobs, times), totals, wrong)


def steepened(hours: Sequence[float], peak: float) -> list[float]:
    """The same curve as shares of the day, raised to a power that makes its highest ``peak``."""
    low, high = 0.0, 20.0
    for _halving in range(60):
        power = (low + high) / 2
        shares = _shares([hour**power for hour in hours])
        low, high = (power, high) if max(shares) < peak else (low, power)
    return shares


def _shares(weights: Sequence[float]) -> list[float]:
    return [weight / sum(weights) for weight in weights]


def plan(knobs: Knobs) -> list[int]:
    """How many are on the line in each hour: all working hours, spread as a usual day's calls."""
    hours = knobs.people * HOURS_OF_A_SHIFT * knobs.on_line / 100
    return [max(FEWEST, round(hours * share)) for share in _shares(city.HOURS)]


def predict(hour: dict[str, Any]) -> Row:
    """Erlang A for an hour as it was: its calls, and the agents who were on the line."""
    agents, calls = max(1, round(hour["on_line"] / 3600)), max(hour["offered"], 1)
    model = RungFirst(calls / 3600, WORK, agents, city.MEAN_PATIENCE, RING)
    short = model.hangs_up_within(SHORT)
    return {
        "short": short,
        "service_level": model.answered_within(TARGET) / (1 - short),
        "abandonment": (model.abandons - short) / (1 - short),
        "longest": model.longest_of(calls),
        "occupancy": model.line.occupancy,
    }


def _line(name: str, hour: dict[str, Any], foreseen: Row, seconds: float) -> Row:
    """What happened beside what was foreseen (A); ``seconds`` of the day that were played."""
    counted = max(hour["offered"] - hour["short"], 1)
    return {
        "hour": name,
        "calls": hour["offered"],
        "agents": round(hour["on_line"] / seconds, 1),
        "SL %": _percent(hour["in_target"] / counted),
        "A": _percent(foreseen["service_level"]),
        "abandoned %": _percent((hour["abandoned"] - hour["short"]) / counted),
        "A ": _percent(foreseen["abandonment"]),
        "longest s": round(hour["longest"]),
        "A  ": round(foreseen["longest"]),
        "occupancy %": _percent(hour["busy"] / hour["on_line"]),
        "A   ": _percent(foreseen["occupancy"]),
        "times": round(seconds / hour["wall"]),
    }


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _whole_day(hours: list[dict[str, Any]], foreseen: list[Row]) -> Row:
    """Sums of what happened; what was foreseen, weighted by what it is a share of."""
    names = ("offered", "answered", "abandoned", "short", "in_target", "busy", "on_line", "wall")
    day = {name: sum(hour[name] for hour in hours) for name in names}
    day["longest"] = max(hour["longest"] for hour in hours)
    calls = [
        hour["offered"] * (1 - what["short"]) for hour, what in zip(hours, foreseen, strict=True)
    ]
    on_line = [hour["on_line"] for hour in hours]
    expected = {
        "service_level": _weighted(foreseen, "service_level", calls),
        "abandonment": _weighted(foreseen, "abandonment", calls),
        "occupancy": _weighted(foreseen, "occupancy", on_line),
        "longest": max(what["longest"] for what in foreseen),
    }
    return _line("day", day, expected, 24 * 3600)


def _weighted(foreseen: list[Row], name: str, weights: list[float]) -> float:
    pairs = zip(foreseen, weights, strict=True)
    return sum(what[name] * weight for what, weight in pairs) / sum(weights)


def _notes(hours: list[dict[str, Any]], knobs: Knobs, times: int) -> list[str]:
    peak = max(hours, key=lambda hour: hour["offered"])
    at_peak = 3600 / peak["wall"]
    verdict = "met" if times >= knobs.aim else "MISSED"
    return [
        "A: Erlang A for the hour's calls and agents, ringing included; one pool, exponential"
        " handling, a steady hour. Here handling is log-normal and languages have their speakers.",
        "longest s: of all callers, answered or not; its A is what one call of the hour exceeds.",
        f"Aim: {knobs.aim} times faster than the clock: {verdict} ({times}; at the peak of"
        f" {peak['offered']:,} calls {at_peak:.0f}). times: how many times faster.",
        "One process, one session, synchronous_commit off.",
    ]
