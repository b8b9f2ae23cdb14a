"""Calls while the center is closed: marked, told when it opens, and not held against anybody."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from agents.models import QueueEntry
from callcenter import clock
from inquiries.models import Inquiry
from reports.volume import report
from tests.agents.test_hours import MONDAY, WEEK, at, opens
from tests.people import (
    MR_PARK,
    MS_CHOI,
    accept_next,
    available,
    call_arrives,
    entry_now,
    phone_event,
    state_of,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)

TUESDAY = date(2026, 5, 5)
EVENING, MORNING = at(MONDAY, "20:00"), at(MONDAY, "10:00")


@pytest.fixture
def office_hours():
    opens(WEEK, "09:00-18:00")


@pytest.fixture
def telephone():
    """The telephone system: ``telephone("c1", "arrived", from="010…")`` sends an event of now."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {django_settings.TELEPHONY_KEY}")

    def send(call_id, kind, **fields):
        event = {"event_id": f"{call_id}-{kind}", "call_id": call_id, "type": kind, "to": "120"}
        event |= {"at": clock.now().isoformat(), "from": MR_PARK} | fields
        answer = client.post("/api/v1/calls/events/", event, format="json")
        assert answer.status_code in (200, 201), answer.json()
        return answer.json()

    return send


# --- Taking it in


def test_a_call_while_closed_is_marked_and_waits_all_the_same(office_hours):
    with clock.at(EVENING):
        contact = call_arrives()
    entry = entry_now(contact)
    assert (entry.after_hours, entry.status) == (True, "waiting")


def test_a_call_while_open_is_not_marked(office_hours):
    with clock.at(MORNING):
        assert not entry_now(call_arrives()).after_hours


def test_the_second_of_opening_is_open_and_that_of_closing_is_not(office_hours):
    with clock.at(at(MONDAY, "18:00")):
        assert entry_now(call_arrives(at=at(MONDAY, "18:00"))).after_hours
        opening = call_arrives(at=at(MONDAY, "09:00"))
        assert not entry_now(opening).after_hours


@pytest.mark.parametrize("second", [-1, 0, 1])
def test_a_center_without_hours_takes_calls_at_midnight(second):
    moment = at(TUESDAY, "00:00") + timedelta(milliseconds=second)
    with clock.at(moment):
        assert not entry_now(call_arrives()).after_hours


def test_a_call_while_closed_rings_at_whoever_is_there(office_hours, mina):
    with clock.at(EVENING):
        available(mina)
        call_arrives()
    assert state_of(mina) == "ringing"


def test_an_arrival_told_late_decides_whether_we_were_open(office_hours):
    with clock.at(at(MONDAY, "18:00")):
        contact = phone_event("c1", "held", at(MONDAY, "18:00"))
        assert entry_now(contact).after_hours
        phone_event("c1", "arrived", at(MONDAY, "17:59"))
    assert not entry_now(contact).after_hours


# --- What the telephone system is told


def test_an_open_center_says_so_and_offers_no_callback(office_hours, telephone):
    with clock.at(MORNING):
        told = telephone("c1", "arrived")
    assert (told["open"], told["next_opening"]) == (True, None)
    assert (told["waiting"], told["callback_offered"]) == (0, False)


def test_a_closed_center_says_when_it_opens_and_offers_a_callback(office_hours, telephone):
    with clock.at(EVENING):
        told = telephone("c1", "arrived")
    assert (told["open"], told["callback_offered"]) == (False, True)
    assert datetime.fromisoformat(told["next_opening"]) == at(TUESDAY, "09:00")


def test_a_24_hour_center_is_open_at_midnight(telephone):
    opens(WEEK, "00:00-24:00")
    for second in (-0.001, 0, 0.001):
        with clock.at(at(TUESDAY, "00:00") + timedelta(seconds=second)):
            told = telephone(f"c{second}", "arrived")
        assert (told["open"], told["next_opening"]) == (True, None)


def test_a_long_line_offers_a_callback(telephone, settings):
    settings.CALLBACK_OFFER_AFTER = 2
    told = [telephone(f"c{n}", "arrived", **{"from": f"010-3000-100{n}"}) for n in range(4)]
    assert [one["waiting"] for one in told] == [0, 1, 2, 3]
    assert [one["callback_offered"] for one in told] == [False, False, False, True]


def test_only_the_line_of_the_same_language_counts(telephone):
    telephone("c1", "arrived", to="120-2", **{"from": MS_CHOI})
    assert telephone("c2", "arrived")["waiting"] == 0
    assert telephone("c3", "arrived", to="120-2", **{"from": "010-1"})["waiting"] == 1


def test_written_inquiries_and_promises_are_no_calls(telephone):
    web_inquiry()
    QueueEntry.objects.update(kind="callback", priority=1)
    web_inquiry()
    assert telephone("c1", "arrived")["waiting"] == 0


def test_who_arrived_earlier_is_before_however_late_it_is_told(telephone):
    telephone("c1", "arrived", at=(clock.now() - timedelta(seconds=5)).isoformat())
    earliest = (clock.now() - timedelta(seconds=30)).isoformat()
    assert telephone("c2", "arrived", at=earliest, **{"from": MS_CHOI})["waiting"] == 0


def test_a_pinned_call_is_before_everybody(telephone):
    telephone("c1", "arrived")
    telephone("c2", "arrived", **{"from": MS_CHOI})
    QueueEntry.objects.filter(contact__call__call_id="c2").update(pinned_at=clock.now())
    assert telephone("c1", "held")["waiting"] == 1
    assert telephone("c2", "held")["waiting"] == 0


def test_nothing_is_offered_to_who_no_longer_waits(office_hours, telephone, mina):
    with clock.at(EVENING):
        available(mina)
        telephone("c1", "arrived")
        accept_next(mina)
        assert not telephone("c1", "answered")["callback_offered"]
        telephone("c2", "arrived", **{"from": MS_CHOI})
        gone = telephone("c2", "ended")
    assert (gone["callback_offered"], gone["waiting"], gone["open"]) == (False, 0, False)


def test_telling_a_caller_costs_the_same_however_long_the_line(telephone):
    telephone("c0", "arrived")
    with CaptureQueriesContext(connection) as short:
        telephone("c1", "arrived")
    for number in range(2, 10):
        telephone(f"c{number}", "arrived")
    with CaptureQueriesContext(connection) as long:
        telephone("c10", "arrived")
    assert len(long) == len(short)


# --- The figures


def test_figures_leave_out_who_called_while_we_were_closed(office_hours, mina):
    with clock.at(MORNING):
        available(mina)
        phone_event("day", "arrived", from_number=MR_PARK)
        accept_next(mina)
    for call_id, seconds in (("gave-up", 60), ("slip", 2)):
        with clock.at(EVENING):
            phone_event(call_id, "arrived", from_number=MS_CHOI)
        with clock.at(EVENING + timedelta(seconds=seconds)):
            phone_event(call_id, "ended")
    figures = report(MONDAY, MONDAY).measures
    assert (figures["offered"], figures["after_hours"]) == (3, 2)
    assert (figures["abandoned"], figures["short_abandons"]) == (0, 0)
    assert (figures["abandonment_rate"], figures["service_level"]) == (0, 1)


def test_a_slow_answer_at_night_does_not_count_against_the_service_level(office_hours, mina):
    with clock.at(EVENING):
        phone_event("night", "arrived")
    with clock.at(EVENING + timedelta(minutes=5)):
        available(mina)
        accept_next(mina)
    figures = report(MONDAY, MONDAY).measures
    assert (figures["answered"], figures["service_level"]) == (1, None)
    assert figures["abandonment_rate"] is None


# --- The citizen's form

CLOSED = {
    "en": "The telephone is closed now and opens again on May 5, 2026 at 09:00.",
    "ko": "09:00",
    "ja": "09:00",
    "zh-hans": "09:00",
}


@pytest.mark.parametrize("language", CLOSED)
def test_the_form_says_when_we_open_again(office_hours, client, language):
    with clock.at(EVENING):
        page = client.get("/", headers={"Accept-Language": language}).content.decode()
    assert CLOSED[language] in page


def test_the_form_says_nothing_of_it_while_we_are_open(office_hours, client):
    with clock.at(MORNING):
        page = client.get("/", headers={"Accept-Language": "en"})
    assert "closed" not in page.content.decode()


def test_a_center_that_never_opens_takes_what_is_written(client):
    opens(WEEK)
    page = client.get("/", headers={"Accept-Language": "en"}).content.decode()
    assert "The telephone is closed now. You can write to us at any time." in page
    form = {"subject": "Lamp", "body": "Dark.", "email": "park@citizen.example", "consent": "on"}
    assert client.post("/", form).status_code == 302
    assert Inquiry.objects.get().contacts.get().entry.after_hours is False
