"""Safety calls: planned in advance, called in their window, up the ladder, to an end."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.actions import queue
from agents.models import AuditEntry, QueueEntry
from callbacks import rounds
from callbacks.actions import welfare, welfare_people, welfare_plan
from callbacks.models import Alarm, Check, Consent, Round, Step
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, transfers
from inquiries.models import Contact, Inquiry
from tests.agents.test_races import all_at_once
from tests.people import accept_next, available, make_agent, make_elder, state_of

pytestmark = pytest.mark.django_db(transaction=True)

SUNDAY_EVENING = datetime.fromisoformat("2026-05-03T20:00:00+09:00")
NINE = datetime.fromisoformat("2026-05-04T09:00:00+09:00")
MONDAY = date(2026, 5, 4)


def at_nine(minutes: float = 0):
    """Monday, so many minutes after nine."""
    return clock.at(NINE + timedelta(minutes=minutes))


@pytest.fixture
def mrs_oh(db):
    """She agreed on Sunday evening; Monday's call is planned."""
    with clock.at(SUNDAY_EVENING):
        person = make_elder()
        welfare_plan.plan_rounds()
    return person


def check_of(person, moment=NINE) -> Check:
    return Check.objects.get(person=person, planned_for=moment)


def in_hand(agent, minutes: float = 0) -> Check:
    """The check comes due, rings at ``agent`` and is taken."""
    with at_nine(minutes):
        available(agent)
        welfare.bring_in_due()
        accept_next(agent)
        return welfare.in_hand(agent)


def say(agent, outcome, words="", *, minutes: float = 1, **more) -> Check:
    with at_nine(minutes):
        return welfare.record(agent=agent, outcome=outcome, words=words, **more)


# --- The plan


def test_the_plan_stands_the_day_before(mrs_oh):
    check = check_of(mrs_oh)
    assert (check.status, check.due_at) == ("planned", NINE)
    assert check.deadline_at == NINE + timedelta(minutes=120)
    assert list(Round.objects.order_by("day").values_list("day", "checks")) == [
        (date(2026, 5, 3), 0),
        (MONDAY, 1),
    ]


def test_planning_again_changes_nothing(mrs_oh):
    with clock.at(SUNDAY_EVENING + timedelta(minutes=1)):
        assert welfare_plan.plan_rounds() == 0
    assert Check.objects.count() == 1


def test_planning_at_once_by_many_makes_each_check_once():
    for number in range(5):
        make_elder(f"Elder {number}", times=[0, 12 * 60, 23 * 60 + 59])
    Check.objects.all().delete()
    Round.objects.all().delete()
    all_at_once([welfare_plan.plan_rounds] * 6)
    days = welfare_plan.days_planned()
    assert Round.objects.count() == len(days)
    wanted = {moment for day in days for moment in rounds.times_on(make_elder(consent=False), day)}
    assert Check.objects.values("person").distinct().count() == 5
    assert (
        Check.objects.filter(planned_for__in=wanted).count()
        == Check.objects.filter(planned_for__in=wanted)
        .values("person", "planned_for")
        .distinct()
        .count()
    )


def test_the_database_holds_one_check_for_a_person_and_a_time(mrs_oh):
    check = check_of(mrs_oh)
    with pytest.raises(IntegrityError), transaction.atomic():
        Check.objects.create(
            person=mrs_oh, planned_for=NINE, due_at=NINE, deadline_at=check.deadline_at
        )


def test_nobody_is_called_without_consent():
    with clock.at(SUNDAY_EVENING):
        make_elder(consent=False)
        welfare_plan.plan_rounds()
    assert not Check.objects.exists()


def test_a_consent_runs_out_at_the_end_of_its_last_day():
    with clock.at(SUNDAY_EVENING):
        person = make_elder(consent=False)
        welfare_people.give_consent(
            person_id=person.pk,
            actor=None,
            given_by="guardian",
            given_name="Her son",
            how="On the telephone",
            until=MONDAY,
        )
        welfare_plan.plan_rounds()
    with at_nine():
        welfare_plan.plan_rounds()
    assert [check.planned_for for check in Check.objects.all()] == [NINE]
    assert Round.objects.count() == 3


def test_the_end_of_february_and_the_leap_day():
    person = make_elder(consent=False, days=[5, 6, 0])
    days = [date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
    assert [len(rounds.times_on(person, day)) for day in days] == [1, 0, 0]  # Monday, then not
    with clock.at(datetime.fromisoformat("2026-02-28T12:00:00+09:00")):
        welfare_people.give_consent(
            person_id=person.pk, actor=None, given_by="self", given_name="She", how="On paper"
        )
        welfare_plan.plan_rounds()
    sunday = datetime.fromisoformat("2026-03-01T09:00:00+09:00")
    assert [check.planned_for for check in Check.objects.all()] == [sunday]


def test_a_holiday_is_left_out_for_whom_it_is_to_be():
    childrens_day = date(2026, 5, 5)
    assert rounds.times_on(make_elder(consent=False, on_holidays=False), childrens_day) == []
    assert len(rounds.times_on(make_elder(consent=False), childrens_day)) == 1


def test_nights_when_the_clocks_change_have_each_time_once(settings):
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    person = make_elder(consent=False, times=[2 * 60 + 30, 9 * 60])
    zone = ZoneInfo("Europe/Berlin")
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    try:
        spring = rounds.times_on(person, date(2026, 3, 29))
        autumn = rounds.times_on(person, date(2026, 10, 25))
    finally:
        settings.TIME_ZONE = "Asia/Seoul"
        timezone.get_default_timezone.cache_clear()
    assert len(set(spring)) == len(set(autumn)) == 2
    assert [moment.astimezone(zone).hour for moment in (spring[1], autumn[1])] == [9, 9]


# --- Called in its window


def test_a_check_rings_in_its_window_and_not_before(mrs_oh, mina):
    with at_nine(-1):
        available(mina)
        assert welfare.bring_in_due() == 0
    with at_nine():
        assert welfare.bring_in_due() == 1
        assert state_of(mina) == "ringing"
    entry = QueueEntry.objects.get()
    assert (entry.kind, entry.rank_at, entry.priority) == ("welfare", NINE, 1)


def test_brought_in_by_many_at_once_it_rings_once(mrs_oh):
    Check.objects.update(due_at=clock.now())
    assert sum(all_at_once([welfare.bring_in_due] * 6)) == 1
    assert QueueEntry.objects.count() == 1


def test_who_spoke_with_her_last_is_asked_first(mrs_oh, mina):
    in_hand(mina)
    say(mina, "fine", minutes=3)
    with at_nine(4):
        make_agent("jin")
        welfare_plan.plan_rounds()
    with clock.at(NINE + timedelta(days=1)):
        welfare.bring_in_due()
    assert QueueEntry.objects.latest("pk").preferred == mina


def test_the_inquiry_does_not_tell_the_name(mrs_oh, mina):
    in_hand(mina)
    inquiry = Inquiry.objects.get()
    told = f"{inquiry.subject}{inquiry.body}{inquiry.contact_name}{inquiry.note}"
    assert "Oh" not in told


# --- What the desk says


def test_she_is_fine(mrs_oh, mina):
    in_hand(mina)
    say(mina, "fine", "She is glad about the rain.")
    check = check_of(mrs_oh)
    assert check.status == "fine"
    step = Step.objects.get()
    assert (step.by, step.kind, step.outcome) == (mina, "self", "fine")
    assert step.words == "She is glad about the rain."
    assert Inquiry.objects.get().status == "closed"
    assert state_of(mina) == "wrap_up"


def test_she_needs_help_and_an_urgent_inquiry_is_before_everything_else(mrs_oh, mina):
    in_hand(mina)
    say(mina, "help", "She has fallen and cannot get up.")
    check = check_of(mrs_oh)
    assert check.status == "help"
    assert check.help_inquiry.body == "She has fallen and cannot get up."
    entry = QueueEntry.objects.latest("pk")
    assert (entry.contact.inquiry, entry.kind) == (check.help_inquiry, "returned")
    assert entry.pinned_at is not None


def test_help_without_words_is_refused_and_nothing_else_happens(mrs_oh, mina):
    in_hand(mina)
    with pytest.raises(Invalid):
        say(mina, "help", "  ")
    assert check_of(mrs_oh).status == "queued"
    assert not Step.objects.exists()
    assert Inquiry.objects.count() == 1


def test_not_reached_is_tried_again_then_the_others_one_after_the_other(mrs_oh, mina):
    in_hand(mina)
    say(mina, "not_reached")
    check = check_of(mrs_oh)
    assert (check.status, check.due_at) == ("planned", NINE + timedelta(minutes=11))
    in_hand(mina, 11)
    say(mina, "not_reached", minutes=12)
    in_hand(mina, 22)
    say(mina, "not_reached", minutes=23)
    check = check_of(mrs_oh)
    # Three times not there: the guardian's turn, in the same hands.
    assert (check.status, check.rung) == ("queued", 1)
    assert welfare.in_hand(mina) == check
    assert QueueEntry.objects.filter(status="taken").count() == 1
    say(mina, "not_reached", minutes=24)
    say(mina, "not_reached", minutes=25)
    say(mina, "fine", "They have seen her at the market.", minutes=26)
    kinds = list(Step.objects.values_list("kind", "outcome"))
    assert kinds == [
        *[("self", "not_reached")] * 3,
        ("guardian", "not_reached"),
        ("neighbour", "not_reached"),
        ("center", "fine"),
    ]
    assert check_of(mrs_oh).status == "fine"
    assert not Alarm.objects.exists()


def test_with_little_time_left_she_is_not_tried_again(mrs_oh, mina):
    in_hand(mina, 85)
    say(mina, "not_reached", minutes=86)
    assert (check_of(mrs_oh).status, check_of(mrs_oh).rung) == ("queued", 1)


def test_nobody_on_the_ladder_goes_to_the_supervisors_at_once(mrs_oh, mina, jun):
    in_hand(mina, 85)
    for minute in range(86, 90):
        say(mina, "not_reached", minutes=minute)
    assert check_of(mrs_oh).status == "escalated"
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.check_of) == ("exhausted", check_of(mrs_oh))
    assert state_of(mina) == "wrap_up"
    with pytest.raises(Refused):
        welfare.in_hand(mina)


def test_somebody_goes_to_look_and_is_asked_for_news(mrs_oh, mina):
    in_hand(mina, 85)
    with pytest.raises(Invalid):
        say(mina, "looking", minutes=86)
    say(mina, "not_reached", minutes=86)
    say(mina, "looking", "Her son drives there.", minutes=87)
    check = check_of(mrs_oh)
    assert (check.status, check.rung) == ("planned", 1)
    assert check.due_at == NINE + timedelta(minutes=107)


def test_an_old_window_does_not_skip_somebody(mrs_oh, mina):
    in_hand(mina, 85)
    say(mina, "not_reached", minutes=86, rung=0)
    with pytest.raises(Refused):
        say(mina, "not_reached", minutes=87, rung=0)
    assert check_of(mrs_oh).rung == 1
    assert Step.objects.count() == 1


def test_pressed_twice_at_the_same_moment_counts_once(mrs_oh, mina):
    Check.objects.update(due_at=clock.now(), deadline_at=clock.now() + timedelta(minutes=20))
    available(mina)
    welfare.bring_in_due()
    accept_next(mina)
    press = lambda: welfare.record(agent=mina, outcome="not_reached", rung=0)  # noqa: E731
    answers = all_at_once([press] * 4)
    assert sum(isinstance(answer, Check) for answer in answers) == 1
    assert Step.objects.count() == 1
    assert Check.objects.get(planned_for=NINE).rung == 1


def test_it_cannot_be_handed_in_without_saying_how_she_is(mrs_oh, mina):
    in_hand(mina)
    with at_nine(1):
        contacts.set_outcome(agent=mina, outcome="resolved")
        with pytest.raises(Refused):
            contacts.finish(agent=mina)
    assert check_of(mrs_oh).status == "queued"


def test_passed_on_to_a_colleague_it_stays_a_check(mrs_oh, mina):
    in_hand(mina)
    with at_nine(1):
        jin = available(make_agent("jin"))
        transfers.transfer(agent=mina, to="agent:jin", reason="shift_end")
        accept_next(jin)
        welfare.record(agent=jin, outcome="fine")
    assert check_of(mrs_oh).status == "fine"
    assert Step.objects.get().by == jin


def test_a_desk_that_vanished_while_writing_gives_the_check_to_the_next(mrs_oh, mina):
    check = in_hand(mina)
    entry = QueueEntry.objects.get()
    with at_nine(1):
        contacts.hang_up(agent=mina)
        with transaction.atomic():
            queue.leave_behind(queue.lock(entry.pk), actor=None)
        # It rings at whoever is free, and is the same check.
        accept_next(mina)
        assert welfare.in_hand(mina) == check
        welfare.record(agent=mina, outcome="fine")
    assert check_of(mrs_oh).status == "fine"


def test_what_left_the_line_without_an_outcome_is_due_again(mrs_oh):
    with at_nine():
        welfare.bring_in_due()
        queue.close_unhandled(entry_id=QueueEntry.objects.get().pk, at=clock.now())
    with at_nine(1):
        assert welfare.bring_in_due() == 1
    assert QueueEntry.objects.filter(status="waiting").count() == 1
    assert Step.objects.get().outcome == "reopened"


# --- Consent and pauses in the middle


def test_consent_withdrawn_cancels_everything_planned_at_once(mrs_oh, jun):
    with at_nine(-30):
        welfare_plan.plan_rounds()
        cancelled = welfare_people.withdraw_consent(
            person_id=mrs_oh.pk, actor=jun, because="She would rather not."
        )
    assert cancelled == 2
    assert set(Check.objects.values_list("status", "cancelled_because")) == {
        ("cancelled", "consent")
    }
    consent = Consent.objects.get()
    assert (consent.withdrawn_by, consent.withdrawn_because) == (jun, "She would rather not.")
    with at_nine():
        assert welfare.bring_in_due() == 0


def test_consent_withdrawn_takes_what_rings_out_of_the_line(mrs_oh, mina, jun):
    with at_nine():
        available(mina)
        welfare.bring_in_due()
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
        assert state_of(mina) == "available"
    assert QueueEntry.objects.get().status == "done"


def test_consent_withdrawn_while_they_talk_keeps_nothing(mrs_oh, mina, jun):
    in_hand(mina)
    with at_nine(1):
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
    say(mina, "fine", "What she told me.", minutes=2)
    assert check_of(mrs_oh).status == "cancelled"
    step = Step.objects.get()
    assert (step.outcome, step.words, step.phone) == ("not_wanted", "", "")
    assert state_of(mina) == "wrap_up"


def test_consent_withdrawn_twice_is_refused(mrs_oh, jun):
    welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
    with pytest.raises(Refused):
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)


def test_withdrawing_while_it_comes_due_never_leaves_it_in_the_line(mrs_oh, jun):
    Check.objects.update(due_at=clock.now())
    for _try in range(5):
        all_at_once(
            [
                welfare.bring_in_due,
                lambda: welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun),
                welfare_plan.plan_rounds,
            ]
        )
        assert not Check.objects.open().exists()
        assert not QueueEntry.objects.open().exists()
        welfare_people.give_consent(
            person_id=mrs_oh.pk, actor=jun, given_by="self", given_name="Oh", how="By telephone"
        )
        Check.objects.filter(planned_for=NINE).update(
            status="planned", cancelled_because="", ended_at=None, due_at=clock.now()
        )


def test_a_new_consent_plans_again_what_is_still_to_come(mrs_oh, jun):
    with clock.at(SUNDAY_EVENING + timedelta(hours=1)):
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
        welfare_people.give_consent(
            person_id=mrs_oh.pk, actor=jun, given_by="self", given_name="Oh", how="By telephone"
        )
    assert check_of(mrs_oh).status == "planned"
    assert Consent.objects.filter(withdrawn_at=None).count() == 1


def test_in_the_hospital_nobody_calls_and_afterwards_somebody_does(mrs_oh, jun):
    with clock.at(SUNDAY_EVENING + timedelta(hours=1)):
        pause = welfare_people.pause(
            person_id=mrs_oh.pk,
            actor=jun,
            first_day=MONDAY,
            last_day=MONDAY + timedelta(days=2),
            reason="Hospital",
        )
        check = check_of(mrs_oh)
        assert (check.status, check.cancelled_because) == ("cancelled", "paused")
        welfare_people.end_pause(pause_id=pause.pk, actor=jun)
    assert check_of(mrs_oh).status == "planned"


def test_another_time_moves_what_is_planned(mrs_oh, jun):
    ladder = [
        welfare_people.Place(rung.kind, rung.phone, rung.name) for rung in mrs_oh.ladder.all()
    ]
    with clock.at(SUNDAY_EVENING + timedelta(hours=1)):
        welfare_people.change_person(person_id=mrs_oh.pk, actor=jun, ladder=ladder, times=[10 * 60])
    assert check_of(mrs_oh).cancelled_because == "schedule"
    assert check_of(mrs_oh, NINE + timedelta(hours=1)).status == "planned"


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"days": []}, "days"), ({"times": []}, "times"), ({"name": " "}, "name")],
)
def test_a_person_who_could_not_be_called_is_refused(fields, field):
    with pytest.raises(Invalid) as refusal:
        make_elder(consent=False, **fields)
    assert refusal.value.field == field


def test_a_ladder_needs_somebody_else():
    with pytest.raises(Invalid):
        make_elder(others=0)


# --- A supervisor decides


def test_a_supervisor_settles_what_nobody_reached(mrs_oh, mina, jun):
    in_hand(mina, 85)
    for minute in range(86, 90):
        say(mina, "not_reached", minutes=minute)
    with at_nine(95):
        welfare.settle_by_hand(
            check_id=check_of(mrs_oh).pk, actor=jun, outcome="fine", words="The police met her."
        )
    assert check_of(mrs_oh).status == "fine"
    step = Step.objects.last()
    assert (step.by, step.words) == (jun, "The police met her.")


def test_a_supervisor_does_not_take_it_out_of_an_agents_hands(mrs_oh, mina, jun):
    check = in_hand(mina)
    with pytest.raises(Refused):
        welfare.settle_by_hand(check_id=check.pk, actor=jun, outcome="fine", words="I know.")
    assert check_of(mrs_oh).status == "queued"


def test_two_supervisors_at_once_settle_it_once(mrs_oh, jun):
    check = check_of(mrs_oh)
    settle = lambda: welfare.settle_by_hand(  # noqa: E731
        check_id=check.pk, actor=jun, outcome="fine", words="Seen."
    )
    answers = all_at_once([settle] * 4)
    assert sum(isinstance(answer, Check) for answer in answers) == 1
    assert Step.objects.count() == 1


def test_every_step_of_a_supervisor_is_written_down(mrs_oh, jun):
    welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
    entry = AuditEntry.objects.get(verb="consent.withdrawn")
    assert (entry.actor, entry.target_id) == (jun, mrs_oh.pk)


# --- After an outage


def test_after_an_hour_of_silence_it_is_caught_up_in_order_nothing_twice_and_paced(settings):
    settings.WELFARE_IN_LINE = 4
    with clock.at(SUNDAY_EVENING):
        for number in range(10):
            make_elder(f"Elder {number}", times=[9 * 60 + 5 * (9 - number)])
        welfare_plan.plan_rounds()
    with at_nine(60):
        assert welfare.bring_in_due() == 4
        assert welfare.bring_in_due() == 0
        while waiting := list(QueueEntry.objects.waiting()):
            assert len(waiting) <= 4
            first = waiting[0]
            check = Check.objects.get(inquiry__contacts__entry=first)
            queue.abandon(entry_id=first.pk, at=clock.now())
            Check.objects.filter(pk=check.pk).update(status="fine", ended_at=clock.now())
            welfare.bring_in_due()
    served = QueueEntry.objects.order_by("pk").values_list("rank_at", flat=True)
    assert list(served) == sorted(served)
    assert len(served) == 10
    assert Contact.objects.count() == 10
