"""A desk that gives no sign of life any more: its agent goes, its work does not get lost."""

import pytest

from agents.actions import desks
from agents.models import AuditEntry, QueueEntry
from inquiries.actions import contacts
from inquiries.models import Contact, Inquiry
from tests.people import (
    accept_next,
    after,
    available,
    call_arrives,
    entry_now,
    phone_event,
    state_of,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)
LONG, SHORT = 46, 44


def test_within_the_grace_nothing_happens(mina):
    available(mina)
    with after(SHORT):
        assert desks.let_go_of_vanished() == 0
    assert state_of(mina) == "available"


def test_after_the_grace_the_agent_is_offline_and_it_is_written_down(mina):
    available(mina)
    with after(LONG):
        assert desks.let_go_of_vanished() == 1
        assert desks.let_go_of_vanished() == 0
    assert state_of(mina) == "offline"
    assert AuditEntry.objects.get(verb="desk.vanished").target_id == mina.pk


def test_a_sign_of_life_is_enough(mina):
    available(mina)
    with after(30):
        desks.seen([mina.pk])
    with after(60):
        assert desks.let_go_of_vanished() == 0


def test_a_written_inquiry_goes_back_to_its_old_place(mina, jin):
    available(mina)
    inquiry = web_inquiry()
    accept_next(mina)
    entry = QueueEntry.objects.get()
    with after(LONG):
        assert desks.let_go_of_vanished() == 1
        assert state_of(mina) == "offline"
        waiting = QueueEntry.objects.get()
        assert (waiting.status, waiting.agent, waiting.taken_at) == ("waiting", None, None)
        assert waiting.rank_at == entry.rank_at
        assert Inquiry.objects.get().status == "received"
        available(jin)
        assert accept_next(jin).inquiry == inquiry


def test_what_rings_at_a_vanished_desk_rings_at_the_next(mina, jin):
    available(mina)
    with after(LONG):
        contact = call_arrives()
        available(jin)
        assert desks.let_go_of_vanished() == 1
    assert (state_of(mina), state_of(jin)) == ("offline", "ringing")
    assert entry_now(contact).status == "offered"


def test_a_conversation_goes_on_without_the_browser(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    with after(600):
        assert desks.let_go_of_vanished() == 0
    assert state_of(mina) == "talking"


def test_a_call_that_ended_and_was_never_written_up_comes_to_somebody(mina, jin):
    available(mina)
    phone_event("c1", "arrived", **{"from_number": "010-1234-5678"})
    contact = accept_next(mina)
    with after(5):
        phone_event("c1", "ended")
    with after(LONG + 10):
        assert desks.let_go_of_vanished() == 1
        available(jin)
        review = accept_next(jin)
    assert Contact.objects.get(pk=contact.pk).outcome == "unfinished"
    assert (review.inquiry, review.entry.kind) == (contact.inquiry, "returned")


def test_work_on_record_is_simply_over(mina):
    available(mina)
    call_arrives()
    contact = accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    with after(LONG):
        assert desks.let_go_of_vanished() == 1
    assert entry_now(contact).status == "done"
    assert Contact.objects.count() == 1
