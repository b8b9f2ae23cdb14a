"""Whatever happens in whatever order: every check ends once, is open and due, or is alarmed.

Hypothesis makes up days of two people, an agent, a supervisor, a scheduler that may stand still
and a watcher; after every step the real database is looked at.
"""

import os
from datetime import timedelta

import pytest
from django.conf import settings as center
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agents.actions import offers, queue, routing, states
from agents.models import AuditEntry, DeskSeen, Offer, Presence, PresenceSpell, QueueEntry, User
from callbacks import rounds
from callbacks.actions import alarms, welfare, welfare_people, welfare_plan
from callbacks.models import Alarm, Check, Mail, Person, Round, Step, Watcher
from callcenter import clock
from callcenter.refusals import Refused
from inquiries.models import Contact, Inquiry
from tests.callbacks.test_welfare import SUNDAY_EVENING
from tests.people import make_agent, make_elder, make_person

who = st.sampled_from(["Mrs. Oh", "Mr. Ko"])


class Rounds(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        for model in (Alarm, Mail, Watcher, Step, Check, Round, Person, Offer, Presence):
            model.objects.all().delete()
        for model in (PresenceSpell, DeskSeen, AuditEntry, Contact, Inquiry, QueueEntry):
            model.objects.all().delete()
        self.mina = User.objects.get(username="mina")
        self.jun = User.objects.get(username="jun")
        self.now, self.ended = SUNDAY_EVENING, {}
        with clock.at(self.now):
            make_elder("Mrs. Oh", times=[9 * 60, 18 * 60])
            make_elder("Mr. Ko", others=1, on_holidays=False, window_minutes=60)
        self.do(states.set_state, agent=self.mina, state="available")
        self.do(welfare_plan.plan_rounds)

    def do(self, action, **arguments):
        """What is refused changes nothing, and is a part of life."""
        self.now += timedelta(seconds=1)
        with clock.at(self.now):
            try:
                return action(**arguments)
            except Refused:
                return None

    def person(self, name):
        return Person.objects.get(name=name).pk

    # --- What happens

    @rule(minutes=st.sampled_from([1, 5, 11, 21, 60, 180, 13 * 60]), scheduler=st.booleans())
    def time_passes(self, minutes, scheduler):
        self.now += timedelta(minutes=minutes)
        if scheduler:
            self.do(welfare_plan.plan_rounds)
            self.do(welfare.bring_in_due)
            self.do(offers.expire_offers)
            self.do(states.end_wrap_ups_over)
            self.do(routing.route)
        self.do(welfare_plan.plan_what_is_missing)
        for look in (alarms.raise_missed, alarms.raise_skipped, alarms.tell_again):
            self.do(look)

    @rule(late=st.sampled_from([0, 0, 30, 90]), times=st.integers(1, 3))
    def what_comes_due_is_taken_and_not_reached(self, late, times):
        self.the_next_rings_and_she_takes_it(late)
        for _time in range(times):
            self.she_says("not_reached")

    @rule(late=st.sampled_from([0, 0, 5, 70]))
    def the_next_rings_and_she_takes_it(self, late):
        self.do(states.set_state, agent=self.mina, state="available")
        planned = Check.objects.filter(status="planned").order_by("due_at").first()
        if planned:
            self.now = max(self.now, planned.due_at + timedelta(minutes=late))
        self.do(welfare_plan.plan_rounds)
        self.do(offers.expire_offers)
        self.do(states.set_state, agent=self.mina, state="available")
        self.do(welfare.bring_in_due)
        offer = Offer.objects.filter(agent=self.mina, status="live").first()
        if offer:
            self.do(offers.accept, offer_id=offer.pk, agent=self.mina)

    @rule(outcome=st.sampled_from(["not_reached", "not_reached", "fine", "looking", "help"]))
    def she_says(self, outcome):
        self.do(welfare.record, agent=self.mina, outcome=outcome, words="Said.")

    @rule()
    def her_desk_vanishes(self):
        held = QueueEntry.objects.filter(status="taken", settled_at=None).first()
        if held:
            self.do(queue.release, entry_id=held.pk)
            self.do(lambda: _vanish(held.pk))

    @rule()
    def something_takes_it_out_of_the_line(self):
        waiting = QueueEntry.objects.waiting().filter(kind="welfare").first()
        if waiting:
            self.do(queue.abandon, entry_id=waiting.pk, at=self.now)

    @rule(name=who)
    def consent_is_withdrawn(self, name):
        self.do(welfare_people.withdraw_consent, person_id=self.person(name), actor=self.jun)
        assert not Check.objects.open().filter(person__name=name).exists()

    @rule(name=who)
    def consent_is_given(self, name):
        said = {"given_by": "self", "given_name": name, "how": "By telephone"}
        self.do(welfare_people.give_consent, person_id=self.person(name), actor=self.jun, **said)

    @rule(name=who, begins=st.integers(0, 1), days=st.integers(0, 2))
    def a_pause(self, name, begins, days):
        with clock.at(self.now):
            first = clock.today() + timedelta(days=begins)
        span = {"first_day": first, "last_day": first + timedelta(days=days)}
        who = {"person_id": self.person(name), "actor": self.jun}
        self.do(welfare_people.pause, **who, **span, reason="Holiday")

    @rule(name=who)
    def a_pause_ends(self, name):
        for pause in Person.objects.get(name=name).pauses.all():
            self.do(welfare_people.end_pause, pause_id=pause.pk, actor=self.jun)

    @rule(outcome=st.sampled_from(["fine", "help"]), number=st.integers(0, 3))
    def a_supervisor_settles(self, outcome, number):
        checks = list(Check.objects.open().order_by("pk"))
        if checks:
            told = {"actor": self.jun, "outcome": outcome, "words": "I know."}
            self.do(welfare.settle_by_hand, check_id=checks[number % len(checks)].pk, **told)

    @rule()
    def a_supervisor_calls_now(self):
        check = Check.objects.filter(status="escalated").first()
        if check:
            self.do(welfare.call_now, check_id=check.pk, actor=self.jun)

    @rule()
    def an_alarm_is_taken_on(self):
        alarm = Alarm.objects.ringing().first()
        if alarm:
            self.do(alarms.acknowledge, alarm_id=alarm.pk, actor=self.jun, words="I see to it.")

    # --- What must hold

    @invariant()
    def a_check_in_the_line_has_one_entry_and_others_none(self):
        for check in Check.objects.select_related("inquiry"):
            entries = QueueEntry.objects.filter(contact__inquiry=check.inquiry_id, settled_at=None)
            live = entries.open().count() if check.inquiry_id else 0
            if check.status == "queued":
                # None for a moment: something took it out of the line, the next tick puts it back.
                assert live <= 1
            elif check.status != "cancelled":
                assert live == 0

    @invariant()
    def what_has_an_outcome_keeps_it(self):
        now = dict(Check.objects.filter(status__in=["fine", "help"]).values_list("pk", "status"))
        assert self.ended.items() <= now.items()
        self.ended = now

    @invariant()
    def an_outcome_has_one_step_that_says_so_by_somebody(self):
        for check in Check.objects.filter(status__in=["fine", "help"]):
            ends = check.steps.filter(outcome__in=["fine", "help", "by_hand"])
            assert [step.by is not None for step in ends] == [True]

    @invariant()
    def whoever_needs_help_has_an_urgent_inquiry(self):
        for check in Check.objects.filter(status="help"):
            assert QueueEntry.objects.filter(contact__inquiry=check.help_inquiry).exists()

    @invariant()
    def without_consent_or_in_a_pause_nothing_is_planned(self):
        with clock.at(self.now):
            for check in Check.objects.filter(status="planned", tries=0, rung=0, inquiry=None):
                day = check.planned_for.astimezone(SUNDAY_EVENING.tzinfo).date()
                person = check.person
                why = rounds.why_not(day, person.consents.all(), person.pauses.all())
                assert why is None

    @invariant()
    def the_ladder_is_climbed_without_leaving_anybody_out(self):
        for check in Check.objects.all():
            kinds = list(check.steps.exclude(kind="").values_list("kind", flat=True))
            order = list(check.person.ladder.values_list("kind", flat=True))
            if not check.steps.filter(outcome="reopened", by__isnull=False).exists():
                assert kinds == sorted(kinds, key=order.index)
                assert set(kinds) == set(order[: len(set(kinds))])

    @invariant()
    def alarms_and_their_mails_are_told_once(self):
        pairs = list(Alarm.objects.exclude(check_of=None).values_list("check_of", "kind"))
        assert len(pairs) == len(set(pairs))
        assert Mail.objects.count() == sum(Alarm.objects.values_list("level", flat=True))

    @rule()
    def the_watcher_looks_and_nothing_overdue_is_silent(self):
        self.do(alarms.raise_missed)
        overdue = Check.objects.overdue(self.now)
        assert not overdue.exclude(alarms__kind="missed").exists()

    def teardown(self):
        """The scheduler runs again for two days: whatever is still open is alarmed or ended."""
        for _hour in range(6):
            self.now += timedelta(hours=8)
            self.do(welfare_plan.plan_rounds)
            self.do(welfare.bring_in_due)
            self.do(alarms.raise_missed)
        old = Check.objects.open().filter(deadline_at__lt=self.now)
        assert not old.exclude(alarms__kind="missed").exists()
        line = QueueEntry.objects.filter(kind="welfare", status__in=QueueEntry.IN_LINE)
        assert line.count() <= center.WELFARE_IN_LINE


def _vanish(entry_id: int) -> None:
    with transaction.atomic():
        queue.leave_behind(queue.lock(entry_id), actor=None)


@pytest.mark.django_db(transaction=True)
def test_every_check_ends_once_or_is_told():
    make_agent("mina")
    make_person("jun", User.Role.SUPERVISOR)
    run_state_machine_as_test(
        Rounds,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES", "15")),
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
