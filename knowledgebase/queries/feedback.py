"""Feedback as it is read: by editors an article at a time, by agents their own."""

from dataclasses import dataclass, field

from django.db.models import Count, Max, QuerySet

from agents.models import User
from knowledgebase.models import Article, Feedback

ARTICLES_SHOWN = 50
DONE_SHOWN = 30
OWN_SHOWN = 50


@dataclass(frozen=True)
class About:
    """An article and what is said of it, the last first."""

    article: Article
    feedback: list[Feedback] = field(default_factory=list)


def open_by_article() -> list[About]:
    """What waits for an editor, the article with the most of it first."""
    counted = Feedback.objects.open().values("article").annotate(n=Count("pk"), last=Max("said_at"))
    first = counted.order_by("-n", "-last").values_list("article", flat=True)[:ARTICLES_SHOWN]
    articles = Article.objects.select_related("topic", "translation_of").in_bulk(list(first))
    about = {pk: About(article) for pk, article in articles.items()}
    rows = Feedback.objects.open().filter(article__in=articles).select_related("said_by")
    for one in rows.order_by("-said_at"):
        about[one.article_id].feedback.append(one)
    return [about[pk] for pk in first if pk in about]


def open_count() -> int:
    return Feedback.objects.open().count()


def done() -> QuerySet[Feedback]:
    """What was answered last."""
    rows = Feedback.objects.filter(status=Feedback.Status.DONE)
    return rows.select_related("article", "said_by", "answered_by").order_by("-answered_at")[
        :DONE_SHOWN
    ]


def own(user: User) -> QuerySet[Feedback]:
    """What ``user`` said, the last first."""
    rows = Feedback.objects.filter(said_by=user).select_related("article", "answered_by")
    return rows.order_by("-said_at")[:OWN_SHOWN]


def news_for(user: User) -> QuerySet[Feedback]:
    """Answers that ``user`` has not read yet, the oldest first."""
    rows = Feedback.objects.unheard_by(user).select_related("article", "answered_by")
    return rows.order_by("answered_at")[:5]


def open_of(article: Article) -> QuerySet[Feedback]:
    rows = article.feedback.open().select_related("said_by")
    return rows.order_by("-said_at")
