"""Where agents are, and for how long they were there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models.people import User
from agents.models.queue import QueueEntry
from callcenter import clock


class PresenceState(models.TextChoices):
    OFFLINE = "offline", _("Offline")
    AVAILABLE = "available", _("Available")
    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("Talking")
    WRAP_UP = "wrap_up", _("Wrap-up")
    BREAK = "break", _("Break")


class BreakReason(models.TextChoices):
    """Why somebody is not at work. The last two are not chosen: they say what happened."""

    REST = "rest", _("Rest")
    MEAL = "meal", _("Meal")
    TRAINING = "training", _("Training")
    MEETING = "meeting", _("Meeting")
    MISSED = "missed", _("Missed an offer")
    VANISHED = "vanished", _("Desk out of reach")

    @classmethod
    def by_hand(cls) -> list[tuple[str, str]]:
        """(code, label) of those that people choose."""
        return [one for one in cls.choices if one[0] not in (cls.MISSED, cls.VANISHED)]


class Presence(models.Model):
    """Where an agent is now. One row each; whoever changes it holds its lock."""

    BUSY = [PresenceState.RINGING, PresenceState.TALKING, PresenceState.WRAP_UP]
    # At work on contacts, so free again before long.
    SERVING = [PresenceState.AVAILABLE, *BUSY]

    agent = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE)
    state = models.CharField(
        max_length=10, choices=PresenceState.choices, default=PresenceState.OFFLINE
    )
    reason = models.CharField(max_length=10, choices=BreakReason.choices, blank=True)
    since = models.DateTimeField(default=clock.now)
    held_since = models.DateTimeField(null=True, blank=True)
    entry = models.OneToOneField(QueueEntry, null=True, blank=True, on_delete=models.PROTECT)
    # ``name:level`` of every skill, as it was when the agent last chose to be available.
    skills = ArrayField(models.CharField(max_length=44), default=list, blank=True)

    class Meta:
        constraints = [
            # Together with the one-to-one above: no entry is with two agents, nobody rings or
            # talks idly. Wrap-up goes on when the entry has been passed to somebody else.
            models.CheckConstraint(
                name="presence_has_entry_iff_busy",
                condition=Q(state__in=["ringing", "talking"], entry__isnull=False)
                | Q(state="wrap_up")
                | Q(state__in=["offline", "available", "break"], entry__isnull=True),
            ),
            models.CheckConstraint(
                name="presence_reason_of_a_break",
                condition=(Q(state="break") & ~Q(reason__in=["", "vanished"]))
                | Q(state="offline", reason__in=["", "vanished"])
                | (~Q(state__in=["break", "offline"]) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="presence_holds_only_while_talking",
                condition=Q(held_since__isnull=True) | Q(state="talking"),
            ),
        ]
        indexes = [
            models.Index(name="presence_free", fields=["since"], condition=Q(state="available")),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.state}"


class PresenceSpell(models.Model):
    """How long an agent was in a state: the raw rows behind occupancy and shift reports."""

    agent = models.ForeignKey(User, related_name="spells", on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=PresenceState.choices)
    reason = models.CharField(max_length=10, choices=BreakReason.choices, blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="spell_one_open_per_agent",
                fields=["agent"],
                condition=Q(ended_at__isnull=True),
            ),
        ]
        indexes = [models.Index(name="spell_day", fields=["began_at"])]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.state} from {self.began_at}"


class DeskSeen(models.Model):
    """When an agent's desk last gave a sign of life: an open socket, or a request.

    A row of its own, not a column of the presence: these are written all the time, many at
    once, and must not hold the locks that routing waits for.
    """

    agent = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.agent_id} seen {self.at}"
