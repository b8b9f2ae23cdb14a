"""One inquiry on a page: who else looks, a note by two hands, a caller known to be difficult."""

import pytest
from django.urls import reverse

from agents.models import AuditEntry, QueueEntry
from callcenter.refusals import Invalid
from inquiries.actions import contacts, viewings
from inquiries.models import Citizen, Inquiry
from tests.people import accept_next, after, available, call_arrives, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_hand(mina):
    available(mina)
    call_arrives()
    return accept_next(mina)


def test_everybody_who_looks_sees_the_others(mina, jun, jin, in_hand):
    inquiry = in_hand.inquiry
    assert viewings.look(inquiry=inquiry, user=jun) == [(mina, True)]
    assert viewings.look(inquiry=inquiry, user=jin) == [(jun, False), (mina, True)]
    assert viewings.look(inquiry=inquiry, user=mina) == [(jin, False), (jun, False)]
    viewings.leave(inquiry=inquiry, user=jin)
    assert viewings.look(inquiry=inquiry, user=jun) == [(mina, True)]


def test_who_is_silent_for_long_is_gone(jun, jin, in_hand):
    viewings.look(inquiry=in_hand.inquiry, user=jin)
    with after(41):
        assert jin not in dict(viewings.look(inquiry=in_hand.inquiry, user=jun))


def test_the_second_to_save_is_told_and_overwrites_nothing(client, mina, jun, in_hand):
    inquiry = in_hand.inquiry
    contacts.write_note(agent=mina, note="Hers.", version=0)
    client.force_login(jun)
    address = reverse("inquiries:inquiry-note", args=[inquiry.number])
    answer = client.post(address, {"note": "His.", "version": 0})
    assert "data-conflict" in answer.content.decode()
    inquiry.refresh_from_db()
    assert inquiry.note == "Hers."
    client.post(address, {"note": "Hers. His.", "version": 1})
    inquiry.refresh_from_db()
    assert (inquiry.note, inquiry.note_version) == ("Hers. His.", 2)


def test_a_supervisor_reads_what_is_in_hand(client, jun, in_hand):
    client.force_login(jun)
    page = client.get(reverse("inquiries:inquiry", args=[in_hand.inquiry.number]))
    assert "010-1234-5678" in page.content.decode()


def test_a_number_that_is_none_of_ours_is_not_found(client, jun):
    client.force_login(jun)
    assert client.get(reverse("inquiries:inquiry", args=["ZZZZ-ZZZZ"])).status_code == 404


def test_a_difficult_caller_is_known_the_next_time(mina, jin, in_hand):
    contacts.mark_difficult(inquiry=in_hand.inquiry, difficult=True, reason="Shouted.", actor=mina)
    assert AuditEntry.objects.get(verb="citizen.difficult").detail == {"reason": "Shouted."}
    again = call_arrives()
    assert again.entry.difficult
    assert QueueEntry.objects.get(pk=again.entry_id).lane.split("|")[1] == "ds"


def test_nobody_is_called_difficult_without_a_reason(mina, in_hand):
    with pytest.raises(Invalid):
        contacts.mark_difficult(inquiry=in_hand.inquiry, difficult=True, reason="", actor=mina)
    assert not Citizen.objects.get().difficult


def test_who_calls_again_is_known_to_the_agent_of_before(mina, jin):
    available(mina)
    call_arrives()
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    available(jin)
    with after(5):
        available(mina)
        assert call_arrives().entry.preferred == mina
        assert accept_next(mina)


def test_a_topic_given_on_the_form_asks_for_its_specialists(water):
    inquiry = web_inquiry(topic="water")
    assert Inquiry.objects.get() == inquiry
    assert QueueEntry.objects.get().topic == "water"
