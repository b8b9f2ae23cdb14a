"""Promises to call somebody back."""

import hashlib
import unicodedata
from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agents.models import QueueEntry, User
from callcenter import clock
from inquiries.models import Call, Inquiry
from knowledgebase.models import Department, Language

# Two who wait for their turn in the line wait for the same: one call will do.
THEIR_TURN = "turn"


def question_key(question: str) -> str:
    """The same for the same question, however it is spaced, punctuated or written; "" for none."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    letters = "".join(one for one in plain if one.isalnum())
    return hashlib.blake2b(letters.encode(), digest_size=16).hexdigest() if letters else ""


class CallbackQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status__in=Callback.OPEN)

    def due(self, now, leads: dict[str, timedelta] | None = None):
        """To be called at ``now`` or earlier, nobody at it yet, the oldest promise first.

        ``leads``: how far ahead of its time a promise in a language goes into the line.
        """
        at_work = Attempt.objects.filter(callback=OuterRef("pk"), ended_at=None)
        furthest = max((leads or {}).values(), default=timedelta())
        # The first condition is what the index is asked for, however many promises are to come.
        due = self.filter(
            ~Exists(at_work), status=Callback.Status.PROMISED, due_at__lte=now + furthest
        )
        if furthest:
            ahead = Q(due_at__lte=now)
            for language, lead in (leads or {}).items():
                ahead |= Q(language=language, due_at__lte=now + lead)
            due = due.filter(ahead)
        return due.order_by("due_at", "pk")


class Callback(models.Model):
    """A promise to call ``phone`` back. It ends kept, cancelled or escalated.

    The citizen was told ``promised_for``, which is when we call or the beginning of a window; at
    ``until`` the promise is broken. ``due_at`` is the next try: it moves on with each one.
    """

    class Status(models.TextChoices):
        PROMISED = "promised", _("Promised")
        QUEUED = "queued", _("In the queue")
        KEPT = "kept", _("Kept")
        ESCALATED = "escalated", _("With a supervisor")
        CANCELLED = "cancelled", _("Cancelled")

    OPEN = [Status.PROMISED, Status.QUEUED, Status.ESCALATED]

    class Caller(models.TextChoices):
        ANYONE = "anyone", _("Whoever is free")
        AGENT = "agent", _("This agent")
        DEPARTMENT = "department", _("The department itself")

    class Because(models.TextChoices):
        """Why a supervisor has it."""

        TRIES = "tries", _("Tried as often as we try")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        VANISHED = "vanished", _("Whoever called did not say how it went")

    inquiry = models.ForeignKey(Inquiry, related_name="callbacks", on_delete=models.PROTECT)
    # Asked again from the same number: the one call answers these too.
    joined = models.ManyToManyField(Inquiry, related_name="joined_callbacks", blank=True)
    # The call in which a caller took this in place of waiting; a call gives one promise at most.
    call = models.OneToOneField(
        Call, null=True, blank=True, related_name="callback", on_delete=models.PROTECT
    )
    phone = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    question = models.TextField(blank=True)
    question_key = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROMISED)
    escalated_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    caller = models.CharField(max_length=10, choices=Caller.choices, default=Caller.ANYONE)
    caller_agent = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    promised_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT)
    promised_at = models.DateTimeField(default=clock.now)
    promised_for = models.DateTimeField()
    until = models.DateTimeField()
    # They have asked for it: quiet hours do not count.
    at_any_hour = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # When its owner, and then the supervisors, were told that it is about to break: once each.
    owner_warned_at = models.DateTimeField(null=True, blank=True)
    supervisor_warned_at = models.DateTimeField(null=True, blank=True)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="callback_one_open_per_inquiry",
                fields=["inquiry"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
            models.UniqueConstraint(
                name="callback_one_open_per_question",
                fields=["phone", "question_key"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
            models.CheckConstraint(
                name="callback_ended_iff_over",
                condition=Q(status__in=["kept", "cancelled"], ended_at__isnull=False)
                | Q(status__in=["promised", "queued", "escalated"], ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="callback_window", condition=Q(until__gte=models.F("promised_for"))
            ),
            models.CheckConstraint(
                name="callback_escalated_says_why",
                condition=(Q(status="escalated") & ~Q(escalated_because=""))
                | (~Q(status="escalated") & Q(escalated_because="")),
            ),
            models.CheckConstraint(
                name="callback_caller_is_named",
                condition=Q(caller="anyone", caller_agent=None, department=None)
                | Q(caller="agent", caller_agent__isnull=False, department=None)
                | Q(caller="department", caller_agent=None, department__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="callback_promised_at", fields=["promised_at"]),
            models.Index(
                name="callback_due", fields=["due_at", "id"], condition=Q(status="promised")
            ),
            models.Index(
                name="callback_open_phone",
                fields=["phone"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
            models.Index(
                name="callback_open_until",
                fields=["until"],
                condition=Q(status__in=["promised", "queued", "escalated"]),
            ),
            models.Index(
                name="callback_to_warn",
                fields=["until"],
                condition=Q(status__in=["promised", "queued", "escalated"])
                & Q(supervisor_warned_at=None),
            ),
            models.Index(name="callback_day", fields=["promised_for"]),
        ]

    def __str__(self) -> str:
        return f"{self.phone} {self.due_at:%F %R} ({self.status})"

    @property
    def owner(self) -> User | None:
        """Who is to see to it: the agent who calls, or who promised it."""
        return self.caller_agent or self.promised_by

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def is_window(self) -> bool:
        """Was a stretch of time named, and not one moment?"""
        return self.until - self.promised_for > timedelta(minutes=30)


class Attempt(models.Model):
    """One try at keeping a promise: a queue entry, one dial at the most, and how it ended."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        BUSY = "busy", _("Busy")
        NO_ANSWER = "no_answer", _("No answer")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        # Nobody was reached, it was not said how: as before there were three ways.
        NOT_REACHED = "not_reached", _("Not reached")
        POSTPONED = "postponed", _("Asked for another time")

    # What an agent may say of a call that reached nobody.
    UNREACHED = [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.WRONG_NUMBER, Outcome.NOT_REACHED]

    callback = models.ForeignKey(Callback, related_name="attempts", on_delete=models.PROTECT)
    entry = models.OneToOneField(QueueEntry, related_name="attempt", on_delete=models.PROTECT)
    began_at = models.DateTimeField(default=clock.now)
    # Claimed before anything rings: whoever comes second does not dial.
    dialled_at = models.DateTimeField(null=True, blank=True)
    dialled_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="attempt_one_open_per_callback",
                fields=["callback"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="attempt_dialled_by_somebody",
                condition=Q(dialled_at=None, dialled_by=None)
                | Q(dialled_at__isnull=False, dialled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.callback_id}: {self.outcome or 'open'}"
