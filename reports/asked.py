"""Beside the figures of a span: what was asked, what was not found, and what became of promises."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q

from callbacks.models import Callback
from callcenter import clock
from inquiries.models import ArticleLink
from knowledgebase.models import Article, SearchLog

SHOWN = 10


@dataclass(frozen=True)
class Promises:
    """Those given in the span, by what became of them until now."""

    given: int
    in_time: int
    late: int
    open: int
    with_supervisor: int
    cancelled: int


@dataclass(frozen=True)
class Asked:
    """``articles``: those that answered the most inquiries. ``searches``: what found nothing, or
    nothing that was opened; (words, how often)."""

    articles: list[tuple[Article, int]]
    searches: list[tuple[str, int]]
    promises: Promises


def asked(first: date, last: date) -> Asked:
    """Of the days from ``first`` to ``last``, both included."""
    start, end = clock.day_bounds(first)[0], clock.day_bounds(last)[1]
    return Asked(_articles(start, end), _searches(start, end), _promises(start, end))


def _articles(start, end) -> list[tuple[Article, int]]:
    links = ArticleLink.objects.filter(linked_at__gte=start, linked_at__lt=end)
    most = links.values_list("article_id").annotate(n=Count("pk")).order_by("-n", "article_id")
    counted = dict(most[:SHOWN])
    articles = Article.objects.in_bulk(counted)
    return [(articles[pk], n) for pk, n in counted.items()]


def _searches(start, end) -> list[tuple[str, int]]:
    failed = SearchLog.objects.filter(Q(hits=0) | Q(chosen=False), at__gte=start, at__lt=end)
    most = failed.values_list("query").annotate(n=Count("pk")).order_by("-n", "query")
    return list(most[:SHOWN])


def _promises(start, end) -> Promises:
    given = Callback.objects.filter(promised_at__gte=start, promised_at__lt=end)
    kept = Q(status=Callback.Status.KEPT)
    counts = given.aggregate(
        given=Count("pk"),
        in_time=Count("pk", filter=kept & Q(ended_at__lte=F("until"))),
        late=Count("pk", filter=kept & Q(ended_at__gt=F("until"))),
        open=Count("pk", filter=Q(status__in=[Callback.Status.PROMISED, Callback.Status.QUEUED])),
        with_supervisor=Count("pk", filter=Q(status=Callback.Status.ESCALATED)),
        cancelled=Count("pk", filter=Q(status=Callback.Status.CANCELLED)),
    )
    return Promises(**counts)
