"""The rota: one shift at a time for each, over midnight, copied by the clock, gaps seen."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agents import hours
from agents.actions import shifts
from agents.models import AgentSkill, AuditEntry, Shift, User, Vendor
from callcenter import clock
from callcenter.demo import data
from callcenter.refusals import Invalid, Missing, Refused
from tests.agents.test_hours import WEEK, at, opens
from tests.agents.test_races import all_at_once
from tests.people import make_agent

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY, TUESDAY, SUNDAY = date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 10)
NEXT_MONDAY = date(2026, 5, 11)


@pytest.fixture(autouse=True)
def on_monday_at_ten():
    with clock.at(at(MONDAY, "10:00")):
        yield


def plan(agent, actor, day=MONDAY, starts="08:00", ends="17:00") -> Shift:
    times = {"starts": time.fromisoformat(starts), "ends": time.fromisoformat(ends)}
    return shifts.plan_shift(agent=agent, day=day, **times, actor=actor)


def told(verb: str) -> list[dict]:
    return list(AuditEntry.objects.filter(verb=verb).values_list("detail", flat=True))


# --- Planning


def test_a_shift_is_planned_by_the_clock_on_the_wall_and_written_down(mina, jun):
    shift = plan(mina, jun)
    assert (shift.starts_at, shift.ends_at) == (at(MONDAY, "08:00"), at(MONDAY, "17:00"))
    assert AuditEntry.objects.get(verb="shift.planned").actor == jun
    assert told("shift.planned")[0]["agent"] == mina.pk


@pytest.mark.parametrize(
    ("starts", "ends", "end"),
    [("21:00", "06:00", at(TUESDAY, "06:00")), ("16:00", "00:00", at(TUESDAY, "00:00"))],
)
def test_an_end_not_after_the_start_is_on_the_next_day(mina, jun, starts, ends, end):
    assert plan(mina, jun, starts=starts, ends=ends).ends_at == end


@pytest.mark.parametrize(
    ("starts", "ends"), [("16:00", "18:00"), ("06:00", "08:01"), ("09:00", "10:00")]
)
def test_nobody_has_two_shifts_at_once(mina, jun, starts, ends):
    plan(mina, jun)
    with pytest.raises(Refused) as refusal:
        plan(mina, jun, starts=starts, ends=ends)
    assert (refusal.value.status, refusal.value.field) == (409, "starts")
    assert (Shift.objects.count(), len(told("shift.planned"))) == (1, 1)


def test_a_shift_may_begin_as_another_ends(mina, jun):
    plan(mina, jun)
    plan(mina, jun, starts="17:00", ends="20:00")
    plan(mina, jun, starts="06:00", ends="08:00")
    assert Shift.objects.count() == 3


def test_two_people_may_be_there_at_once(mina, jin, jun):
    plan(mina, jun)
    plan(jin, jun)
    assert Shift.objects.count() == 2


def test_a_night_shift_is_in_the_way_of_the_next_morning(mina, jun):
    plan(mina, jun, starts="21:00", ends="06:00")
    with pytest.raises(Refused):
        plan(mina, jun, day=TUESDAY, starts="05:00", ends="14:00")


@pytest.mark.parametrize(("starts", "ends"), [("08:00", "00:01"), ("08:00", "08:00")])
def test_a_shift_is_not_longer_than_sixteen_hours(mina, jun, starts, ends):
    assert plan(mina, jun, starts="08:00", ends="00:00").pk
    with pytest.raises(Invalid) as refusal:
        plan(mina, jun, day=TUESDAY, starts=starts, ends=ends)
    assert refusal.value.field == "ends"
    assert Shift.objects.count() == 1


def test_only_agents_who_work_here_have_shifts(mina, sora, jun):
    mina.is_active = False
    for person in (mina, sora, jun):
        with pytest.raises(Invalid) as refusal:
            plan(person, jun)
        assert refusal.value.field == "agent"
    assert not Shift.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("day", [date(2027, 6, 1), date(9999, 12, 31), date(1, 1, 1)])
def test_a_day_too_far_away_is_refused(mina, jun, day):
    with pytest.raises(Invalid) as refusal:
        plan(mina, jun, day=day)
    assert refusal.value.field == "day"


def test_the_database_itself_refuses_what_cannot_be(mina, jun):
    shift = plan(mina, jun)
    hour = timedelta(hours=1)
    wrong = [
        (shift.starts_at + hour, shift.ends_at + hour),
        (shift.ends_at, shift.ends_at),
        (shift.ends_at + hour, shift.ends_at),
        (shift.ends_at, shift.ends_at + 16 * hour + timedelta(seconds=1)),
    ]
    for starts_at, ends_at in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.create(agent=mina, starts_at=starts_at, ends_at=ends_at)


def test_eight_plans_for_one_agent_at_once_have_one_winner(mina, jun):
    now = clock.now()

    def work(hour):
        with clock.at(now):  # A thread begins with the real time.
            return plan(mina, jun, starts=f"{hour:02}:00", ends=f"{hour + 9:02}:00")

    answers = all_at_once([lambda hour=hour: work(hour) for hour in range(4, 12)])
    assert sum(isinstance(answer, Shift) for answer in answers) == 1
    assert all(isinstance(answer, Shift | Refused) for answer in answers)
    assert Shift.objects.count() == 1


# --- Removing


def test_a_shift_is_removed_and_its_times_are_kept_in_the_trail(mina, jun):
    shift = plan(mina, jun)
    shifts.remove_shift(shift_id=shift.pk, actor=jun)
    assert not Shift.objects.exists()
    entry = AuditEntry.objects.get(verb="shift.removed")
    assert (entry.actor, entry.target_id) == (jun, shift.pk)
    assert entry.detail["starts_at"] == shift.starts_at.isoformat()


def test_a_shift_that_is_gone_cannot_be_removed_again(mina, jun):
    other, shift = plan(mina, jun, starts="18:00", ends="20:00"), plan(mina, jun)
    shifts.remove_shift(shift_id=shift.pk, actor=jun)
    with pytest.raises(Missing):
        shifts.remove_shift(shift_id=shift.pk, actor=jun)
    assert Shift.objects.get() == other
    assert len(told("shift.removed")) == 1


# --- Copying a week


def test_a_week_is_copied_to_the_next(mina, jin, jun):
    plan(mina, jun)
    plan(jin, jun, day=SUNDAY, starts="21:00", ends="06:00")
    plan(jin, jun, day=NEXT_MONDAY, starts="21:00", ends="06:00")
    assert shifts.copy_week(from_monday=MONDAY, actor=jun) == shifts.Copied(made=2, skipped=0)
    copies = Shift.objects.order_by("-pk")[:2]
    assert {(one.agent, one.starts_at, one.ends_at) for one in copies} == {
        (mina, at(NEXT_MONDAY, "08:00"), at(NEXT_MONDAY, "17:00")),
        (jin, at(date(2026, 5, 17), "21:00"), at(date(2026, 5, 18), "06:00")),
    }
    assert len(told("shift.copied")) == 2


def test_copying_leaves_out_what_is_in_the_way_and_says_how_many(mina, jin, jun):
    plan(mina, jun)
    plan(jin, jun)
    kept = plan(mina, jun, day=NEXT_MONDAY, starts="16:00", ends="22:00")
    assert shifts.copy_week(from_monday=MONDAY, actor=jun) == shifts.Copied(made=1, skipped=1)
    assert list(mina.shifts.filter(starts_at__gte=at(NEXT_MONDAY, "00:00"))) == [kept]
    assert shifts.copy_week(from_monday=MONDAY, actor=jun) == shifts.Copied(made=0, skipped=2)


def test_who_has_left_is_not_copied(mina, jun):
    plan(mina, jun)
    mina.is_active = False
    mina.save()
    assert shifts.copy_week(from_monday=MONDAY, actor=jun) == shifts.Copied(made=0, skipped=1)


def test_a_copy_starts_by_the_same_clock_when_the_clocks_change(mina, jun, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    monday = date(2026, 3, 23)  # Clocks go on an hour on the Sunday.
    with clock.at(at(monday, "10:00")):
        plan(mina, jun, day=monday)
        shifts.copy_week(from_monday=monday, actor=jun)
    before, after = (shift.starts_at for shift in Shift.objects.order_by("pk"))
    assert after - before == timedelta(days=7, hours=-1)
    assert f"{hours.on_the_wall(after):%H:%M}" == "08:00"


def test_a_week_begins_on_monday(mina, jun):
    plan(mina, jun)
    for day in (TUESDAY, date(2035, 1, 1)):
        with pytest.raises(Invalid) as refusal:
            shifts.copy_week(from_monday=day, actor=jun)
        assert refusal.value.field == "from_monday"
    assert Shift.objects.count() == 1


def test_two_supervisors_copy_the_same_week_once(mina, jin, jun):
    for day in (MONDAY, TUESDAY, SUNDAY):
        plan(mina, jun, day=day)
        plan(jin, jun, day=day)
    now = clock.now()

    def copy():
        with clock.at(now):
            return shifts.copy_week(from_monday=MONDAY, actor=jun)

    copied = all_at_once([copy] * 4)
    assert sorted(one.made for one in copied) == [0, 0, 0, 6]
    assert Shift.objects.count() == 12


# --- Who is there, and who is not


def test_on_shift_is_half_open(mina, jin, jun):
    plan(mina, jun)
    plan(jin, jun, starts="17:00", ends="02:00")
    assert list(hours.on_shift(at(MONDAY, "16:59"))) == [mina]
    assert list(hours.on_shift(at(MONDAY, "17:00"))) == [jin]
    assert list(hours.on_shift(at(TUESDAY, "01:59"))) == [jin]
    assert not hours.on_shift(at(TUESDAY, "02:00")).exists()


def test_a_center_open_around_the_clock_needs_somebody_at_night(mina, jin, jun):
    plan(mina, jun, starts="06:00", ends="15:00")
    plan(jin, jun, starts="14:00", ends="23:00")
    assert hours.uncovered(*hours.day_of(MONDAY)) == [
        (at(MONDAY, "00:00"), at(MONDAY, "06:00")),
        (at(MONDAY, "23:00"), at(TUESDAY, "00:00")),
    ]


def test_a_night_covered_over_midnight_has_no_gap(mina, jin, jun):
    plan(mina, jun, starts="06:00", ends="21:00")
    plan(mina, jun, day=TUESDAY, starts="06:00", ends="21:00")
    plan(jin, jun, starts="21:00", ends="06:00")
    assert hours.uncovered(at(MONDAY, "06:00"), at(TUESDAY, "21:00")) == []


def test_nobody_is_missed_while_the_center_is_closed(mina, jun):
    opens(WEEK, "09:00-18:00")
    plan(mina, jun, starts="10:00", ends="12:00")
    assert hours.uncovered(at(MONDAY, "00:00"), at(TUESDAY, "10:00")) == [
        (at(MONDAY, "09:00"), at(MONDAY, "10:00")),
        (at(MONDAY, "12:00"), at(MONDAY, "18:00")),
        (at(TUESDAY, "09:00"), at(TUESDAY, "10:00")),
    ]


def test_who_has_left_covers_nothing(mina, jun):
    plan(mina, jun)
    mina.is_active = False
    mina.save()
    whole = hours.day_of(MONDAY)
    assert hours.uncovered(*whole) == [whole]
    assert not hours.on_shift(at(MONDAY, "10:00")).exists()


def test_coming_shifts_begin_with_the_one_that_is_running(mina, jin, jun):
    plan(mina, jun, day=date(2026, 5, 3))
    later = plan(mina, jun, day=TUESDAY)
    running = plan(mina, jun)
    plan(jin, jun)
    assert list(hours.coming_shifts(mina)) == [running, later]


# --- The page


@pytest.fixture
def page(client, jun):
    """The rota as the supervisor Jun reads it in English."""
    client.force_login(jun)

    def get(query="?week=2026-05-04", **options):
        return client.get(f"/shifts/{query}", headers={"Accept-Language": "en"}, **options)

    return get


def day_of(answer, day: date):
    return next(one for one, *_rest in answer.context["days"] if one.day == day)


def test_a_week_shows_its_shifts_in_order_with_agent_and_vendor(page, mina, jin, jun):
    late, early = plan(jin, jun, starts="13:00", ends="22:00"), plan(mina, jun)
    answer = page()
    assert day_of(answer, MONDAY).shifts == [early, late]
    text = answer.content.decode()
    for shown in ("08:00–17:00", "13:00–22:00", "Mina", "Hana", "Jin", "Dul", "Today"):
        assert shown in text
    assert [one.day for one, *_rest in answer.context["days"]] == [
        MONDAY + timedelta(days=number) for number in range(7)
    ]


def test_a_night_shift_stands_on_both_days_with_its_mark(page, mina, jun):
    shift = plan(mina, jun, starts="21:00", ends="06:00")
    answer = page()
    assert day_of(answer, MONDAY).shifts == day_of(answer, TUESDAY).shifts == [shift]
    text = answer.content.decode()
    assert text.count('number">21:00–06:00</span>') == 2
    assert text.count("until the next day") == text.count("since the day before") == 1


def test_a_shift_until_midnight_is_on_one_day(page, mina, jun):
    plan(mina, jun, starts="16:00", ends="00:00")
    answer = page()
    assert day_of(answer, TUESDAY).shifts == []
    assert "16:00–24:00" in answer.content.decode()


def test_gaps_are_told_by_day_in_word_and_times(page, mina, jin, jun):
    plan(mina, jun, starts="06:00", ends="21:00")
    plan(jin, jun, starts="22:00", ends="06:00")
    answer = page()
    gaps = {one.day: texts for one, _lines, texts in answer.context["days"]}
    assert gaps[MONDAY] == ["00:00–06:00", "21:00–22:00"]
    assert gaps[TUESDAY] == ["06:00–24:00"]
    assert "Nobody on shift" in answer.content.decode()


def test_a_holiday_is_named_on_its_day(page):
    assert day_of(page(), TUESDAY).holiday == "Children's Day"
    assert day_of(page(), MONDAY).holiday == ""


def test_an_empty_week_says_so(page):
    assert "Nobody is planned for this week yet." in page("").content.decode()


def test_any_day_leads_to_its_week_and_a_wrong_one_to_this(page):
    assert page("?week=2026-05-10").context["monday"] == MONDAY
    for wrong in ("?week=2026-13-01", "?week=soon", "?week=9999-12-31", "?week=0001-01-01"):
        answer = page(wrong)
        assert answer.status_code == 200
        assert answer.context["monday"] == MONDAY
        assert [str(message) for message in answer.context["messages"]]


def post(client, verb="plan/", **form):
    return client.post(f"/shifts/{verb}?week=2026-05-04", form, headers={"Accept-Language": "en"})


def test_a_supervisor_adds_copies_and_removes(client, page, mina, jun):
    page()
    form = {"agent": mina.pk, "day": "2026-05-04", "starts": "21:00", "ends": "06:00"}
    answer = post(client, **form)
    assert answer.url == "/shifts/?week=2026-05-04"
    shift = Shift.objects.get()
    assert "Planned: Mina, 2026-05-04 21:00–06:00" in page().content.decode()

    answer = client.post("/shifts/copy/?week=2026-05-11", headers={"Accept-Language": "en"})
    assert answer.url == "/shifts/?week=2026-05-11"
    assert "1 shift copied." in page().content.decode()
    client.post("/shifts/copy/?week=2026-05-11", headers={"Accept-Language": "en"})
    assert "1 left out" in page().content.decode()

    assert post(client, f"{shift.pk}/remove/").url == "/shifts/?week=2026-05-04"
    assert "Removed: Mina" in page().content.decode()
    assert not Shift.objects.filter(pk=shift.pk).exists()


@pytest.mark.parametrize(
    ("change", "field", "status"),
    [
        ({"agent": ""}, "agent", 400),
        ({"agent": "999999"}, "agent", 400),
        ({"day": "soon"}, "day", 400),
        ({"day": "2030-01-01"}, "day", 400),
        ({"starts": "25:00"}, "starts", 400),
        ({"ends": ""}, "ends", 400),
        ({"ends": "04:01", "starts": "12:00"}, "ends", 400),
        ({}, "starts", 409),
    ],
)
def test_what_is_refused_is_said_beside_its_field_and_what_was_typed_stays(
    client, page, mina, jun, change, field, status
):
    before = plan(mina, jun)
    page()
    form = {"agent": mina.pk, "day": "2026-05-04", "starts": "10:00", "ends": "12:00"} | change
    answer = post(client, **form)
    assert answer.status_code == status
    assert list(answer.context["form"].errors) == [field]
    assert 'aria-invalid="true"' in answer.content.decode()
    if "ends" not in change:
        assert 'value="12:00"' in answer.content.decode()
    assert Shift.objects.get() == before


def test_removing_twice_gets_a_word(client, page, mina, jun):
    shift = plan(mina, jun)
    page()
    post(client, f"{shift.pk}/remove/")
    post(client, f"{shift.pk}/remove/")
    assert "no longer there" in page().content.decode()


def test_an_agent_reads_only_their_own_coming_shifts(client, mina, jin, jun):
    plan(mina, jun, day=date(2026, 5, 3))
    plan(mina, jun, starts="21:00", ends="06:00")
    plan(jin, jun, starts="08:15", ends="17:15")
    client.force_login(mina)
    text = client.get("/shifts/", headers={"Accept-Language": "en"}).content.decode()
    assert "21:00–06:00" in text
    assert "until the next day" in text
    for hidden in ("08:00–17:00", "08:15", "Jin", '<form method="post" action="/shifts'):
        assert hidden not in text


def test_an_agent_without_shifts_is_told(client, mina):
    client.force_login(mina)
    text = client.get("/shifts/", headers={"Accept-Language": "en"}).content.decode()
    assert "No shifts are planned for you." in text


def test_an_agent_plans_nothing(client, mina, jun):
    shift = plan(mina, jun)
    client.force_login(mina)
    form = {"agent": mina.pk, "day": "2026-05-06", "starts": "10:00", "ends": "12:00"}
    assert post(client, **form).status_code == 403
    assert post(client, "copy/").status_code == 403
    assert post(client, f"{shift.pk}/remove/").status_code == 403
    assert Shift.objects.get() == shift


def test_a_full_week_asks_as_many_questions_as_an_empty_one(page, jun):
    page()
    with CaptureQueriesContext(connection) as empty:
        page()
    for number in range(10):
        plan(make_agent(f"agent{number}"), jun, day=MONDAY + timedelta(days=number % 7))
    with CaptureQueriesContext(connection) as full:
        page()
    assert len(full) == len(empty)


def test_the_present_shift_is_marked(page, mina, jun):
    plan(mina, jun)
    plan(mina, jun, starts="18:00", ends="20:00")
    lines = next(lines for one, lines, _gaps in page().context["days"] if one.day == MONDAY)
    assert [line["running"] for line in lines] == [True, False]


# --- The demo


def test_the_demo_covers_every_hour_of_two_weeks_and_changes_nothing_again():
    data.load_people()
    fortnight = hours.day_of(MONDAY)[0], hours.day_of(NEXT_MONDAY + timedelta(days=6))[1]
    assert hours.uncovered(*fortnight) == []
    before = [list(rows.values_list()) for rows in (Shift.objects, AgentSkill.objects)]
    assert data.load_people() == 0
    assert [list(rows.values_list()) for rows in (Shift.objects, AgentSkill.objects)] == before


def test_the_demo_fills_in_what_an_older_one_lacks_and_keeps_what_was_changed():
    data.load_people()
    Shift.objects.filter(starts_at__gte=hours.day_of(NEXT_MONDAY)[0]).delete()
    mina = User.objects.get(username="mina")
    AgentSkill.objects.filter(name__startswith="topic").delete()
    AgentSkill.objects.create(agent=mina, name="topic.water", level=2)
    Vendor.objects.filter(code="hanbit").update(share=0)
    Vendor.objects.filter(code="saesol").update(share=50)
    removed = Shift.objects.filter(agent=mina).first()
    shifts.remove_shift(shift_id=removed.pk, actor=User.objects.get(username="jun"))
    data.load_people()
    assert not Shift.objects.filter(agent=mina, starts_at=removed.starts_at).exists()
    assert Shift.objects.filter(starts_at__gte=hours.day_of(NEXT_MONDAY)[0]).exists()
    assert mina.skills.get(name="topic.water").level == 2
    assert dict(Vendor.objects.values_list("code", "share")) == {"hanbit": 60, "saesol": 50}


def test_half_of_the_demos_agents_know_a_topic_and_three_stay_calm():
    data.load_people()
    experts = AgentSkill.objects.filter(name__startswith="topic.")
    assert experts.values("agent").distinct().count() == 12
    assert set(experts.values_list("level", flat=True)) == {1, 2}
    assert AgentSkill.objects.filter(name="caller.difficult").count() == 3
