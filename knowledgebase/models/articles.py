"""What the city knows: one answer in one language is an article."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.topics import Language, Topic


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
