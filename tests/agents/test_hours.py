"""When the center is open: to the millisecond, over midnight, on holidays, when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from agents import hours
from agents.hours import is_open, next_opening, open_between
from agents.models import OpeningHours

pytestmark = pytest.mark.django_db

# 2026-05-04 is a Monday; Tuesday the 5th is Children's Day.
MONDAY, CHILDRENS_DAY, WEDNESDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)
WEEK = "mon tue wed thu fri sat sun"
INSTANT = timedelta(milliseconds=1)


def opens(days: str, *times: str) -> None:
    """``opens("mon tue", "09:00-18:00")``; without times: closed on these days."""
    for day in days.split():
        for opening, closing in (time.split("-") for time in times):
            OpeningHours.objects.create(day=day, opens=minutes(opening), closes=minutes(closing))
        if not times:
            OpeningHours.objects.create(day=day)


def minutes(face: str) -> int:
    hour, minute = face.split(":")
    return int(hour) * 60 + int(minute)


def at(day: date, face: str) -> datetime:
    """The moment at which the center's clock shows ``face`` on ``day``."""
    return hours.at_minute(day, minutes(face))


@pytest.fixture
def zone(settings):
    """Another town's clocks: ``zone("Europe/Berlin")``."""

    def move(name: str) -> None:
        settings.TIME_ZONE = name
        timezone.get_default_timezone.cache_clear()

    yield move
    timezone.get_default_timezone.cache_clear()


# --- Around the clock


AROUND_THE_CLOCK = {
    "no hours at all": [],
    "00:00 to 24:00": ["00:00-24:00"],
    "two halves": ["00:00-12:00", "12:00-24:00"],
    "00:00 to 00:00": ["00:00-00:00"],
    "over midnight and back": ["22:00-06:00", "06:00-22:00"],
}


@pytest.mark.parametrize("times", AROUND_THE_CLOCK.values(), ids=AROUND_THE_CLOCK)
def test_a_24_hour_center_never_closes(times):
    if times:
        opens(WEEK, *times)
    start = at(MONDAY, "22:00")
    for minute in range(4 * 60):
        moment = start + timedelta(minutes=minute)
        for beside in (-INSTANT, timedelta(), INSTANT):
            assert is_open(moment + beside), moment + beside
    assert is_open(at(MONDAY, "23:59") + timedelta(seconds=59, milliseconds=999))
    assert open_between(start, start + timedelta(days=9)) == [(start, start + timedelta(days=9))]
    assert next_opening(at(CHILDRENS_DAY, "00:00")) is None


def test_every_minute_of_a_24_hour_week_is_one_interval():
    opens(WEEK, "00:00-12:00", "12:00-24:00")
    start = at(MONDAY, "00:00")
    week = [start + timedelta(minutes=number) for number in range(7 * 24 * 60)]
    plan = hours._plan()
    spans = hours._joined(
        sorted(s for n in range(-1, 8) for s in hours._spans(MONDAY + timedelta(days=n), plan))
    )
    assert len(spans) == 1
    assert all(spans[0][0] <= moment < spans[0][1] for moment in week)


def test_hours_of_holidays_alone_leave_the_other_days_around_the_clock():
    opens("holiday", "09:00-18:00")
    assert is_open(at(MONDAY, "03:00"))
    assert not is_open(at(CHILDRENS_DAY, "03:00"))


# --- Opening and closing


def test_hours_are_half_open():
    opens(WEEK, "09:00-18:00")
    assert not is_open(at(MONDAY, "09:00") - INSTANT)
    assert is_open(at(MONDAY, "09:00"))
    assert is_open(at(MONDAY, "18:00") - INSTANT)
    assert not is_open(at(MONDAY, "18:00"))


def test_a_lunch_break_closes_and_reopens():
    opens(WEEK, "09:00-12:00", "13:00-18:00")
    assert not is_open(at(MONDAY, "12:30"))
    assert next_opening(at(MONDAY, "12:30")) == at(MONDAY, "13:00")


def test_hours_that_adjoin_or_overlap_are_one():
    opens("mon", "09:00-12:00", "12:00-15:00", "14:00-18:00")
    day = hours.day_of(MONDAY)
    assert open_between(*day) == [(at(MONDAY, "09:00"), at(MONDAY, "18:00"))]


def test_what_closes_before_it_opens_closes_on_the_next_day():
    opens("mon", "20:00-04:00")
    opens("wed", "09:00-18:00")
    assert is_open(at(MONDAY, "23:59"))
    assert is_open(at(CHILDRENS_DAY, "03:59"))
    assert not is_open(at(CHILDRENS_DAY, "04:00"))
    assert not is_open(at(MONDAY, "04:00") - INSTANT)


def test_a_day_without_hours_is_closed_and_the_next_opening_is_found_behind_it():
    opens("mon wed", "09:00-18:00")
    assert not is_open(at(CHILDRENS_DAY, "10:00"))
    assert next_opening(at(MONDAY, "18:00")) == at(WEDNESDAY, "09:00")
    assert next_opening(at(MONDAY, "08:00")) == at(MONDAY, "09:00")


def test_an_open_center_has_no_next_opening():
    opens(WEEK, "09:00-18:00")
    assert next_opening(at(MONDAY, "09:00")) is None


def test_a_center_that_never_opens_says_so():
    opens(WEEK)
    assert not is_open(at(MONDAY, "12:00"))
    assert next_opening(at(MONDAY, "12:00")) is None


def test_asking_costs_one_query(django_assert_num_queries):
    opens(WEEK, "09:00-12:00", "13:00-18:00")
    with django_assert_num_queries(1):
        is_open(at(MONDAY, "10:00"))
    with django_assert_num_queries(1):
        next_opening(at(MONDAY, "18:00"))


# --- Holidays


def test_a_holiday_without_hours_of_its_own_is_a_day_of_the_week():
    opens(WEEK, "09:00-18:00")
    assert is_open(at(CHILDRENS_DAY, "10:00"))


def test_hours_of_holidays_take_the_place_of_the_weekdays():
    opens(WEEK, "09:00-18:00")
    opens("holiday", "10:00-14:00")
    assert not is_open(at(CHILDRENS_DAY, "09:30"))
    assert is_open(at(CHILDRENS_DAY, "13:59"))
    assert not is_open(at(CHILDRENS_DAY, "15:00"))
    assert is_open(at(MONDAY, "09:30"))


def test_a_center_closed_on_holidays_opens_on_the_day_after():
    opens(WEEK, "09:00-18:00")
    opens("holiday")
    assert not is_open(at(CHILDRENS_DAY, "10:00"))
    assert next_opening(at(MONDAY, "18:00")) == at(WEDNESDAY, "09:00")


def test_a_night_that_began_before_a_holiday_ends_as_planned():
    opens(WEEK, "20:00-04:00")
    opens("holiday")
    assert is_open(at(CHILDRENS_DAY, "03:00"))
    assert not is_open(at(CHILDRENS_DAY, "21:00"))


KNOWN = {
    date(2026, 2, 16): "The day preceding Korean New Year",
    date(2026, 2, 17): "Korean New Year",
    date(2026, 2, 18): "The second day of Korean New Year",
    date(2026, 3, 2): "Alternative holiday for Independence Movement Day",
    date(2026, 9, 24): "The day preceding Chuseok",
    date(2026, 9, 25): "Chuseok",
    date(2026, 9, 26): "The second day of Chuseok",
    date(2025, 10, 8): "Alternative holiday for Chuseok",
}


@pytest.mark.parametrize(("day", "name"), KNOWN.items(), ids=[f"{day}" for day in KNOWN])
def test_seollal_chuseok_and_their_substitutes_are_known(day, name):
    with translation.override("en"):
        assert hours.is_holiday(day)
        assert hours.holiday_name(day) == name
    assert not hours.is_holiday(date(2026, 2, 19))


def test_over_seollal_a_closed_center_opens_when_all_three_days_are_over():
    opens(WEEK, "09:00-18:00")
    opens("holiday")
    sunday, thursday = date(2026, 2, 15), date(2026, 2, 19)
    assert next_opening(at(sunday, "20:00")) == at(thursday, "09:00")


@pytest.mark.parametrize(
    ("language", "name"), [("ko", "설날"), ("en", "Korean New Year"), ("ja", "Korean New Year")]
)
def test_holidays_are_named_in_the_language_of_the_page(language, name):
    with translation.override(language):
        assert hours.holiday_name(date(2026, 2, 17)) == name
        assert hours.holiday_name(date(2026, 2, 20)) == ""


def test_another_country_has_its_own(settings):
    settings.HOLIDAY_COUNTRY = "DE"
    assert hours.is_holiday(date(2026, 10, 3))
    assert not hours.is_holiday(date(2026, 2, 17))


def test_a_country_that_nobody_knows_is_refused_by_name(settings):
    settings.HOLIDAY_COUNTRY = "ZZ"
    with pytest.raises(ImproperlyConfigured, match=r"HOLIDAY_COUNTRY.*ZZ"):
        hours.is_holiday(MONDAY)


# --- When clocks change (in Berlin: 2026-03-29 at 02:00 on, 2026-10-25 at 03:00 back)

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_hours_follow_the_clock_on_the_wall_when_it_changes(zone):
    zone("Europe/Berlin")
    opens(WEEK, "09:00-18:00")
    for day, utc_hour in ((SPRING - timedelta(days=1), 8), (SPRING, 7)):
        opening = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
        assert is_open(opening)
        assert not is_open(opening - INSTANT)


@pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (AUTUMN, 25), (MONDAY, 24)])
def test_a_day_is_as_long_as_it_is(zone, day, length):
    zone("Europe/Berlin")
    opens(WEEK, "00:00-12:00", "12:00-24:00")
    start, end = hours.day_of(day)
    assert end - start == timedelta(hours=length)
    assert open_between(start, end) == [(start, end)]
    for minute in range(length * 60):
        assert is_open(start + timedelta(minutes=minute))


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_a_night_over_the_change_has_no_gap(zone, day):
    zone("Europe/Berlin")
    opens(WEEK, "22:00-02:30", "02:30-22:00")
    before = day - timedelta(days=1)
    span = (at(before, "12:00"), at(day, "12:00"))
    assert open_between(*span) == [span]


def test_moments_may_come_in_any_zone(zone):
    opens(WEEK, "09:00-18:00")
    nine = datetime(2026, 5, 4, 9, tzinfo=ZoneInfo("Asia/Seoul"))
    assert is_open(nine)
    assert is_open(nine.astimezone(ZoneInfo("America/New_York")))
    assert not is_open((nine - INSTANT).astimezone(ZoneInfo("America/New_York")))


# --- What the database and the operator's form take


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens": 1440, "closes": 1440},
        {"opens": 0, "closes": 1441},
        {"opens": 540, "closes": None},
        {"opens": None, "closes": 540},
    ],
)
def test_the_database_refuses_hours_that_cannot_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        OpeningHours.objects.create(day="mon", **wrong)


def test_a_day_opens_once_at_a_time_and_is_closed_once():
    opens("mon", "09:00-18:00")
    opens("tue")
    for again in ({"day": "mon", "opens": 540, "closes": 600}, {"day": "tue"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningHours.objects.create(**again)


@pytest.fixture
def office(client, operator):
    """Enter hours in the admin as the operator; the answer."""
    client.force_login(operator)

    def enter(**form):
        return client.post(reverse("admin:agents_openinghours_add"), form)

    return enter


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("09:00", "18:00"), (540, 1080)),
        (("9:00", "24:00"), (540, 1440)),
        (("21:00", "06:00"), (1260, 360)),
        ((" 00:00", "00:00"), (0, 0)),
        (("", ""), (None, None)),
    ],
)
def test_the_operator_types_times(office, client, typed, kept):
    assert office(day="mon", opens=typed[0], closes=typed[1]).status_code == 302
    hour = OpeningHours.objects.get()
    assert (hour.opens, hour.closes) == kept
    assert client.get(reverse("admin:agents_openinghours_changelist")).status_code == 200
    page = client.get(reverse("admin:agents_openinghours_change", args=[hour.pk]))
    shown = page.content.decode()
    assert 'name="opens"' in shown
    if kept[1] == 1440:
        assert 'value="24:00"' in shown


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"opens": "24:00", "closes": "24:00"}, "opens"),
        ({"opens": "09:00", "closes": "24:01"}, "closes"),
        ({"opens": "9", "closes": "18:00"}, "opens"),
        ({"opens": "09:60", "closes": "18:00"}, "opens"),
        ({"opens": "540", "closes": "18:00"}, "opens"),
        ({"opens": "", "closes": "18:00"}, "__all__"),
    ],
)
def test_what_is_no_time_is_refused_by_field(office, typed, field):
    answer = office(day="mon", **typed)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert not OpeningHours.objects.exists()


def test_the_week_is_listed_as_it_goes(client, operator):
    opens("sun wed holiday mon", "09:00-18:00")
    client.force_login(operator)
    page = client.get(reverse("admin:agents_openinghours_changelist"))
    assert [hour.day for hour in page.context["cl"].result_list] == ["mon", "wed", "sun", "holiday"]
