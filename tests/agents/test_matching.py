"""Who suits what, without a database: the pure rules."""

from datetime import timedelta

import pytest

from agents.matching import (
    USUAL_RINGS,
    Candidate,
    Lane,
    Matcher,
    Shares,
    Worker,
    grade,
    lane_of,
    read_lane,
    rules_of,
    waits_for,
)
from agents.models import QueueEntry, Ring
from tests.people import MORNING

RINGS = [Ring(**ring) for ring in USUAL_RINGS]
RULES = rules_of(RINGS)
KOREAN = Lane(False, 2, "ko", "", False, True, ())
SECONDS = [timedelta(seconds=ring.after_seconds) for ring in RINGS]


def korean(**changes) -> Lane:
    return KOREAN._replace(**changes)


@pytest.mark.parametrize(
    ("skills", "lane", "place"),
    [
        (["lang.ko:1"], korean(), 0),
        (["lang.ko:1"], korean(topic="water"), 1),
        (["lang.ko:1", "topic.water:1"], korean(topic="water"), 0),
        (["lang.ko:1", "topic.water:2"], korean(topic="water"), 1),
        (["lang.ko:2"], korean(), 2),
        (["lang.en:1"], korean(), 3),
        (["lang.en:1"], korean(spoken=False), None),
        (["lang.ko:1"], korean(difficult=True), 2),
        (["lang.ko:1", "caller.difficult:1"], korean(difficult=True), 0),
        (["lang.ko:1"], korean(skills=("sign",)), None),
        (["lang.ko:1", "sign:1"], korean(skills=("sign",)), 0),
        (["lang.ko:1", "supervisor:1"], korean(), None),
        (["supervisor:1"], korean(skills=("supervisor",)), 3),
    ],
)
def test_the_first_ring_that_lets_somebody_in(skills, lane, place):
    assert grade(tuple(skills), lane, RULES) == place


def test_what_is_kept_for_somebody_is_theirs_alone_whatever_they_can():
    lane = korean(agent=7)
    assert Worker(7, (), MORNING).grade(lane, RULES) == 0
    assert Worker(8, ("lang.ko:1",), MORNING).grade(lane, RULES) is None


def test_a_lane_is_read_as_it_was_written():
    entry = QueueEntry(kind="call", priority=2, language="zh", topic="water", difficult=True)
    entry.skills, entry.pinned_at = ["supervisor", "sign"], MORNING
    lane = read_lane(lane_of(entry))
    assert lane == Lane(True, 2, "zh", "water", True, True, ("sign", "supervisor"), 0)


def test_waiting_for_a_better_fit_only_while_somebody_is_one():
    assert waits_for({0, 2}, RINGS) == SECONDS
    assert waits_for({2}, RINGS) == [timedelta()] * 3 + [SECONDS[3]]
    assert waits_for({3}, RINGS) == [timedelta()] * 4


# --- Matching

PLAIN = str(KOREAN)


def waiting(entry_id=1, seconds=0, lane=PLAIN, preferred=None, priority=2):
    since = MORNING - timedelta(seconds=seconds)
    return Candidate(True, priority, since, entry_id, lane, since, preferred)


def worker(agent_id, *skills, idle=0, vendor=None):
    return Worker(agent_id, skills or ("lang.ko:1",), MORNING - timedelta(seconds=idle), vendor)


def match(workers, candidates, *, shares=None, passed=(), limit=100):
    waits = dict.fromkeys({one.lane for one in candidates}, SECONDS)
    matcher = Matcher(
        workers, RINGS, waits, shares=shares or Shares(), passed=set(passed), now=MORNING
    )
    return [(one.entry_id, one.agent_id) for one in matcher.match(candidates, limit=limit)]


def test_the_longest_idle_of_the_equally_suited():
    assert match([worker(1, idle=5), worker(2, idle=9), worker(3, idle=7)], [waiting()]) == [(1, 2)]


def test_a_specialist_before_somebody_idle_for_longer():
    lane = str(korean(topic="water"))
    specialist = worker(1, "lang.ko:1", "topic.water:1", idle=1)
    assert match([specialist, worker(2, idle=99)], [waiting(seconds=60, lane=lane)]) == [(1, 1)]


def test_a_generalist_only_after_the_ring_has_widened():
    lane = str(korean(topic="water"))
    assert match([worker(2)], [waiting(seconds=9, lane=lane)]) == []
    assert match([worker(2)], [waiting(seconds=10, lane=lane)]) == [(1, 2)]


def test_who_spoke_with_them_before_comes_first_if_free():
    workers = [worker(1, idle=99), worker(2, idle=1)]
    assert match(workers, [waiting(preferred=2)]) == [(1, 2)]
    assert match(workers, [waiting(preferred=3)]) == [(1, 1)]


def test_a_known_voice_who_does_not_suit_is_not_waited_for():
    workers = [worker(1), worker(2, "lang.en:1")]
    assert match(workers, [waiting(preferred=2)]) == [(1, 1)]


def test_nobody_is_asked_again_for_what_they_let_pass():
    assert match([worker(1, idle=9), worker(2)], [waiting()], passed={(1, 1)}) == [(1, 2)]


def test_entries_take_in_turn_and_no_more_than_asked_for():
    workers = [worker(1, idle=9), worker(2, idle=5)]
    candidates = [waiting(11, 30), waiting(12, 20), waiting(13, 10)]
    assert match(workers, candidates) == [(11, 1), (12, 2)]
    assert match(workers, candidates, limit=1) == [(11, 1)]


def test_work_is_shared_between_vendors_as_agreed():
    workers = [worker(number, idle=number, vendor=1 + number % 2) for number in range(200)]
    shares = Shares({1: 60, 2: 40}, {})
    matched = match(workers, [waiting(n) for n in range(100)], shares=shares)
    vendors = [1 + agent % 2 for _entry, agent in matched]
    assert vendors.count(1) == 60
    assert vendors.count(2) == 40


def test_a_vendor_behind_its_share_goes_first_but_nobody_waits_for_it():
    shares = Shares({1: 60, 2: 40}, {1: 100, 2: 10})
    both = [worker(1, idle=99, vendor=1), worker(2, idle=1, vendor=2)]
    assert match(both, [waiting()], shares=shares) == [(1, 2)]
    assert match([both[0]], [waiting()], shares=shares) == [(1, 1)]


def test_a_better_fit_counts_more_than_a_share():
    lane = str(korean(topic="water"))
    specialist = worker(1, "lang.ko:1", "topic.water:1", vendor=1)
    shares = Shares({1: 60, 2: 40}, {1: 100})
    candidates = [waiting(seconds=60, lane=lane)]
    assert match([specialist, worker(2, vendor=2)], candidates, shares=shares) == [(1, 1)]
