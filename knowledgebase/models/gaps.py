"""What was asked and not answered by an article."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article
from knowledgebase.models.topics import Language


class SearchLog(models.Model):
    """One search as somebody meant it: the words when typing rested, and what was opened.

    ``episode`` is a random key of the page, so that what is typed on replaces what was typed
    before. Whose search it was is not kept, and personal data is stripped before it is written.
    """

    class Channel(models.TextChoices):
        DESK = "desk", _("Desk")
        HELP = "help", _("Help pages")

    episode = models.CharField(max_length=32, unique=True)
    query = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    hits = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    opened = models.ForeignKey(
        Article, null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    # Something was opened: kept also when that article is gone.
    chosen = models.BooleanField(default=False)
    looked_at = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(name="search_log_at", fields=["at"]),
            models.Index(
                name="search_log_unclicked",
                fields=["at"],
                condition=Q(chosen=False, looked_at=False),
            ),
        ]

    def __str__(self) -> str:
        return self.query


class Gap(models.Model):
    """Questions of one meaning that no article answered. ``terms`` are the ones they share."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        WRITING = "writing", _("Being written")
        NOT_NEEDED = "not_needed", _("Not needed")

    title = models.CharField(max_length=300)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    terms = ArrayField(models.CharField(max_length=40), default=list)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    article = models.ForeignKey(
        Article, null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    settled_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="gap_settled_iff_not_open",
                condition=Q(status="open", settled_at=None)
                | (~Q(status="open") & Q(settled_at__isnull=False)),
            ),
        ]
        indexes = [
            GinIndex(name="gap_terms", fields=["terms"]),
            models.Index(name="gap_status", fields=["status", "-last_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Asked(models.Model):
    """One time a question found no article: where, its words, and the answer given, if any.

    ``ref`` names it in its source (a search's episode, an inquiry's public number), so that
    handing it in twice counts it once.
    """

    class Source(models.TextChoices):
        SEARCH = "search", _("Search without a choice")
        CLOSED = "closed", _("Closed without an article")
        CALLBACK = "callback", _("Researched for a callback")

    gap = models.ForeignKey(Gap, related_name="asked", on_delete=models.CASCADE)
    source = models.CharField(max_length=8, choices=Source.choices)
    ref = models.CharField(max_length=32)
    text = models.CharField(max_length=500)
    answer = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="asked_once", fields=["source", "ref"]),
        ]
        indexes = [
            models.Index(name="asked_at", fields=["at"]),
            models.Index(name="asked_of_gap", fields=["gap", "-at"]),
        ]

    def __str__(self) -> str:
        return self.text
