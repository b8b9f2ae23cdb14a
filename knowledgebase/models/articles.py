"""What the city knows: one answer in one language is an article."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.content import Content
from knowledgebase.models.topics import Language


class ArticleQuerySet(models.QuerySet):
    """Dates are asked as well as states, so that a late tick never makes a reading wrong."""

    def published(self):
        """What holds today: published, begun, and not past its date."""
        today = clock.today()
        begun = Q(valid_from=None) | Q(valid_from__lte=today)
        holds = Q(valid_until=None) | Q(valid_until__gte=today)
        return self.filter(begun, holds, status=Article.Status.PUBLISHED)

    def readable(self):
        """What the desk may read: what holds, and what is out of date and marked so."""
        begun = Q(valid_from=None) | Q(valid_from__lte=clock.today())
        return self.filter(begun, status__in=Article.READABLE)

    def expired(self):
        past = Q(status=Article.Status.PUBLISHED, valid_until__lt=clock.today())
        return self.filter(past | Q(status=Article.Status.EXPIRED))

    def stale(self):
        """Translations of an older text than the original has now."""
        return self.filter(translation_of__isnull=False).filter(
            Q(translated_from__lt=F("translation_of__edition"))
            | Q(translated_from=None, translation_of__edition__gt=1)
        )

    def visible_to(self, user):
        """Editors and reviewers see everything, other staff what is readable, the public what
        holds today and is public too."""
        if not user.is_authenticated:
            return self.published().filter(public=True)
        return self if user.role in Article.SEEN_WHOLE_BY else self.readable()


class Article(Content):
    """One answer in one language: the text of its published revision, and what belongs to no text.

    ``edition`` is the number of that revision; 0 before the first and for rows loaded without
    a history. Until an article is published it shows its draft.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    READABLE = (Status.PUBLISHED, Status.EXPIRED)
    SEEN_WHOLE_BY = (User.Role.EDITOR, User.Role.SUPERVISOR)

    external_id = models.CharField(max_length=100, unique=True, null=True, blank=True)
    translation_of = models.ForeignKey(
        "self", null=True, blank=True, related_name="translations", on_delete=models.CASCADE
    )
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PUBLISHED)
    edition = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    related = models.ManyToManyField("self", blank=True)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="article_one_translation_per_language",
                fields=["translation_of", "language"],
                condition=Q(translation_of__isnull=False),
            ),
            models.CheckConstraint(
                name="article_is_no_translation_of_itself",
                condition=Q(translation_of=None) | ~Q(translation_of=F("pk")),
            ),
            models.CheckConstraint(
                name="article_valid_from_before_until",
                condition=Q(valid_from__lte=F("valid_until")),
            ),
        ]
        indexes = [
            models.Index(
                name="article_until", fields=["valid_until"], condition=Q(status="published")
            ),
            models.Index(name="article_newest", fields=["-updated_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_expired(self) -> bool:
        """Whether it is out of date today, whatever the tick has done."""
        return self.expired_on(clock.today())

    def expired_on(self, day: date) -> bool:
        """Whether it is past its date on ``day``, a day of the center. Its last day counts."""
        if self.status == self.Status.EXPIRED:
            return True
        return bool(
            self.status == self.Status.PUBLISHED and self.valid_until and self.valid_until < day
        )

    @property
    def is_stale(self) -> bool:
        """Whether the original has a newer text than this translation was made from."""
        if self.translation_of_id is None:
            return False
        return (self.translated_from or 1) < self.translation_of.edition
