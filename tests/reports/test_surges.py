"""A topic asked about far more than in the same hour of other weeks, and what covers it."""

from datetime import timedelta

import pytest

from agents.models import QueueEntry
from callcenter import clock
from inquiries.models import ArticleLink, Citizen, Contact, Inquiry
from knowledgebase.actions.notices import plan_notice
from knowledgebase.models import Topic
from reports import surges
from tests.people import MORNING, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)


def ask(topic: Topic, *, times: int, weeks_ago: int = 0, minutes: float = 10) -> list[Inquiry]:
    """So many web inquiries about ``topic``, minutes before ten on this or an earlier Monday."""
    with clock.at(MORNING - timedelta(weeks=weeks_ago, minutes=minutes)):
        asked = [web_inquiry() for _time in range(times)]
        Inquiry.objects.filter(pk__in=[one.pk for one in asked]).update(topic=topic)
    return asked


def now() -> list[surges.Surge]:
    with clock.at(MORNING):
        return surges.surges()


def test_a_topic_far_above_its_weeks_surges_and_another_does_not(water, waterworks):
    names = dict.fromkeys(("name_ko", "name_en", "name_zh", "name_ja"), "Tax")
    tax = Topic.objects.create(code="tax", department=waterworks, **names)
    for week in range(1, surges.WEEKS + 1):
        ask(water, times=2, weeks_ago=week)
        ask(tax, times=9, weeks_ago=week)
    ask(water, times=12)
    ask(tax, times=12)
    (surge,) = now()
    assert (surge.topic, surge.asked, surge.usual, surge.times) == (water, 12, 2, 6)
    assert surge.at_most == pytest.approx(2 + 3 * 2**0.5)


def test_a_few_are_no_surge_and_what_was_earlier_is_not_now(water):
    ask(water, times=surges.FEWEST - 1)
    ask(water, times=50, minutes=70)
    assert now() == []


def test_five_attempts_of_one_caller_are_one_question(water):
    asked = ask(water, times=7)
    contacts = Contact.objects.filter(inquiry__in=asked).order_by("pk")
    citizen = Citizen.objects.create(phone="+821099990000")
    Inquiry.objects.filter(pk__in=[one.pk for one in asked]).update(citizen=citizen)
    for number, contact in enumerate(contacts):
        at = MORNING - timedelta(minutes=20 - number)
        QueueEntry.objects.filter(pk=contact.entry_id).update(
            kind="call",
            status="abandoned",
            waiting_since=at,
            finished_at=at + timedelta(seconds=30),
        )
    assert now() == []


def test_what_covers_it_is_named_and_what_is_missing_too(bill_article, water, mina, jun, client):
    asked = ask(water, times=9)
    client.force_login(jun)
    with clock.at(MORNING):
        page = client.get("/reports/surges/", headers={"Accept-Language": "en"}).content.decode()
    assert "None tells the agents about it." in page
    assert "an answer may be missing" in page
    ArticleLink.objects.create(
        inquiry=asked[0], article=bill_article, linked_by=mina, linked_at=MORNING
    )
    words = {"title_ko": "단수 안내", "text_ko": "단수", "topic": water}
    with clock.at(MORNING):
        times = {"starts_at": MORNING, "ends_at": MORNING + timedelta(hours=3)}
        notice = plan_notice(actor=jun, fields=words | times)
    (surge,) = now()
    assert (surge.articles, surge.notices) == ([bill_article], [notice])


def test_the_floor_tells_of_it(water, jun, client):
    ask(water, times=9)
    client.force_login(jun)
    with clock.at(MORNING):
        page = client.get("/floor/", headers={"Accept-Language": "en"}).content.decode()
    assert "Asked about unusually often" in page
