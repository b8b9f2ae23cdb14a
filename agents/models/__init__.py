"""People and the queue they serve."""

from agents.models.audit import AuditEntry
from agents.models.hours import OpeningHours, Shift
from agents.models.people import AgentSkill, Employment, User, Vendor
from agents.models.presence import BreakReason, DeskSeen, Presence, PresenceSpell, PresenceState
from agents.models.queue import Offer, QueueEntry, Ring

__all__ = [
    "AgentSkill",
    "AuditEntry",
    "BreakReason",
    "DeskSeen",
    "Employment",
    "Offer",
    "OpeningHours",
    "Presence",
    "PresenceSpell",
    "PresenceState",
    "QueueEntry",
    "Ring",
    "Shift",
    "User",
    "Vendor",
]
