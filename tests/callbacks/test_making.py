"""A promise says when, in which language and who calls; the same question is promised once."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import translation

from agents.models import AuditEntry
from callbacks.actions import promises
from callbacks.models import Callback, question_key
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from inquiries.models import HandOff, Inquiry, Message
from tests.agents.test_hours import MONDAY, at, opens
from tests.agents.test_races import all_at_once
from tests.callbacks.making import in_minutes, promise_by
from tests.people import (
    MR_PARK,
    MS_CHOI,
    accept_next,
    after,
    available,
    call_arrives,
    make_agent,
    web_inquiry,
)
from tests.people import promised as stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def quiet_nights(settings):
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 21, 8


def test_a_window_a_language_and_who_calls(mina):
    until = in_minutes(130)
    callback = promise_by(mina, until=until, language="en", caller="agent")
    assert (callback.until, callback.language) == (until, "en")
    assert (callback.caller, callback.owner) == ("agent", mina)
    assert callback.is_window


def test_a_moment_is_kept_for_a_while_after_it(mina, settings):
    settings.CALLBACK_LATE_AFTER_MINUTES = 15
    callback = promise_by(mina)
    assert callback.until - callback.promised_for == timedelta(minutes=15)
    assert not callback.is_window


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"until": -5}, "until"),
        ({"language": "fr"}, "language"),
        ({"caller": "somebody"}, "caller"),
        ({"caller": "department", "department": "nowhere"}, "caller"),
    ],
)
def test_a_promise_that_makes_no_sense_is_refused(mina, fields, field):
    if "until" in fields:
        fields = {"until": in_minutes(fields["until"])}
    with pytest.raises(Invalid) as refusal:
        promise_by(mina, **fields)
    assert refusal.value.field == field
    assert not Callback.objects.exists()
    assert not AuditEntry.objects.filter(verb__startswith="callback").exists()


def test_nobody_is_promised_a_call_at_night_unless_they_ask_for_it(mina, quiet_nights):
    with clock.at(at(MONDAY, "18:00")):
        night = at(MONDAY, "22:30")
        with pytest.raises(Invalid) as refusal:
            promise_by(mina, due_at=night)
        assert refusal.value.field == "at_any_hour"
        assert not Callback.objects.exists()
        contacts.set_outcome(agent=mina, outcome="resolved")
        contacts.finish(agent=mina)
        assert promise_by(mina, due_at=night, at_any_hour=True).due_at == night


def test_nobody_is_promised_a_call_while_we_are_closed(mina):
    opens("mon", "09:00-18:00")
    with clock.at(at(MONDAY, "10:00")), pytest.raises(Invalid) as refusal:
        promise_by(mina, due_at=at(MONDAY, "19:00"))
    assert refusal.value.field == "due_at"


# --- Once for each number and question


@pytest.mark.parametrize("same", ["why camels", "  WHY   camels?? ", "Ｗｈｙ　Ｃａｍｅｌｓ？"])
def test_the_same_question_from_the_same_number_joins_the_first_promise(mina, jin, same):
    first = promise_by(mina)
    second = promise_by(jin, minutes=40, question=same)
    assert second == first
    assert [one.status for one in Inquiry.objects.all()] == ["promised", "promised"]
    assert list(first.joined.all()) == [Inquiry.objects.latest("pk")]
    assert AuditEntry.objects.filter(verb="callback.joined").count() == 1


def test_the_desk_says_that_it_joins(client, mina, jin):
    first = promise_by(mina)
    promise_by(jin, question="Why llamas?")
    call_arrives()
    accept_next(jin)
    client.force_login(jin)
    sent = {"due_at": in_minutes(40).isoformat(), "question": "Why camels?", "phone": MR_PARK}
    desk = client.post("/desk/promise/", sent, headers={"HX-Request": "true"}, follow=True)
    assert first.inquiry.number in desk.content.decode()
    assert first.joined.count() == 1


def test_asked_again_for_sooner_the_call_comes_sooner(mina, jin):
    first = promise_by(mina, minutes=60)
    sooner = in_minutes(20)
    promise_by(jin, due_at=sooner)
    first.refresh_from_db()
    assert (first.promised_for, first.due_at) == (sooner, sooner)


@pytest.mark.parametrize("other", [{"question": "Why llamas?"}, {"phone": MS_CHOI}])
def test_another_question_or_number_is_another_promise(mina, jin, other):
    promise_by(mina)
    promise_by(jin, **other)
    assert Callback.objects.count() == 2


def test_whatever_is_joined_is_over_with_the_one_call(mina, jin):
    promise_by(mina)
    promise_by(jin)
    with after(601):
        available(mina)
        promises.bring_back_due()
        accept_next(mina)
        contacts.set_outcome(agent=mina, outcome="resolved")
        contacts.finish(agent=mina)
    assert {one.status for one in Inquiry.objects.all()} == {"closed"}
    assert Callback.objects.get().status == "kept"


def test_the_database_itself_refuses_a_second_open_one(mina):
    promise_by(mina)
    with pytest.raises(IntegrityError):
        stored(web_inquiry(), question_key=question_key("Why camels?"))


def test_six_who_promise_the_same_at_once_make_one_promise():
    agents = [make_agent(f"agent{number}") for number in range(6)]
    for agent in agents:
        available(agent)
        call_arrives()
        accept_next(agent)
    due = in_minutes(30)

    def promise(agent):
        return promises.promise(agent=agent, due_at=due, question="Why camels?").pk

    found = all_at_once([lambda agent=agent: promise(agent) for agent in agents])
    assert len(set(found)) == 1
    assert Callback.objects.get().joined.count() == 5


# --- A department calls


def test_a_department_is_asked_to_call_and_when_it_has_the_promise_is_kept(mina, waterworks, jun):
    from inquiries.actions import handoffs

    promise_by(mina, caller="department", department="waterworks")
    handoff = HandOff.objects.get()
    assert handoff.purpose == "call"
    handoffs.answer(handoff_id=handoff.pk, actor=jun, text="We called them, it is mended.")
    assert Callback.objects.get().status == "kept"
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.reply) == ("closed", "We called them, it is mended.")
    with after(700):
        assert promises.bring_back_due() == 0


def test_a_department_that_will_not_call_leaves_it_to_us(mina, waterworks, jun):
    from inquiries.actions import handoffs

    promise_by(mina, caller="department", department="waterworks")
    handoffs.give_back(handoff_id=HandOff.objects.get().pk, actor=jun, reason="Not ours.")
    assert Callback.objects.get().caller == "anyone"
    with after(601):
        assert promises.bring_back_due() == 1


# --- The citizen's form

FORM = {"subject": "Camels", "body": "Why the lashes?", "phone": "010-1234-5678", "consent": "on"}


def ask(client, **more):
    return client.post("/", FORM | more, headers={"Accept-Language": "en"})


def test_a_citizen_asks_on_the_form_to_be_called(client):
    with clock.at(at(MONDAY, "09:00")):
        assert ask(client, call_day=MONDAY.isoformat(), call_time="14").status_code == 302
        callback = Callback.objects.get()
        assert callback.promised_for == at(MONDAY, "14:00")
        assert callback.until == at(MONDAY, "16:00")
    inquiry = callback.inquiry
    assert (inquiry.status, inquiry.contacts.count()) == ("promised", 0)
    message = Message.objects.get()
    assert (message.channel, message.to) == ("text", callback.phone)
    assert inquiry.number in message.text
    page = client.get(f"{inquiry.get_absolute_url()}promise/").content.decode()
    assert "2:00" in page
    assert "16:00" in page


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"call_time": "14", "phone": "", "email": "park@citizen.example"}, "phone"),
        ({"call_time": ""}, "call_time"),
        ({"call_time": "8"}, "call_time"),
    ],
)
def test_a_call_that_cannot_be_promised_is_said_so_and_nothing_is_lost(client, sent, field):
    with clock.at(at(MONDAY, "09:00")):
        answer = ask(client, call_day=MONDAY.isoformat(), **sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "Why the lashes?" in answer.content.decode()
    assert not Inquiry.objects.exists()


def test_days_on_which_nobody_would_call_are_not_offered(client):
    opens("mon", "09:00-18:00")
    with clock.at(at(MONDAY, "20:00")):
        form = client.get("/").context["form"]
    days = [value for value, _name in form.fields["call_day"].choices]
    assert MONDAY.isoformat() not in days


def test_what_is_said_is_in_the_citizens_language():
    from callbacks.wording import spoken

    with translation.override("ko"):
        said = {code: str(moment) for code, _locale, moment, _window in spoken()}
    assert "call you at" in said["en"]
    assert "data-number" in said["en"]
