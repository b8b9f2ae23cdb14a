"""Erlang A against Erlang C, against Erlang B, and against its own birth-death process."""

import math

import pytest

from callcenter.bench.erlang import ErlangA, RungFirst

SMALL = ErlangA(calls=0.05, handling=80, agents=4, patience=60)
BUSY = ErlangA(calls=5000 / 3600, handling=210, agents=300, patience=110)
OVERRUN = ErlangA(calls=2.0, handling=210, agents=300, patience=110)
IDLE = ErlangA(calls=0.01, handling=100, agents=20, patience=30)
EVERY_KIND = pytest.mark.parametrize("model", [SMALL, BUSY, OVERRUN, IDLE])


def erlang_c(load: float, agents: int) -> float:
    """The probability to wait, by the book: from Erlang B's recursion (A. K. Erlang, 1917)."""
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    return agents * blocked / (agents - load * (1 - blocked))


def states(model: ErlangA) -> list[float]:
    """The probability of each number of calls in the center, cut off where nothing is left."""
    weights, k = [0.0], 0
    while k <= model.agents + model.load or weights[-1] > max(weights) - 60:
        k += 1
        leaving = min(k, model.agents) / model.handling
        leaving += max(k - model.agents, 0) / model.patience
        weights.append(weights[-1] + math.log(model.calls / leaving))
    top = max(weights)
    total = sum(math.exp(one - top) for one in weights)
    return [math.exp(one - top) / total for one in weights]


def answered_within(model: ErlangA, seconds: float, steps: int = 2000) -> float:
    """By following one caller through the states, in small steps (Runge-Kutta of order four).

    ``ahead[j]``: the probability of still waiting with j before one.
    """
    found = states(model)
    ahead = found[model.agents :]
    base, theta = model.agents / model.handling, 1 / model.patience

    def change(now):
        """Each state loses to the one below it, to its own agent, or to lost patience."""
        gain = [(base + theta * (j + 1)) * now[j + 1] for j in range(len(now) - 1)] + [0.0]
        rates = [base + theta * (j + 1) for j in range(len(now))]
        return [gain[j] - rates[j] * now[j] for j in range(len(now))]

    width, answered = seconds / steps, sum(found[: model.agents])
    for _step in range(steps):
        k1 = change(ahead)
        k2 = change([a + width / 2 * b for a, b in zip(ahead, k1, strict=True)])
        k3 = change([a + width / 2 * b for a, b in zip(ahead, k2, strict=True)])
        k4 = change([a + width * b for a, b in zip(ahead, k3, strict=True)])
        before = ahead[0]
        ahead = [
            a + width / 6 * (b + 2 * c + 2 * d + e)
            for a, b, c, d, e in zip(ahead, k1, k2, k3, k4, strict=True)
        ]
        answered += base * (before + ahead[0]) / 2 * width
    return answered


@pytest.mark.parametrize(("load", "agents"), [(0.5, 1), (8, 10), (290, 300), (480, 500)])
def test_with_endless_patience_it_is_erlang_c(load, agents):
    model = ErlangA(calls=load / 200, handling=200, agents=agents)
    to_wait = erlang_c(load, agents)
    assert model.waits == pytest.approx(to_wait, rel=1e-6)
    assert model.mean_wait == pytest.approx(to_wait * 200 / (agents - load), rel=1e-6)
    within = 1 - to_wait * math.exp(-(agents - load) * 20 / 200)
    assert model.answered_within(20) == pytest.approx(within, rel=1e-6)
    assert model.abandons == 0
    assert model.occupancy == pytest.approx(load / agents)


@EVERY_KIND
def test_it_is_its_own_birth_death_process(model):
    found = states(model)
    in_line = sum(max(k - model.agents, 0) * chance for k, chance in enumerate(found))
    busy = sum(min(k, model.agents) * chance for k, chance in enumerate(found))
    assert model.waits == pytest.approx(sum(found[model.agents :]), rel=1e-6)
    assert model.abandons == pytest.approx(in_line / model.patience / model.calls, rel=1e-6)
    assert model.mean_wait == pytest.approx(in_line / model.calls, rel=1e-6)
    assert model.occupancy == pytest.approx(busy / model.agents, rel=1e-6)


@pytest.mark.parametrize("seconds", [5, 20, 90])
def test_waiting_times_are_those_of_one_caller_followed_through(seconds):
    assert SMALL.answered_within(seconds) == pytest.approx(
        answered_within(SMALL, seconds), rel=1e-5
    )


@EVERY_KIND
def test_everybody_is_answered_or_hangs_up(model):
    assert model.answered_within(1e6) + model.abandons == pytest.approx(1, rel=1e-6)
    assert model.would_wait_at_most(1e6) == pytest.approx(1, rel=1e-6)
    assert model.answered_within(-1) == model.would_wait_at_most(-1) == 0


# --- With a phone that rings first


def ringing(**ring) -> RungFirst:
    return RungFirst(calls=BUSY.calls, work=BUSY.handling, agents=300, patience=110, **ring)


def test_a_phone_that_does_not_ring_changes_nothing():
    model = ringing(ring=(0, 0))
    assert model.line == BUSY
    assert model.abandons == pytest.approx(BUSY.abandons)
    assert model.answered_within(20) == pytest.approx(BUSY.answered_within(20))


def test_in_an_empty_center_all_waiting_is_ringing():
    idle = RungFirst(calls=0.001, work=100, agents=50, patience=100, ring=(3, 3))
    assert idle.abandons == pytest.approx(1 - math.exp(-3 / 100))
    assert idle.hangs_up_within(2) == pytest.approx(1 - math.exp(-2 / 100))
    assert idle.hangs_up_within(20) == pytest.approx(1 - math.exp(-3 / 100))
    assert (idle.answered_within(2.9), idle.longest_of(1000)) == (0, pytest.approx(3))
    assert idle.answered_within(3.1) == pytest.approx(math.exp(-3 / 100))


def test_in_a_hopeless_center_patience_alone_decides():
    hopeless = RungFirst(calls=100, work=10_000, agents=1, patience=50, ring=(1, 4))
    assert hopeless.hangs_up_within(5) == pytest.approx(1 - math.exp(-5 / 50), rel=1e-3)
    assert hopeless.longest_of(1000) == pytest.approx(50 * math.log(1000), rel=1e-3)


def test_numbers_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="positive"):
        ErlangA(calls=0, handling=1, agents=1)
    with pytest.raises(ValueError, match="for ever"):
        ErlangA(calls=2, handling=1, agents=2)
