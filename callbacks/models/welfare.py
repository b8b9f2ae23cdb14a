"""Safety calls to people who live alone: who agreed to them, and what became of each."""

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from inquiries.models import Inquiry
from knowledgebase.models import Language


class Weekday(models.IntegerChoices):
    """As ``date.weekday()`` counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class PersonQuerySet(models.QuerySet):
    def consenting(self, day: date):
        """Who has agreed to be called on ``day``."""
        valid = Q(until=None) | Q(until__gte=day)
        consents = Consent.objects.filter(valid, person=OuterRef("pk"), withdrawn_at=None)
        return self.filter(Exists(consents.filter(since__lte=day)))


class Person(models.Model):
    """Somebody who is called at the times of a schedule, as long as they agree to it.

    ``times`` are minutes after midnight on the center's wall; a check is to have an outcome
    ``window_minutes`` after each. ``scheduled_since`` is when the schedule was last changed:
    what it would have asked for before that is not missing.
    """

    class Risk(models.TextChoices):
        LOW = "low", _("Low")
        RAISED = "raised", _("Raised")
        HIGH = "high", _("High")

    name = models.CharField(_("name"), max_length=100)
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.KO
    )
    risk = models.CharField(_("risk"), max_length=8, choices=Risk.choices, default=Risk.LOW)
    notes = models.TextField(_("how to speak with them"), blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(choices=Weekday.choices), default=list)
    times = ArrayField(models.PositiveSmallIntegerField(), default=list)
    on_holidays = models.BooleanField(_("on public holidays, too"), default=True)
    window_minutes = models.PositiveSmallIntegerField(default=120)
    scheduled_since = models.DateTimeField(default=clock.now)
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(User, null=True, related_name="+", on_delete=models.PROTECT)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                name="person_window_of_a_day",
                condition=Q(window_minutes__gte=30, window_minutes__lte=720),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Rung(models.Model):
    """Whom to call about a person, in the order of ``position``; the first is the person."""

    class Kind(models.TextChoices):
        SELF = "self", _("The person")
        GUARDIAN = "guardian", _("Guardian")
        NEIGHBOUR = "neighbour", _("Neighbour")
        CENTER = "center", _("Community center")

    person = models.ForeignKey(Person, related_name="ladder", on_delete=models.CASCADE)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="rung_one_at_a_place", fields=["person", "position"]),
            models.CheckConstraint(
                name="rung_first_is_the_person",
                condition=Q(position=0, kind="self") | (Q(position__gt=0) & ~Q(kind="self")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.kind}"


class Consent(models.Model):
    """That a person agreed to be called: who said so, how, from when to when (days, both in)."""

    class GivenBy(models.TextChoices):
        SELF = "self", _("The person")
        GUARDIAN = "guardian", _("The guardian, for them")

    person = models.ForeignKey(Person, related_name="consents", on_delete=models.CASCADE)
    given_by = models.CharField(max_length=10, choices=GivenBy.choices)
    given_name = models.CharField(max_length=100)
    how = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, null=True, related_name="+", on_delete=models.PROTECT)
    recorded_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    withdrawn_because = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                name="consent_one_at_a_time",
                fields=["person"],
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="consent_ends_after_it_begins",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.since} – {self.until or ''}"

    def holds_on(self, day: date) -> bool:
        begun = self.since <= day and self.withdrawn_at is None
        return begun and (self.until is None or day <= self.until)


class Pause(models.Model):
    """Days, both included, on which nobody calls: a holiday, the hospital."""

    person = models.ForeignKey(Person, related_name="pauses", on_delete=models.CASCADE)
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, null=True, related_name="+", on_delete=models.PROTECT)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="pause_ends_after_it_begins", condition=Q(last_day__gte=F("first_day"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.first_day} – {self.last_day}"


class Round(models.Model):
    """That the plan of a day was made. A day without this row was never planned."""

    day = models.DateField(unique=True)
    planned_at = models.DateTimeField(default=clock.now)
    checks = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day}"


class CheckQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=Check.OPEN)

    def due(self, now: datetime):
        """To be called by ``now``, the earliest first."""
        planned = self.filter(status=Check.Status.PLANNED, due_at__lte=now)
        return planned.order_by("due_at", "pk")

    def overdue(self, now: datetime):
        """Past the deadline without an outcome, whatever the reason."""
        return self.open().filter(deadline_at__lte=now).order_by("deadline_at", "pk")

    def for_round_page(self):
        return self.select_related("person").order_by("planned_for", "person__name", "pk")


class Check(models.Model):
    """One safety call: planned for a time, with an outcome by its deadline or an alarm.

    ``due_at`` moves on with each retry. ``rung`` is the place in the ladder whom to call now,
    ``tries`` how often that one was not reached.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        QUEUED = "queued", _("In the queue")
        ESCALATED = "escalated", _("Nobody was reached")
        FINE = "fine", _("Fine")
        HELP = "help", _("Needs help")
        CANCELLED = "cancelled", _("Cancelled")

    class Why(models.TextChoices):
        """Why it was cancelled."""

        CONSENT = "consent", _("No consent")
        PAUSED = "paused", _("Paused")
        SCHEDULE = "schedule", _("The schedule was changed")
        BY_HAND = "by_hand", _("By a supervisor")

    OPEN = [Status.PLANNED, Status.QUEUED, Status.ESCALATED]

    person = models.ForeignKey(Person, related_name="checks", on_delete=models.CASCADE)
    planned_for = models.DateTimeField()
    due_at = models.DateTimeField()
    deadline_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    cancelled_because = models.CharField(max_length=10, choices=Why.choices, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    inquiry = models.OneToOneField(
        Inquiry, null=True, blank=True, related_name="check_of", on_delete=models.PROTECT
    )
    # Opened because they need help.
    help_inquiry = models.OneToOneField(
        Inquiry, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="check_once", fields=["person", "planned_for"]),
            models.CheckConstraint(
                name="check_ended_iff_over",
                condition=Q(status__in=["fine", "help", "cancelled"], ended_at__isnull=False)
                | Q(status__in=["planned", "queued", "escalated"], ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="check_cancelled_with_a_reason",
                condition=(Q(status="cancelled") & ~Q(cancelled_because=""))
                | (~Q(status="cancelled") & Q(cancelled_because="")),
            ),
            models.CheckConstraint(
                name="check_queued_with_an_inquiry",
                condition=~Q(status="queued") | Q(inquiry__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="check_due", fields=["due_at"], condition=Q(status="planned")),
            models.Index(
                name="check_deadline",
                fields=["deadline_at"],
                condition=Q(status__in=["planned", "queued", "escalated"]),
            ),
            models.Index(name="check_queued", fields=["id"], condition=Q(status="queued")),
            models.Index(name="check_day", fields=["planned_for"]),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.planned_for:%F %R} ({self.status})"


class Step(models.Model):
    """What was done about a check: whom somebody called, and what came of it. Never changed.

    Kind, name and number are copied: the ladder may be another one tomorrow.
    """

    class Outcome(models.TextChoices):
        FINE = "fine", _("Fine")
        HELP = "help", _("Needs help")
        EMERGENCY = "emergency", _("119 was called")
        NOT_REACHED = "not_reached", _("Not reached")
        LOOKING = "looking", _("Somebody goes to look")
        EXHAUSTED = "exhausted", _("Nobody was reached")
        BY_HAND = "by_hand", _("Settled by a supervisor")
        REOPENED = "reopened", _("Opened again")
        NOT_WANTED = "not_wanted", _("Consent withdrawn meanwhile")

    check_of = models.ForeignKey(Check, related_name="steps", on_delete=models.CASCADE)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10, choices=Rung.Kind.choices, blank=True)
    name = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.check_of_id}: {self.outcome}"
