"""A promise is kept, retried or with a supervisor; it is never lost and never doubled."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import integers, sampled_from

from agents.actions import desks, queue, routing
from agents.models import QueueEntry
from callbacks.actions import promises as actions
from callbacks.actions.promises.making import Wish, place
from callbacks.models import Attempt, Callback
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts
from inquiries.models import Inquiry
from tests.agents.test_races import all_at_once
from tests.people import (
    MR_PARK_E164,
    accept_next,
    after,
    available,
    call_arrives,
    make_agent,
    state_of,
    web_inquiry,
)

pytestmark = pytest.mark.django_db(transaction=True)


def in_minutes(minutes: float):
    return clock.now() + timedelta(minutes=minutes)


@pytest.fixture
def promised(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    callback = actions.promise(agent=mina, due_at=in_minutes(10), question="Why camels?")
    contacts.finish(agent=mina)
    available(mina)
    return callback


def not_reached(agent):
    accept_next(agent)
    contacts.set_outcome(agent=agent, outcome="not_reached")
    contacts.finish(agent=agent)
    available(agent)


def test_a_promise_goes_to_the_number_they_called_from(promised):
    assert (promised.phone, promised.status) == (MR_PARK_E164, "promised")
    assert Inquiry.objects.get().status == "promised"


def test_a_promise_is_not_brought_back_before_it_is_due(promised):
    with after(599):
        assert actions.bring_back_due() == 0


def test_a_promise_due_rings_at_a_free_agent(promised, mina):
    with after(601):
        assert actions.bring_back_due() == 1
        assert state_of(mina) == "ringing"
    assert QueueEntry.objects.latest("pk").kind == "callback"


def test_a_promise_due_is_brought_back_once(promised):
    with after(601):
        assert sum(all_at_once([actions.bring_back_due] * 6)) == 0  # threads keep the real time
    Callback.objects.update(due_at=clock.now())
    assert sum(all_at_once([actions.bring_back_due] * 6)) == 1
    assert QueueEntry.objects.filter(kind="callback").count() == 1


def test_a_promise_kept(promised, mina):
    with after(601):
        actions.bring_back_due()
        accept_next(mina)
        contacts.set_outcome(agent=mina, outcome="resolved")
        contacts.finish(agent=mina)
    promised.refresh_from_db()
    assert promised.status == "kept"
    assert Inquiry.objects.get().status == "closed"
    assert Attempt.objects.get().outcome == "reached"


def test_nobody_there_is_tried_again_up_the_ladder_and_then_a_supervisors(promised, mina, settings):
    settings.CALLBACK_RETRY_MINUTES = [10, 30]
    moment = 601
    for wait in (10, 30):
        with after(moment):
            actions.bring_back_due()
            not_reached(mina)
            promised.refresh_from_db()
            assert promised.status == "promised"
            assert abs(promised.due_at - in_minutes(wait)) < timedelta(seconds=5)
        moment += wait * 60 + 5
    with after(moment):
        actions.bring_back_due()
        not_reached(mina)
    promised.refresh_from_db()
    assert promised.status == "escalated"
    assert promised.attempts.count() == 3


def test_asked_for_another_time_moves_the_promise(promised, mina):
    with after(601):
        actions.bring_back_due()
        accept_next(mina)
        later = in_minutes(120)
        actions.promise(agent=mina, due_at=later)
        contacts.finish(agent=mina)
    promised.refresh_from_db()
    assert (promised.status, promised.due_at) == ("promised", later)
    assert (Callback.objects.count(), Attempt.objects.get().outcome) == (1, "postponed")


def test_a_second_promise_for_the_inquiry_moves_the_first(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    actions.promise(agent=mina, due_at=in_minutes(10))
    actions.promise(agent=mina, due_at=in_minutes(20))
    assert Callback.objects.get().due_at > in_minutes(15)


def test_resolving_after_promising_leaves_no_promise(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    actions.promise(agent=mina, due_at=in_minutes(10))
    contacts.set_outcome(agent=mina, outcome="resolved")
    assert Callback.objects.get().status == "cancelled"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"due_at": -60}, "due_at"),
        ({"due_at": 61 * 24 * 60}, "due_at"),
        ({"due_at": 10, "phone": "not a number"}, "phone"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_not_made(mina, fields, field):
    available(mina)
    call_arrives()
    accept_next(mina)
    with pytest.raises(Invalid) as refusal:
        actions.promise(agent=mina, **fields | {"due_at": in_minutes(fields["due_at"])})
    assert refusal.value.field == field
    assert not Callback.objects.exists()
    assert Inquiry.objects.get().status == "in_progress"


def test_a_written_inquiry_without_a_number_needs_one(mina):
    available(mina)
    web_inquiry()
    accept_next(mina)
    with pytest.raises(Invalid) as refusal:
        actions.promise(agent=mina, due_at=in_minutes(10))
    assert refusal.value.field == "phone"


def test_a_supervisor_calls_now_or_cancels_with_a_reason(promised, jun):
    assert actions.call_now(callback_id=promised.pk, actor=jun).due_at <= clock.now()
    with pytest.raises(Invalid):
        actions.cancel(callback_id=promised.pk, actor=jun, reason="")
    actions.cancel(callback_id=promised.pk, actor=jun, reason="The citizen found the answer.")
    assert Inquiry.objects.get().status == "closed"
    with pytest.raises(Refused):
        actions.call_now(callback_id=promised.pk, actor=jun)


@pytest.fixture
def vanished(promised, mina):
    """Mina called Mr. Park, the call ended, and her desk was gone before she wrote it up."""
    with after(601):
        actions.bring_back_due()
        accept_next(mina)
        contacts.hang_up(agent=mina)
    with after(700):
        assert desks.let_go_of_vanished() == 1
    promised.refresh_from_db()
    return promised


def test_a_try_that_nobody_wrote_up_is_a_supervisors_to_decide(vanished, jun):
    assert vanished.status == "escalated"
    assert Attempt.objects.get().ended_at
    with after(705):
        actions.call_now(callback_id=vanished.pk, actor=jun)
        assert actions.bring_back_due() == 1


def test_whoever_looks_into_it_may_promise_again_and_it_is_brought_back(vanished, mina):
    with after(710):
        available(mina)
        assert accept_next(mina).entry.kind == "returned"
        actions.promise(agent=mina, due_at=in_minutes(10))
        contacts.finish(agent=mina)
    with after(710 + 601):
        assert actions.bring_back_due() == 1
    assert Callback.objects.count() == 1


def test_whoever_looks_into_it_may_settle_it(vanished, mina):
    with after(710):
        available(mina)
        accept_next(mina)
        contacts.set_outcome(agent=mina, outcome="resolved")
        contacts.finish(agent=mina)
    vanished.refresh_from_db()
    assert vanished.status == "cancelled"


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
class PromiseMachine(RuleBasedStateMachine):
    """Whatever agents do and however often the tick comes, the promise stands somewhere."""

    def __init__(self):
        super().__init__()
        self.moment = clock.now()
        Callback.joined.through.objects.all().delete()
        for model in (Attempt, Callback):
            model.objects.all().delete()
        username = f"agent{Inquiry.objects.count()}"
        self.agent = make_agent(username)
        with clock.at(self.moment):
            available(self.agent)
            call_arrives()
            routing.route()
            accept_next(self.agent)
            actions.promise(agent=self.agent, due_at=in_minutes(5), question="Why camels?")
            contacts.finish(agent=self.agent)
            available(self.agent)

    @property
    def callback(self):
        return Callback.objects.get()

    @rule()
    def tick(self):
        with clock.at(self.moment):
            actions.bring_back_due()
            routing.route()

    @rule()
    def time_passes(self):
        self.moment += timedelta(minutes=7)

    @precondition(lambda self: state_of(self.agent) == "ringing")
    @rule(outcome=sampled_from(["no_answer", "busy", "wrong_number"]), clicks=integers(0, 3))
    def nobody_there(self, outcome, clicks):
        with clock.at(self.moment):
            accept_next(self.agent)
            self.click_dial(clicks)
            actions.say_unreached(agent=self.agent, outcome=outcome)
            contacts.finish(agent=self.agent)
            available(self.agent)

    @precondition(lambda self: state_of(self.agent) == "ringing")
    @rule()
    def reached(self):
        with clock.at(self.moment):
            accept_next(self.agent)
            self.click_dial(2)
            contacts.set_outcome(agent=self.agent, outcome="resolved")
            contacts.finish(agent=self.agent)
            available(self.agent)

    def click_dial(self, clicks):
        """However often it is clicked, it rings once."""
        rang = 0
        for _click in range(clicks):
            try:
                actions.dial(agent=self.agent)
                rang += 1
            except Refused:
                pass
        assert rang == min(clicks, 1)

    @precondition(lambda self: state_of(self.agent) == "ringing")
    @rule()
    def agent_vanishes(self):
        with clock.at(self.moment):
            contact = accept_next(self.agent)
            contacts.hang_up(agent=self.agent)
            with transaction.atomic():
                queue.leave_behind(queue.lock(contact.entry_id), actor=None)
            for entry in QueueEntry.objects.open().filter(kind="returned"):
                queue.close_unhandled(entry_id=entry.pk, at=self.moment)

    @rule()
    def watch(self):
        with clock.at(self.moment):
            before = self.callback
            actions.warn_before_broken()
            after_it = self.callback
        assert not (before.owner_warned_at and before.owner_warned_at != after_it.owner_warned_at)

    @precondition(lambda self: self.callback.is_open)
    @rule()
    def asked_again(self):
        """The same question from the same number, over the form: it joins."""
        with clock.at(self.moment):
            again = web_inquiry(phone=MR_PARK_E164)
            for contact in again.contacts.all():
                queue.close_unhandled(entry_id=contact.entry_id, at=self.moment)
            wish = Wish(MR_PARK_E164, "Why camels?", "ko", in_minutes(20))
            with transaction.atomic():
                assert place(again, wish, by=None).pk == self.callback.pk

    @precondition(lambda self: state_of(self.agent) == "ringing")
    @rule()
    def another_time(self):
        with clock.at(self.moment):
            accept_next(self.agent)
            actions.promise(agent=self.agent, due_at=in_minutes(15), question="Why camels?")
            contacts.finish(agent=self.agent)
            available(self.agent)

    @precondition(lambda self: self.callback.status in ("promised", "escalated"))
    @rule()
    def supervisor_says_now(self):
        with clock.at(self.moment):
            actions.call_now(callback_id=self.callback.pk, actor=self.agent)

    @precondition(lambda self: self.callback.status in ("promised", "escalated"))
    @rule()
    def supervisor_cancels(self):
        with clock.at(self.moment):
            actions.cancel(callback_id=self.callback.pk, actor=self.agent, reason="Found it.")

    @invariant()
    def stands_in_exactly_one_place(self):
        waiting = QueueEntry.objects.open().filter(kind="callback").count()
        callback = self.callback
        assert waiting == (callback.status == "queued")
        assert Attempt.objects.filter(ended_at=None).count() == (callback.status == "queued")
        assert Attempt.objects.filter(outcome="reached").count() == (callback.status == "kept")

    @invariant()
    def whoever_joined_is_over_when_it_is(self):
        callback = self.callback
        if not callback.is_open:
            assert not callback.joined.exclude(status="closed").exists()

    def teardown(self):
        for entry in QueueEntry.objects.open():
            if entry.status == "taken":
                queue.complete(entry_id=entry.pk, actor=None)
            else:
                queue.close_unhandled(entry_id=entry.pk, at=self.moment)
        from agents.models import Presence

        Presence.objects.update(state="offline", reason="", entry=None)


def test_a_promise_never_vanishes():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        PromiseMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
