"""A caller gives up the line, not the place in it; or is promised the next opening."""

from datetime import date, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from agents.actions import offers, routing, steering
from agents.matching import read_lane
from agents.models import AuditEntry, Offer, QueueEntry
from callbacks.actions import promises as actions
from callbacks.models import Attempt, Callback
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from inquiries.actions import contacts
from inquiries.models import Call, CallEvent, Inquiry
from inquiries.queries import line_of
from tests.agents.test_hours import MONDAY, WEEK, at, opens
from tests.agents.test_races import all_at_once
from tests.people import (
    MR_PARK,
    MR_PARK_E164,
    MS_CHOI,
    accept_next,
    after,
    available,
    call_arrives,
    entry_now,
    make_agent,
    phone_event,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

EVENING, TUESDAY = at(MONDAY, "20:00"), date(2026, 5, 5)


def in_minutes(minutes: float):
    return clock.now() + timedelta(minutes=minutes)


def arrives(call_id: str = "c1", from_number: str = MR_PARK):
    return phone_event(call_id, "arrived", from_number=from_number)


def take(call_id: str = "c1", **fields) -> Callback:
    callback, _new = actions.promise_caller(call_id=call_id, **fields)
    return callback


def nothing_happened(contact) -> None:
    assert not Callback.objects.exists()
    assert not Attempt.objects.exists()
    assert not AuditEntry.objects.filter(verb__startswith="callback").exists()
    assert entry_now(contact).kind == "call"


# --- The place is kept


def test_the_same_entry_waits_on_at_its_place_as_a_callback():
    contact = arrives()
    before = entry_now(contact)
    callback = take()
    entry = QueueEntry.objects.get()
    assert (entry.pk, entry.kind, entry.status) == (before.pk, "callback", "waiting")
    assert (entry.priority, entry.rank_at) == (before.priority, before.rank_at)
    assert entry.waiting_since == before.waiting_since
    assert entry.lane == before.lane
    assert read_lane(entry.lane).spoken
    attempt = Attempt.objects.get()
    assert (attempt.callback, attempt.entry, attempt.ended_at) == (callback, entry, None)


def test_the_promise_says_within_what_time_we_call(settings):
    settings.VIRTUAL_HOLD_WITHIN_MINUTES = 45
    now = clock.now()
    with clock.at(now):
        arrives()
        callback = take()
    assert (callback.status, callback.phone) == ("queued", MR_PARK_E164)
    assert (callback.promised_by, callback.due_at) == (None, now)
    assert callback.promised_for == now + timedelta(minutes=45)
    assert Inquiry.objects.get().status == "promised"
    assert AuditEntry.objects.get(verb="callback.place_kept").actor is None


def test_who_was_behind_stays_behind_and_who_was_before_stays_before(mina, li, jin):
    arrives("c1", "010-1000-0001")
    kept = arrives("c2", "010-1000-0002")
    arrives("c3", "010-1000-0003")
    take("c2")
    asked = []
    for agent in (mina, jin, li):
        available(agent)
        asked.append(Offer.objects.get(agent=agent).entry_id)
    assert asked[1] == kept.entry_id
    assert asked == sorted(asked)


def test_it_counts_in_the_line_of_who_comes_after():
    arrives("c1", "010-1000-0001")
    take("c1")
    arrives("c2", "010-1000-0002")
    assert line_of(Call.objects.get(call_id="c2")).waiting == 1
    assert line_of(Call.objects.get(call_id="c1")).callback_offered is False


@pytest.mark.parametrize("later", [1, 600])
def test_hanging_up_afterwards_neither_abandons_nor_ends_it(later):
    contact = arrives()
    take()
    with after(later):
        phone_event("c1", "ended")
    entry = entry_now(contact)
    assert (entry.status, entry.finished_at) == ("waiting", None)
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status) == ("", "promised")
    assert Callback.objects.get().status == "queued"


def test_a_late_end_of_the_call_does_not_cut_the_agent_who_calls_back(mina):
    arrives()
    take()
    available(mina)
    contact = accept_next(mina)
    phone_event("c1", "ended")
    assert state_of(mina) == "talking"
    assert entry_now(contact).released_at is None
    assert CallEvent.objects.count() == 2


def test_whoever_hung_up_a_moment_before_we_were_told_is_called_too():
    contact = arrives()
    before = entry_now(contact)
    phone_event("c1", "ended")
    assert entry_now(contact).status == "abandoned"
    callback = take()
    entry = entry_now(contact)
    assert (entry.status, entry.kind, entry.rank_at) == ("waiting", "callback", before.rank_at)
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status, callback.status) == ("", "promised", "queued")


def test_an_agent_who_takes_it_calls_and_the_promise_is_kept(mina):
    arrives()
    callback = take()
    phone_event("c1", "ended")
    available(mina)
    contact = accept_next(mina)
    assert (contact.entry.kind, contact.inquiry.status) == ("callback", "in_progress")
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    callback.refresh_from_db()
    assert (callback.status, Attempt.objects.get().outcome) == ("kept", "reached")
    assert Inquiry.objects.get().status == "closed"


def test_nobody_there_is_tried_again_as_any_promise(mina, settings):
    settings.CALLBACK_RETRY_MINUTES = [10]
    arrives()
    callback = take()
    available(mina)
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="not_reached")
    contacts.finish(agent=mina)
    available(mina)
    callback.refresh_from_db()
    assert callback.status == "promised"
    assert abs(callback.due_at - in_minutes(10)) < timedelta(seconds=5)
    with after(601):
        assert actions.bring_back_due() == 1
    assert QueueEntry.objects.latest("pk").priority == QueueEntry.Priority.PROMISE


def test_asked_for_another_time_moves_the_promise(mina):
    arrives()
    callback = take()
    available(mina)
    accept_next(mina)
    later = in_minutes(120)
    actions.promise(agent=mina, due_at=later)
    contacts.finish(agent=mina)
    callback.refresh_from_db()
    assert (callback.status, callback.due_at) == ("promised", later)
    assert (Callback.objects.count(), Attempt.objects.get().outcome) == (1, "postponed")


def test_what_rings_is_withdrawn_first_and_rings_again_as_a_callback(mina):
    available(mina)
    contact = arrives()
    ringing = Offer.objects.get()
    before = entry_now(contact)
    take()
    ringing.refresh_from_db()
    assert ringing.status == "withdrawn"
    with pytest.raises(Refused):
        offers.accept(offer_id=ringing.pk, agent=mina)
    entry = entry_now(contact)
    assert (entry.kind, entry.rank_at, entry.status) == ("callback", before.rank_at, "offered")
    assert Offer.objects.get(status="live").agent == mina
    assert accept_next(mina).entry.kind == "callback"


def test_another_number_to_call(mina):
    arrives()
    assert take(phone=MS_CHOI).phone == "+821022223333"


def test_who_withholds_the_number_gives_one():
    arrives(from_number="anonymous")
    assert take(phone=MR_PARK).phone == MR_PARK_E164


def test_a_caller_who_was_passed_on_and_waits_again_keeps_the_place_too(mina, jun):
    available(mina)
    contact = arrives()
    accept_next(mina)
    steering.pull(entry_id=contact.entry_id, actor=jun, reason="A test.")
    assert take().status == "queued"
    assert entry_now(contact).kind == "callback"


# --- Once


def test_the_same_again_changes_nothing():
    contact = arrives()
    first, new = actions.promise_caller(call_id="c1")
    entry, trail = entry_now(contact), AuditEntry.objects.count()
    with after(30):
        again, new_again = actions.promise_caller(call_id="c1", phone=MS_CHOI)
    assert (new, new_again, first.pk) == (True, False, again.pk)
    assert (again.phone, again.promised_for) == (MR_PARK_E164, first.promised_for)
    assert (Callback.objects.count(), Attempt.objects.count()) == (1, 1)
    assert (entry_now(contact).rank_at, AuditEntry.objects.count()) == (entry.rank_at, trail)


def test_the_same_again_after_it_was_kept_makes_no_second_promise(mina):
    arrives()
    take()
    available(mina)
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    callback, new = actions.promise_caller(call_id="c1")
    assert (new, callback.status, Callback.objects.count()) == (False, "kept", 1)


def test_eight_times_at_once_is_one_promise():
    arrives()
    answers = all_at_once([lambda: actions.promise_caller(call_id="c1")] * 8)
    assert sum(new for _callback, new in answers) == 1
    assert (Callback.objects.count(), Attempt.objects.count()) == (1, 1)


def test_the_database_itself_refuses_two_promises_for_one_call():
    arrives()
    callback = take()
    Callback.objects.update(status="cancelled", ended_at=clock.now())
    callback.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        callback.save(force_insert=True)


# --- The next opening, or a time of the caller's own


def test_while_closed_the_promise_is_for_the_next_opening():
    opens(WEEK, "09:00-18:00")
    with clock.at(EVENING):
        contact = arrives()
        callback = take()
    opening = at(TUESDAY, "09:00")
    assert (callback.status, callback.promised_for, callback.due_at) == (
        "promised",
        opening,
        opening,
    )
    entry = entry_now(contact)
    assert (entry.status, entry.kind, entry.agent) == ("done", "call", None)
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status) == ("promised", "promised")
    assert not Attempt.objects.exists()


def test_at_the_opening_it_is_brought_back_as_a_promise(mina):
    opens(WEEK, "09:00-18:00")
    with clock.at(EVENING):
        arrives()
        take()
        phone_event("c1", "ended")
        assert actions.bring_back_due() == 0
    with clock.at(at(TUESDAY, "09:00")):
        assert actions.bring_back_due() == 1
        available(mina)
        assert accept_next(mina).entry.kind == "callback"


def test_a_time_of_the_callers_own_leaves_the_line():
    contact = arrives()
    later = in_minutes(180)
    callback = take(due_at=later)
    assert (callback.status, callback.promised_for) == ("promised", later)
    assert entry_now(contact).status == "done"


@pytest.mark.parametrize("kind", ["ended", "held"])
def test_what_the_telephone_says_later_changes_nothing(kind):
    contact = arrives()
    take(due_at=in_minutes(180))
    finished = entry_now(contact).finished_at
    with after(5):
        phone_event("c1", kind)
    entry = entry_now(contact)
    assert (entry.status, entry.finished_at) == ("done", finished)
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status) == ("promised", "promised")
    assert Callback.objects.get().status == "promised"


def test_what_rings_while_closed_stops_ringing(mina):
    opens(WEEK, "09:00-18:00")
    with clock.at(EVENING):
        available(mina)
        contact = arrives()
        take()
    assert (state_of(mina), Offer.objects.get().status) == ("available", "withdrawn")
    assert entry_now(contact).status == "done"


def test_whoever_hung_up_while_closed_before_we_were_told_is_promised_too():
    opens(WEEK, "09:00-18:00")
    with clock.at(EVENING):
        contact = arrives()
        phone_event("c1", "ended")
        take()
    contact.refresh_from_db()
    assert (contact.outcome, contact.inquiry.status) == ("promised", "promised")
    assert entry_now(contact).status == "done"


# --- Refusals


def test_an_unknown_call_is_not_there():
    with pytest.raises(Missing) as refusal:
        take("nobody")
    assert (refusal.value.status, refusal.value.field) == (404, "call_id")
    assert not Callback.objects.exists()


def test_a_call_that_an_agent_has_is_refused(mina):
    available(mina)
    contact = arrives()
    accept_next(mina)
    with pytest.raises(Refused) as refusal:
        take()
    assert refusal.value.status == 409
    nothing_happened(contact)
    assert state_of(mina) == "talking"
    assert Inquiry.objects.get().status == "in_progress"


def test_a_call_that_an_agent_has_had_is_refused(mina):
    available(mina)
    contact = arrives()
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    available(mina)
    with pytest.raises(Refused):
        take()
    nothing_happened(contact)
    assert Inquiry.objects.get().status == "closed"


@pytest.mark.parametrize(
    ("minutes", "phone", "field"),
    [
        (None, "not a number", "phone"),
        (None, "120", "phone"),
        (-10, "", "due_at"),
        (61 * 24 * 60, "", "due_at"),
    ],
)
def test_a_bad_number_or_time_is_named_and_leaves_everything(mina, minutes, phone, field):
    available(mina)
    contact = arrives()
    due_at = None if minutes is None else in_minutes(minutes)
    with pytest.raises(Invalid) as refusal:
        take(phone=phone, due_at=due_at)
    assert (refusal.value.status, refusal.value.field) == (400, field)
    nothing_happened(contact)
    # It still rings: the withdrawal was taken back too.
    assert (state_of(mina), Offer.objects.get().status) == ("ringing", "live")


def test_who_withholds_the_number_and_gives_none_is_asked_for_one():
    contact = arrives(from_number="anonymous")
    with pytest.raises(Invalid) as refusal:
        take()
    assert refusal.value.field == "phone"
    nothing_happened(contact)
    assert entry_now(contact).status == "waiting"


def test_nobody_is_promised_a_call_while_we_are_closed():
    opens(WEEK, "09:00-18:00")
    with clock.at(EVENING):
        contact = arrives()
        with pytest.raises(Invalid) as refusal:
            take(due_at=at(TUESDAY, "03:00"))
    assert refusal.value.field == "due_at"
    nothing_happened(contact)


def test_a_center_that_never_opens_needs_a_time():
    opens(WEEK)
    contact = arrives()
    with pytest.raises(Invalid) as refusal:
        take()
    assert refusal.value.field == "due_at"
    nothing_happened(contact)


# --- The door


@pytest.fixture
def door():
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Api-Key {django_settings.TELEPHONY_KEY}")
    return lambda **body: client.post("/api/v1/calls/callback/", body, format="json")


def test_the_door_answers_twice_the_same(door):
    contact = arrives()
    first, again = door(call_id="c1"), door(call_id="c1")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    told = first.json()
    assert (told["call_id"], told["number"]) == ("c1", contact.inquiry.number)
    assert (told["phone"], told["keeps_place"]) == (MR_PARK_E164, True)


def test_the_door_tells_of_a_promise_without_a_place(door):
    arrives()
    due = in_minutes(90).replace(microsecond=0)
    told = door(call_id="c1", due_at=due.isoformat(), phone=None).json()
    assert told["keeps_place"] is False
    assert datetime.fromisoformat(told["promised_for"]) == due


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "call_id"),
        ({"call_id": "c1", "phone": "12"}, 400, "phone"),
        ({"call_id": "c1", "phone": "0" * 31}, 400, "phone"),
        ({"call_id": "c1", "due_at": "soon"}, 400, "due_at"),
        ({"call_id": "c1", "due_at": "2020-01-01T00:00:00Z"}, 400, "due_at"),
        ({"call_id": "c2"}, 404, "call_id"),
    ],
)
def test_the_door_names_what_is_wrong(door, body, status, field):
    contact = arrives()
    answer = door(**body)
    assert (answer.status_code, list(answer.json())) == (status, [field])
    nothing_happened(contact)


def test_the_door_refuses_a_call_that_an_agent_has(door, mina):
    available(mina)
    arrives()
    accept_next(mina)
    assert door(call_id="c1").status_code == 409


@pytest.mark.parametrize("header", ["", "Api-Key wrong", "Token abc"])
def test_the_door_needs_the_telephone_systems_key(header):
    arrives()
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    answer = client.post("/api/v1/calls/callback/", {"call_id": "c1"}, format="json")
    assert answer.status_code == 401
    assert not Callback.objects.exists()


# --- At the same moment


@pytest.mark.parametrize("_round", range(6))
def test_an_agent_accepts_while_the_caller_takes_the_callback(mina, _round):
    available(mina)
    contact = arrives()
    offer = Offer.objects.get()
    accepted, taken = all_at_once(
        [
            lambda: offers.accept(offer_id=offer.pk, agent=mina),
            lambda: actions.promise_caller(call_id="c1"),
        ]
    )
    entry = entry_now(contact)
    if isinstance(taken, Refused):
        assert isinstance(accepted, QueueEntry)
        assert (entry.kind, entry.status, entry.agent) == ("call", "taken", mina)
        nothing_happened(contact)
        assert state_of(mina) == "talking"
    else:
        assert isinstance(accepted, Refused)
        assert (entry.kind, entry.agent) == ("callback", None)
        assert Callback.objects.get().status == "queued"
        assert Attempt.objects.get().entry == entry
        routing.route()
        assert state_of(mina) == "ringing"


@pytest.mark.parametrize("_round", range(6))
def test_the_caller_hangs_up_while_the_choice_is_told(_round):
    contact = arrives()
    all_at_once(
        [
            lambda: phone_event("c1", "ended"),
            lambda: actions.promise_caller(call_id="c1"),
        ]
    )
    entry = entry_now(contact)
    assert (entry.status, entry.kind) == ("waiting", "callback")
    assert Callback.objects.get().status == "queued"
    assert Inquiry.objects.get().status == "promised"


# --- A returning caller goes to who promised


@pytest.fixture
def promises_alone(settings):
    """Who spoke with the caller last does not count."""
    settings.SAME_AGENT_WITHIN_HOURS = 0


def promised_by(agent, due_at, from_number=MR_PARK) -> None:
    available(agent)
    call_arrives(from_number)
    accept_next(agent)
    actions.promise(agent=agent, due_at=due_at)
    contacts.finish(agent=agent)


def test_who_promised_is_asked_first_when_the_caller_calls_again(promises_alone, mina, jin):
    promised_by(mina, in_minutes(60))
    for agent in (jin, mina):
        available(agent)
    contact = call_arrives(MR_PARK)
    assert entry_now(contact).preferred == mina
    assert (state_of(mina), state_of(jin)) == ("ringing", "available")


def test_an_open_promise_weighs_more_than_the_last_conversation(mina, jin):
    promised_by(mina, in_minutes(60))
    available(jin)
    call_arrives(MR_PARK)
    accept_next(jin)
    contacts.set_outcome(agent=jin, outcome="resolved")
    contacts.finish(agent=jin)
    assert entry_now(call_arrives(MR_PARK)).preferred == mina


def test_of_two_promises_the_one_due_first_counts(promises_alone, mina, jin):
    promised_by(mina, in_minutes(120))
    promised_by(jin, in_minutes(30))
    assert entry_now(call_arrives(MR_PARK)).preferred == jin


def test_a_promise_that_is_kept_or_of_another_caller_counts_no_more(promises_alone, mina):
    promised_by(mina, in_minutes(60))
    assert entry_now(call_arrives(MS_CHOI)).preferred is None
    Callback.objects.update(status="kept", ended_at=clock.now())
    assert entry_now(call_arrives(MR_PARK)).preferred is None


def test_a_promise_to_call_this_number_counts_whoever_asked(promises_alone, mina):
    available(mina)
    call_arrives("anonymous")
    accept_next(mina)
    actions.promise(agent=mina, due_at=in_minutes(60), phone=MS_CHOI)
    contacts.finish(agent=mina)
    assert entry_now(call_arrives(MS_CHOI)).preferred == mina


def test_a_promise_by_nobody_and_by_who_has_left_prefers_nobody():
    gone = make_agent("gone", is_active=False)
    arrives("c1")
    take("c1", due_at=in_minutes(60))
    assert entry_now(arrives("c2")).preferred is None
    Callback.objects.update(promised_by=gone)
    assert entry_now(arrives("c3")).preferred is None


def test_a_caller_without_a_number_is_nobodys(mina):
    promised_by(mina, in_minutes(60))
    assert entry_now(call_arrives("anonymous")).preferred is None
