"""What queueing theory says of a center: Erlang A (M/M/n+M), with Erlang C as its limit.

Calls arrive at random at a steady rate, are handled for an exponential time, and hang up after an
exponential patience. The model is C. Palm's ("Methods of judging the annoyance caused by
congestion", Tele 4, 1953, and "Research on telephone traffic carried by full availability
groups", Tele 1, 1957); Garnett, Mandelbaum and Reiman ("Designing a call center with impatient
customers", Manufacturing & Service Operations Management 4(3), 2002) call it Erlang A.

Numerically it is done by the *offered wait*, how long somebody of endless patience would wait.
With arrival rate λ, service rate μ, n agents and hang-up rate θ its density for x > 0 is

    v(x) = λ p(n-1) exp(λ (1 - exp(-θx)) / θ - nμx)

(Baccelli and Hebuterne, "On queues with impatient customers", 1981; in this form Zeltyn and
Mandelbaum, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue",
Queueing Systems 51, 2005, section 5). p(n-1), the probability of n-1 busy agents, follows from
the sum of all probabilities, with the recursion of Erlang B below n-1; no factorial and no power
occurs, so that five hundred agents are no harder than five.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

# Points of the integral over the offered wait, and what is too small to count: e**-40.
_STEPS, _NEGLIGIBLE = 1000, 40.0
# Points of the mean over the seconds that a phone rings.
_RINGS = 5


@dataclass(frozen=True)
class ErlangA:
    """``calls`` a second, each handled in ``handling`` seconds, by ``agents``.

    ``patience`` in seconds may be infinite; then ``calls`` times ``handling`` must be below
    ``agents`` (ValueError otherwise: the line would grow for ever).
    """

    calls: float
    handling: float
    agents: int
    patience: float = math.inf

    def __post_init__(self) -> None:
        if min(self.calls, self.handling, self.agents, self.patience) <= 0:
            raise ValueError("Erlang A needs positive numbers.")
        if math.isinf(self.patience) and self.load >= self.agents:
            raise ValueError("Without hanging up, the line would grow for ever.")

    @property
    def load(self) -> float:
        """Offered load in erlangs: agents that would be busy if nobody ever waited."""
        return self.calls * self.handling

    @cached_property
    def waits(self) -> float:
        """The probability of having to wait at all."""
        return self._one_fewer_busy * self._integral(lambda _x: 1.0)

    @cached_property
    def abandons(self) -> float:
        """The probability of hanging up before being answered."""
        return self._one_fewer_busy * self._integral(lambda x: 1 - self._still_there(x))

    @property
    def mean_wait(self) -> float:
        """Seconds, of everybody, until answered or hung up."""
        if math.isinf(self.patience):
            return self._one_fewer_busy * self._integral(lambda x: x)
        return self.abandons * self.patience

    @property
    def occupancy(self) -> float:
        """The share of their time in which agents are busy."""
        return self.load * (1 - self.abandons) / self.agents

    def answered_within(self, seconds: float) -> float:
        """The probability of being answered within ``seconds`` of arriving."""
        if seconds < 0:
            return 0.0
        waited = self._integral(self._still_there, upto=seconds)
        return 1 - self.waits + self._one_fewer_busy * waited

    def would_wait_at_most(self, seconds: float) -> float:
        """The probability that the offered wait, of endless patience, is at most so long."""
        if seconds < 0:
            return 0.0
        waited = self._integral(lambda _x: 1.0, upto=seconds)
        return 1 - self.waits + self._one_fewer_busy * waited

    @cached_property
    def _one_fewer_busy(self) -> float:
        """p(n-1), as many times larger as ``_integral`` is smaller, from: all states below n and
        all of the waiting time add up to one.

        The states below n relative to p(n-1) are the reciprocal of Erlang B with n-1 agents,
        which obeys 1/B(k) = 1 + k/a · 1/B(k-1).
        """
        below = 1.0
        for busy in range(1, self.agents):
            below = 1 + busy / self.load * below
        return 1 / (below * math.exp(-self._exponent(self._peak)) + self._integral(lambda _x: 1.0))

    def _still_there(self, seconds: float) -> float:
        return math.exp(-seconds / self.patience)

    def _exponent(self, x: float) -> float:
        """λ (1 - exp(-θx)) / θ - nμx"""
        leaving = (
            x if math.isinf(self.patience) else -self.patience * math.expm1(-x / self.patience)
        )
        return self.calls * leaving - self.agents * x / self.handling

    def _integral(self, weight: Callable[[float], float], upto: float = math.inf) -> float:
        """∫ weight(x) v(x)/p(n-1) dx from 0 to ``upto``, by Simpson's rule.

        Divided by v's peak, which an overrun center takes out of the range of numbers.
        """
        end = min(upto, self._horizon)
        width = end / _STEPS
        total, top = 0.0, self._exponent(self._peak)
        for step in range(_STEPS + 1):
            factor = 1 if step in (0, _STEPS) else 4 if step % 2 else 2
            x = step * width
            total += factor * weight(x) * math.exp(self._exponent(x) - top)
        return self.calls * total * width / 3

    @property
    def _peak(self) -> float:
        """Where v is largest: the wait at which as many hang up as there are too many calls."""
        if self.load <= self.agents:
            return 0.0
        return self.patience * math.log(self.load / self.agents)

    @cached_property
    def _horizon(self) -> float:
        """From here on the integrand is negligible beside its peak: the exponent is concave."""
        floor = self._exponent(self._peak) - _NEGLIGIBLE
        beyond = self.handling / self.agents
        while self._exponent(self._peak + beyond) > floor:
            beyond *= 2
        return self._peak + beyond


@dataclass(frozen=True)
class RungFirst:
    """Erlang A where the phone rings at the desk before it is answered.

    It rings for an evenly spread time, ``ring`` seconds at least and at most, which keeps the
    agent and goes on trying the caller's patience. Exponential patience has no memory: it begins
    anew with the ringing. ``work`` is talk and wrap-up together, in seconds.
    """

    calls: float
    work: float
    agents: int
    patience: float
    ring: tuple[float, float]

    @cached_property
    def line(self) -> ErlangA:
        """The waiting before it rings. A ring that ends in hanging up keeps the agent as long."""
        handling = self.patience * (1 - self._stays) + self._stays * self.work
        return ErlangA(self.calls, handling, self.agents, self.patience)

    @property
    def abandons(self) -> float:
        return 1 - self._stays * (1 - self.line.abandons)

    def answered_within(self, seconds: float) -> float:
        return self._mean(
            lambda ring: self._outlasts(ring) * self.line.answered_within(seconds - ring)
        )

    def hangs_up_within(self, seconds: float) -> float:
        """Everybody whose patience ends that early, but who was answered before it ended."""
        outlasts = self._outlasts(seconds)
        spared = self.answered_within(seconds) - outlasts * self._would_wait_at_most(seconds)
        return 1 - outlasts - spared

    def longest_of(self, calls: float) -> float:
        """The wait in seconds, answered or not, that one in ``calls`` exceeds."""
        low, high = 0.0, self.patience * math.log(max(calls, 1)) + self.ring[1]
        for _halving in range(30):
            middle = (low + high) / 2
            longer = self._outlasts(middle) * (1 - self._would_wait_at_most(middle))
            low, high = (middle, high) if longer > 1 / calls else (low, middle)
        return low

    def _would_wait_at_most(self, seconds: float) -> float:
        return self._mean(lambda ring: self.line.would_wait_at_most(seconds - ring))

    @property
    def _stays(self) -> float:
        """The probability of not hanging up while it rings."""
        return self._mean(self._outlasts)

    def _outlasts(self, seconds: float) -> float:
        return math.exp(-seconds / self.patience)

    def _mean(self, of: Callable[[float], float]) -> float:
        least, most = self.ring
        points = [least + (most - least) * (number + 0.5) / _RINGS for number in range(_RINGS)]
        return sum(of(point) for point in points) / _RINGS
