"""What the center has promised, one file a topic."""

from callbacks.models.alarms import Alarm, Mail, Watcher
from callbacks.models.alerts import Alert, Photo, Sighting
from callbacks.models.promises import THEIR_TURN, Attempt, Callback, question_key
from callbacks.models.research import Research
from callbacks.models.welfare import (
    Check,
    Consent,
    Pause,
    Person,
    Round,
    Rung,
    Step,
    Weekday,
)

__all__ = [
    "THEIR_TURN",
    "Alarm",
    "Alert",
    "Attempt",
    "Callback",
    "Check",
    "Consent",
    "Mail",
    "Pause",
    "Person",
    "Photo",
    "Research",
    "Round",
    "Rung",
    "Sighting",
    "Step",
    "Watcher",
    "Weekday",
    "question_key",
]
