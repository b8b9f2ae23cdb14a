"""What editors have to do, as piles: each narrows articles to those that need it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce

from agents.models import User
from callcenter import clock
from knowledgebase.models import Article, Language, Revision

SOON_DAYS = 30
State = Revision.State

Pile = Callable[[QuerySet[Article], User], QuerySet[Article]]


def _working(state: str, **how) -> Exists:
    return Exists(Revision.objects.filter(article=OuterRef("pk"), state=state, **how))


def _to_review(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    """In review, and ``user`` has had no hand in it."""
    mine = _working(State.IN_REVIEW, authors__contains=[user.pk])
    return articles.filter(_working(State.IN_REVIEW)).exclude(mine)


def _waiting(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    return articles.filter(_working(State.IN_REVIEW, authors__contains=[user.pk]))


def _my_drafts(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    return articles.filter(_working(State.DRAFT, authors__contains=[user.pk]))


def _scheduled(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    return articles.filter(_working(State.APPROVED))


def _expired(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    return articles.filter(pk__in=Article.objects.expired().values("pk"))


def _expiring(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    today = clock.today()
    within = (today, today + timedelta(days=SOON_DAYS))
    return articles.filter(status=Article.Status.PUBLISHED, valid_until__range=within)


def _review_due(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    """The days of the interval have gone by since somebody looked."""
    looked = Coalesce("reviewed_at", "updated_at")
    interval = F("review_every_days") * Value(timedelta(days=1))
    due = ExpressionWrapper(looked + interval, output_field=DateTimeField())
    return (
        articles.filter(status=Article.Status.PUBLISHED, review_every_days__isnull=False)
        .alias(due=due)
        .filter(due__lte=clock.now())
    )


def _stale(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
    return articles.filter(pk__in=Article.objects.stale().values("pk"), status__in=Article.READABLE)


def _untranslated(language: str) -> Pile:
    def narrow(articles: QuerySet[Article], user: User) -> QuerySet[Article]:
        """Public answers that have none in ``language``."""
        there = Article.objects.filter(translation_of=OuterRef("pk"), language=language)
        originals = articles.filter(translation_of=None, public=True)
        in_force = originals.filter(pk__in=Article.objects.published().values("pk"))
        return in_force.exclude(language=language).exclude(Exists(there))

    return narrow


PILES: dict[str, Pile] = {
    "to_review": _to_review,
    "my_drafts": _my_drafts,
    "waiting": _waiting,
    "expired": _expired,
    "expiring": _expiring,
    "review_due": _review_due,
    "stale": _stale,
    "scheduled": _scheduled,
    **{f"no_{language}": _untranslated(language) for language in Language.values},
}


@dataclass(frozen=True)
class Heap:
    """A pile as a page shows it: how many, and the first of them."""

    name: str
    count: int
    articles: list[Article]
