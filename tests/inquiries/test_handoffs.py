"""Work passed to a department is receipted, answered or returned; it never just leaves."""

import pytest

from agents.models import QueueEntry
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, handoffs
from inquiries.models import HandOff, Inquiry
from tests.people import accept_next, available, call_arrives

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handed_off(mina, waterworks):
    available(mina)
    call_arrives()
    accept_next(mina)
    handoff = handoffs.hand_off(agent=mina, department="waterworks", message="A pipe leaks.")
    contacts.finish(agent=mina)
    return handoff


def test_handing_off_leaves_the_inquiry_with_the_department(handed_off):
    assert Inquiry.objects.get().status == "with_department"
    assert handed_off.status == "sent"


@pytest.mark.parametrize(
    ("department", "message", "field"),
    [("nowhere", "A pipe leaks.", "department"), ("waterworks", "  ", "message")],
)
def test_a_hand_off_to_nobody_or_about_nothing_is_refused(
    mina, waterworks, department, message, field
):
    available(mina)
    call_arrives()
    accept_next(mina)
    with pytest.raises(Invalid) as refusal:
        handoffs.hand_off(agent=mina, department=department, message=message)
    assert refusal.value.field == field
    assert Inquiry.objects.get().status == "in_progress"


def test_an_inquiry_is_with_one_department_at_a_time(mina, waterworks):
    available(mina)
    call_arrives()
    accept_next(mina)
    handoffs.hand_off(agent=mina, department="waterworks", message="A pipe leaks.")
    with pytest.raises(Refused):
        handoffs.hand_off(agent=mina, department="waterworks", message="Again.")
    assert HandOff.objects.count() == 1


def test_a_receipt_is_given_once(handed_off, jun):
    assert handoffs.acknowledge(handoff_id=handed_off.pk, actor=jun).acknowledged_at
    with pytest.raises(Refused):
        handoffs.acknowledge(handoff_id=handed_off.pk, actor=jun)


def test_the_answer_of_the_department_reaches_the_citizen(handed_off, jun):
    handoffs.answer(handoff_id=handed_off.pk, actor=jun, text="The pipe is mended.")
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.reply) == ("closed", "The pipe is mended.")


def test_an_answer_says_something(handed_off, jun):
    with pytest.raises(Invalid):
        handoffs.answer(handoff_id=handed_off.pk, actor=jun, text=" ")
    assert Inquiry.objects.get().status == "with_department"


def test_what_a_department_returns_is_at_the_front_of_the_line(handed_off, jun):
    call_arrives("010-8888-9999")
    handoffs.give_back(handoff_id=handed_off.pk, actor=jun, reason="It is the gas office's.")
    assert Inquiry.objects.earliest("pk").status == "received"
    assert QueueEntry.objects.waiting().first().kind == "returned"


def test_a_hand_off_that_is_over_is_over(handed_off, jun):
    handoffs.answer(handoff_id=handed_off.pk, actor=jun, text="Mended.")
    with pytest.raises(Refused):
        handoffs.give_back(handoff_id=handed_off.pk, actor=jun, reason="Not ours.")
    assert QueueEntry.objects.count() == 1
