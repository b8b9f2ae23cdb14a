"""What was counted: each contact once, and its sums at several grains.

All of it can be made again from the raw rows (``manage.py verify_rollups``). Sums are whole
numbers, spans in microseconds, so that adding and taking away leaves no rest behind. Zero stands
for no topic, no vendor, nobody: a key must be comparable.
"""

from typing import Any

from django.db import models
from django.db.models import CompositePrimaryKey


def _sum() -> Any:
    return models.BigIntegerField(default=0)


class Sums(models.Model):
    """What every measure is made of. They add up over any groups of contacts."""

    offered = _sum()
    answered = _sum()
    gone = _sum()
    short = _sum()
    calls = _sum()
    calls_answered = _sum()
    calls_in_target = _sum()
    after_hours = _sum()
    handled = _sum()
    resolved = _sum()
    promised = _sum()
    handed_off = _sum()
    not_reached = _sum()
    outside = _sum()
    unfinished = _sum()
    hung_up = _sum()
    transfers = _sum()
    redials = _sum()
    callers = _sum()
    followable = _sum()
    followed = _sum()
    waited = _sum()
    conversed = _sum()
    held = _sum()
    wrapped = _sum()

    class Meta:
        abstract = True


SUMS = [field.name for field in Sums._meta.local_fields]
# In microseconds; all others are counts.
SPANS = ["waited", "conversed", "held", "wrapped"]
# Those that depend on other contacts of the same citizen.
AMONG_OTHERS = ["redials", "callers", "followed"]


class Fact(Sums):
    """One contact as it was last counted. Partitioned by the month of its arrival."""

    pk = CompositePrimaryKey("arrived_at", "entry_id")
    arrived_at = models.DateTimeField()
    entry_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    language = models.CharField(max_length=2)
    vendor_id = models.BigIntegerField()
    agent_id = models.BigIntegerField()
    # What decides how it stands to others of the same citizen.
    citizen_id = models.BigIntegerField()
    family_id = models.BigIntegerField()
    gave_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="fact_of_citizen", fields=["citizen_id", "arrived_at"])]

    def __str__(self) -> str:
        return f"entry {self.entry_id}"


class Slot(Sums):
    """By quarter of an hour, and everything else. Partitioned by month."""

    pk = CompositePrimaryKey("at", "kind", "topic_id", "language", "vendor_id", "agent_id")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    language = models.CharField(max_length=2)
    vendor_id = models.BigIntegerField()
    agent_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.at}: {self.offered}"


class Hour(Sums):
    """By hour, where neither topics nor persons are asked for."""

    pk = CompositePrimaryKey("at", "kind", "language", "vendor_id")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    vendor_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.at}: {self.offered}"


class Day(Sums):
    """By day of the center's zone, without persons: what months and years are read from."""

    pk = CompositePrimaryKey("day", "kind", "topic_id", "language", "vendor_id")
    day = models.DateField()
    kind = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    language = models.CharField(max_length=2)
    vendor_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}: {self.offered}"


class AgentDay(Sums):
    """By day and person."""

    pk = CompositePrimaryKey("day", "agent_id", "kind", "topic_id", "language", "vendor_id")
    day = models.DateField()
    agent_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    topic_id = models.BigIntegerField()
    language = models.CharField(max_length=2)
    vendor_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.day}, {self.agent_id}: {self.offered}"


class PresenceDay(models.Model):
    """How long somebody was in each state on a day, in microseconds, spells that have ended."""

    pk = CompositePrimaryKey("day", "agent_id", "vendor_id")
    day = models.DateField()
    agent_id = models.BigIntegerField()
    vendor_id = models.BigIntegerField()
    available = _sum()
    ringing = _sum()
    talking = _sum()
    wrap_up = _sum()
    on_break = _sum()

    def __str__(self) -> str:
        return f"{self.day}, {self.agent_id}"
