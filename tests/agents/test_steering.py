"""Supervisors move what waits and who works: with a reason, written down, and at once."""

import pytest

from agents.actions import queue, steering
from agents.models import AuditEntry, QueueEntry
from callcenter.refusals import Invalid, Refused
from tests.people import MORNING, accept_next, after, available, call_arrives, entry_now, state_of

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "An emergency."


@pytest.fixture
def line():
    """Three calls in the order they came."""
    return [call_arrives(f"010-0000-300{number}").entry for number in range(3)]


def in_order():
    return list(QueueEntry.objects.waiting())


def test_what_is_pinned_comes_first_until_it_is_let_go(line, jun):
    steering.pin(entry_id=line[2].pk, actor=jun, reason=WHY)
    assert in_order() == [line[2], line[0], line[1]]
    steering.unpin(entry_id=line[2].pk, actor=jun, reason=WHY)
    assert in_order() == line


def test_the_next_free_agent_gets_what_is_pinned(line, jun, mina):
    steering.pin(entry_id=line[1].pk, actor=jun, reason=WHY)
    available(mina)
    assert accept_next(mina).entry_id == line[1].pk


def test_moving_before_another_and_to_the_end(line, jun):
    steering.move_before(entry_id=line[2].pk, other_id=line[0].pk, actor=jun, reason=WHY)
    assert in_order() == [line[2], line[0], line[1]]
    steering.move_to_end(entry_id=line[2].pk, actor=jun, reason=WHY)
    assert in_order() == [line[0], line[1], line[2]]


def test_a_written_inquiry_moved_before_a_call_is_in_its_class(line, jun):
    written = queue.enqueue(kind=QueueEntry.Kind.WEB, language="ko", waiting_since=MORNING)
    assert in_order()[-1] == written
    steering.move_before(entry_id=written.pk, other_id=line[1].pk, actor=jun, reason=WHY)
    assert in_order() == [line[0], written, line[1], line[2]]


@pytest.mark.parametrize("reason", ["", "  "])
def test_without_a_reason_nothing_happens(line, jun, reason):
    with pytest.raises(Invalid) as refusal:
        steering.pin(entry_id=line[2].pk, actor=jun, reason=reason)
    assert refusal.value.field == "reason"
    assert in_order() == line
    assert not AuditEntry.objects.filter(verb="entry.pinned").exists()


def test_every_move_is_written_down_with_its_reason(line, jun):
    steering.move_before(entry_id=line[2].pk, other_id=line[0].pk, actor=jun, reason=WHY)
    entry = AuditEntry.objects.get(verb="entry.moved")
    assert (entry.actor, entry.target_id) == (jun, line[2].pk)
    assert entry.detail == {"reason": WHY, "before": line[0].pk}


def test_what_has_left_the_line_cannot_be_moved(line, jun):
    queue.abandon(entry_id=line[0].pk, at=MORNING)
    with pytest.raises(Refused):
        steering.pin(entry_id=line[0].pk, actor=jun, reason=WHY)


def test_what_rings_can_be_pulled_and_goes_to_the_next(mina, jin, jun):
    available(mina)
    contact = call_arrives()
    available(jin)
    steering.pull(entry_id=contact.entry_id, actor=jun, reason=WHY)
    assert entry_now(contact).waiting_since == contact.entry.waiting_since
    assert "ringing" in (state_of(mina), state_of(jin))


def test_pulling_a_conversation_leaves_its_agent_a_wrap_up(mina, jin, jun):
    available(mina)
    call_arrives()
    contact = accept_next(mina)
    steering.pull(entry_id=contact.entry_id, actor=jun, reason=WHY)
    assert state_of(mina) == "wrap_up"
    assert entry_now(contact).agent is None
    available(jin)
    assert accept_next(jin).pk == contact.pk


def test_what_nobody_has_cannot_be_pulled(line, jun):
    with pytest.raises(Refused):
        steering.pull(entry_id=line[0].pk, actor=jun, reason=WHY)


def test_reassigning_asks_that_agent_and_nobody_else(line, mina, jin, jun):
    available(jin)
    accept_next(jin)
    steering.reassign(entry_id=line[2].pk, agent=jin, actor=jun, reason=WHY)
    available(mina)
    assert accept_next(mina).entry_id == line[1].pk
    assert QueueEntry.objects.get(pk=line[2].pk).reserved_for == jin
    queue.settle(entry_id=line[0].pk)
    queue.complete(entry_id=line[0].pk, actor=jin)
    assert accept_next(jin).entry_id == line[2].pk


def test_nobody_can_be_given_work_who_is_not_there(line, mina, jun):
    with pytest.raises(Refused) as refusal:
        steering.reassign(entry_id=line[0].pk, agent=mina, actor=jun, reason=WHY)
    assert refusal.value.field == "agent"
    assert QueueEntry.objects.get(pk=line[0].pk).reserved_for is None


def test_moving_a_person_lets_what_rings_there_ring_elsewhere(mina, jin, jun):
    available(mina)
    contact = call_arrives()
    with after(1):
        available(jin)
        steering.move_person(
            agent=mina, state="break", break_reason="training", actor=jun, reason=WHY
        )
    assert (state_of(mina), state_of(jin)) == ("break", "ringing")
    assert entry_now(contact).status == "offered"
    moved = AuditEntry.objects.get(verb="presence.moved")
    assert moved.detail == {"state": "break", "reason": WHY}


def test_a_conversation_is_not_cut_by_moving_its_agent(mina, jun):
    available(mina)
    call_arrives()
    accept_next(mina)
    with pytest.raises(Refused):
        steering.move_person(agent=mina, state="offline", actor=jun, reason=WHY)
    assert state_of(mina) == "talking"
