"""Event mode: what everybody at the desks must know from one moment to another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article
from knowledgebase.models.topics import Language, Topic, active_language


class Wording(models.Model):
    """A title and a text in Korean and, where somebody wrote them, in the other languages."""

    title_ko = models.CharField(_("Title in Korean"), max_length=120)
    text_ko = models.TextField(_("Text in Korean"), max_length=2000)
    title_en = models.CharField(_("Title in English"), max_length=120, blank=True, default="")
    text_en = models.TextField(_("Text in English"), max_length=2000, blank=True, default="")
    title_zh = models.CharField(_("Title in Chinese"), max_length=120, blank=True, default="")
    text_zh = models.TextField(_("Text in Chinese"), max_length=2000, blank=True, default="")
    title_ja = models.CharField(_("Title in Japanese"), max_length=120, blank=True, default="")
    text_ja = models.TextField(_("Text in Japanese"), max_length=2000, blank=True, default="")
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)
    public = models.BooleanField(_("Citizens see it, too"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def language(self) -> str:
        """The language of the page if it is written in that, else Korean."""
        wanted = active_language()
        return wanted if getattr(self, f"title_{wanted}", "") else Language.KO

    @property
    def title(self) -> str:
        return getattr(self, f"title_{self.language}")

    @property
    def text(self) -> str:
        return getattr(self, f"text_{self.language}") or self.text_ko


class NoticeTemplate(Wording):
    """The usual notices, half written: a new one begins as a copy."""

    code = models.SlugField(max_length=40, unique=True)
    hours = models.PositiveSmallIntegerField(_("Usual length in hours"), default=12)
    position = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering = ["position", "code"]


class NoticeQuerySet(models.QuerySet):
    def running(self):
        now = clock.now()
        return self.filter(starts_at__lte=now, ends_at__gt=now, ended_at=None)

    def planned(self):
        return self.filter(starts_at__gt=clock.now(), ended_at=None)

    def past(self):
        return self.filter(~Q(ended_at=None) | Q(ends_at__lte=clock.now()))


class Notice(Wording):
    """Pinned on every desk from ``starts_at`` until ``ends_at``, or until somebody ends it.

    Whether it runs is asked of the clock, never stored. ``told`` is the phase that the desks have
    been told of, for the tick that tells of those which begin or end by themselves. ``version``
    counts its texts: who has folded one sees the next one whole.
    """

    class Phase(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        PAST = "past", _("Past")

    starts_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    articles = models.ManyToManyField(Article, blank=True, related_name="notices")
    template = models.ForeignKey(
        NoticeTemplate, null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    made_by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    version = models.PositiveIntegerField(default=1)
    told = models.CharField(max_length=7, choices=Phase.choices, default=Phase.PLANNED)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_starts_before_it_ends", condition=Q(starts_at__lt=F("ends_at"))
            ),
            models.CheckConstraint(
                name="notice_ended_iff_by_somebody",
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="notice_not_over",
                fields=["ends_at"],
                condition=Q(ended_at=None),
            ),
        ]

    @property
    def phase(self) -> str:
        now = clock.now()
        if self.ended_at or self.ends_at <= now:
            return self.Phase.PAST
        return self.Phase.PLANNED if now < self.starts_at else self.Phase.RUNNING

    @property
    def may_come_back(self) -> bool:
        """Ended before its time, which is not over yet."""
        return self.ended_at is not None and self.ends_at > clock.now()


class FoldedNotice(models.Model):
    """An agent has read this version and keeps it as one line."""

    notice = models.ForeignKey(Notice, related_name="folded", on_delete=models.CASCADE)
    agent = models.ForeignKey(User, related_name="+", on_delete=models.CASCADE)
    version = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notice_folded_once", fields=["notice", "agent"]),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} at {self.agent_id}"
