"""A simulated week, corrected afterwards: every figure against plain SQL, and the sums checked."""

import csv
import io
from contextlib import closing
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from agents.models import QueueEntry, User
from callcenter import clock
from callcenter.demo import data
from callcenter.management.commands.load_demo import agents_with_skills
from callcenter.simulator.city import City
from callcenter.simulator.history import History
from inquiries.actions import calls
from inquiries.models import Call, Contact, Inquiry
from knowledgebase.models import Topic
from reports import rules
from reports.floor import floor
from reports.ledger import counting, presence
from reports.models import Day, Fact, Rule, TouchedContact
from reports.volume import report
from tests.people import MR_PARK, accept_next, available, call_arrives, make_agent, phone_event
from tests.reports import plain

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime.fromisoformat("2026-05-06T12:00:00+09:00")
FIRST, LAST = date(2026, 4, 29), date(2026, 5, 6)
DAYS = [FIRST + timedelta(days=number) for number in range(8)]


@pytest.fixture
def week():
    data.load_topics()
    data.load_people()
    city = City(list(data.written_articles()), 7)
    jun = User.objects.get(username="jun")
    history = History(city, agents=agents_with_skills(), supervisor=jun)
    history.play(days=7, until=NOON, per_day=12, tell=lambda _line: None)
    _calls_at_midnight_and_again()
    return jun


def _calls_at_midnight_and_again() -> None:
    """Before midnight and ended after it; given up and tried again, on both sides of midnight."""
    midnight = datetime.fromisoformat("2026-05-04T00:00:00+09:00")
    night = make_agent("night")
    with clock.at(midnight - timedelta(seconds=90)):
        available(night)
        first = call_arrives(MR_PARK)
        accept_next(night)
    with clock.at(midnight - timedelta(seconds=20)):
        given_up = call_arrives("010-7000-0001")
    with clock.at(midnight - timedelta(seconds=1)):
        phone_event(given_up.call.call_id, "ended")
    with clock.at(midnight + timedelta(seconds=40)):
        call_arrives("010-7000-0001")
        phone_event(first.call.call_id, "ended")


def _corrections() -> None:
    """What was true is found to be otherwise: by hand, by the telephone system, by an editor."""
    calls_made = list(Call.objects.exclude(answered_at=None).order_by("pk"))
    # A late event: it had been on hold for a minute.
    late = calls_made[3]
    for kind, seconds in (("held", 5), ("resumed", 65)):
        calls.record_event(
            event_id=f"late-{kind}",
            call_id=late.call_id,
            kind=kind,
            at=late.answered_at + timedelta(seconds=seconds),
        )
    # SQL by hand: an hour wrong, a day wrong, another topic, another caller.
    entries = list(QueueEntry.objects.filter(kind="call", status="done").order_by("pk")[:6])
    QueueEntry.objects.filter(pk=entries[0].pk).update(
        waiting_since=entries[0].waiting_since - timedelta(hours=1)
    )
    QueueEntry.objects.filter(pk=entries[1].pk).update(
        waiting_since=entries[1].waiting_since - timedelta(days=1)
    )
    water = Topic.objects.get(code="water")
    Inquiry.objects.filter(contacts__entry=entries[2]).update(topic=water)
    someone = Inquiry.objects.filter(contacts__entry=entries[3]).first()
    Inquiry.objects.filter(contacts__entry=entries[4]).update(citizen=someone.citizen)
    Contact.objects.filter(entry=entries[5]).update(outcome="handed_off", passed_on=2)


def same(product: dict, expected: dict) -> None:
    told = {key: product[key] for key in expected}
    assert told == pytest.approx(expected)


@pytest.mark.parametrize("corrected", [False, True])
def test_every_figure_is_what_plain_sql_says(week, corrected, client):
    counting.catch_up()
    if corrected:
        _corrections()
    every = plain.rows()
    for day in DAYS:
        chosen = [one for one in every if plain.day_of(one["waiting_since"]) == day]
        found = report(day, day)
        same(found.measures, plain.figures(every, chosen, target=20))
        groups = {
            name: plain.by(key, chosen)
            for name, key in {"topic": "family", "kind": "kind", "vendor": "vendor"}.items()
        }
        for name, expected in groups.items():
            rows = {row.key: row.measures for row in found.tables[name]}
            for key, members in expected.items():
                figures = plain.figures(every, members, target=20)
                # Who called about two things is one caller, with the first of them.
                figures.pop("distinct_callers")
                same(rows[key], figures)
            callers = sum(measures["distinct_callers"] for measures in rows.values())
            assert callers == found.measures["distinct_callers"]
    whole = report(FIRST, LAST)
    inside = [one for one in every if FIRST <= plain.day_of(one["waiting_since"]) <= LAST]
    same(whole.measures, plain.figures(every, inside, target=20))
    _the_other_doors_say_the_same(client, week, whole.measures)
    call_command("verify_rollups", stdout=io.StringIO())


def _the_other_doors_say_the_same(client, jun, measures: dict) -> None:
    client.force_login(jun)
    asked = f"first={FIRST}&last={LAST}"
    api = client.get(f"/api/v1/reports/daily/?{asked}").json()
    same(api["measures"], measures)
    text = client.get(f"/reports/daily.csv?{asked}").content.decode("utf-8-sig")
    total = next(csv.DictReader(io.StringIO(text)))
    same({key: float(total[key]) if total[key] else None for key in measures}, measures)
    with clock.at(NOON):
        same(floor().today, report(LAST, LAST).measures)


def test_a_figure_that_was_tampered_with_is_found(week):
    counting.catch_up()
    Day.objects.filter(day=LAST, offered__gt=0).update(answered=99)
    with pytest.raises(CommandError, match="differ"):
        call_command("verify_rollups", stdout=io.StringIO(), stderr=io.StringIO())


def test_where_people_were_is_what_their_spells_say(week):
    presence.catch_up()
    call_command("verify_rollups", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reports_presenceday SET talking = talking + 1 WHERE day = %s", [LAST]
        )
    with pytest.raises(CommandError, match="differ"):
        call_command("verify_rollups", stdout=io.StringIO(), stderr=io.StringIO())


def test_counting_twice_changes_nothing(week):
    counting.catch_up()
    before = list(Day.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_touchedcontact (entry_id) SELECT entry_id FROM inquiries_contact"
        )
    while counting.catch_up():
        pass
    assert list(Day.objects.order_by("pk").values()) == before


def test_what_fails_is_counted_later(week, monkeypatch):
    counting.catch_up()
    _corrections()
    waiting = TouchedContact.objects.count()
    monkeypatch.setattr(counting, "GRAINS", [*counting.GRAINS[:2], None])
    with pytest.raises(AttributeError):
        counting.catch_up()
    assert TouchedContact.objects.count() == waiting > 0
    monkeypatch.undo()
    call_command("verify_rollups", stdout=io.StringIO())


def test_a_rule_holds_from_its_day_on(week, client):
    changed = date(2026, 5, 3)
    rules.set_rule(
        name=Rule.Name.SERVICE_LEVEL_SECONDS,
        value=10,
        holds_from=changed,
        reason="The council's new target",
        actor=week,
    )
    every = plain.rows()
    for day in DAYS:
        chosen = [one for one in every if plain.day_of(one["waiting_since"]) == day]
        target = 10 if day >= changed else 20
        same(report(day, day).measures, plain.figures(every, chosen, target=target))
    call_command("verify_rollups", stdout=io.StringIO())
    client.force_login(week)
    page = client.get("/reports/dictionary/", headers={"Accept-Language": "en"}).content.decode()
    assert "The council&#x27;s new target" in page
    assert rules.in_force(date(2026, 5, 2))["service_level_seconds"] == 20
    assert rules.in_force(changed)["service_level_seconds"] == 10


def test_months_of_their_own_and_none_of_the_rows_lost(week):
    from reports.ledger import partitions

    counting.catch_up()
    before = Fact.objects.count()
    made = partitions.ensure(FIRST, LAST)
    assert {"reports_fact_202604", "reports_fact_202605"} <= set(made)
    assert partitions.ensure(FIRST, LAST) == []
    assert Fact.objects.count() == before
    _corrections()
    call_command("verify_rollups", stdout=io.StringIO())
    assert partitions.drop_before(partitions.FACTS, LAST) == ["reports_fact_202604"]
    assert 0 < Fact.objects.count() < before
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE reports_fact_202605, reports_slot_202604, reports_slot_202605")


def test_a_rebuild_makes_the_same_and_lets_calls_go_on(week):
    counting.catch_up()
    before = list(Day.objects.filter(offered__gt=0).order_by("pk").values())
    Day.objects.update(answered=99)
    call_command("rebuild_rollups", stdout=io.StringIO())
    assert list(Day.objects.order_by("pk").values()) == before
    call_command("verify_rollups", stdout=io.StringIO())


def test_a_page_does_not_wait_for_a_long_count(week, monkeypatch):
    counting.catch_up()
    _corrections()
    monkeypatch.setattr(counting, "PATIENCE", 0.2)
    with closing(connection.copy()) as other:
        other.cursor().execute("SELECT pg_advisory_lock(%s)", [counting._LOCK])
        assert report(FIRST, LAST).measures["offered"]
        assert TouchedContact.objects.exists()
    report(FIRST, LAST)
    assert not TouchedContact.objects.exists()
