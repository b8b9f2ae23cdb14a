"""Vendors and people: like with like, with an interval, and an honest "too few to say"."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection

from agents.models import Employment, Vendor
from callcenter import clock
from knowledgebase.models import Topic
from reports import fairness
from reports.models import Slot
from reports.tenure import tenure
from tests.people import MORNING, make_agent

pytestmark = pytest.mark.django_db(transaction=True)

LAST = MORNING.date()
FIRST = LAST - timedelta(days=19)


@pytest.fixture
def two(water, waterworks):
    """Two vendors, a topic that takes long and one that does not."""
    names = dict.fromkeys(("name_ko", "name_en", "name_zh", "name_ja"), "Tax")
    tax = Topic.objects.create(code="tax", department=waterworks, **names)
    hana, duri = (Vendor.objects.create(code=name, name=name) for name in ("hana2", "duri2"))
    return {"hard": water, "easy": tax, "hana": hana, "duri": duri}


def work(vendor: Vendor, topic: Topic, *, contacts: int, seconds: float, day: int, seed: int = 0):
    """So many calls of about so many seconds each, on one morning."""
    chance = random.Random(f"{vendor.code} {topic.code} {day} {seed}" if seed else day)
    talked = sum(seconds * chance.uniform(0.8, 1.2) for _one in range(contacts))
    Slot.objects.create(
        at=MORNING - timedelta(days=day),
        kind="call",
        topic_id=topic.pk,
        language="ko",
        vendor_id=vendor.pk,
        agent_id=vendor.pk,
        offered=contacts,
        answered=contacts,
        handled=contacts,
        conversed=round(talked * 1e6),
        wrapped=0,
        transfers=0,
    )


def aht(found: dict, vendor: Vendor) -> fairness.Compared:
    return next(one for one in found[vendor.pk] if one.metric.key == "aht")


def test_the_same_skill_with_harder_work_is_the_same_after_adjustment(two):
    for day in range(20):
        work(two["hana"], two["hard"], contacts=30, seconds=300, day=day)
        work(two["hana"], two["easy"], contacts=10, seconds=100, day=day)
        work(two["duri"], two["hard"], contacts=10, seconds=300, day=day)
        work(two["duri"], two["easy"], contacts=30, seconds=100, day=day)
    found = fairness.vendors(FIRST, LAST)
    hana, duri = aht(found, two["hana"]), aht(found, two["duri"])
    assert hana.raw > 1.5 * duri.raw
    assert hana.adjusted == pytest.approx(duri.adjusted, rel=0.02)
    assert hana.mean == duri.mean == pytest.approx(200, rel=0.02)
    assert (hana.differs, duri.differs) == ("", "")


def test_who_takes_longer_with_the_same_work_is_told_apart(two):
    for day in range(20):
        work(two["hana"], two["hard"], contacts=20, seconds=330, day=day, seed=1)
        work(two["duri"], two["hard"], contacts=20, seconds=270, day=day, seed=2)
    found = fairness.vendors(FIRST, LAST)
    hana, duri = aht(found, two["hana"]), aht(found, two["duri"])
    assert (hana.differs, duri.differs) == ("above", "below")
    assert hana.low < hana.adjusted < hana.high
    assert hana.adjusted == pytest.approx(330, rel=0.05)


@pytest.mark.parametrize(("contacts", "days"), [(2, 20), (30, 4)])
def test_few_contacts_or_few_days_are_too_few_to_say(two, contacts, days):
    for day in range(days):
        work(two["hana"], two["hard"], contacts=contacts, seconds=300, day=day)
    one = aht(fairness.vendors(FIRST, LAST), two["hana"])
    assert not one.is_enough
    assert one.raw is not None
    assert one.differs == ""


def test_the_interval_holds_the_truth_about_as_often_as_it_says(two):
    """Many samples of one truth: the interval of 95 in 100 misses it seldom."""
    held = 0
    for sample in range(40):
        Slot.objects.all().delete()
        for day in range(20):
            work(two["hana"], two["hard"], contacts=8, seconds=300, day=day, seed=1000 + sample)
            work(two["duri"], two["hard"], contacts=8, seconds=300, day=day, seed=2000 + sample)
        one = aht(fairness.vendors(FIRST, LAST), two["hana"])
        held += one.low <= one.mean <= one.high
    assert held >= 34


def test_an_agent_sees_their_own_and_nobody_elses(two, mina, jin, jun, client):
    for day in range(20):
        work(two["hana"], two["hard"], contacts=20, seconds=300, day=day)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_slot SET agent_id = %s", [mina.pk])
    asked = f"/reports/mine/?first={FIRST}&last={LAST}"
    client.force_login(mina)
    assert "5:0" in client.get(asked).content.decode()
    client.force_login(jin)
    assert "5:0" not in client.get(asked).content.decode()
    client.force_login(jun)
    assert client.get(asked).status_code == 403
    page = client.get(f"/reports/vendors/?first={FIRST}&last={LAST}").content.decode()
    assert "hana2" in page
    assert "Mina" not in page


def test_who_came_who_left_and_how_long_they_stay(mina):
    vendor = mina.vendor
    gone, new = make_agent("gone"), make_agent("new")
    start = MORNING - timedelta(days=100)
    Employment.objects.filter(agent=mina).update(since=start)
    Employment.objects.filter(agent=gone).update(since=start, until=MORNING - timedelta(days=5))
    Employment.objects.filter(agent=new).update(since=MORNING - timedelta(days=2))
    with clock.at(MORNING):
        found = tenure(date(2026, 4, 4), LAST)[vendor.pk]
    assert (found.here, found.came, found.left) == (2, 1, 1)
    assert found.attrition == pytest.approx(1 / 2 * 365 / 30.4, rel=0.03)
    assert found.months == pytest.approx(51 / 30.44, rel=0.01)
