"""The doors with fixed addresses: what they take, what they refuse, and in which words."""

import pytest
from django.conf import settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from agents.models import QueueEntry
from inquiries.models import Call, Inquiry
from tests.people import MORNING, MR_PARK_E164, available, call_arrives

pytestmark = pytest.mark.django_db(transaction=True)

INQUIRY = {
    "subject": "가로등",
    "body": "집 앞 가로등이 꺼졌어요.",
    "language": "ko",
    "contact": {"phone": "010-1234-5678"},
    "consent": True,
}
EVENT = {
    "event_id": "e1",
    "call_id": "c1",
    "type": "arrived",
    "at": MORNING.isoformat(),
    "from": "010-1234-5678",
    "to": "120",
}


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def telephone():
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {settings.TELEPHONY_KEY}")
    return client


@pytest.fixture
def desk(mina):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {Token.objects.create(user=mina).key}")
    return client


def test_an_inquiry_gets_a_number_and_a_page(api):
    answer = api.post("/api/v1/inquiries/", INQUIRY, format="json")
    assert answer.status_code == 201
    inquiry = Inquiry.objects.get(number=answer.json()["number"])
    assert answer.json()["status"] == "received"
    assert answer.json()["tracking_url"].endswith(inquiry.get_absolute_url())
    assert inquiry.citizen.phone == MR_PARK_E164
    assert QueueEntry.objects.get().kind == "web"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"body": "x" * 5001}, "body"),
        ({"language": "fr"}, "language"),
        ({"topic": "nonsense"}, "topic"),
        ({"contact": {}}, "contact"),
        ({"contact": {"phone": "12"}}, "phone"),
        ({"contact": {"email": "nobody"}}, "contact"),
        ({"consent": False}, "consent"),
        ({"body": "nul \x00"}, "body"),
    ],
)
def test_a_bad_inquiry_is_refused_by_field_and_leaves_nothing(api, change, field):
    answer = api.post("/api/v1/inquiries/", INQUIRY | change, format="json")
    assert answer.status_code == 400
    assert field in answer.json()
    assert not Inquiry.objects.exists()
    assert not QueueEntry.objects.exists()


@pytest.mark.parametrize("field", ["subject", "body", "language", "contact", "consent"])
def test_a_missing_field_is_named(api, field):
    sent = {name: value for name, value in INQUIRY.items() if name != field}
    answer = api.post("/api/v1/inquiries/", sent, format="json")
    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_what_is_not_json_is_refused(api):
    answer = api.post("/api/v1/inquiries/", "{", content_type="application/json")
    assert answer.status_code == 400


def test_an_inquiry_is_taken_while_redis_is_down(api, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = api.post("/api/v1/inquiries/", INQUIRY, format="json")
    assert answer.status_code == 201
    assert Inquiry.objects.filter(number=answer.json()["number"]).exists()


def test_a_call_event_is_taken_once(telephone):
    first = telephone.post("/api/v1/calls/events/", EVENT, format="json")
    again = telephone.post("/api/v1/calls/events/", EVENT, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["duplicate"]
    assert first.json()["number"] == again.json()["number"] == Inquiry.objects.get().number


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event_id": ""}, "event_id"),
        ({"call_id": None}, "call_id"),
        ({"type": "exploded"}, "type"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2999-01-01T00:00:00Z"}, "at"),
        ({"agent": "ghost"}, "agent"),
        ({"from": "0" * 31}, "from"),
    ],
)
def test_a_bad_event_is_refused_by_field_and_leaves_nothing(telephone, change, field):
    answer = telephone.post("/api/v1/calls/events/", EVENT | change, format="json")
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert not Call.objects.exists()


@pytest.mark.parametrize("header", ["", "Api-Key wrong", "Token abc", "Api-Key "])
def test_events_need_the_telephone_systems_key(api, header):
    api.credentials(HTTP_AUTHORIZATION=header)
    assert api.post("/api/v1/calls/events/", EVENT, format="json").status_code == 401
    assert not Call.objects.exists()


def test_an_agent_is_known_by_name_or_extension(telephone, mina):
    telephone.post("/api/v1/calls/events/", EVENT, format="json")
    answered = EVENT | {"event_id": "e2", "type": "answered", "agent": "7001"}
    assert telephone.post("/api/v1/calls/events/", answered, format="json").status_code == 201
    assert QueueEntry.objects.get().agent == mina


def test_a_whole_contact_through_the_desk_api(desk, bill_article):
    assert desk.post("/api/v1/desk/", {"state": "available"}, format="json").status_code == 200
    call_arrives()
    at_desk = desk.get("/api/v1/desk/").json()
    assert at_desk["presence"]["state"] == "ringing"
    offer = desk.get("/api/v1/desk/offer/").json()["id"]
    assert at_desk["contact"]["inquiry"]["phone"] == MR_PARK_E164

    in_hand = desk.post(f"/api/v1/desk/offers/{offer}/accept/").json()["contact"]
    version = in_hand["inquiry"]["note_version"]
    desk.post("/api/v1/desk/articles/", {"article": bill_article.pk}, format="json")
    desk.put("/api/v1/desk/note/", {"note": "요금 안내", "version": version}, format="json")
    desk.put("/api/v1/desk/topic/", {"topic": "water"}, format="json")
    desk.post("/api/v1/desk/outcome/", {"outcome": "resolved"}, format="json")
    finished = desk.post("/api/v1/desk/finish/").json()
    assert finished["presence"]["state"] == "wrap_up"
    assert finished["contact"]["inquiry"]["articles"] == [bill_article.pk]
    ready = desk.post("/api/v1/desk/", {"state": "available"}, format="json").json()
    assert (ready["presence"]["state"], ready["contact"]) == ("available", None)
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.note, inquiry.topic.code) == ("closed", "요금 안내", "water")


def test_what_the_desk_refuses_it_says(desk, mina):
    assert desk.post("/api/v1/desk/finish/").status_code == 409
    assert desk.post("/api/v1/desk/offers/99/accept/").status_code == 409
    answer = desk.post("/api/v1/desk/", {"state": "break"}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["reason"])


def test_a_promise_through_the_desk_api(desk, mina):
    available(mina)
    call_arrives()
    offer = desk.get("/api/v1/desk/offer/").json()["id"]
    desk.post(f"/api/v1/desk/offers/{offer}/accept/")
    answer = desk.post("/api/v1/desk/callback/", {"due_at": "2020-01-01T00:00:00Z"}, format="json")
    assert (answer.status_code, list(answer.json())) == (400, ["due_at"])
    from tests.callbacks.test_promises import in_minutes

    due = {"due_at": in_minutes(30).isoformat()}
    answer = desk.post("/api/v1/desk/callback/", due, format="json")
    assert answer.json()["contact"]["outcome"] == "promised"
