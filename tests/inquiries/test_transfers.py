"""A warm hand-off: counted with its reason, everything goes along, and one may ask first."""

import pytest
from django.utils.translation import override

from agents.actions import offers
from agents.models import Offer, QueueEntry
from callcenter.refusals import Invalid, Refused
from inquiries import queries
from inquiries.actions import contacts, drafts, transfers
from inquiries.models import Contact, Draft, Transfer
from tests.people import accept_next, available, call_arrives, phone_event, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_hand(mina):
    available(mina)
    call_arrives()
    return accept_next(mina)


def pass_to_jin(mina, jin, **fields):
    available(jin)
    fields = {"to": "agent:jin", "reason": "knowledge"} | fields
    return transfers.transfer(agent=mina, **fields)


def test_note_articles_topic_and_drafts_go_along(mina, jin, in_hand, bill_article):
    contacts.write_note(agent=mina, note="Two months too high.", version=0)
    contacts.link_article(agent=mina, article_id=bill_article.pk)
    contacts.set_topic(agent=mina, topic="water")
    drafts.keep(agent=mina, name="message", text="Please look at the meter")
    pass_to_jin(mina, jin, message="He is upset.")
    contact = accept_next(jin)
    assert contact.inquiry.note == "Two months too high."
    assert contact.inquiry.topic.code == "water"
    assert list(contact.inquiry.articles.all()) == [bill_article]
    assert contact.drafts.get().text == "Please look at the meter"
    assert contact.briefing == "He is upset."
    assert queries.briefed_by(contact) == mina


def test_each_one_is_counted_on_the_inquiry_with_its_reason(mina, jin, in_hand):
    pass_to_jin(mina, jin, reason="language")
    accept_next(jin)
    available(mina)
    transfers.transfer(agent=jin, to="agent:mina", reason="continued")
    told = [(one.from_agent, one.to_agent, one.reason) for one in Transfer.objects.all()]
    assert told == [(mina, jin, "language"), (jin, mina, "continued")]
    assert Contact.objects.get(pk=in_hand.pk).passed_on == 2


def test_to_whoever_has_a_skill_and_to_a_supervisor(mina, li, jun, in_hand):
    available(li)
    transfers.transfer(agent=mina, to="skill:lang.zh", reason="language")
    accept_next(li)
    available(jun)
    transfers.transfer(agent=li, to="supervisor", reason="supervisor")
    assert accept_next(jun).pk == in_hand.pk
    with override("en"):
        assert [one.skill_label for one in Transfer.objects.all()] == ["中文", "A supervisor"]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "boredom"}, "reason"),
        ({"to": ""}, "to"),
        ({"to": "agent:nobody"}, "to"),
        ({"to": "skill:juggling"}, "to"),
    ],
)
def test_what_is_missing_is_named_and_nothing_happens(mina, jin, in_hand, fields, named):
    with pytest.raises(Invalid) as refusal:
        pass_to_jin(mina, jin, **fields)
    assert refusal.value.field == named
    assert contacts.in_hand(mina).pk == in_hand.pk
    assert not Transfer.objects.exists()


def test_a_colleague_who_went_home_gets_nothing(mina, jin, in_hand):
    with pytest.raises(Refused):
        transfers.transfer(agent=mina, to="agent:jin", reason="knowledge")
    assert state_of(mina) == "talking"
    assert not Transfer.objects.exists()


def test_the_telephones_next_event_does_not_bring_it_back(mina, jin):
    available(mina)
    phone_event("c1", "arrived", from_number="010-1234-5678")
    accept_next(mina)
    phone_event("c1", "answered", agent=mina)
    pass_to_jin(mina, jin)
    contact = accept_next(jin)
    phone_event("c1", "held")
    assert contacts.in_hand(jin).pk == contact.pk
    assert state_of(mina) == "wrap_up"


# --- Asking


def test_a_colleague_sees_the_inquiry_and_may_write_but_not_end_it(mina, jin, in_hand):
    available(jin)
    transfers.consult(agent=mina, to="agent:jin", question="Who reads the meters?")
    asked = accept_next(jin)
    assert (asked.inquiry, asked.briefing) == (in_hand.inquiry, "Who reads the meters?")
    assert queries.briefed_by(asked) == mina
    contacts.write_note(agent=jin, note="The waterworks do.", version=0)
    with pytest.raises(Refused):
        contacts.set_outcome(agent=jin, outcome="resolved")
    contacts.finish(agent=jin)
    assert (state_of(mina), state_of(jin)) == ("talking", "available")
    assert contacts.in_hand(mina).inquiry.note == "The waterworks do."
    assert Contact.objects.get(pk=asked.pk).outcome == "consulted"


def test_asking_first_is_written_on_the_transfer(mina, jin, in_hand):
    available(jin)
    transfers.consult(agent=mina, to="agent:jin", question="Can you take it?")
    offers.accept(offer_id=Offer.objects.get(status="live").pk, agent=jin)
    passed = transfers.transfer(agent=mina, to="agent:jin", reason="knowledge")
    assert passed.asked_first
    assert contacts.in_hand(jin).pk == in_hand.pk


def test_a_question_needs_words(mina, jin, in_hand):
    available(jin)
    with pytest.raises(Invalid) as refusal:
        transfers.consult(agent=mina, to="agent:jin", question=" ")
    assert refusal.value.field == "question"
    assert not QueueEntry.objects.filter(kind="consult").exists()


def test_drafts_go_when_the_contact_is_handed_in(mina, in_hand):
    drafts.keep(agent=mina, name="message", text="half a sen")
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("name", "text"), [("no such/name", "x"), ("message", "x" * 20_001)])
def test_what_cannot_be_a_draft_is_refused(mina, in_hand, name, text):
    with pytest.raises(Invalid):
        drafts.keep(agent=mina, name=name, text=text)
    assert not Draft.objects.exists()
