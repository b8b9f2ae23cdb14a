"""Promises to call somebody back."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agents.models import QueueEntry, User
from callcenter import clock
from inquiries.models import Call, Inquiry


class CallbackQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=Callback.OPEN)

    def due(self, now):
        """Promised for ``now`` or earlier, nobody at it yet, the oldest promise first."""
        at_work = Attempt.objects.filter(callback=OuterRef("pk"), ended_at=None)
        return self.filter(
            ~Exists(at_work), status=Callback.Status.PROMISED, due_at__lte=now
        ).order_by("due_at")


class Callback(models.Model):
    """A promise to call ``phone`` back at ``due_at``. It ends kept, cancelled or escalated.

    ``promised_for`` is what the citizen was told; ``due_at`` moves on with each retry.
    """

    class Status(models.TextChoices):
        PROMISED = "promised", _("Promised")
        QUEUED = "queued", _("In the queue")
        KEPT = "kept", _("Kept")
        ESCALATED = "escalated", _("With a supervisor")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = [Status.PROMISED, Status.QUEUED, Status.ESCALATED]

    inquiry = models.ForeignKey(Inquiry, related_name="callbacks", on_delete=models.PROTECT)
    # The call in which a caller took this in place of waiting; a call gives one promise at most.
    call = models.OneToOneField(
        Call, null=True, blank=True, related_name="callback", on_delete=models.PROTECT
    )
    phone = models.CharField(max_length=20)
    question = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROMISED)
    promised_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    promised_at = models.DateTimeField(default=clock.now)
    promised_for = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="callback_one_open_per_inquiry",
                fields=["inquiry"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
            models.CheckConstraint(
                name="callback_ended_iff_over",
                condition=Q(status__in=["kept", "cancelled"], ended_at__isnull=False)
                | Q(status__in=["promised", "queued", "escalated"], ended_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(name="callback_due", fields=["due_at"], condition=Q(status="promised")),
            models.Index(
                name="callback_open_phone",
                fields=["phone"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phone} {self.due_at:%F %R} ({self.status})"


class Attempt(models.Model):
    """One try at keeping a promise: a queue entry, and how it ended."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NOT_REACHED = "not_reached", _("Not reached")
        POSTPONED = "postponed", _("Asked for another time")

    callback = models.ForeignKey(Callback, related_name="attempts", on_delete=models.PROTECT)
    entry = models.OneToOneField(QueueEntry, related_name="attempt", on_delete=models.PROTECT)
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="attempt_one_open_per_callback",
                fields=["callback"],
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.callback_id}: {self.outcome or 'open'}"
