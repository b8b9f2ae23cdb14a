"""What we write to people: one row for each message, whatever has become of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from callcenter import clock
from inquiries.models.inquiries import Inquiry
from knowledgebase.models import Language


class MessageQuerySet(models.QuerySet):
    def due(self, now):
        """To be sent now, the oldest first."""
        return self.filter(state=Message.State.WAITING, next_try_at__lte=now).order_by(
            "next_try_at", "pk"
        )

    def stuck(self):
        """For somebody to look at: given up, or we do not know whether it left."""
        return self.filter(state__in=Message.STUCK)


class Message(models.Model):
    """A text message or an e-mail, sent once at the most.

    waiting → sending → sent; back to waiting when the other side certainly did not take it, and
    failed at the end of the tries. Whoever dies while sending leaves ``sending`` behind: nobody
    knows whether it left, so it becomes ``unsure`` and is never sent again by itself.
    ``key`` names the occasion (``handoff-7-sent``): an occasion has one message.
    """

    class Channel(models.TextChoices):
        TEXT = "text", _("Text message")
        EMAIL = "email", _("E-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Could not be sent")
        UNSURE = "unsure", _("Not known whether it was sent")

    STUCK = [State.FAILED, State.UNSURE]

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    subject = models.CharField(max_length=200, blank=True)
    # As it was worded on the day, in the language of whoever reads it.
    text = models.TextField()
    inquiry = models.ForeignKey(
        Inquiry, null=True, blank=True, related_name="messages", on_delete=models.PROTECT
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    next_try_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    # What the other side calls it, to ask after it there.
    receipt = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_sent_iff_sent_at",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_claimed_before_it_left",
                condition=Q(state__in=["waiting", "failed"]) | Q(claimed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_stuck_says_why",
                condition=~Q(state__in=["failed", "unsure"]) | ~Q(error=""),
            ),
        ]
        indexes = [
            models.Index(name="message_due", fields=["next_try_at"], condition=Q(state="waiting")),
            models.Index(
                name="message_sending", fields=["claimed_at"], condition=Q(state="sending")
            ),
            models.Index(
                name="message_stuck", fields=["-id"], condition=Q(state__in=["failed", "unsure"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.to} ({self.state})"
