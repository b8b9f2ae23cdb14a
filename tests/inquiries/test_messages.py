"""Each message is a row, leaves once at the most, and nothing is sent without saying so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError

from callcenter import clock
from callcenter.refusals import Refused
from inquiries.actions import messages
from inquiries.gateways import NotTaken
from inquiries.models import Message
from tests.agents.test_hours import MONDAY, at
from tests.agents.test_races import all_at_once
from tests.people import MR_PARK_E164, after, call_arrives, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)


class Notebook:
    """A gateway that writes down what it is given, and may refuse or break down."""

    taken: list[tuple[str, str, str]] = []
    breaks: list[Exception] = []

    def send(self, *, to: str, text: str, key: str) -> str:
        if self.breaks:
            raise self.breaks.pop()
        self.taken.append((to, text, key))
        return f"nr-{len(self.taken)}"


@pytest.fixture(autouse=True)
def notebook(settings):
    settings.TEXT_GATEWAY = "tests.inquiries.test_messages.Notebook"
    Notebook.taken, Notebook.breaks = [], []
    return Notebook


def text(key: str = "one", **fields) -> Message:
    return messages.post(
        key=key, channel="text", to=MR_PARK_E164, text="120: We will call you.", **fields
    )


def test_a_text_message_leaves_with_its_key_and_its_receipt_is_kept(notebook):
    text()
    assert messages.send_due() == 1
    message = Message.objects.get()
    assert (message.state, message.receipt) == ("sent", "nr-1")
    assert message.sent_at
    assert notebook.taken == [(MR_PARK_E164, "120: We will call you.", "one")]


def test_an_email_leaves_with_its_subject():
    messages.post(
        key="mail", channel="email", to="water@city.example", subject="Leak", text="It leaks."
    )
    assert messages.send_due() == 1
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == (["water@city.example"], "Leak", "It leaks.")


def test_the_same_occasion_has_one_message(notebook):
    assert text() == text()
    messages.send_due()
    text()
    assert messages.send_due() == 0
    assert len(notebook.taken) == 1


def test_six_workers_send_it_once(notebook):
    for number in range(10):
        text(key=f"key-{number}")
    assert sum(all_at_once([messages.send_due] * 6)) == 10
    assert len(notebook.taken) == len(set(notebook.taken)) == 10


def test_what_was_not_taken_is_tried_again_later(notebook):
    notebook.breaks = [NotTaken("busy")]
    text()
    assert messages.send_due() == 0
    message = Message.objects.get()
    assert (message.state, message.tries) == ("waiting", 1)
    assert "busy" in message.error
    assert messages.send_due() == 0
    with after(61):
        assert messages.send_due() == 1
    assert len(notebook.taken) == 1


def test_what_is_never_taken_is_given_up_and_stands_on_the_list(notebook, settings, client, jun):
    settings.MESSAGE_RETRY_MINUTES = [1]
    notebook.breaks = [NotTaken("no such number"), NotTaken("no such number")]
    text()
    messages.send_due()
    with after(61):
        messages.send_due()
    assert Message.objects.get().state == "failed"
    client.force_login(jun)
    assert "no such number" in client.get("/handoffs/").content.decode()


def test_what_may_have_left_is_not_sent_again_by_itself(notebook, jun):
    notebook.breaks = [ConnectionResetError("in the middle")]
    text()
    messages.send_due()
    assert Message.objects.get().state == "unsure"
    with after(86_400):
        assert messages.send_due() == 0
    assert notebook.taken == []
    again = messages.send_again(message_id=Message.objects.get().pk, actor=jun)
    assert messages.send_due() == 1
    with pytest.raises(Refused):
        messages.send_again(message_id=again.pk, actor=jun)


def test_a_worker_that_dies_while_sending_leaves_it_unsure(notebook, settings):
    text()
    assert len(messages._claim(20)) == 1
    assert messages.send_due() == 0
    with after(settings.MESSAGE_SENDING_SECONDS + 1):
        assert messages.send_due() == 0
    assert Message.objects.get().state == "unsure"
    assert notebook.taken == []


def test_the_database_does_not_believe_in_sent_without_a_time():
    text()
    with pytest.raises(IntegrityError):
        Message.objects.update(state="sent")


# --- Whom, how and when


def test_a_citizen_with_a_mobile_is_sent_a_text_in_their_language():
    inquiry = call_arrives(to_number="1202").inquiry
    message = messages.tell(inquiry=inquiry, step="callback.not_reached", key="told")
    assert (message.channel, message.to, message.language) == ("text", MR_PARK_E164, "en")
    assert message.text.startswith("120: We tried to call you")
    assert inquiry.number in message.text


def test_a_landline_gets_no_text_but_an_email():
    inquiry = web_inquiry(phone="02-120-1234" if False else "02-735-1234")
    message = messages.tell(inquiry=inquiry, step="callback.not_reached", key="told")
    assert (message.channel, message.to) == ("email", "park@citizen.example")


def test_who_left_no_way_to_write_to_is_told_nothing():
    inquiry = call_arrives("anonymous").inquiry
    assert messages.tell(inquiry=inquiry, step="callback.not_reached", key="told") is None
    assert not Message.objects.exists()


@pytest.mark.parametrize(("at_night", "face"), [(False, "08:00"), (True, "23:00")])
def test_messages_wait_for_the_morning_unless_it_is_urgent(settings, at_night, face):
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 21, 8
    with clock.at(at(MONDAY, "23:00")):
        inquiry = call_arrives().inquiry
        said = {"inquiry": inquiry, "step": "callback.not_reached", "key": "told"}
        message = messages.tell(**said, at_night=at_night)
    day = MONDAY if at_night else MONDAY + timedelta(days=1)
    assert message.next_try_at == at(day, face)
