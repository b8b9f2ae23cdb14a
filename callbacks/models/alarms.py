"""What must not pass unnoticed, and the mail that says so."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callbacks.models.welfare import Check
from callcenter import clock


class AlarmQuerySet(models.QuerySet):
    def ringing(self):
        """What nobody has taken on yet, the oldest first."""
        unheard = self.filter(acknowledged_at=None).select_related("check_of__person")
        return unheard.order_by("raised_at", "pk")


class Alarm(models.Model):
    """Something about the rounds that a supervisor must take on. One of a kind for each check.

    ``level`` counts how often it was told; it is told again until somebody acknowledges it.
    """

    class Kind(models.TextChoices):
        MISSED = "missed", _("No outcome by the deadline")
        EXHAUSTED = "exhausted", _("Nobody on the ladder was reached")
        SKIPPED = "skipped", _("The round of the day was never planned")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    check_of = models.ForeignKey(
        Check, null=True, blank=True, related_name="alarms", on_delete=models.CASCADE
    )
    day = models.DateField(null=True, blank=True)
    raised_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(default=clock.now)
    level = models.PositiveSmallIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    words = models.CharField(max_length=500, blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="alarm_once_per_check",
                fields=["check_of", "kind"],
                condition=Q(check_of__isnull=False),
            ),
            models.UniqueConstraint(
                name="alarm_once_per_day", fields=["day"], condition=Q(day__isnull=False)
            ),
            models.CheckConstraint(
                name="alarm_about_a_check_or_a_day",
                condition=Q(kind="skipped", check_of__isnull=True, day__isnull=False)
                | (~Q(kind="skipped") & Q(check_of__isnull=False, day__isnull=True)),
            ),
            models.CheckConstraint(
                name="alarm_acknowledged_by_somebody",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="alarm_ringing", fields=["raised_at"], condition=Q(acknowledged_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.check_of_id or self.day}"


class Watcher(models.Model):
    """The sign of life of the watcher: one row, written every few seconds."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at}"


class Mail(models.Model):
    """An e-mail to be sent. It is sent when ``sent_at`` says so, not before.

    ``about`` names what it tells of, so that the same is not told twice.
    """

    about = models.CharField(max_length=80, unique=True)
    to = ArrayField(models.EmailField())
    subject = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(name="mail_due", fields=["due_at"], condition=Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return self.about
