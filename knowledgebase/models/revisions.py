"""The history of an article, and what is being worked on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article
from knowledgebase.models.content import Content


class _IsAnyOf(Func):
    """``person = ANY(people)``, false where either is empty."""

    template = "COALESCE(%(expressions)s), false)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Revision(Content):
    """One text of an article, numbered from 1 in each.

    ``version`` counts its saves, so that two editors do not write over each other unknowingly.
    ``authors`` is everybody who ever saved it: none of them may approve it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved, waits for its day")
        PUBLISHED = "published", _("Published")
        REJECTED = "rejected", _("Sent back")
        SUPERSEDED = "superseded", _("Replaced")
        DISCARDED = "discarded", _("Discarded")

    # Of these there is one at most in an article: the text somebody works on, or waits for.
    OPEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
    # Somebody has decided on these.
    DECIDED = (State.APPROVED, State.PUBLISHED, State.REJECTED, State.SUPERSEDED)

    article = models.ForeignKey(Article, related_name="revisions", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    version = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=500, blank=True, default="")
    authors = ArrayField(models.BigIntegerField(), default=list, blank=True)
    written_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    written_at = models.DateTimeField(default=clock.now)
    saved_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    saved_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="revision_number_once", fields=["article", "number"]),
            models.UniqueConstraint(
                name="revision_one_open",
                fields=["article"],
                condition=Q(state__in=["draft", "in_review", "approved"]),
            ),
            models.UniqueConstraint(
                name="revision_one_published", fields=["article"], condition=Q(state="published")
            ),
            models.CheckConstraint(
                name="revision_four_eyes", condition=~Q(_IsAnyOf(F("reviewed_by"), F("authors")))
            ),
            models.CheckConstraint(
                name="revision_in_review_was_submitted",
                condition=~Q(state="in_review") | Q(submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_decided_iff_reviewed",
                condition=Q(
                    state__in=["approved", "published", "rejected", "superseded"],
                    reviewed_at__isnull=False,
                )
                | Q(state__in=["draft", "in_review", "discarded"], reviewed_at=None),
            ),
            models.CheckConstraint(
                name="revision_approved_waits_for_a_day",
                condition=~Q(state="approved") | Q(valid_from__isnull=False),
            ),
            models.CheckConstraint(
                name="revision_valid_from_before_until",
                condition=Q(valid_from__lte=F("valid_until")),
            ),
        ]
        indexes = [
            models.Index(
                name="revision_open",
                fields=["state", "saved_at"],
                condition=Q(state__in=["draft", "in_review", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def written_also_by(self, user: User) -> bool:
        return user.pk in self.authors
