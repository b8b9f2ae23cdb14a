"""Finding out what was promised, while the citizen waits for our call."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callbacks.models.promises import Callback
from callcenter import clock
from inquiries.models import HandOff
from knowledgebase.models import Article


class Research(models.Model):
    """Work on the question of a promise: who does it, what they found, and the approved answer.

    ``version`` counts the saves, so that two who write at once are told of each other.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being worked on")
        ASKED = "asked", _("A department is asked")
        ANSWERED = "answered", _("To be approved")
        APPROVED = "approved", _("Approved")

    callback = models.OneToOneField(Callback, related_name="research", on_delete=models.PROTECT)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    assigned_to = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    notes = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    # The department that was asked last.
    handoff = models.ForeignKey(
        HandOff, null=True, blank=True, related_name="research", on_delete=models.PROTECT
    )
    answered_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    # Worth knowing for others too: offered to the editors once the promise is kept.
    for_article = models.BooleanField(default=True)
    article = models.OneToOneField(
        Article, null=True, blank=True, related_name="research", on_delete=models.SET_NULL
    )
    offered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "research"
        constraints = [
            models.CheckConstraint(
                name="research_answer_before_approval",
                condition=Q(state__in=["open", "asked"], answered_by=None, answered_at=None)
                | (
                    Q(state__in=["answered", "approved"])
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
            ),
            models.CheckConstraint(
                name="research_approved_iff_by_somebody",
                condition=Q(state="approved", approved_by__isnull=False, approved_at__isnull=False)
                | (~Q(state="approved") & Q(approved_by=None, approved_at=None)),
            ),
            models.CheckConstraint(
                name="research_four_eyes", condition=~Q(approved_by=F("answered_by"))
            ),
        ]
        indexes = [
            models.Index(
                name="research_to_offer",
                fields=["callback"],
                condition=Q(state="approved", for_article=True, offered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.callback_id}: {self.state}"
