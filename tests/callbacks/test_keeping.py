"""One dial for each try, ladders by what happened, quiet nights, a backlog that comes slowly."""

from datetime import timedelta

import pytest

from agents.actions import states
from agents.models import PresenceState, QueueEntry
from callbacks.actions import promises
from callbacks.models import Attempt, Callback
from callbacks.queries.line import leads
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts
from inquiries.models import Message
from tests.agents.test_hours import MONDAY, at
from tests.agents.test_races import all_at_once
from tests.callbacks.making import in_minutes, promise_by, try_now
from tests.people import (
    MR_PARK_E164,
    MS_CHOI,
    accept_next,
    after,
    available,
    call_arrives,
    make_agent,
    promised,
    state_of,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_hand(mina):
    """Mina has a promised call in hand and has not dialled yet."""
    callback = promise_by(mina)
    Callback.objects.update(due_at=clock.now())
    promises.bring_back_due()
    accept_next(mina)
    return callback


# --- One dial


def test_the_first_click_dials_and_the_second_is_refused(in_hand, mina):
    attempt = promises.dial(agent=mina)
    assert (attempt.dialled_by, attempt.callback) == (mina, in_hand)
    with pytest.raises(Refused) as refusal:
        promises.dial(agent=mina)
    assert "Mina" in refusal.value.message


def test_of_six_windows_one_dials(in_hand, mina):
    def click():
        try:
            promises.dial(agent=mina)
        except Refused:
            return 0
        return 1

    assert sum(all_at_once([click] * 6)) == 1


def test_a_colleague_who_gets_it_later_does_not_dial_again(in_hand, mina, jin):
    from inquiries.actions import transfers

    promises.dial(agent=mina)
    available(jin)
    transfers.transfer(agent=mina, to="agent:jin", reason="knowledge")
    accept_next(jin)
    with pytest.raises(Refused):
        promises.dial(agent=jin)
    assert Attempt.objects.get().dialled_by == mina


def test_only_a_promised_call_is_dialled(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    with pytest.raises(Refused):
        promises.dial(agent=mina)


def test_the_desk_dials_once_and_says_so(client, in_hand, mina):
    client.force_login(mina)
    shown = client.get(f"/desk/promise/{in_hand.inquiry_id}/attempt/").content.decode()
    assert "010-1234-5678" in shown
    first = client.post("/desk/promise/dial/", headers={"HX-Request": "true"})
    assert (first.status_code, f"tel:{MR_PARK_E164}" in first.content.decode()) == (200, True)
    second = client.post("/desk/promise/dial/", headers={"HX-Request": "true"})
    assert (second.status_code, "tel:" in second.content.decode()) == (409, False)


def test_the_api_dials_once(client, in_hand, mina):
    client.force_login(mina)
    first = client.post("/api/v1/desk/dial/")
    assert (first.status_code, first.json()["phone"]) == (200, MR_PARK_E164)
    assert client.post("/api/v1/desk/dial/").status_code == 409


# --- What happened, and when it is tried again


@pytest.mark.parametrize(("outcome", "minutes"), [("busy", 3), ("no_answer", 10)])
def test_how_soon_it_is_tried_again_depends_on_what_happened(mina, outcome, minutes):
    callback = promise_by(mina)
    with after(601):
        try_now(mina, outcome)
        callback.refresh_from_db()
        assert (callback.status, Attempt.objects.get().outcome) == ("promised", outcome)
        assert abs(callback.due_at - in_minutes(minutes)) < timedelta(seconds=5)


def test_an_outcome_that_does_not_exist_is_refused(in_hand, mina):
    with pytest.raises(Invalid):
        promises.say_unreached(agent=mina, outcome="bored")
    assert Attempt.objects.get().ended_at is None


def test_a_wrong_number_is_a_supervisors_at_once_and_gets_no_message(mina):
    callback = promise_by(mina)
    with after(601):
        try_now(mina, "wrong_number")
    callback.refresh_from_db()
    assert (callback.status, callback.escalated_because) == ("escalated", "wrong_number")
    assert not Message.objects.exists()


def test_at_the_cap_the_citizen_is_told_once_and_a_supervisor_decides(mina, settings):
    settings.CALLBACK_RETRY_MINUTES = [10]
    callback = promise_by(mina)
    moment = 601
    for _try in range(2):
        with after(moment):
            try_now(mina, "no_answer")
        moment += 700
    callback.refresh_from_db()
    assert (callback.status, callback.escalated_because) == ("escalated", "tries")
    message = Message.objects.get()
    assert (message.to, message.channel) == (MR_PARK_E164, "text")
    with after(moment):
        assert promises.bring_back_due() == 0


def test_agent_says_busy_and_then_they_ring_back_and_it_is_kept(in_hand, mina):
    promises.say_unreached(agent=mina, outcome="busy")
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert Attempt.objects.get().outcome == "reached"
    assert Callback.objects.get().status == "kept"


@pytest.mark.parametrize(
    ("asked", "face"), [(False, "08:00"), (True, "21:10")], ids=["quiet", "asked for"]
)
def test_no_second_try_at_night_unless_they_asked_for_it(mina, settings, asked, face):
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 21, 8
    with clock.at(at(MONDAY, "20:50")):
        promise_by(mina, minutes=9, at_any_hour=asked)
    with clock.at(at(MONDAY, "21:00")):
        try_now(mina, "no_answer")
    due = Callback.objects.get().due_at
    next_day = MONDAY if asked else MONDAY + timedelta(days=1)
    assert due == at(next_day, face)


# --- Into the line


def test_while_somebody_is_free_a_promise_comes_at_its_time(mina):
    promise_by(mina)
    assert leads() == {}
    with after(599):
        assert promises.bring_back_due() == 0


def test_while_all_are_busy_it_comes_ahead_by_the_expected_wait(mina):
    promise_by(mina)
    states.set_state(agent=mina, state=PresenceState.BREAK, reason="rest")
    with after(60):
        call_arrives(MS_CHOI)
    with after(60 + 240):
        assert timedelta(seconds=235) < leads()["ko"] < timedelta(seconds=245)
        assert promises.bring_back_due() == 0
    with after(60 + 300):
        assert promises.bring_back_due() == 1
    entry = QueueEntry.objects.latest("pk")
    assert entry.rank_at == Callback.objects.get().due_at


def test_however_long_the_wait_it_comes_ahead_by_a_bounded_time(mina, settings):
    settings.CALLBACK_LEAD_MAX_MINUTES = 2
    promise_by(mina, minutes=60)
    states.set_state(agent=mina, state=PresenceState.BREAK, reason="rest")
    call_arrives(MS_CHOI)
    with after(3000):
        assert leads()["ko"] == timedelta(minutes=2)


def test_the_agent_who_is_to_call_is_the_only_one_asked_while_at_work(mina, jin):
    promise_by(mina, minutes=1, until=in_minutes(120), caller="agent")
    states.set_state(agent=mina, state=PresenceState.BREAK, reason="rest")
    available(jin)
    with after(61):
        assert promises.bring_back_due() == 1
        assert state_of(jin) == "available"
        available(mina)
        assert state_of(mina) == "ringing"


def test_an_agent_who_has_gone_home_keeps_nobody_waiting(mina, jin):
    promise_by(mina, minutes=1, until=in_minutes(120), caller="agent")
    states.set_state(agent=mina, state=PresenceState.OFFLINE)
    available(jin)
    with after(61):
        promises.bring_back_due()
        assert state_of(jin) == "ringing"


def test_a_promise_is_called_in_its_own_language(mina, li):
    promise_by(mina, minutes=1, language="zh")
    available(mina)
    available(li)
    with after(61):
        promises.bring_back_due()
        assert (state_of(li), state_of(mina)) == ("ringing", "available")


# --- A backlog


def overdue(many: int, minutes: float) -> None:
    for number in range(many):
        promised(web_inquiry(), minutes=-minutes - number / 10, phone=f"+8210{number:08}")


def test_a_backlog_comes_slowly_the_oldest_first_beside_what_is_due_now(settings):
    settings.CALLBACK_BACKLOG_PER_TICK = 3
    overdue(8, minutes=60)
    fresh = promised(web_inquiry(), minutes=-0.1)
    oldest = list(Callback.objects.order_by("due_at").values_list("pk", flat=True)[:3])
    assert promises.bring_back_due() == 4
    queued = set(Callback.objects.filter(status="queued").values_list("pk", flat=True))
    assert queued == {*oldest, fresh.pk}
    assert [promises.bring_back_due() for _tick in range(3)] == [3, 2, 0]


def test_a_clock_that_jumps_a_day_ahead_and_back_doubles_nothing(settings, mina):
    settings.CALLBACK_BACKLOG_PER_TICK = 2
    for number in range(5):
        promised(web_inquiry(), minutes=30, phone=f"+8210{number:08}")
    with after(24 * 3600):
        assert [promises.bring_back_due() for _tick in range(2)] == [2, 2]
    assert promises.bring_back_due() == 0  # Back again: the fifth is not due.
    with after(1801):
        assert [promises.bring_back_due() for _tick in range(2)] == [1, 0]
    assert Attempt.objects.count() == 5


# --- About to break


def test_the_owner_is_warned_then_the_supervisors_each_once_before_it_breaks(mina):
    callback = promise_by(mina, minutes=10)
    states.set_state(agent=mina, state=PresenceState.OFFLINE)
    with after(14 * 60):
        assert promises.warn_before_broken() == 0
    with after(15 * 60 + 1):
        assert [promises.warn_before_broken() for _tick in range(2)] == [1, 0]
    callback.refresh_from_db()
    assert callback.owner_warned_at
    assert callback.supervisor_warned_at is None
    with after(20 * 60 + 1):
        assert [promises.warn_before_broken() for _tick in range(2)] == [1, 0]
    callback.refresh_from_db()
    assert callback.owner_warned_at < callback.supervisor_warned_at < callback.until


def test_of_six_ticks_at_once_one_warns(mina):
    promise_by(mina, minutes=1)
    Callback.objects.update(until=in_minutes(8), promised_for=clock.now())
    assert sum(all_at_once([promises.warn_before_broken] * 6)) == 1


def test_a_moved_promise_is_warned_of_anew(mina):
    promise_by(mina, minutes=1)
    Callback.objects.update(owner_warned_at=clock.now(), supervisor_warned_at=clock.now())
    Callback.objects.update(due_at=clock.now())
    promises.bring_back_due()
    accept_next(mina)
    promises.promise(agent=mina, due_at=in_minutes(60), question="Why camels?")
    contacts.finish(agent=mina)
    callback = Callback.objects.get()
    assert (callback.owner_warned_at, callback.supervisor_warned_at) == (None, None)


def test_the_warning_stands_on_the_desk_of_who_promised_it(client, mina, jin):
    callback = promise_by(mina, minutes=1)
    Callback.objects.update(owner_warned_at=clock.now())
    client.force_login(mina)
    assert "010-1234-5678" in client.get("/desk/promise/mine/").content.decode()
    client.force_login(jin)
    assert "010-1234-5678" not in client.get("/desk/promise/mine/").content.decode()
    assert callback.owner == mina


# --- The list


def test_agents_see_their_own_and_supervisors_find_kept_ones_too(client, mina, jin, jun):
    promise_by(mina)
    promise_by(jin, phone=MS_CHOI)
    with after(601):
        available(mina)
        try_now(mina, "reached")
    client.force_login(mina)
    page = client.get("/promises/?state=all").content.decode()
    assert "010-1234-5678" in page
    assert "010-2222-3333" not in page
    client.force_login(jun)
    for more in ("", "&by=hour", "&by=person", "&q=1234"):
        assert "010-1234-5678" in client.get(f"/promises/?state=all{more}").content.decode()
    kept = client.get("/promises/?state=kept").content.decode()
    assert "010-1234-5678" in kept
    assert "010-2222-3333" not in kept
    assert client.get("/promises/?by=x&day=nonsense&person=99999").status_code == 200


def test_supervisor_sees_what_many_promise(client, jun):
    agents = [make_agent(f"agent{number}") for number in range(3)]
    for number, agent in enumerate(agents):
        promised(web_inquiry(), phone=f"+8210{number:08}", promised_by=agent)
    client.force_login(jun)
    page = client.get(f"/promises/?person={agents[1].pk}").content.decode()
    assert "010-0000-0001" in page
    assert "010-0000-0002" not in page
