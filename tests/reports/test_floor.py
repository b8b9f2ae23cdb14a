"""The floor's figures, counted by hand; its order; and that many who look cost as much as one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actions import passing, queue, states, steering
from agents.models import BreakReason, PresenceState, QueueEntry, Ring, User
from callcenter import clock
from inquiries.actions import contacts
from reports.floor import Group, Numbers, floor
from reports.shared import Once, Shared
from reports.wall import BAD, OK, TOPICS_SHOWN, WARN, Limit, wall_of
from tests.people import (
    MORNING,
    MR_PARK,
    MS_CHOI,
    accept_next,
    available,
    call_arrives,
    make_agent,
    make_person,
    phone_event,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "An emergency."


def at(seconds: float):
    """So many seconds after ten in the morning."""
    return clock.at(MORNING + timedelta(seconds=seconds))


# --- What waits


@pytest.fixture
def line(db):
    """A form of nine o'clock, a call, and one on the English line, nobody there to take them."""
    with at(-3600):
        form = web_inquiry()
    with at(0):
        first = call_arrives(MR_PARK)
    with at(10):
        english = call_arrives(MS_CHOI, to_number="1202")
    return [first.entry, english.entry, QueueEntry.objects.get(contact__inquiry=form)]


def test_the_line_stands_in_the_order_it_is_served(line):
    with at(60):
        waiting = floor().waiting
    assert [(one.place, one.pk) for one in waiting] == list(enumerate([e.pk for e in line], 1))
    assert [one.number for one in waiting] == [entry.contact.inquiry.number for entry in line]


def test_what_is_pinned_comes_first_and_says_so(line, jun):
    steering.pin(entry_id=line[2].pk, actor=jun, reason=WHY)
    first, second, _third = floor().waiting
    assert (first.pk, first.pinned) == (line[2].pk, True)
    assert (second.pk, second.pinned) == (line[0].pk, False)


def test_it_is_summed_up_by_kind_language_and_topic(line, water):
    line[0].contact.inquiry.topic = water
    line[0].contact.inquiry.save()
    with at(60):
        now = floor()
    assert {kind: group.count for kind, group in now.kinds.items()} == {"call": 2, "web": 1}
    assert now.kinds["call"].oldest == MORNING
    assert [(one.label, one.count) for one in now.languages] == [("한국어", 2), ("English", 1)]
    assert [one.count for one in now.topics] == [2, 1]
    assert now.topics[1].label == water


@pytest.mark.parametrize(("waited", "step"), [(0, 1), (9, 1), (10, 2), (25, 3), (500, 4)])
def test_the_search_is_as_wide_as_its_waiting_time_allows(waited, step, db):
    Ring.objects.all().delete()
    with at(0):
        call_arrives()
    with at(waited):
        assert floor().waiting[0].ring.step == step


def test_it_says_whom_it_rings_at_and_whom_it_is_kept_for(mina, jin, jun):
    available(mina)
    call_arrives()
    available(jin)
    kept = call_arrives(MS_CHOI)
    steering.reassign(entry_id=kept.entry_id, agent=mina, actor=jun, reason=WHY)
    waiting = {one.pk: one for one in floor().waiting}
    assert waiting.pop(kept.entry_id).kept_for == "Mina"
    (rings,) = waiting.values()
    assert (rings.rings_at, rings.asked, rings.kept_for) == ("Mina", 1, "")


def test_a_colleague_who_is_asked_is_in_the_line_too(mina, jun):
    available(mina)
    call_arrives()
    contact = accept_next(mina)
    passing.ask_colleague(entry_id=contact.entry_id, agent=mina)
    assert [one.kind for one in floor().waiting] == ["consult"]


# --- What is in hand, and who is there


def test_what_agents_have_and_whether_it_can_be_moved(mina, jin):
    available(mina)
    with at(0):
        first = call_arrives()
    with at(5):
        accept_next(mina)
    available(jin)
    with at(20):
        second = call_arrives(MS_CHOI)
        accept_next(jin)
        queue.note_hold(entry_id=second.entry_id, since=clock.now())
        phone_event(first.call.call_id, "ended")
    wraps_up, held = floor().in_hand
    assert (wraps_up.agent, wraps_up.can_be_moved) == ("Mina", False)
    assert wraps_up.taken_at == MORNING + timedelta(seconds=5)
    assert (held.agent, held.can_be_moved) == ("Jin", True)
    assert held.held_since == MORNING + timedelta(seconds=20)
    assert held.number == second.inquiry.number


def test_people_stand_by_vendor_those_at_work_first(mina, jin, li, jun):
    freelancer = make_agent("ada")
    User.objects.filter(pk=freelancer.pk).update(vendor=None)
    states.set_state(agent=li, state=PresenceState.BREAK, reason=BreakReason.MEAL)
    available(jun)
    make_person("hana", User.Role.SUPERVISOR)
    now = floor()
    teams = [(str(team.name), [one.name for one in team.people]) for team in now.teams]
    assert teams[:2] == [("Hana", ["Li", "Mina"]), ("Dul", ["Jin"])]
    assert teams[2][1] == ["Ada"]
    assert [one.name for one in now.supervisors] == ["Jun"]
    assert now.states == {"break": 1, "offline": 3}
    assert now.at_work == 1


# --- Figures


def answered(agent, after_seconds: float, since: float, number: str) -> None:
    """A call that came ``since`` seconds after ten and was taken so much later."""
    with at(since):
        contact = call_arrives(number)
    with at(since + after_seconds):
        accept_next(agent)
        contacts.set_outcome(agent=agent, outcome="resolved")
        phone_event(contact.call.call_id, "ended")
        contacts.finish(agent=agent)


def test_the_level_now_is_todays_formula_over_the_last_half_hour(mina):
    with at(-1):
        available(mina)
    answered(mina, 30, 0, "010-0000-0001")
    answered(mina, 5, 1900, "010-0000-0002")
    answered(mina, 6, 2000, "010-0000-0003")
    with at(2100):
        given_up = call_arrives("010-0000-0004")
        accepted = accept_next(mina)
        assert accepted.pk == given_up.pk
        lost = call_arrives("010-0000-0005")
    with at(2200):
        phone_event(lost.call.call_id, "ended")
        now = floor()
    # Lately: 5 s, 6 s and at once, one given up after 100 s. Today one more, after 30 s.
    assert now.lately["service_level"] == 3 / 4
    assert now.today["service_level"] == 3 / 5
    assert (now.today["answered"], now.today["abandoned"]) == (4, 1)


# --- The wall


@pytest.mark.parametrize(
    ("limit", "value", "level"),
    [
        (Limit(20, 60), 20, OK),
        (Limit(20, 60), 20.1, WARN),
        (Limit(20, 60), 61, BAD),
        (Limit(0.8, 0.6), 0.8, OK),
        (Limit(0.8, 0.6), 0.79, WARN),
        (Limit(0.8, 0.6), 0.5, BAD),
        (Limit(0.8, 0.6), None, None),
    ],
)
def test_a_figure_is_judged_by_its_limits(limit, value, level):
    assert limit.level(value) is level


def test_calls_that_nobody_is_there_for_ask_somebody_to_act(line):
    with at(30):
        levels = wall_of(floor()).levels
    assert (levels["waiting"], levels["longest"], levels["today"]) == (BAD, WARN, None)


def test_an_empty_floor_is_a_wall_too(client, jun):
    client.force_login(jun)
    page = client.get("/wall/", headers={"Accept-Language": "en"}).content.decode()
    assert "Nobody waits." in page
    assert page.count("On target") == 2  # Nothing waits; of the rest there is nothing to judge.


def test_bars_are_as_long_as_their_share_of_the_longest(line):
    with at(60):
        bars = wall_of(floor()).languages
    assert [(bar.group.count, bar.length) for bar in bars] == [(2, 100), (1, 50)]


def test_what_does_not_fit_is_added_up(db, water):
    now = floor()
    groups = [Group(f"Topic {number}", 20 - number, MORNING) for number in range(13)]
    topics = wall_of(replace(now, topics=groups)).topics
    assert len(topics) == TOPICS_SHOWN
    assert sum(bar.group.count for bar in topics) == sum(group.count for group in groups)


def test_who_is_free_or_talks_the_longest_is_a_way_to_their_page(mina, jin, li, client, jun):
    for seconds, agent in enumerate([jin, li, mina]):
        with at(seconds):
            available(agent)
    wall = wall_of(floor())
    assert [one.name for one in wall.longest_free] == ["Jin", "Li", "Mina"]
    client.force_login(jun)
    assert f'href="/floor/people/{jin.pk}/"' in client.get("/wall/").content.decode()


# --- Live without melting


def test_twenty_who_look_at_once_cost_one_look():
    looks = []

    def look():
        looks.append(time.monotonic())
        time.sleep(0.05)
        return len(looks)

    shared = Shared(look, seconds=30)
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(lambda _number: shared.get(), range(20))) == {1}
    assert len(looks) == 1


def test_an_answer_grows_old():
    answers = iter(range(9))
    shared = Shared(lambda: next(answers), seconds=0.02)
    assert (shared.get(), shared.get()) == (0, 0)
    time.sleep(0.03)
    assert shared.get() == 1


def test_who_has_just_done_something_sees_it():
    truth = ["before"]
    shared = Shared(lambda: truth[0], seconds=30)
    assert shared.get() == "before"
    truth[0] = "after"
    assert shared.renewed() == "after"
    assert shared.get() == "after"


def test_who_heard_of_a_change_is_not_shown_what_was_before_it():
    answers = iter(range(9))
    shared = Shared(lambda: next(answers), seconds=30)
    assert shared.get() == 0
    assert [shared.get(heard="7") for _again in range(3)] == [1, 1, 1]
    assert (shared.get(heard="8"), shared.get(heard="7"), shared.get()) == (2, 2, 2)


def test_a_number_that_comes_again_after_a_while_tells_of_another_push(monkeypatch):
    # After a restart of Redis they are counted from the beginning.
    now = [100.0]
    monkeypatch.setattr("reports.shared.monotonic", lambda: now[0])
    answers = iter(range(9))
    shared = Shared(lambda: next(answers), seconds=30)
    assert [shared.get(heard="1") for _again in range(2)] == [0, 0]
    now[0] += 11
    assert shared.get(heard="1") == 1


def test_who_did_something_while_others_looked_does_not_get_their_answer():
    truth, begun, go_on = ["before"], threading.Event(), threading.Event()

    def look():
        seen = truth[0]
        begun.set()
        go_on.wait(5)
        return seen

    shared = Shared(look, seconds=30)
    with ThreadPoolExecutor(2) as pool:
        others = pool.submit(shared.get)
        begun.wait(5)
        truth[0] = "after"
        mine = pool.submit(shared.renewed)
        go_on.set()
        assert (others.result(), mine.result()) == ("before", "after")


def test_a_look_that_fails_is_tried_again_by_the_next():
    answers = iter([ZeroDivisionError, "there"])

    def look():
        answer = next(answers)
        if answer is ZeroDivisionError:
            raise answer
        return answer

    shared = Shared(look, seconds=30)
    with pytest.raises(ZeroDivisionError):
        shared.get()
    assert shared.get() == "there"


def test_one_rendering_serves_all_who_may_see_the_same():
    made = []
    once = Once()
    for name in ("ko", "en", "ko"):
        once.get(name, lambda name=name: made.append(name) or name)
    assert made == ["ko", "en"]


def test_pages_within_a_second_ask_the_database_once(client, jun, mina):
    client.force_login(jun)
    client.get("/wall/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/wall/")
        client.get("/floor/")
    assert not [query for query in asked if "agents_queueentry" in query["sql"]]


def test_rights_and_language_are_not_shared(client, jun, operator, line):
    client.force_login(jun)
    korean = client.get("/floor/", headers={"HX-Request": "true"}).content.decode()
    client.force_login(operator)
    english = {"HX-Request": "true", "Accept-Language": "en"}
    page = client.get("/floor/", headers=english).content.decode()
    assert 'class="steer"' in korean
    assert 'class="steer"' not in page
    assert "What waits" in page
    assert "What waits" not in korean


def test_the_number_of_a_push_brings_the_news(client, jun):
    client.force_login(jun)
    assert "<h2>" in client.get("/wall/").content.decode()
    contact = call_arrives()
    told = {"HX-Request": "true", "X-Heard": "12"}
    assert contact.inquiry.number in client.get("/floor/", headers=told).content.decode()


def test_twenty_more_that_wait_cost_no_more_queries(line):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            floor(Numbers({}, {}))
        return len(asked)

    few = queries()
    for number in range(20):
        call_arrives(f"010-7777-{number:04}")
        available(make_agent(f"agent{number}"))
    assert queries() == few <= 10
