"""An entry is offered to one free, suited agent, and comes back when it is not taken."""

import pytest

from agents.actions import offers, routing, states
from agents.models import Offer, Presence, QueueEntry
from callcenter.refusals import Refused
from tests.people import (
    MORNING,
    accept_next,
    after,
    available,
    call_arrives,
    entry_now,
    make_agent,
    state_of,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_call_rings_at_the_agent_who_is_free(mina):
    available(mina)
    contact = call_arrives()
    assert entry_now(contact).status == QueueEntry.Status.OFFERED
    assert state_of(mina) == "ringing"


def test_a_call_waits_when_nobody_is_free_and_rings_as_soon_as_somebody_is(mina):
    contact = call_arrives()
    assert entry_now(contact).status == QueueEntry.Status.WAITING
    available(mina)
    assert entry_now(contact).status == QueueEntry.Status.OFFERED


def test_the_agent_idle_longest_is_asked_first(mina, jin):
    available(jin)
    with after(5):
        available(mina)
    call_arrives()
    assert (state_of(jin), state_of(mina)) == ("ringing", "available")


def test_a_chinese_call_goes_to_the_one_who_speaks_chinese(mina, li):
    available(mina)
    with after(5):
        available(li)
    call_arrives(to_number="1203")
    assert (state_of(mina), state_of(li)) == ("available", "ringing")


def test_a_call_nobody_can_take_does_not_hold_up_the_next(mina, li):
    available(li)
    call_arrives("010-6666-0000", to_number="1203")
    available(mina)
    chinese = call_arrives(to_number="1203")
    korean = call_arrives("010-7777-8888")
    assert entry_now(chinese).status == QueueEntry.Status.WAITING
    assert entry_now(korean).status == QueueEntry.Status.OFFERED


def test_calls_come_before_written_inquiries_that_came_earlier(mina):
    web_inquiry()
    with after(60):
        contact = call_arrives()
        available(mina)
    assert entry_now(contact).status == QueueEntry.Status.OFFERED


def test_accepting_binds_entry_and_agent(mina):
    available(mina)
    call_arrives()
    contact = accept_next(mina)
    assert (contact.entry.status, contact.entry.agent) == (QueueEntry.Status.TAKEN, mina)
    assert state_of(mina) == "talking"
    assert contact.inquiry.status == "in_progress"


def test_declining_passes_it_on_and_keeps_its_place(mina, jin):
    available(mina)
    with after(5):
        available(jin)
    contact = call_arrives()
    offers.decline(offer_id=Offer.objects.get(status="live").pk, agent=mina)
    assert (state_of(mina), state_of(jin)) == ("available", "ringing")
    assert entry_now(contact).waiting_since == contact.entry.waiting_since


def test_who_declined_is_not_asked_again_at_once_but_is_a_minute_later(mina):
    available(mina)
    contact = call_arrives()
    offers.decline(offer_id=Offer.objects.get(status="live").pk, agent=mina)
    assert entry_now(contact).status == QueueEntry.Status.WAITING
    with after(61):
        routing.route()
    assert entry_now(contact).status == QueueEntry.Status.OFFERED


def test_silence_gives_it_to_the_next_and_the_silent_agent_a_break(mina, jin):
    available(mina)
    with after(1):
        available(jin)
    contact = call_arrives()
    with after(13):
        assert offers.expire_offers() == 1
    presence = Presence.objects.get(agent=mina)
    assert (presence.state, presence.reason) == ("break", "missed")
    assert state_of(jin) == "ringing"
    assert entry_now(contact).asked == 2


def test_an_offer_does_not_expire_early(mina):
    available(mina)
    call_arrives()
    with after(11):
        assert offers.expire_offers() == 0
    assert state_of(mina) == "ringing"


def test_an_expired_offer_can_no_longer_be_accepted(mina):
    available(mina)
    contact = call_arrives()
    offer = Offer.objects.get(status="live")
    with after(13):
        offers.expire_offers()
        with pytest.raises(Refused):
            offers.accept(offer_id=offer.pk, agent=mina)
    assert entry_now(contact).agent is None


def test_nobody_accepts_what_was_offered_to_another(mina, jin):
    available(mina)
    contact = call_arrives()
    with pytest.raises(Refused):
        offers.accept(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    assert entry_now(contact).status == QueueEntry.Status.OFFERED
    assert state_of(mina) == "ringing"


def test_an_agent_on_a_break_is_not_asked(mina):
    available(mina)
    states.set_state(agent=mina, state="break", reason="meal")
    contact = call_arrives()
    assert entry_now(contact).status == QueueEntry.Status.WAITING


def test_more_calls_than_agents_leave_the_rest_waiting_in_order(mina):
    available(mina)
    contacts = [call_arrives(f"010-0000-100{number}") for number in range(3)]
    assert [entry_now(contact).status for contact in contacts] == ["offered", "waiting", "waiting"]
    assert list(QueueEntry.objects.waiting()) == [c.entry for c in contacts[1:]]


def test_making_offers_costs_the_same_for_one_waiting_entry_and_for_ten(
    mina, django_assert_max_num_queries
):
    for number in range(10):
        make_agent(f"agent{number}", "en")
        call_arrives(f"010-0000-200{number}")
    Presence.objects.create(agent=mina, state="available", since=MORNING, skills=["lang.ko:1"])
    with django_assert_max_num_queries(20):
        assert routing.route() == 1
