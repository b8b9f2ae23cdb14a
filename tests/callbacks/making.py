"""Promises as the tests make them: Mina at her desk, Mr. Park on the telephone."""

from datetime import timedelta

from agents.actions import states
from agents.models import Presence, PresenceState, User
from callbacks.actions import promises
from callbacks.models import Callback
from callcenter import clock
from inquiries.actions import contacts
from tests.people import MR_PARK, accept_next, available, call_arrives


def in_minutes(minutes: float):
    return clock.now() + timedelta(minutes=minutes)


def promise_by(agent: User, *, minutes: float = 10, phone: str = MR_PARK, **fields) -> Callback:
    """``agent``, alone at work, takes a call, promises one, hands in, and is available again."""
    for other in Presence.objects.filter(state=PresenceState.AVAILABLE).exclude(agent=agent):
        states.set_state(agent=other.agent, state=PresenceState.BREAK, reason="rest")
    available(agent)
    call_arrives(phone)
    accept_next(agent)
    fields = {"due_at": in_minutes(minutes), "question": "Why camels?"} | fields
    callback = promises.promise(agent=agent, **fields)
    contacts.finish(agent=agent)
    available(agent)
    return callback


def try_now(agent: User, outcome: str) -> None:
    """The promise is due and rings at ``agent``, who reaches nobody, or somebody."""
    promises.bring_back_due()
    accept_next(agent)
    promises.dial(agent=agent)
    if outcome == "reached":
        contacts.set_outcome(agent=agent, outcome="resolved")
    else:
        promises.say_unreached(agent=agent, outcome=outcome)
    contacts.finish(agent=agent)
    available(agent)
