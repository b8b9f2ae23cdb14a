"""Many doing the same thing at once, each timed."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from callcenter.bench.table import Row, percentiles

Act = Callable[[int], None]


@dataclass
class Load:
    """What a door did, over all the rounds in which it was tried."""

    name: str
    durations: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def press(self, acts: list[Act], *, each: int) -> None:
        """Let every one of ``acts`` run ``each`` times, all side by side.

        An act gets its running number in this load, unlike any other. What it raises ends the
        benchmark: figures of a door that refuses are worth nothing.
        """
        before = len(self.durations)
        started = time.perf_counter()
        with ThreadPoolExecutor(len(acts)) as crowd:
            shares = [
                crowd.submit(_repeat, act, range(before + at * each, before + (at + 1) * each))
                for at, act in enumerate(acts)
            ]
        for share in shares:
            self.durations += share.result()
        self.seconds += time.perf_counter() - started

    def row(self) -> Row:
        rate = round(len(self.durations) / self.seconds)
        return {"door": self.name, "sent": len(self.durations), "per second": rate} | percentiles(
            self.durations
        )


def _repeat(act: Act, numbers: range) -> list[float]:
    durations = []
    for number in numbers:
        started = time.perf_counter()
        act(number)
        durations.append(time.perf_counter() - started)
    return durations
