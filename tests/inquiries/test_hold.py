"""Hold: told by the desk or the telephone or both, it counts once and everybody sees it."""

import pytest

from agents.models import Presence
from callcenter.refusals import Refused
from inquiries.actions import calls
from inquiries.models import Call
from tests.people import accept_next, after, available, phone_event, state_of, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def talking(mina):
    available(mina)
    phone_event("c1", "arrived", from_number="010-1234-5678")
    return accept_next(mina)


def held_since(agent):
    return Presence.objects.get(agent=agent).held_since


def test_hold_and_talk_again_are_added_up(mina, talking):
    with after(10):
        calls.hold(agent=mina, on=True)
    assert held_since(mina)
    with after(40):
        calls.hold(agent=mina, on=False)
    assert held_since(mina) is None
    assert Call.objects.get().held_seconds == 30


def test_told_by_desk_and_telephone_it_counts_once(mina, talking):
    with after(10):
        calls.hold(agent=mina, on=True)
        phone_event("c1", "held")
    with after(40):
        phone_event("c1", "resumed")
        calls.hold(agent=mina, on=False)
    assert Call.objects.get().held_seconds == 30


def test_a_caller_who_hangs_up_on_hold_is_no_longer_on_hold(mina, talking):
    with after(10):
        calls.hold(agent=mina, on=True)
    with after(20):
        phone_event("c1", "ended")
    assert (state_of(mina), held_since(mina)) == ("wrap_up", None)
    assert Call.objects.get().held_seconds == 10


def test_a_written_inquiry_cannot_wait_with_music(mina):
    available(mina)
    web_inquiry()
    accept_next(mina)
    with pytest.raises(Refused):
        calls.hold(agent=mina, on=True)
