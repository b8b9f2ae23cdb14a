"""The report as a file, by e-mail, and for spans other than a day."""

import io
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from agents.hours import same_day_a_year_before
from agents.models import Employment, User, Vendor
from callbacks.models import Mail
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries.actions import contacts
from reports import mailing, rules, spans
from reports.ledger import counting
from reports.models import Rule
from reports.volume import compared_with, report
from tests.people import MORNING, accept_next, available, call_arrives, make_agent, phone_event

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = date(2026, 5, 4)


@pytest.fixture
def two_calls(mina, water):
    """One on Monday, one on the Saturday before."""
    for day in (2, 0):
        with clock.at(MORNING - timedelta(days=day)):
            available(mina)
            contact = call_arrives(to_number="120")
            accept_next(mina)
        with clock.at(MORNING - timedelta(days=day) + timedelta(seconds=90)):
            contacts.set_outcome(agent=mina, outcome="resolved")
            phone_event(contact.call.call_id, "ended")
            contacts.finish(agent=mina)


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_files_in_both_languages(two_calls, client, jun, form, begins, language):
    client.force_login(jun)
    got = client.get(f"/reports/daily.{form}?date={TODAY}", headers={"Accept-Language": language})
    assert got.status_code == 200
    assert got.content.startswith(begins)
    assert f'filename="daily-{TODAY}.{form}"' in got["Content-Disposition"]


def test_a_spreadsheet_has_numbers_not_words(two_calls, client, jun):
    client.force_login(jun)
    got = client.get(
        f"/reports/daily.xlsx?date={TODAY}&span=week", headers={"Accept-Language": "en"}
    )
    book = load_workbook(io.BytesIO(got.content))
    head, total = list(book["Total"].values)[:2]
    found = dict(zip(head, total, strict=True))
    assert found["Contacts offered"] == 1
    assert found["Service level"] == 1
    assert found["Talk"] == timedelta(seconds=90)
    days = list(book["By day"].values)
    assert days[1][0] == str(TODAY)
    assert len(days) == 8
    assert [row[1] for row in days[1:]] == [1, 0, 0, 0, 0, 0, 0]


def test_spans_are_days_weeks_months_and_any_range(two_calls):
    assert report(TODAY, TODAY).measures["offered"] == 1
    assert report(TODAY - timedelta(days=2), TODAY).measures["offered"] == 2
    assert spans.of("week", TODAY).first == TODAY  # A Monday.
    month = spans.of("month", TODAY)
    assert (month.first, month.last) == (date(2026, 5, 1), date(2026, 5, 31))
    assert month.earlier.last == date(2026, 4, 30)
    assert compared_with(date(2026, 3, 1), date(2026, 3, 31)) == {
        "before": (date(2026, 2, 1), date(2026, 2, 28)),
        "year": (date(2025, 3, 1), date(2025, 3, 31)),
    }
    tables = report(date(2025, 6, 1), date(2026, 5, 31)).tables
    assert [row.measures["offered"] for row in tables["week"]] == [1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"date": "2026-02-30"},
        {"date": "soon"},
        {"date": "2999-01-01"},
        {"first": "2026-05-04", "last": "2026-05-01"},
        {"first": "2001-01-01", "last": "2026-05-01"},
        {"date": "2026-05-04", "span": "age"},
    ],
)
def test_a_span_that_is_none_is_refused_with_words(wrong):
    with pytest.raises(Invalid) as refusal:
        spans.asked(wrong)
    assert refusal.value.message
    assert refusal.value.field in wrong


def test_a_lunar_holiday_is_held_against_the_same_one_of_last_year():
    assert same_day_a_year_before(date(2026, 2, 17)) == date(2025, 1, 29)  # Seollal
    assert same_day_a_year_before(date(2026, 9, 25)) == date(2025, 10, 6)  # Chuseok
    assert same_day_a_year_before(TODAY) == date(2025, 4, 28)
    # 52 weeks before was a holiday, and this is none: the week before that.
    assert same_day_a_year_before(date(2026, 10, 6)) == date(2025, 9, 30)


def test_the_letter_is_written_once_when_its_time_has_come(two_calls, jun, settings):
    settings.DAILY_REPORT_EMAILS = ["mayor@city.example"]
    jun.email = "jun@city.example"
    jun.save()
    early = datetime.fromisoformat("2026-05-05T07:00:00+09:00")
    with clock.at(early):
        assert not mailing.send_daily()
    with clock.at(early + timedelta(hours=1)):
        assert mailing.send_daily()
        assert not mailing.send_daily()
    letter = Mail.objects.get(about="daily-report-2026-05-04")
    assert letter.to == ["jun@city.example", "mayor@city.example"]
    assert "?date=2026-05-04" in letter.body


def test_nobody_to_write_to_is_no_letter(two_calls):
    with clock.at(MORNING + timedelta(days=1)):
        assert not mailing.send_daily()
    assert not Mail.objects.exists()


# --- Rules


def test_a_limit_is_changed_with_a_reason_by_supervisors(client, jun, mina):
    asked = {"name": "short_abandon_seconds", "value": "10", "holds_from": "2026-05-04"}
    client.force_login(mina)
    assert client.post("/reports/dictionary/rules/", asked | {"reason": "x"}).status_code == 403
    client.force_login(jun)
    for wrong in (
        {"reason": " "},
        {"value": "0", "reason": "x"},
        {"holds_from": "", "reason": "x"},
        {"name": "luck", "reason": "x"},
    ):
        client.post("/reports/dictionary/rules/", asked | wrong)
        assert not Rule.objects.exists()
    client.post("/reports/dictionary/rules/", asked | {"reason": "The new contract"})
    assert rules.in_force(TODAY)["short_abandon_seconds"] == 10
    assert rules.in_force(TODAY - timedelta(days=1))["short_abandon_seconds"] == 5


# --- Whose work it was


def test_what_was_done_for_a_vendor_stays_theirs(client, jun, mina, two_calls):
    first = mina.vendor
    counting.catch_up()
    Employment.objects.filter(agent=mina).update(since=MORNING - timedelta(days=30))
    mina.vendor = Vendor.objects.create(code="new", name="New")
    mina.save()
    spell = Employment.objects.get(agent=mina, vendor=first)
    assert spell.until is not None
    rules.set_rule(
        name=Rule.Name.FCR_DAYS, value=3, holds_from=date(2026, 1, 1), reason="All", actor=jun
    )
    by_vendor = {row.key: row.measures["answered"] for row in report(TODAY, TODAY).tables["vendor"]}
    assert by_vendor == {first.code: 1}


def test_who_leaves_is_with_nobody_from_then_on():
    agent = make_agent("leaver")
    assert Employment.objects.get(agent=agent).until is None
    agent.display_name = "Another name"
    agent.save()
    assert Employment.objects.filter(agent=agent).count() == 1
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert Employment.objects.get(agent=agent).until is not None
