"""What reports keep: the rules that hold, and what was counted."""

from reports.models.counted import AgentDay, Day, Fact, Hour, PresenceDay, Slot
from reports.models.rules import Rule
from reports.models.touched import TouchedAgent, TouchedContact

__all__ = [
    "AgentDay",
    "Day",
    "Fact",
    "Hour",
    "PresenceDay",
    "Rule",
    "Slot",
    "TouchedAgent",
    "TouchedContact",
]
