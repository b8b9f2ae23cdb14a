"""What agents say about an article while they read it to somebody."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article


class FeedbackQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=Feedback.Status.OPEN)

    def unheard_by(self, user):
        """Answered since ``user`` last looked."""
        return self.filter(said_by=user, status=Feedback.Status.DONE, heard_at=None)


class Feedback(models.Model):
    """Something is not right with ``article``, says an agent.

    The same again while it is open joins it: ``times`` counts, and each inquiry is noted by its
    public number, because this app knows nothing of inquiries. ``edition`` is the text it was
    said of.
    """

    class Kind(models.TextChoices):
        WRONG = "wrong", _("Wrong")
        OUTDATED = "outdated", _("Outdated")
        UNCLEAR = "unclear", _("Unclear")
        MISSING = "missing", _("Something is missing")

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")

    article = models.ForeignKey(Article, related_name="feedback", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.TextField(blank=True, default="")
    inquiries = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    times = models.PositiveIntegerField(default=1)
    edition = models.PositiveIntegerField(default=0)
    said_by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    said_at = models.DateTimeField(default=clock.now)
    status = models.CharField(max_length=4, choices=Status.choices, default=Status.OPEN)
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="feedback_one_open_of_a_kind",
                fields=["said_by", "article", "kind"],
                condition=Q(status="open"),
            ),
            models.CheckConstraint(
                name="feedback_done_iff_answered",
                condition=Q(status="done", answered_at__isnull=False, answered_by__isnull=False)
                | Q(status="open", answered_at=None, answered_by=None, heard_at=None),
            ),
        ]
        indexes = [
            models.Index(name="feedback_open", fields=["article"], condition=Q(status="open")),
            models.Index(
                name="feedback_unheard",
                fields=["said_by"],
                condition=Q(status="done", heard_at=None),
            ),
            models.Index(name="feedback_of_agent", fields=["said_by", "-said_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.article_id}"
