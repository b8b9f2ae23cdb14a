"""The same moment, many hands: real threads on real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import IntegrityError, connection, transaction

from agents.actions import offers, routing
from agents.models import Offer, Presence, QueueEntry
from callcenter import clock
from callcenter.refusals import Refused
from inquiries.actions import calls
from inquiries.models import Call, CallEvent, Citizen, Inquiry
from tests.people import available, call_arrives, make_agent

pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(works):
    """Run every callable in a thread of its own, starting together; results or Refused in order."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait()
        try:
            return work()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_eight_accepts_of_one_offer_have_one_winner(mina):
    available(mina)
    call_arrives()
    offer = Offer.objects.get()
    answers = all_at_once([lambda: offers.accept(offer_id=offer.pk, agent=mina)] * 8)
    assert sum(isinstance(answer, QueueEntry) for answer in answers) == 1
    assert QueueEntry.objects.filter(agent=mina, status="taken").count() == 1


def test_accept_and_decline_at_once_end_in_one_of_the_two(mina):
    available(mina)
    call_arrives()
    offer = Offer.objects.get()
    all_at_once(
        [
            lambda: offers.accept(offer_id=offer.pk, agent=mina),
            lambda: offers.decline(offer_id=offer.pk, agent=mina),
        ]
    )
    entry = QueueEntry.objects.get()
    assert (entry.status, entry.agent) in [("taken", mina), ("waiting", None)]


def test_many_routers_offer_each_entry_once():
    agents = [make_agent(f"agent{number}") for number in range(6)]
    entries = [call_arrives(f"010-3000-100{number}").entry_id for number in range(6)]
    for agent in agents:
        Presence.objects.update_or_create(
            agent=agent,
            defaults={"state": "available", "since": clock.now(), "skills": ["lang.ko:1"]},
        )
    made = all_at_once([routing.route] * 8)
    assert sum(made) == 6
    live = Offer.objects.filter(status="live")
    assert sorted(live.values_list("entry", flat=True)) == sorted(entries)
    assert live.values("agent").distinct().count() == 6


def test_while_somebody_holds_who_was_to_be_asked_nobody_skips_the_line(mina, jin):
    """Mina, free for longest, is held by another transaction: the first in line goes to Jin."""
    first, second = call_arrives("010-3000-1001"), call_arrives("010-3000-1002")
    for agent, since in ((mina, 60), (jin, 30)):
        Presence.objects.update_or_create(
            agent=agent,
            defaults={
                "state": "available",
                "since": clock.now() - timedelta(seconds=since),
                "skills": ["lang.ko:1"],
            },
        )
    held, routed = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            Presence.objects.select_for_update().get(agent=mina)
            held.set()
            assert routed.wait(10)

    def route() -> None:
        assert held.wait(10)
        try:
            assert routing.route() == 1
        finally:
            routed.set()

    all_at_once([hold, route])
    offer = Offer.objects.get(status="live")
    assert (offer.entry_id, offer.agent) == (first.entry_id, jin)
    assert routing.route() == 1
    assert Offer.objects.get(status="live", agent=mina).entry_id == second.entry_id


def test_the_database_itself_refuses_a_second_live_offer(mina, jin):
    available(mina)
    call_arrives()
    offer = Offer.objects.get()
    offer.pk, offer.agent = None, jin
    with pytest.raises(IntegrityError), transaction.atomic():
        offer.save()


def test_the_database_itself_refuses_two_taken_entries_for_one_agent(mina):
    available(mina)
    first, second = call_arrives(), call_arrives("010-9999-0000")
    taken = {"status": "taken", "agent": mina, "taken_at": clock.now()}
    QueueEntry.objects.filter(pk=first.entry_id).update(**taken)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueEntry.objects.filter(pk=second.entry_id).update(**taken)


def test_one_event_sent_eight_times_at_once_is_one_call():
    def send():
        return calls.record_event(
            event_id="e1", call_id="c1", kind="arrived", at=clock.now(), from_number="01011112222"
        )

    answers = all_at_once([send] * 8)
    assert sum(new for _call, new in answers) == 1
    counts = [model.objects.count() for model in (Call, CallEvent, Inquiry, QueueEntry, Citizen)]
    assert counts == [1, 1, 1, 1, 1]


def test_eight_calls_of_one_number_at_once_are_one_citizen():
    works = [lambda n=n: call_arrives("010-1234-5678", to_number=str(n)) for n in range(8)]
    all_at_once(works)
    assert (Citizen.objects.count(), Inquiry.objects.count()) == (1, 8)
