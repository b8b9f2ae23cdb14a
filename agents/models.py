"""People and the queue they serve."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callcenter import clock


class Vendor(models.Model):
    """An outsourcer that employs agents."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class People(UserManager):
    def create_superuser(self, username, email=None, password=None, **fields):
        """The first person of a new center: whoever runs it is its operator."""
        fields.setdefault("role", User.Role.OPERATOR)
        return super().create_superuser(username, email, password, **fields)


class User(AbstractUser):
    """Everybody who signs in. What they may do follows from the role (``access.py``)."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        EDITOR = "editor", _("Knowledge editor")
        SUPERVISOR = "supervisor", _("Supervisor")
        OPERATOR = "operator", _("Operator")

    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    display_name = models.CharField(max_length=60, blank=True)
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT)
    extension = models.CharField(
        max_length=20, unique=True, null=True, blank=True, help_text=_("Telephone extension")
    )

    objects = People()

    def __str__(self) -> str:
        return self.display_name or self.username


class AgentSkill(models.Model):
    """What an agent can take, by name: ``lang.ko``, ``lang.en`` and so on. Level 1 is the best."""

    agent = models.ForeignKey(User, related_name="skills", on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "name"], name="agent_has_skill_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.level}"


class QueueEntryQuerySet(models.QuerySet):
    def waiting(self):
        """What nobody holds yet, in the order it is to be served."""
        return self.filter(status=QueueEntry.Status.WAITING).order_by(
            "priority", "waiting_since", "pk"
        )

    def open(self):
        return self.filter(status__in=QueueEntry.OPEN)


class QueueEntry(models.Model):
    """Something that waits for an agent, and the times of its way through the center.

    ``waiting_since`` (arrived) → ``taken_at`` (answered) → ``released_at`` (the citizen is gone,
    wrap-up begins) → ``finished_at``. An abandoned entry has ``waiting_since`` and ``finished_at``.
    ``settled_at`` says that its outcome is on record, so that wrap-up may end by itself.
    What it is about is known by the app that put it in.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        WEB = "web", _("Web inquiry")
        CALLBACK = "callback", _("Callback")
        RETURNED = "returned", _("Returned hand-off")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        OFFERED = "offered", _("Ringing")
        TAKEN = "taken", _("With an agent")
        DONE = "done", _("Done")
        ABANDONED = "abandoned", _("Abandoned")

    OPEN = [Status.WAITING, Status.OFFERED, Status.TAKEN]

    class Priority(models.IntegerChoices):
        """Smaller is served first."""

        PROMISE = 1
        CALL = 2
        WRITTEN = 3

    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    language = models.CharField(max_length=10)
    skills = ArrayField(models.CharField(max_length=40), default=list)
    rings = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField()
    agent = models.ForeignKey(
        User, null=True, blank=True, related_name="entries", on_delete=models.PROTECT
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = QueueEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_waiting_has_no_agent",
                condition=Q(status="taken", agent__isnull=False, taken_at__isnull=False)
                | Q(status="done")
                | Q(status__in=["waiting", "offered", "abandoned"], agent__isnull=True),
            ),
            models.CheckConstraint(
                name="entry_finished_iff_over",
                condition=Q(status__in=["done", "abandoned"], finished_at__isnull=False)
                | Q(status__in=["waiting", "offered", "taken"], finished_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="entry_one_taken_per_agent", fields=["agent"], condition=Q(status="taken")
            ),
        ]
        indexes = [
            models.Index(
                name="entry_rank",
                fields=["priority", "waiting_since", "id"],
                condition=Q(status="waiting"),
            ),
            models.Index(
                name="entry_open", fields=["status"], condition=Q(finished_at__isnull=True)
            ),
            models.Index(name="entry_day", fields=["waiting_since"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.status})"


class Offer(models.Model):
    """An entry held out to one agent for a few seconds."""

    class Status(models.TextChoices):
        LIVE = "live", _("Ringing")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        EXPIRED = "expired", _("Not answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    entry = models.ForeignKey(QueueEntry, related_name="offers", on_delete=models.CASCADE)
    agent = models.ForeignKey(User, related_name="offers", on_delete=models.PROTECT)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.LIVE)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="offer_one_live_per_entry", fields=["entry"], condition=Q(status="live")
            ),
            models.UniqueConstraint(
                name="offer_one_live_per_agent", fields=["agent"], condition=Q(status="live")
            ),
            models.CheckConstraint(
                name="offer_closed_iff_not_live",
                condition=Q(status="live", closed_at__isnull=True)
                | (~Q(status="live") & Q(closed_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(name="offer_due", fields=["expires_at"], condition=Q(status="live")),
            models.Index(name="offer_of_entry", fields=["entry", "closed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.agent_id} ({self.status})"


class PresenceState(models.TextChoices):
    OFFLINE = "offline", _("Offline")
    AVAILABLE = "available", _("Available")
    RINGING = "ringing", _("Ringing")
    TALKING = "talking", _("Talking")
    WRAP_UP = "wrap_up", _("Wrap-up")
    BREAK = "break", _("Break")


class BreakReason(models.TextChoices):
    REST = "rest", _("Rest")
    MEAL = "meal", _("Meal")
    TRAINING = "training", _("Training")
    MEETING = "meeting", _("Meeting")
    MISSED = "missed", _("Missed an offer")


class Presence(models.Model):
    """Where an agent is now. One row each; whoever changes it holds its lock."""

    BUSY = [PresenceState.RINGING, PresenceState.TALKING, PresenceState.WRAP_UP]

    agent = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE)
    state = models.CharField(
        max_length=10, choices=PresenceState.choices, default=PresenceState.OFFLINE
    )
    reason = models.CharField(max_length=10, choices=BreakReason.choices, blank=True)
    since = models.DateTimeField(default=clock.now)
    entry = models.OneToOneField(QueueEntry, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            # Together with the one-to-one above: no entry is with two agents, nobody is busy idly.
            models.CheckConstraint(
                name="presence_has_entry_iff_busy",
                condition=Q(state__in=["ringing", "talking", "wrap_up"], entry__isnull=False)
                | Q(state__in=["offline", "available", "break"], entry__isnull=True),
            ),
            models.CheckConstraint(
                name="presence_reason_iff_break",
                condition=(Q(state="break") & ~Q(reason="")) | (~Q(state="break") & Q(reason="")),
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


class AuditEntry(models.Model):
    """Who did what to which row. Written by actions, never changed."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(name="audit_target", fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type}/{self.target_id}"
