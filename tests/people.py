"""The people and things every test knows: Mina, Jin and Li at their desks, Jun the supervisor."""

import itertools
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from agents.actions import offers, states
from agents.models import AgentSkill, Offer, PresenceState, QueueEntry, User, Vendor
from callbacks.actions import alerts, welfare_people
from callbacks.actions.welfare_people import Place
from callbacks.models import Alert, Callback, Person
from callcenter import clock
from inquiries.actions import calls, intake
from inquiries.models import Contact, Inquiry
from knowledgebase.actions.imports import import_article
from knowledgebase.models import Article, Department, Topic

MR_PARK = "010-1234-5678"
MR_PARK_E164 = "+821012345678"
MS_CHOI = "010-2222-3333"
MORNING = datetime.fromisoformat("2026-05-04T10:00:00+09:00")

_ids = itertools.count(1)


def make_person(username: str, role: str, **fields) -> User:
    return User.objects.create(
        username=username, role=role, display_name=username.title(), **fields
    )


def make_agent(username: str, *languages: str, vendor: Vendor | None = None, **fields) -> User:
    vendor = vendor or Vendor.objects.get_or_create(code="hana", defaults={"name": "Hana"})[0]
    agent = make_person(username, User.Role.AGENT, vendor=vendor, **fields)
    for language in languages or ("ko",):
        AgentSkill.objects.create(agent=agent, name=f"lang.{language}")
    return agent


def available(agent: User) -> User:
    states.set_state(agent=agent, state=PresenceState.AVAILABLE)
    return agent


def phone_event(call_id: str, kind: str, at: datetime | None = None, **fields) -> Contact:
    """What the telephone system says; the contact it is about."""
    call, _new = calls.record_event(
        event_id=f"event-{next(_ids)}", call_id=call_id, kind=kind, at=at or clock.now(), **fields
    )
    return Contact.objects.select_related("entry", "inquiry").get(call=call)


def call_arrives(from_number: str = MR_PARK, **fields) -> Contact:
    fields = {"to_number": "120"} | fields
    return phone_event(f"call-{next(_ids)}", "arrived", from_number=from_number, **fields)


def make_elder(name: str = "Mrs. Oh", *, consent: bool = True, others: int = 3, **fields) -> Person:
    """Somebody who is called at nine every day; an outcome is due by eleven."""
    number = next(_ids)
    ladder = [
        Place("self", f"010-7000-{number:04}"),
        Place("guardian", f"010-7100-{number:04}", "Her son"),
        Place("neighbour", f"010-7200-{number:04}", "Mr. Ko"),
        Place("center", "02-2133-0000", "The community center"),
    ]
    fields = {"name": name, "days": list(range(7)), "times": [9 * 60]} | fields
    person = welfare_people.add_person(actor=None, ladder=ladder[: others + 1], **fields)
    if consent:
        welfare_people.give_consent(
            person_id=person.pk, actor=None, given_by="self", given_name=name, how="On paper"
        )
    return person


def make_alert(**fields) -> Alert:
    fields = {
        "kind": "elder",
        "name": "Mr. Bae",
        "age": 81,
        "description": "A grey coat, walks with a stick.",
        "last_seen_place": "Hope Market",
        "police_reference": "2026-0504-17",
        "sightings_to": "police@city.example",
    } | fields
    return alerts.start(actor=None, **fields)


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), **more) -> ContentFile:
    """A picture as a telephone would send it."""
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, kind, **more)
    return ContentFile(made.getvalue(), name="IMG_0042")


def web_inquiry(**fields) -> Inquiry:
    fields = {
        "subject": "Street lamp",
        "body": "It is dark in front of my house.",
        "language": "ko",
        "consent": True,
        "email": "park@citizen.example",
    } | fields
    return intake.take_in_written(**fields)


def promised(inquiry: Inquiry, *, minutes: float = 30, **fields) -> Callback:
    """A promise about an inquiry as it stands in the database, made by nobody in particular."""
    at = clock.now() + timedelta(minutes=minutes)
    times = {"promised_for": at, "due_at": at, "until": at + timedelta(minutes=15)}
    fields = {"phone": MR_PARK_E164, "question_key": f"inquiry-{inquiry.pk}"} | times | fields
    return Callback.objects.create(inquiry=inquiry, language=inquiry.language, **fields)


def accept_next(agent: User) -> Contact:
    """The agent takes what rings; the contact now in hand."""
    offer = Offer.objects.get(agent=agent, status=Offer.Status.LIVE)
    entry = offers.accept(offer_id=offer.pk, agent=agent)
    return Contact.objects.select_related("entry", "inquiry").get(entry=entry)


def state_of(agent: User) -> str:
    return User.objects.select_related("presence").get(pk=agent.pk).presence.state


def entry_now(contact: Contact) -> QueueEntry:
    return QueueEntry.objects.get(pk=contact.entry_id)


def after(seconds: float):
    """Everything inside happens so much later."""
    return clock.at(clock.now() + timedelta(seconds=seconds))


@pytest.fixture
def mina(db) -> User:
    return make_agent("mina", "ko", extension="7001")


@pytest.fixture
def jin(db) -> User:
    vendor = Vendor.objects.create(code="dul", name="Dul")
    return make_agent("jin", "ko", vendor=vendor, extension="7002")


@pytest.fixture
def li(db) -> User:
    return make_agent("li", "ko", "zh", extension="7003")


@pytest.fixture
def jun(db) -> User:
    return make_person("jun", User.Role.SUPERVISOR)


@pytest.fixture
def sora(db) -> User:
    return make_person("sora", User.Role.EDITOR)


@pytest.fixture
def gyuri(db) -> User:
    return make_person("gyuri", User.Role.EDITOR)


@pytest.fixture
def operator(db) -> User:
    return make_person("operator", User.Role.OPERATOR, is_staff=True, is_superuser=True)


@pytest.fixture
def waterworks(db) -> Department:
    names = {"name_ko": "상수도사업본부", "name_en": "Waterworks"}
    names |= {"name_zh": "自来水事业本部", "name_ja": "上水道事業本部"}
    return Department.objects.create(code="waterworks", email="water@city.example", **names)


@pytest.fixture
def water(waterworks) -> Topic:
    names = {"name_ko": "수도", "name_en": "Water", "name_zh": "供水", "name_ja": "水道"}
    return Topic.objects.create(code="water", key="1", department=waterworks, **names)


@pytest.fixture
def bill_article(water) -> Article:
    fields = {
        "title": "수도요금 조회와 납부",
        "body": "수도요금은 고지서의 고객번호로 인터넷이나 전화로 확인하실 수 있습니다.",
        "topic": "water",
    }
    import_article(external_id="bill", fields=fields)
    return Article.objects.get(external_id="bill")
