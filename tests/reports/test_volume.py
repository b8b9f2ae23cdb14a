"""A day small enough to be counted by hand; page, CSV and API then say just that."""

import csv
import io
from datetime import date, timedelta

import pytest

from callcenter import clock
from inquiries.actions import contacts
from inquiries.models import Contact
from reports.floor import floor
from reports.volume import report
from tests.people import (
    MORNING,
    MR_PARK,
    MS_CHOI,
    accept_next,
    available,
    call_arrives,
    phone_event,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2026, 5, 4)
ADDRESS = "/reports/daily/?date=2026-05-04"


def at(seconds: float):
    """So many seconds after ten in the morning."""
    return clock.at(MORNING + timedelta(seconds=seconds))


def hang_up(contact: Contact) -> None:
    phone_event(contact.call.call_id, "ended")


def talk(agent, contact: Contact, *, until: float, free: float) -> None:
    with at(until):
        contacts.set_outcome(agent=agent, outcome=Contact.Outcome.RESOLVED)
        hang_up(contact)
    with at(free):
        contacts.finish(agent=agent)


@pytest.fixture
def the_day(mina, water):
    """Mr. Park is answered after 8 s and talks 180 s, wrap-up 20 s. Ms. Choi gives up after 60 s,
    calls again, is answered after 90 s and talks 60 s, wrap-up 10 s. Somebody dials the Chinese
    line, where nobody is, and hangs up after 3 s. One form comes in and waits."""
    with at(-60):
        available(mina)
    with at(0):
        call_arrives(MR_PARK)
    with at(8):
        first = accept_next(mina)
        contacts.set_topic(agent=mina, topic="water")
    with at(10):
        given_up = call_arrives(MS_CHOI)
    with at(70):
        hang_up(given_up)
    with at(118):
        call_arrives(MS_CHOI)
    talk(mina, first, until=188, free=208)
    with at(208):
        second = accept_next(mina)
    talk(mina, second, until=268, free=278)
    with at(600):
        slip = call_arrives("010-9999-0001", to_number="120-3")
    with at(603):
        hang_up(slip)
    with at(-10 * 3600):
        web_inquiry()
    with at(-10 * 3600 - 1):
        web_inquiry(body="A second before midnight: this is yesterday's.")
    with at(14 * 3600):
        web_inquiry(body="At midnight: this is tomorrow's.")


EXPECTED = {
    "offered": 5,
    "answered": 2,
    "abandoned": 1,
    "short_abandons": 1,
    "after_hours": 0,
    "abandonment_rate": 1 / 3,
    "service_level": 1 / 3,
    "asa": (8 + 90) / 2,
    "aht": (200 + 70) / 2,
    "talk": (180 + 60) / 2,
    "hold": 0,
    "wrap_up": (20 + 10) / 2,
    "resolved": 2,
    "promised": 0,
    "handed_off": 0,
    "transfers": 0,
    "redials": 1,
    "distinct_callers": 3,
    "fcr": 1,
}


def day() -> dict:
    return report(DAY, DAY).measures


def only(measures: dict) -> dict:
    return {key: measures[key] for key in EXPECTED}


def test_every_measure_is_what_was_counted_by_hand(the_day):
    assert only(day()) == pytest.approx(EXPECTED)


def test_each_table_adds_up_to_the_day(the_day):
    for rows in report(DAY, DAY).tables.values():
        for key in ("offered", "answered", "abandoned", "short_abandons", "resolved"):
            assert sum(row.measures[key] for row in rows) == EXPECTED[key]


def test_groups_are_named_by_what_happened(the_day):
    tables = report(DAY, DAY).tables
    offered = {
        name: {row.key: row.measures["offered"] for row in rows if row.measures["offered"]}
        for name, rows in tables.items()
    }
    assert offered["hour"] == {"0": 1, "10": 4}
    assert offered["kind"] == {"call": 4, "web": 1}
    assert offered["topic"] == {"water": 1, "": 4}
    assert offered["language"] == {"ko": 4, "zh": 1}
    assert offered["vendor"] == {"hana": 2, "": 3}
    outcomes = {code: count for code, _label, count in report(DAY, DAY).outcomes if count}
    assert outcomes == {"resolved": 2, "abandoned": 2, "": 1}


def test_page_csv_and_api_say_the_same(the_day, client, jun):
    client.force_login(jun)
    api = client.get("/api/v1/reports/daily/?date=2026-05-04").json()
    assert only(api["measures"]) == pytest.approx(EXPECTED)

    text = client.get("/reports/daily.csv?date=2026-05-04").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    total = {key: float(lines[0][key]) for key in EXPECTED}
    assert lines[0]["table"] == "total"
    assert total == pytest.approx(EXPECTED)
    told = {(table, row["key"]) for table, rows in api["tables"].items() for row in rows}
    told |= {("outcome", one["key"]) for one in api["outcomes"]}
    assert {(line["table"], line["key"]) for line in lines[1:]} == told

    page = client.get(ADDRESS, headers={"Accept-Language": "en"}).content.decode()
    for shown in (">5<", ">2<", ">1<", ">33.3%<", ">0:49<", ">2:15<"):
        assert shown in page


def test_the_floor_shows_the_same_figures(the_day):
    with at(700):
        assert floor().today == pytest.approx(day())


def test_a_day_without_anything_is_a_page_too(client, jun):
    client.force_login(jun)
    page = client.get("/reports/daily/?date=2020-01-01")
    assert page.status_code == 200
    assert report(date(2020, 1, 1), date(2020, 1, 1)).measures["service_level"] is None


@pytest.mark.parametrize("wrong", ["2026-13-01", "yesterday", "2999-01-01"])
def test_a_day_that_is_none_gets_a_word_and_todays_page(client, jun, wrong):
    client.force_login(jun)
    page = client.get(f"/reports/daily/?date={wrong}")
    assert page.status_code == 200
    assert [str(message) for message in page.context["messages"]]
    refused = client.get(f"/api/v1/reports/daily/?date={wrong}")
    assert refused.status_code == 400
    assert refused.json()["date"]
    # A file cannot carry a message: back to a page that can.
    assert client.get(f"/reports/daily.csv?date={wrong}").status_code == 302


def test_a_spreadsheet_gets_no_formula(the_day, client, jun, mina):
    mina.vendor.name = "=HYPERLINK(1)"
    mina.vendor.save()
    client.force_login(jun)
    text = client.get("/reports/daily.csv?date=2026-05-04").content.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert ",=" not in text
