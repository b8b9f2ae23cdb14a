"""People who are looked for: on every desk until they are found, then gone from it."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from inquiries.models import Inquiry


class AlertQuerySet(models.QuerySet):
    def running(self):
        return self.filter(ended_at=None).order_by("started_at", "pk")

    def to_erase(self, now: datetime):
        """Ended so long ago that nobody may know any more whom it was about."""
        return self.filter(erase_at__lte=now, erased_at=None)


class Alert(models.Model):
    """Somebody is missing. What says who it is goes when ``erase_at`` has come; counts stay."""

    class Kind(models.TextChoices):
        CHILD = "child", _("Missing child")
        ELDER = "elder", _("Missing elder")
        OTHER = "other", _("Missing person")

    class Reason(models.TextChoices):
        FOUND = "found", _("The person was found")
        POLICE = "police", _("The police ended it")
        MISTAKE = "mistake", _("It was a mistake")

    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices, default=Kind.ELDER)
    name = models.CharField(_("name"), max_length=100, blank=True)
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    description = models.TextField(_("how to know them"), blank=True)
    last_seen_place = models.CharField(_("last seen at"), max_length=200, blank=True)
    last_seen_at = models.DateTimeField(_("last seen on"), null=True, blank=True)
    police_reference = models.CharField(_("police reference"), max_length=60)
    sightings_to = models.EmailField(_("sightings go to"))
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(User, null=True, related_name="+", on_delete=models.PROTECT)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    ended_because = models.CharField(max_length=8, choices=Reason.choices, blank=True)
    erase_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alert_ends_with_a_reason_and_a_date",
                condition=Q(ended_at__isnull=True, ended_because="", erase_at__isnull=True)
                | (Q(ended_at__isnull=False, erase_at__isnull=False) & ~Q(ended_because="")),
            ),
            models.CheckConstraint(
                name="alert_erased_says_nothing",
                condition=Q(erased_at__isnull=True)
                | Q(name="", description="", last_seen_place="", age__isnull=True),
            ),
            models.CheckConstraint(
                name="alert_erased_only_when_over",
                condition=Q(erased_at__isnull=True) | Q(ended_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="alert_running", fields=["started_at"], condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.police_reference}"


class Photo(models.Model):
    """As JPEG of our own making. In the database: it goes in the transaction that erases."""

    alert = models.OneToOneField(Alert, related_name="photo", on_delete=models.CASCADE)
    jpeg = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.alert_id}"


class Sighting(models.Model):
    """Somebody has seen the missing person, says a caller. Sent on by the mail that is about it."""

    alert = models.ForeignKey(Alert, related_name="sightings", on_delete=models.CASCADE)
    inquiry = models.ForeignKey(
        Inquiry, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    at = models.DateTimeField(default=clock.now)
    place = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            # A key pressed twice is one sighting; the same caller may have another place to tell.
            models.UniqueConstraint(
                name="sighting_once",
                fields=["alert", "inquiry", "place", "words"],
                condition=Q(inquiry__isnull=False) & ~Q(place=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.at}"

    @property
    def mail_about(self) -> str:
        """How the mail that sends it on is known."""
        return f"sighting-{self.pk}"
