"""The agent's work on what is in hand."""

import pytest

from agents.models import AuditEntry, QueueEntry
from callcenter.refusals import Invalid, Missing, Refused
from inquiries.actions import contacts
from inquiries.models import ArticleLink, Inquiry
from tests.people import accept_next, available, call_arrives, state_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_hand(mina):
    available(mina)
    call_arrives()
    return accept_next(mina)


def test_without_anything_in_hand_every_verb_is_refused(mina, bill_article):
    with pytest.raises(Refused):
        contacts.link_article(agent=mina, article_id=bill_article.pk)
    assert not ArticleLink.objects.exists()


def test_linking_an_article_twice_is_one_link(mina, in_hand, bill_article):
    contacts.link_article(agent=mina, article_id=bill_article.pk)
    contacts.link_article(agent=mina, article_id=bill_article.pk)
    assert ArticleLink.objects.count() == 1
    assert AuditEntry.objects.filter(verb="article.linked").count() == 1


def test_unlinking_what_is_not_linked_is_said(mina, in_hand, bill_article):
    with pytest.raises(Missing):
        contacts.unlink_article(agent=mina, article_id=bill_article.pk)


def test_an_article_that_does_not_exist_cannot_be_linked(mina, in_hand):
    with pytest.raises(Invalid) as refusal:
        contacts.link_article(agent=mina, article_id=999_999)
    assert refusal.value.field == "article"


def test_a_note_written_over_a_newer_one_is_refused_and_theirs_stays(mina, in_hand):
    contacts.write_note(agent=mina, note="meter read", version=0)
    with pytest.raises(Refused):
        contacts.write_note(agent=mina, note="something else", version=0)
    inquiry = Inquiry.objects.get()
    assert (inquiry.note, inquiry.note_version) == ("meter read", 1)


def test_tagging_a_topic(mina, in_hand, water):
    assert contacts.set_topic(agent=mina, topic="water").topic == water
    with pytest.raises(Invalid):
        contacts.set_topic(agent=mina, topic="nonsense")
    assert Inquiry.objects.get().topic == water


def test_resolving_closes_the_inquiry_with_the_reply(mina, in_hand):
    contacts.set_outcome(agent=mina, outcome="resolved", reply="Call the office at nine.")
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.reply) == ("closed", "Call the office at nine.")
    assert (inquiry.closed_by, inquiry.closed_at is None) == (mina, False)


@pytest.mark.parametrize("outcome", ["promised", "handed_off", "abandoned", "shrugged"])
def test_outcomes_that_are_not_named_by_hand_are_refused(mina, in_hand, outcome):
    with pytest.raises(Invalid):
        contacts.set_outcome(agent=mina, outcome=outcome)
    assert Inquiry.objects.get().status == "in_progress"


def test_only_a_callback_ends_without_reaching_anybody(mina, in_hand):
    with pytest.raises(Invalid):
        contacts.set_outcome(agent=mina, outcome="not_reached")


def test_nothing_is_finished_without_an_outcome(mina, in_hand):
    with pytest.raises(Refused):
        contacts.finish(agent=mina)
    assert state_of(mina) == "talking"


def test_finishing_while_talking_begins_the_wrap_up(mina, in_hand):
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert state_of(mina) == "wrap_up"


def test_finishing_in_wrap_up_makes_available(mina, in_hand):
    contacts.hang_up(agent=mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert state_of(mina) == "available"
    assert QueueEntry.objects.get().status == "done"
