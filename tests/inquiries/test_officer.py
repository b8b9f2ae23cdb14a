"""A department answers by its link; what it does not acknowledge comes back, loudly and once."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError

from agents.models import AuditEntry, QueueEntry
from callcenter import clock
from callcenter.refusals import Refused
from inquiries import links
from inquiries.actions import contacts, handoffs, messages
from inquiries.models import DutyDesk, HandOff, HandOffTerms, Inquiry, Message
from inquiries.queries import with_departments
from knowledgebase.models import Topic
from tests.agents.test_hours import MONDAY, at
from tests.agents.test_races import all_at_once
from tests.people import accept_next, after, available, call_arrives

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leak(water):
    names = {"name_ko": "누수", "name_en": "Leaks", "name_zh": "漏水", "name_ja": "漏水"}
    return Topic.objects.create(
        code="water.leak", parent=water, department=water.department, urgent=True, **names
    )


def hand_off(mina, topic: str = "water") -> HandOff:
    available(mina)
    call_arrives()
    accept_next(mina)
    contacts.set_topic(agent=mina, topic=topic)
    made = handoffs.hand_off(agent=mina, department="waterworks", message="A pipe leaks.")
    contacts.finish(agent=mina)
    return made


def address(handoff: HandOff) -> str:
    return f"/department/{links.token_of(handoff)}/"


# --- Terms and where it goes


def test_terms_come_from_the_topic_then_its_family_then_the_house(water, leak, settings):
    settings.HANDOFF_MINUTES = {"ordinary": (240, 4320), "urgent": (15, 120)}
    assert handoffs.terms_of(None) == (timedelta(hours=4), timedelta(days=3))
    assert handoffs.terms_of(leak) == (timedelta(minutes=15), timedelta(hours=2))
    HandOffTerms.objects.create(topic=water, acknowledge_minutes=60, answer_minutes=600)
    assert handoffs.terms_of(leak)[0] == timedelta(hours=1)
    HandOffTerms.objects.create(topic=leak, acknowledge_minutes=5, answer_minutes=30)
    assert handoffs.terms_of(leak) == (timedelta(minutes=5), timedelta(minutes=30))


@pytest.mark.parametrize(
    ("topic", "face", "to"),
    [
        ("water.leak", "23:00", "duty@city.example"),
        ("water.leak", "10:00", "water@city.example"),
        ("water", "23:00", "water@city.example"),
    ],
)
def test_what_is_urgent_goes_to_the_duty_desk_at_night(mina, waterworks, leak, topic, face, to):
    DutyDesk.objects.create(department=waterworks, email="duty@city.example")
    with clock.at(at(MONDAY, face)):
        hand_off(mina, topic)
    assert Message.objects.get(channel="email").to == to


def test_the_email_has_the_message_and_a_link_that_works(mina, water, client):
    handoff = hand_off(mina)
    assert "A pipe leaks." in handoff.email.text
    link = re.search(r"(/department/\S+)", handoff.email.text)[1]
    assert client.get(link).status_code == 200


# --- The officer's page


def test_an_officer_acknowledges_and_answers(mina, water, client):
    handoff = hand_off(mina)
    sent = {"verb": "acknowledge", "officer": "Ms. Lim"}
    assert client.post(address(handoff), sent).status_code == 302
    handoff.refresh_from_db()
    assert (handoff.status, handoff.officer) == ("acknowledged", "Ms. Lim")
    client.post(address(handoff), {"verb": "answer", "text": "It is mended."})
    handoff.refresh_from_db()
    assert (handoff.status, handoff.officer) == ("answered", "Ms. Lim")
    assert Inquiry.objects.get().reply == "It is mended."
    assert "It is mended." in client.get(address(handoff)).content.decode()


def test_an_officer_returns_it_with_a_reason(mina, water, client):
    handoff = hand_off(mina)
    client.post(address(handoff), {"verb": "return", "reason": "The gas office's."})
    handoff.refresh_from_db()
    assert (handoff.status, handoff.answer) == ("returned", "The gas office's.")
    assert QueueEntry.objects.waiting().get().kind == "returned"


@pytest.mark.parametrize(
    "sent", [{"verb": "answer", "text": " "}, {"verb": "dance", "text": "We come."}]
)
def test_what_is_refused_stays_on_the_page(mina, water, client, sent):
    handoff = hand_off(mina)
    answer = client.post(address(handoff), sent)
    assert answer.status_code == 400
    assert sent["text"] in answer.content.decode()
    handoff.refresh_from_db()
    assert handoff.status == "sent"


def test_two_officers_at_once_one_is_told(mina, water, client):
    handoff = hand_off(mina)
    client.post(address(handoff), {"verb": "acknowledge"})
    second = client.post(address(handoff), {"verb": "acknowledge"})
    assert second.status_code == 409
    assert AuditEntry.objects.filter(verb="handoff.acknowledged").count() == 1


def test_a_link_that_is_forged_old_or_void_is_none(mina, water, client, jun, settings):
    handoff = hand_off(mina)
    good = address(handoff)
    assert client.get(f"{good[:-4]}xyz/").status_code == 404
    settings.HANDOFF_LINK_DAYS = 0
    assert client.get(good).status_code == 404
    settings.HANDOFF_LINK_DAYS = 14
    handoffs.revoke_link(handoff_id=handoff.pk, actor=jun)
    assert client.post(good, {"verb": "acknowledge"}).status_code == 404
    handoff = handoffs.remind(handoff_id=handoff.pk, actor=jun)
    assert client.get(good).status_code == 404
    assert client.get(address(handoff)).status_code == 200


def test_the_link_leaves_with_nobody(mina, water, client):
    answer = client.get(address(hand_off(mina)))
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Robots-Tag"] == "noindex"


def test_who_is_only_asked_a_question_does_not_see_the_number(mina, water, client):
    handoff = hand_off(mina)
    assert "010-1234-5678" in client.get(address(handoff)).content.decode()
    HandOff.objects.update(purpose="research")
    assert "010-1234-5678" not in client.get(address(handoff)).content.decode()


# --- The citizen is told


def test_the_citizen_is_told_at_each_step_once(mina, water, jun):
    handoff = hand_off(mina)
    handoffs.acknowledge(handoff_id=handoff.pk, actor=jun)
    handoffs.answer(handoff_id=handoff.pk, actor=jun, text="Mended.")
    told = Message.objects.filter(channel="text").order_by("pk")
    steps = [one.key.rpartition("-")[2] for one in told]
    assert steps == ["sent", "acknowledged", "answered"]
    assert "상수도사업본부" in told[0].text


# --- Back to a supervisor, loudly, once


def test_unacknowledged_in_time_it_is_on_the_supervisors_list(mina, water, client, jun):
    handoff = hand_off(mina)
    with after(4 * 3600 - 5):
        assert handoffs.watch() == 0
    with after(4 * 3600 + 5):
        assert [handoffs.watch() for _tick in range(2)] == [1, 0]
    handoff.refresh_from_db()
    assert handoff.is_late
    assert with_departments().late == 1
    client.force_login(jun)
    assert 'aria-labelledby="late-ones"' in client.get("/handoffs/").content.decode()


def test_six_ticks_at_once_tell_once(mina, water):
    hand_off(mina)
    HandOff.objects.update(acknowledge_by=clock.now())
    assert sum(all_at_once([handoffs.watch] * 6)) == 1


def test_acknowledged_but_not_answered_in_time_it_is_too(mina, water, jun):
    handoff = hand_off(mina)
    handoffs.acknowledge(handoff_id=handoff.pk, actor=jun)
    with after(3 * 86_400 + 5):
        assert [handoffs.watch() for _tick in range(2)] == [1, 0]
    handoff.refresh_from_db()
    assert handoff.overdue_at
    assert handoff.unacknowledged_at is None


def test_an_email_that_did_not_leave_does_not_wait_for_the_deadline(mina, water):
    handoff = hand_off(mina)
    messages._claim(20)
    messages._settle(Message.objects.get(pk=handoff.email_id), "failed", error="No such box.")
    assert handoffs.watch() == 1


def test_written_to_again_it_has_a_new_deadline_and_a_new_message(mina, water, jun):
    handoff = hand_off(mina)
    with after(4 * 3600 + 5):
        handoffs.watch()
        again = handoffs.remind(handoff_id=handoff.pk, actor=jun)
        assert again.acknowledge_by > clock.now()
        assert again.unacknowledged_at is None
    assert Message.objects.filter(channel="email").count() == 2


def test_what_is_over_is_not_written_to_again(mina, water, jun):
    handoff = hand_off(mina)
    handoffs.answer(handoff_id=handoff.pk, actor=jun, text="Mended.")
    with pytest.raises(Refused):
        handoffs.remind(handoff_id=handoff.pk, actor=jun)
    assert Message.objects.filter(channel="email").count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "acknowledged"},
        {"status": "answered", "ended_at": clock.now()},
        {"status": "returned", "answer": "Not ours."},
    ],
)
def test_no_state_without_its_receipt(mina, water, fields):
    hand_off(mina)
    with pytest.raises(IntegrityError):
        HandOff.objects.update(**fields)
