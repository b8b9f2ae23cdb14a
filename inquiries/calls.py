"""Folding a call's events into its state: the same set gives the same state in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inquiries.models import CallEvent

Type = CallEvent.Type
_ORDER = {kind: position for position, kind in enumerate(Type.values)}


@dataclass
class CallState:
    """What the events so far amount to. Times None: not known yet. ``held`` sums all holds
    that are over, ``held_since`` is when the one began that is not."""

    first_heard_at: datetime
    arrived_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    agent_id: int | None = None
    transfers: int = 0
    held: timedelta = timedelta()
    held_since: datetime | None = None
    was_held: bool = False
    from_number: str = ""
    to_number: str = ""

    @property
    def began_at(self) -> datetime:
        return self.arrived_at or self.first_heard_at


def fold(events: Iterable[CallEvent]) -> CallState:
    """The state after ``events`` (at least one), whatever order they arrived in."""
    ordered = sorted(events, key=lambda event: (event.at, _ORDER[event.type], event.event_id))
    state = CallState(first_heard_at=ordered[0].at)
    for event in ordered:
        if state.held_since and event.type in (Type.RESUMED, Type.TRANSFERRED, Type.ENDED):
            state.held, state.held_since = state.held + (event.at - state.held_since), None
        if event.type == Type.HELD:
            state.held_since, state.was_held = state.held_since or event.at, True
        _apply(event, state)
    return state


def _apply(event: CallEvent, state: CallState) -> None:
    state.from_number = state.from_number or event.from_number
    state.to_number = state.to_number or event.to_number
    if event.type == Type.ARRIVED:
        state.arrived_at = state.arrived_at or event.at
    elif event.type == Type.ENDED:
        state.ended_at = state.ended_at or event.at
    elif event.type in (Type.ANSWERED, Type.TRANSFERRED):
        # A transfer whose answer was lost or is late still means that somebody answered.
        state.answered_at = state.answered_at or event.at
        state.agent_id = event.agent_id or state.agent_id
        state.transfers += event.type == Type.TRANSFERRED
