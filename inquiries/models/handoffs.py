"""Work passed to departments."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from inquiries.models.inquiries import Inquiry
from inquiries.models.messages import Message
from knowledgebase.models import Department, Topic


def new_link_key() -> str:
    """What makes an officer's link good; another one makes all earlier links void."""
    return secrets.token_urlsafe(12)


class HandOff(models.Model):
    """Work passed to a department: receipted and answered, or returned with a reason.

    It is to be acknowledged by ``acknowledge_by`` and answered by ``due_at``. When either passes,
    a supervisor is told, once (``unacknowledged_at``, ``overdue_at``: when that was).
    """

    class Status(models.TextChoices):
        SENT = "sent", _("Sent, not yet acknowledged")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        ANSWERED = "answered", _("Answered")
        RETURNED = "returned", _("Returned")

    OPEN = [Status.SENT, Status.ACKNOWLEDGED]

    class Purpose(models.TextChoices):
        SETTLE = "settle", _("To settle it")
        RESEARCH = "research", _("To answer a question of ours")
        CALL = "call", _("To call the citizen")

    inquiry = models.ForeignKey(Inquiry, related_name="handoffs", on_delete=models.PROTECT)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    message = models.TextField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.SETTLE)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.SENT)
    sent_by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    sent_at = models.DateTimeField(default=clock.now)
    urgent = models.BooleanField(default=False)
    acknowledge_by = models.DateTimeField()
    due_at = models.DateTimeField()
    # The e-mail it went with; empty for what was passed on before there was one.
    email = models.ForeignKey(
        Message, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    link_key = models.CharField(max_length=20, blank=True, default=new_link_key)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    unacknowledged_at = models.DateTimeField(null=True, blank=True)
    overdue_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, help_text=_("The answer, or why it was returned"))
    # Who of the department said so; empty when a supervisor wrote down what they said.
    officer = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="handoff_one_open_per_inquiry",
                fields=["inquiry"],
                condition=Q(status__in=["sent", "acknowledged"]),
            ),
            models.CheckConstraint(
                name="handoff_acknowledged_has_a_receipt",
                condition=~Q(status="acknowledged") | Q(acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="handoff_sent_has_no_receipt",
                condition=~Q(status="sent") | Q(acknowledged_at__isnull=True),
            ),
            models.CheckConstraint(
                name="handoff_ended_iff_over",
                condition=Q(status__in=["sent", "acknowledged"], ended_at__isnull=True)
                | (Q(status__in=["answered", "returned"], ended_at__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(
                name="handoff_to_acknowledge",
                fields=["acknowledge_by"],
                condition=Q(status="sent", unacknowledged_at__isnull=True),
            ),
            models.Index(
                name="handoff_to_answer",
                fields=["due_at"],
                condition=Q(status__in=["sent", "acknowledged"], overdue_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id} → {self.department_id} ({self.status})"

    @property
    def is_late(self) -> bool:
        """Have the supervisors been told that it was not acknowledged or answered in time?"""
        silent = self.status == self.Status.SENT and self.unacknowledged_at is not None
        return silent or self.overdue_at is not None


class HandOffTerms(models.Model):
    """How soon a department is to acknowledge and to answer what falls under a topic.

    The nearest topic counts, then that of its family, then what holds for all (settings).
    """

    topic = models.OneToOneField(
        Topic, verbose_name=_("topic"), related_name="terms", on_delete=models.CASCADE
    )
    acknowledge_minutes = models.PositiveIntegerField(_("minutes to acknowledge"))
    answer_minutes = models.PositiveIntegerField(_("minutes to answer"))

    class Meta:
        verbose_name = _("terms of hand-offs")
        verbose_name_plural = _("terms of hand-offs")
        constraints = [
            models.CheckConstraint(
                name="terms_are_times",
                condition=Q(acknowledge_minutes__gt=0, answer_minutes__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.acknowledge_minutes} / {self.answer_minutes}"


class DutyDesk(models.Model):
    """Where a department is reached at night and on holidays, for what cannot wait."""

    department = models.OneToOneField(
        Department,
        verbose_name=_("department"),
        related_name="duty_desk",
        on_delete=models.CASCADE,
    )
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("duty desk")
        verbose_name_plural = _("duty desks")

    def __str__(self) -> str:
        return f"{self.department}: {self.email}"
