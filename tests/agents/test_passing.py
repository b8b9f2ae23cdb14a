"""Passing what is in hand to a colleague, to a skill, to a supervisor; and asking first."""

import pytest

from agents.actions import offers, passing, queue, states
from agents.models import Offer, Presence, QueueEntry
from callcenter.refusals import Refused
from tests.people import (
    accept_next,
    after,
    available,
    call_arrives,
    entry_now,
    make_agent,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_hand(mina):
    available(mina)
    call_arrives()
    return accept_next(mina)


def test_passing_to_a_colleague_rings_there_and_leaves_a_wrap_up(mina, jin, li, in_hand):
    available(jin)
    available(li)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=li)
    assert (state_of(mina), state_of(jin), state_of(li)) == ("wrap_up", "available", "ringing")
    assert accept_next(li).pk == in_hand.pk


def test_wrap_up_after_passing_on_ends_by_itself(mina, jin, in_hand):
    available(jin)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=jin)
    with after(31):
        assert states.end_wrap_ups_over() == 1
    assert state_of(mina) == "available"


def test_a_busy_colleague_is_waited_for_a_while_then_everybody_is_asked(mina, jin, li, in_hand):
    available(jin)
    call_arrives("010-4444-0000")
    accept_next(jin)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=jin)
    available(li)
    assert state_of(li) == "available"
    with after(41):
        assert passing.open_reservations_over() == 1
        assert accept_next(li).pk == in_hand.pk


def test_a_colleague_who_declines_lets_everybody_be_asked(mina, jin, li, in_hand):
    available(jin)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=jin)
    available(li)
    offers.decline(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    assert state_of(li) == "ringing"


def test_passing_by_skill_asks_only_those_who_have_it(mina, jin, in_hand):
    signer = make_agent("boram", "ko")
    signer.skills.create(name="sign")
    available(jin)
    with after(5):
        available(signer)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, skills=["sign"])
    assert (state_of(jin), state_of(signer)) == ("available", "ringing")


def test_a_supervisor_gets_only_what_is_meant_for_one(mina, jun, in_hand):
    available(jun)
    call_arrives("010-4444-0000")
    assert state_of(jun) == "available"
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, skills=["supervisor"])
    assert accept_next(jun).pk == in_hand.pk


def test_who_passed_it_on_does_not_get_it_back_at_once(mina, in_hand):
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina)
    available(mina)
    assert state_of(mina) == "available"


@pytest.mark.parametrize("what", ["oneself", "somebody at home", "after the call"])
def test_refusals_change_nothing(mina, jin, in_hand, what):
    to = mina if what == "oneself" else jin
    if what == "after the call":
        available(jin)
        queue.release(entry_id=in_hand.entry_id)
    before = Presence.objects.get(agent=mina)
    with pytest.raises(Refused):
        passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=to)
    assert entry_now(in_hand).agent == mina
    assert Presence.objects.get(agent=mina).state == before.state


# --- Asking first


def test_a_colleague_is_asked_while_the_caller_stays(mina, jin, in_hand):
    available(jin)
    consult = passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=jin)
    assert (state_of(mina), state_of(jin)) == ("talking", "ringing")
    offers.accept(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    assert state_of(jin) == "talking"
    passing.stop_asking(entry_id=in_hand.entry_id, agent=mina)
    assert (state_of(mina), state_of(jin)) == ("talking", "available")
    assert QueueEntry.objects.get(pk=consult.pk).status == "done"


def test_who_was_asked_and_answered_gets_it_at_once(mina, jin, in_hand):
    available(jin)
    passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=jin)
    offers.accept(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    passing.pass_on(entry_id=in_hand.entry_id, agent=mina, to=jin)
    assert (state_of(mina), state_of(jin)) == ("wrap_up", "talking")
    assert Presence.objects.get(agent=jin).entry_id == in_hand.entry_id
    assert not QueueEntry.objects.filter(kind="consult").open().exists()


def test_a_question_that_is_declined_is_not_put_to_others(mina, jin, li, in_hand):
    available(jin)
    passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=jin)
    available(li)
    offers.decline(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    assert (state_of(jin), state_of(li)) == ("available", "available")
    assert not QueueEntry.objects.filter(kind="consult").open().exists()


def test_one_question_at_a_time(mina, jin, li, in_hand):
    available(jin)
    available(li)
    passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=jin)
    with pytest.raises(Refused):
        passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=li)
    assert state_of(li) == "available"


def test_the_question_ends_with_the_contact(mina, jin, in_hand):
    available(jin)
    passing.ask_colleague(entry_id=in_hand.entry_id, agent=mina, to=jin)
    queue.settle(entry_id=in_hand.entry_id)
    queue.complete(entry_id=in_hand.entry_id, actor=mina)
    assert (state_of(mina), state_of(jin)) == ("available", "available")
