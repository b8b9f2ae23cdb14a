"""What the city knows: departments, the topic tree they own, and the articles about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock


class Language(models.TextChoices):
    """The languages the center speaks. The codes are part of the API."""

    KO = "ko", "한국어"
    EN = "en", "English"
    ZH = "zh", "中文"
    JA = "ja", "日本語"


def active_language() -> str:
    """The center's code for the language of the page being made."""
    return (get_language() or "ko").split("-")[0]


class Named(models.Model):
    """Something with a code for programs and a name in each of the four languages."""

    code = models.CharField(max_length=60, unique=True)
    name_ko = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)
    name_ja = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return getattr(self, f"name_{active_language()}", self.name_ko)


class Department(Named):
    """An office of the city that owns topics and takes hand-offs."""

    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)


class Topic(Named):
    """A node of the topic tree. ``code`` is its path: ``water.billing`` lies under ``water``."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, related_name="children", on_delete=models.PROTECT
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    key = models.CharField(max_length=1, blank=True, help_text=_("Its key at the desk"))
    urgent = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="topic_key_once", fields=["parent", "key"], condition=~Q(key="")
            ),
        ]

    @property
    def family(self) -> str:
        """The code of the topic it lies under, or its own."""
        return self.code.partition(".")[0]


class ArticleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(status=Article.Status.PUBLISHED)

    def visible_to(self, user):
        """Editors see everything, other staff what is published, the public what is public too."""
        if not user.is_authenticated:
            return self.published().filter(public=True)
        return self if user.role == User.Role.EDITOR else self.published()


class Article(models.Model):
    """One answer in one language. ``body`` is Markdown, ``asked`` how citizens ask for it."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    translation_of = models.ForeignKey(
        "self", null=True, blank=True, related_name="translations", on_delete=models.CASCADE
    )
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    body = models.TextField()
    asked = models.JSONField(default=list, blank=True)
    figures_may_change = models.BooleanField(default=False)
    public = models.BooleanField(default=True, help_text=_("Citizens may read it, too"))
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    # How many search terms it has: BM25 holds long articles to account for their length.
    length = models.PositiveIntegerField(default=0)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="article_one_translation_per_language",
                fields=["translation_of", "language"],
                condition=Q(translation_of__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Posting(models.Model):
    """The search index: how much of ``term`` stands in an article, the title counted threefold.

    Written in the same transaction as the article, so the two cannot drift.
    """

    pk = models.CompositePrimaryKey("term", "article_id")
    term = models.CharField(max_length=40, db_collation="C")
    article = models.ForeignKey(
        Article, related_name="postings", on_delete=models.CASCADE, db_constraint=True
    )
    weight = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.term} in {self.article_id}"
