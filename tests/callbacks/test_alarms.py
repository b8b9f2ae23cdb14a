"""The dead-man's switch: whatever the reason, a check without an outcome is told, once, in time."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from callbacks.actions import alarms, mails, welfare, welfare_people, welfare_plan
from callbacks.management.commands.watch_rounds import watch_once
from callbacks.models import Alarm, Check, Mail, Person, Round, Watcher
from callbacks.queries import welfare as queries
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from tests.agents.test_races import all_at_once
from tests.callbacks.test_welfare import NINE, SUNDAY_EVENING, at_nine, check_of, in_hand, say
from tests.people import make_elder, make_person

pytestmark = pytest.mark.django_db(transaction=True)
DEADLINE = 120


@pytest.fixture
def mrs_oh(db):
    with clock.at(SUNDAY_EVENING):
        person = make_elder()
        welfare_plan.plan_rounds()
    return person


@pytest.fixture
def jun(jun):
    jun.email = "jun@city.example"
    jun.save()
    return jun


def watch(minutes: float):
    with at_nine(minutes):
        watch_once()


def overdue_now() -> Check:
    """A check past its deadline by the real clock, which threads keep."""
    Round.objects.get_or_create(day=clock.today())
    # Nothing else of today is missing.
    Person.objects.update(scheduled_since=clock.now())
    Check.objects.update(deadline_at=clock.now() - timedelta(minutes=1))
    return Check.objects.get()


@pytest.mark.parametrize("state", ["nobody planned it in", "it waits in the line", "in hand"])
def test_no_outcome_by_the_deadline_is_an_alarm_whatever_the_reason(mrs_oh, mina, jun, state):
    if state == "it waits in the line":
        with at_nine():
            welfare.bring_in_due()
    elif state == "in hand":
        in_hand(mina)
    watch(DEADLINE - 0.1)
    assert not Alarm.objects.exists()
    watch(DEADLINE)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.check_of, alarm.level) == ("missed", check_of(mrs_oh), 1)


def test_a_check_with_an_outcome_is_not_alarmed(mrs_oh, mina, jun):
    in_hand(mina)
    say(mina, "fine", minutes=119)
    watch(DEADLINE + 60)
    assert not Alarm.objects.exists()


def test_a_withdrawn_consent_is_not_alarmed(mrs_oh, jun):
    with at_nine(-1):
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
        make_elder("Mr. Ko")
        welfare_plan.plan_rounds()
    watch(DEADLINE + 1)
    assert [alarm.check_of.person.name for alarm in Alarm.objects.all()] == ["Mr. Ko"]


def test_the_mail_says_what_and_not_who(mrs_oh, jun):
    watch(DEADLINE)
    letter = mail.outbox[0]
    assert letter.to == ["jun@city.example"]
    assert "2026-05-04 09:00" in letter.body
    assert "Oh" not in letter.subject + letter.body
    assert "7000" not in letter.body
    assert Mail.objects.get().sent_at is not None


def test_looking_again_tells_nothing_twice(mrs_oh, jun):
    for second in range(0, 120, 20):
        watch(DEADLINE + second / 60)
    assert Alarm.objects.count() == len(mail.outbox) == 1


def test_many_watchers_at_once_raise_one_alarm_and_send_one_mail(mrs_oh, jun):
    overdue_now()
    all_at_once([watch_once] * 6)
    assert Alarm.objects.count() == Mail.objects.count() == len(mail.outbox) == 1


def test_the_database_holds_one_alarm_of_a_kind_for_a_check(mrs_oh):
    check = check_of(mrs_oh)
    Alarm.objects.create(kind="missed", check_of=check)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alarm.objects.create(kind="missed", check_of=check)


def test_what_nobody_takes_on_is_told_again_and_to_more_people(mrs_oh, jun):
    make_person("admin", "operator", email="admin@city.example")
    watch(DEADLINE)
    watch(DEADLINE + 4)
    assert len(mail.outbox) == 1
    watch(DEADLINE + 5)
    watch(DEADLINE + 10)
    assert [letter.to for letter in mail.outbox] == [
        ["jun@city.example"],
        ["admin@city.example", "jun@city.example"],
        ["admin@city.example", "jun@city.example"],
    ]
    assert Alarm.objects.get().level == 3


def test_taken_on_it_is_quiet_and_says_by_whom(mrs_oh, jun):
    watch(DEADLINE)
    with at_nine(DEADLINE + 1):
        alarms.acknowledge(
            alarm_id=Alarm.objects.get().pk, actor=jun, words="I drive there myself."
        )
    watch(DEADLINE + 30)
    alarm = Alarm.objects.get()
    assert (alarm.acknowledged_by, alarm.words) == (jun, "I drive there myself.")
    assert len(mail.outbox) == 1
    assert not Alarm.objects.ringing()


def test_taking_on_needs_words(mrs_oh, jun):
    watch(DEADLINE)
    with pytest.raises(Invalid):
        alarms.acknowledge(alarm_id=Alarm.objects.get().pk, actor=jun, words=" ")
    assert Alarm.objects.ringing()


def test_of_two_who_take_it_on_one_has_it(mrs_oh, jun):
    hana = make_person("hana", "supervisor")
    watch(DEADLINE)
    alarm = Alarm.objects.get()
    answers = all_at_once(
        [
            lambda who=who: alarms.acknowledge(alarm_id=alarm.pk, actor=who, words="I go.")
            for who in (jun, hana, jun, hana)
        ]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 3


def test_an_outcome_later_does_not_silence_the_alarm(mrs_oh, mina, jun):
    in_hand(mina)
    watch(DEADLINE)
    say(mina, "fine", minutes=DEADLINE + 1)
    assert [alarm.check_of.status for alarm in Alarm.objects.ringing()] == ["fine"]


def test_nobody_reached_and_no_outcome_are_two_alarms(mrs_oh, mina, jun):
    in_hand(mina, 85)
    for minute in range(86, 90):
        say(mina, "not_reached", minutes=minute)
    watch(DEADLINE)
    assert set(Alarm.objects.values_list("kind", flat=True)) == {"exhausted", "missed"}


# --- A round that was skipped


def test_a_day_without_a_plan_is_alarmed_once(mrs_oh, jun):
    Round.objects.all().delete()
    Check.objects.all().delete()
    watch(0)
    watch(1)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.day) == ("skipped", NINE.date())
    assert len(mail.outbox) == 1


def test_just_after_midnight_a_plan_has_a_moment_to_be_made(mrs_oh, jun):
    Round.objects.all().delete()
    watch(-9 * 60 + 4)
    assert not Alarm.objects.exists()
    watch(-9 * 60 + 5)
    assert Alarm.objects.get().kind == "skipped"


def test_one_check_that_is_missing_from_a_plan_is_put_back_and_alarmed_about(mrs_oh, jun):
    Check.objects.filter(planned_for__date=NINE.date()).delete()
    watch(1)
    assert check_of(mrs_oh).planned_for == NINE
    Check.objects.all().delete()
    watch(DEADLINE)
    assert Alarm.objects.get().check_of == check_of(mrs_oh)


def test_what_is_not_wanted_is_not_missing(mrs_oh, jun):
    with at_nine(-30):
        welfare_people.withdraw_consent(person_id=mrs_oh.pk, actor=jun)
    Check.objects.all().delete()
    with at_nine(5):
        make_elder("Mr. Ko")
    watch(6)
    assert not Check.objects.filter(planned_for=NINE).exists()


def test_a_center_without_anybody_to_call_is_not_alarmed(jun):
    watch(0)
    assert not Alarm.objects.exists()


# --- The mail server is away; the watcher itself is


def test_a_mail_server_that_is_away_loses_no_mail_and_no_alarm(mrs_oh, jun, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    watch(DEADLINE)
    letter = Mail.objects.get()
    assert (letter.sent_at, letter.tries) == (None, 1)
    assert "refused" in letter.error.lower()
    assert Alarm.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    watch(DEADLINE + 1)
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert len(mail.outbox) == 1


def test_with_nobody_to_write_to_the_row_says_so(mrs_oh):
    watch(DEADLINE)
    letter = Mail.objects.get()
    assert (letter.to, letter.sent_at) == ([], None)
    assert letter.error
    assert mails.send_due() == 0


def test_who_is_named_in_the_settings_is_written_to(mrs_oh, settings):
    settings.ALARM_EMAILS = ["duty@city.example"]
    watch(DEADLINE)
    assert mail.outbox[0].to == ["duty@city.example"]


def test_a_watcher_that_looks_is_not_silent(mrs_oh):
    watch(0)
    with at_nine(0.5):
        assert not queries.board().silent


def test_a_silent_watcher_is_shown_with_what_is_overdue(mrs_oh, client, jun):
    watch(0)
    with at_nine(DEADLINE + 2):
        shown = queries.board()
        assert (shown.silent, shown.silent_since, shown.overdue) == (True, NINE, 1)


def test_a_watcher_that_never_ran_is_shown(mrs_oh):
    with at_nine():
        assert queries.board().silent


def test_the_command_looks_once(mrs_oh, jun):
    overdue_now()
    call_command("watch_rounds", "--once", stdout=StringIO())
    assert Alarm.objects.filter(kind="missed").count() == 1
    assert Watcher.objects.exists()


def test_a_watcher_that_cannot_look_gives_no_sign_of_life(mrs_oh, monkeypatch):
    def broken():
        raise RuntimeError

    monkeypatch.setattr(alarms, "raise_skipped", broken)
    overdue_now()
    watch_once()
    assert Alarm.objects.filter(kind="missed").exists()
    assert not Watcher.objects.exists()


# --- What people see of it


def test_a_supervisor_sees_name_and_reason_on_every_page(mrs_oh, client, jun):
    overdue_now()
    watch_once()
    client.force_login(jun)
    page = client.get("/board/").content.decode()
    assert "Mrs. Oh" in page
    assert str(Alarm.objects.get().get_kind_display()) in page


@pytest.mark.parametrize("role", ["agent", "editor", "operator"])
def test_others_do_not_see_whom_it_is_about(mrs_oh, client, role):
    overdue_now()
    watch_once()
    client.force_login(make_person("somebody", role))
    assert "Mrs. Oh" not in client.get("/board/").content.decode()


def test_a_supervisor_takes_it_on_from_the_board(mrs_oh, client, jun):
    overdue_now()
    watch_once()
    client.force_login(jun)
    alarm = Alarm.objects.get()
    answer = client.post(
        f"/board/{alarm.pk}/acknowledge/", {"words": "I go."}, HTTP_HX_REQUEST="true"
    )
    assert "Mrs. Oh" not in answer.content.decode()
    alarm.refresh_from_db()
    assert alarm.acknowledged_by == jun


def test_an_agent_may_not_take_it_on(mrs_oh, client, mina):
    overdue_now()
    watch_once()
    client.force_login(mina)
    assert client.post(f"/board/{Alarm.objects.get().pk}/acknowledge/").status_code == 403
    assert Alarm.objects.ringing()
