"""Articles that may say different things about the same question."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article


class Compared(models.Model):
    """Which text of an article was looked at for suspects, and the terms of its questions."""

    article = models.OneToOneField(
        Article, primary_key=True, related_name="compared", on_delete=models.CASCADE
    )
    updated_at = models.DateTimeField()
    terms = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        indexes = [GinIndex(name="compared_terms", fields=["terms"])]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.updated_at}"


class Suspect(models.Model):
    """Two articles on the same question whose facts differ; ``first`` has the smaller number.

    ``differences``: a list of ``{"kind", "first": [texts], "second": [texts]}``. "No conflict"
    holds until they differ otherwise.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        NO_CONFLICT = "no_conflict", _("No conflict")

    first = models.ForeignKey(Article, related_name="+", on_delete=models.CASCADE)
    second = models.ForeignKey(Article, related_name="+", on_delete=models.CASCADE)
    likeness = models.FloatField()
    differences = models.JSONField(default=list)
    status = models.CharField(max_length=11, choices=Status.choices, default=Status.OPEN)
    found_at = models.DateTimeField(default=clock.now)
    settled_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="suspect_once", fields=["first", "second"]),
            models.CheckConstraint(name="suspect_in_order", condition=Q(first__lt=F("second"))),
        ]
        indexes = [models.Index(name="suspect_open", fields=["status", "-likeness"])]

    def __str__(self) -> str:
        return f"{self.first_id} / {self.second_id}"
