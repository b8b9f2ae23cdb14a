"""The telephone system's events: once, in any order, and never a caller lost."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models import Presence, QueueEntry
from callcenter import clock
from inquiries.actions import calls, contacts
from inquiries.calls import fold
from inquiries.models import Call, CallEvent, Contact, Inquiry
from tests.people import (
    MORNING,
    MR_PARK_E164,
    accept_next,
    available,
    call_arrives,
    entry_now,
    phone_event,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def seconds(number: float):
    return MORNING + timedelta(seconds=number)


def test_an_arriving_call_becomes_an_inquiry_with_a_number_in_the_line():
    contact = call_arrives(at=MORNING)
    assert contact.inquiry.number
    assert contact.inquiry.citizen.phone == MR_PARK_E164
    assert (contact.entry.status, contact.entry.waiting_since) == ("waiting", MORNING)


@pytest.mark.parametrize("withheld", ["", "anonymous", "7012"])
def test_a_withheld_or_inner_number_is_taken_without_a_citizen(withheld):
    assert call_arrives(withheld).inquiry.citizen is None


def test_the_line_dialled_says_the_language():
    assert call_arrives(to_number="120-2").inquiry.language == "en"


def test_on_the_main_line_the_language_of_the_last_inquiry_counts():
    call_arrives(to_number="120-4")
    assert call_arrives(to_number="120").inquiry.language == "ja"


def test_the_same_event_twice_changes_nothing():
    event = {"event_id": "e1", "call_id": "c1", "kind": "arrived", "at": MORNING}
    first, new = calls.record_event(**event)
    again, new_again = calls.record_event(**event | {"kind": "ended"})
    assert (new, new_again, first.pk) == (True, False, again.pk)
    assert QueueEntry.objects.get().status == "waiting"


def test_hanging_up_while_waiting_is_abandoning():
    contact = phone_event("c1", "arrived", MORNING)
    phone_event("c1", "ended", seconds(40))
    entry = entry_now(contact)
    assert (entry.status, entry.finished_at) == ("abandoned", seconds(40))
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status) == ("abandoned", "closed")


def test_hanging_up_while_ringing_frees_the_agent(mina):
    available(mina)
    phone_event("c1", "arrived")
    assert state_of(mina) == "ringing"
    phone_event("c1", "ended")
    assert state_of(mina) == "available"


def test_the_end_of_the_call_begins_the_wrap_up(mina):
    available(mina)
    contact = phone_event("c1", "arrived")
    accept_next(mina)
    phone_event("c1", "ended")
    assert state_of(mina) == "wrap_up"
    assert entry_now(contact).status == "taken"


def test_an_answer_at_the_telephone_takes_the_call_for_that_agent(mina, jin):
    available(mina)
    contact = phone_event("c1", "arrived", MORNING)
    phone_event("c1", "answered", seconds(9), agent=jin)
    entry = entry_now(contact)
    assert (entry.agent, entry.taken_at) == (jin, seconds(9))
    assert (state_of(mina), state_of(jin)) == ("available", "talking")


def test_an_answer_by_an_agent_who_rings_for_another_gives_that_back(mina):
    available(mina)
    first = call_arrives("010-1000-0001")
    second = phone_event("c2", "arrived", from_number="010-1000-0002")
    phone_event("c2", "answered", agent=mina)
    assert entry_now(first).status == "waiting"
    assert entry_now(second).agent == mina


def test_an_answer_by_an_agent_in_mid_talk_leaves_both_calls_where_they_are(mina):
    available(mina)
    call_arrives("010-1000-0001")
    talking = accept_next(mina)
    phone_event("c2", "arrived")
    contact = phone_event("c2", "answered", agent=mina)
    assert entry_now(talking).agent == mina
    assert entry_now(contact).status == "waiting"


def test_a_call_answered_by_nobody_we_know_is_closed_as_such(mina):
    contact = phone_event("c1", "arrived", MORNING)
    phone_event("c1", "answered", seconds(5))
    phone_event("c1", "ended", seconds(60))
    contact = Contact.objects.get(pk=contact.pk)
    assert (contact.outcome, contact.entry.status) == ("outside", "done")
    assert contact.inquiry.status == "closed"


def test_a_transfer_moves_the_call_and_is_counted(mina, jin):
    phone_event("c1", "arrived", MORNING)
    phone_event("c1", "answered", seconds(5), agent=mina)
    contact = phone_event("c1", "transferred", seconds(50), agent=jin)
    assert (state_of(mina), state_of(jin)) == ("wrap_up", "talking")
    assert contact.call.transfers == 1
    assert contacts.in_hand(jin).pk == contact.pk


STORY = [
    ("arrived", 0, None),
    ("answered", 7, "mina"),
    ("held", 20, None),
    ("resumed", 35, None),
    ("transferred", 60, "jin"),
    ("ended", 100, None),
]


def _tell(call_id: str, story, agents) -> tuple:
    """Send the events as ordered; what the center then holds true of the call."""
    for kind, at, name in story:
        number = "010-5555-6666" if kind == "arrived" else ""
        agent = agents.get(name)
        phone_event(call_id, kind, seconds(at), from_number=number, agent=agent)
    contact = Contact.objects.get(call__call_id=call_id)
    entry, call = contact.entry, contact.call
    return (
        *(entry.status, entry.agent, entry.waiting_since, entry.taken_at, entry.released_at),
        *(call.held_seconds, call.transfers, call.arrived_at, call.answered_at, call.ended_at),
        *(contact.outcome, contact.inquiry.status, contact.inquiry.citizen),
        *((name, state_of(agents[name]) == "talking") for name in ("mina", "jin")),
    )


def _free(agents) -> None:
    from agents.actions import queue

    for entry in QueueEntry.objects.filter(status="taken"):
        queue.complete(entry_id=entry.pk, actor=None)
    Presence.objects.update(state="offline")


def test_any_order_of_the_same_events_ends_in_the_same_state(mina, jin):
    agents = {"mina": mina, "jin": jin, None: None}
    for agent in (mina, jin):
        Presence.objects.create(agent=agent)
    ends = set()
    # Every fifth of the 720 orders: each event comes first, last and in between.
    for number, story in enumerate(list(permutations(STORY))[::5]):
        ends.add(_tell(f"c{number}", story, agents))
        _free(agents)
    assert len(ends) == 1
    assert ends.pop()[:2] == ("taken", jin)


def test_a_call_whose_end_comes_first_is_abandoned_and_never_offered(mina):
    available(mina)
    phone_event("c1", "ended", seconds(30))
    contact = phone_event("c1", "arrived", MORNING)
    entry = entry_now(contact)
    assert (entry.status, entry.waiting_since) == ("abandoned", MORNING)
    assert not entry.offers.exists()


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(CallEvent.Type.values), st.integers(0, 300)),
        min_size=1,
        max_size=8,
    ),
    st.randoms(),
)
def test_folding_knows_no_order(story, random):
    events = [
        CallEvent(event_id=str(number), type=kind, at=seconds(at))
        for number, (kind, at) in enumerate(story)
    ]
    shuffled = random.sample(events, len(events))
    assert fold(events) == fold(shuffled)
    assert fold(events).held >= timedelta()


def test_nothing_of_a_refused_event_remains(mina, monkeypatch):
    def fall_over(**_fields):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("agents.actions.queue.enqueue", fall_over)
    with pytest.raises(RuntimeError):
        phone_event("c1", "arrived", clock.now())
    assert [m.objects.count() for m in (Call, CallEvent, Inquiry, QueueEntry)] == [0, 0, 0, 0]
