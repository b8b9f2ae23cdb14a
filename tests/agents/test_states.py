"""What agents choose, what they may not, and the spells kept of it."""

import pytest

from agents.actions import states
from agents.models import PresenceSpell
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts
from tests.people import accept_next, after, available, call_arrives, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_going_available_and_on_a_break_leaves_one_spell_each(mina):
    available(mina)
    states.set_state(agent=mina, state="break", reason="rest")
    spells = PresenceSpell.objects.filter(agent=mina).order_by("pk")
    assert [(spell.state, spell.ended_at is None) for spell in spells] == [
        ("available", False),
        ("break", True),
    ]


def test_choosing_the_same_state_again_changes_nothing(mina):
    available(mina)
    available(mina)
    assert PresenceSpell.objects.filter(agent=mina).count() == 1


@pytest.mark.parametrize("state", ["talking", "ringing", "wrap_up", "asleep"])
def test_states_that_nobody_chooses_are_refused(mina, state):
    with pytest.raises(Invalid) as refusal:
        states.set_state(agent=mina, state=state)
    assert refusal.value.field == "state"
    assert not PresenceSpell.objects.exists()


def test_a_break_needs_a_reason(mina):
    with pytest.raises(Invalid) as refusal:
        states.set_state(agent=mina, state="break")
    assert refusal.value.field == "reason"


def test_nobody_walks_away_from_a_caller(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    with pytest.raises(Refused):
        states.set_state(agent=mina, state="offline")
    assert state_of(mina) == "talking"


def test_wrap_up_ends_by_itself_once_the_work_is_recorded(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert state_of(mina) == "wrap_up"
    with after(29):
        assert states.end_wrap_ups_over() == 0
    with after(31):
        assert states.end_wrap_ups_over() == 1
    assert state_of(mina) == "available"


def test_wrap_up_does_not_end_by_itself_while_nothing_is_recorded(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    contacts.hang_up(agent=mina)
    with after(3600):
        assert states.end_wrap_ups_over() == 0
    assert state_of(mina) == "wrap_up"


def test_ready_ends_the_wrap_up_at_once(mina):
    available(mina)
    call_arrives()
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    available(mina)
    assert state_of(mina) == "available"
