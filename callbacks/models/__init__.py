"""What the center has promised, one file a topic."""

from callbacks.models.alarms import Alarm, Mail, Watcher
from callbacks.models.alerts import Alert, Photo, Sighting
from callbacks.models.promises import Attempt, Callback
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
    "Round",
    "Rung",
    "Sighting",
    "Step",
    "Watcher",
    "Weekday",
]
