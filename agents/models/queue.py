"""What waits for an agent, how it is held out to one, and how far the search for one widens."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agents.models.people import User


class QueueEntryQuerySet(models.QuerySet):
    def by_rank(self):
        """In the order they are to be served: pinned ones, then class, then place in the line."""
        not_pinned = ExpressionWrapper(Q(pinned_at=None), output_field=models.BooleanField())
        return self.order_by(not_pinned.asc(), "priority", "rank_at", "pk")

    def waiting(self):
        """What nobody holds yet, in the order it is to be served."""
        return self.filter(status=QueueEntry.Status.WAITING).by_rank()

    def open(self):
        return self.filter(status__in=QueueEntry.OPEN)


class QueueEntry(models.Model):
    """Something that waits for an agent, and the times of its way through the center.

    ``waiting_since`` (arrived) → ``taken_at`` (answered) → ``released_at`` (the citizen is gone,
    wrap-up begins) → ``finished_at``. An abandoned entry has ``waiting_since`` and ``finished_at``.
    ``settled_at`` says that its outcome is on record, so that wrap-up may end by itself.
    What it is about is known by the app that put it in.

    Its place is ``rank_at`` within its priority: when it arrived or was promised, unless a
    supervisor moved it. ``lane`` sums up what it asks of an agent (``agents.matching``).
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        WEB = "web", _("Web inquiry")
        CALLBACK = "callback", _("Callback")
        RETURNED = "returned", _("Returned to us")
        WELFARE = "welfare", _("Welfare check")
        CONSULT = "consult", _("A colleague asks")

    # Somebody is spoken to, so an interpreter can be joined.
    SPOKEN = [Kind.CALL, Kind.CALLBACK, Kind.WELFARE]

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        OFFERED = "offered", _("Ringing")
        TAKEN = "taken", _("With an agent")
        DONE = "done", _("Done")
        ABANDONED = "abandoned", _("Abandoned")

    OPEN = [Status.WAITING, Status.OFFERED, Status.TAKEN]
    IN_LINE = [Status.WAITING, Status.OFFERED]

    class Priority(models.IntegerChoices):
        """Smaller is served first."""

        PROMISE = 1, _("Promises")
        CALL = 2, _("Calls")
        WRITTEN = 3, _("Written")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)
    language = models.CharField(max_length=10)
    topic = models.CharField(max_length=40, blank=True, help_text=_("Code of the topic's family"))
    difficult = models.BooleanField(default=False)
    skills = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    lane = models.CharField(max_length=200)
    asked = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField()
    rank_at = models.DateTimeField()
    pinned_at = models.DateTimeField(null=True, blank=True)
    after_hours = models.BooleanField(default=False)
    # Asked first if free: who spoke with this caller before, or gave a promise.
    preferred = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    # Nobody else is asked until then.
    reserved_for = models.ForeignKey(
        User, null=True, blank=True, related_name="reserved", on_delete=models.PROTECT
    )
    reserved_until = models.DateTimeField(null=True, blank=True)
    # What a colleague asks about.
    about = models.ForeignKey(
        "self", null=True, blank=True, related_name="consults", on_delete=models.CASCADE
    )
    agent = models.ForeignKey(
        User, null=True, blank=True, related_name="entries", on_delete=models.PROTECT
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = QueueEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "queue entries"
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
            models.CheckConstraint(
                name="entry_reserved_until_a_time",
                condition=Q(reserved_for__isnull=True, reserved_until__isnull=True)
                | Q(reserved_for__isnull=False, reserved_until__isnull=False),
            ),
            models.CheckConstraint(
                name="entry_consult_is_about_another",
                condition=Q(kind="consult", about__isnull=False)
                | (~Q(kind="consult") & Q(about__isnull=True)),
            ),
            models.UniqueConstraint(
                name="entry_one_taken_per_agent", fields=["agent"], condition=Q(status="taken")
            ),
            models.UniqueConstraint(
                name="entry_one_consult_at_a_time",
                fields=["about"],
                condition=Q(status__in=["waiting", "offered", "taken"]),
            ),
        ]
        indexes = [
            models.Index(
                name="entry_lane",
                fields=["lane", "rank_at", "id"],
                condition=Q(status="waiting"),
            ),
            models.Index(
                name="entry_open", fields=["status"], condition=Q(finished_at__isnull=True)
            ),
            models.Index(
                name="entry_reserved",
                fields=["reserved_until"],
                condition=Q(reserved_for__isnull=False, status="waiting"),
            ),
            models.Index(name="entry_day", fields=["waiting_since"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.status})"


class Ring(models.Model):
    """One step of the widening search: who may be asked once an entry has waited so long.

    Read in the order of ``step``. A step that nobody at work could meet is not waited for.
    """

    step = models.PositiveSmallIntegerField(unique=True)
    after_seconds = models.PositiveIntegerField(
        help_text=_("From this waiting time on, in seconds; the first step begins at 0.")
    )
    language_level = models.PositiveSmallIntegerField(
        default=1,
        choices=[
            (1, _("Native speakers")),
            (2, _("Also second languages")),
            (0, _("Anybody, with the interpreter line (calls only)")),
        ],
    )
    specialist = models.BooleanField(
        default=False, help_text=_("Only specialists of the topic, where it is known.")
    )
    difficult = models.BooleanField(
        default=False, help_text=_("Difficult callers only to those trained for them.")
    )

    class Meta:
        ordering = ["step"]
        constraints = [
            models.CheckConstraint(
                name="ring_first_at_once", condition=~Q(step=1) | Q(after_seconds=0)
            ),
        ]

    def __str__(self) -> str:
        language = {
            1: gettext("native speakers"),
            2: gettext("second languages too"),
            0: gettext("with the interpreter line"),
        }[self.language_level]
        topic = gettext("specialists") if self.specialist else gettext("any topic")
        return f"{language}, {topic}"


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
    # The step of the search at which this agent came into question.
    ring = models.PositiveSmallIntegerField(default=1)
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
            models.Index(name="offer_of_agent", fields=["agent", "closed_at"]),
            models.Index(
                name="offer_accepted", fields=["closed_at"], condition=Q(status="accepted")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.agent_id} ({self.status})"
