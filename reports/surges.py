"""Topics that are asked about more than the hour and the weekday would lead one to expect.

What came in the last hour is held against the same hour of the same weekday in the weeks before.
Usual is the mean of those weeks; a topic surges when it lies above the usual by three standard
deviations, taken from the spread of the weeks but never less than that of chance (Poisson: the
square root of the mean). So one in a thousand quiet hours cries wolf, and a topic whose weeks
differ much must differ more. Redials are left out: five attempts of one citizen are one question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, pvariance

from django.db import connection
from django.db.models import Count, Q

from callcenter import clock
from inquiries.models import ArticleLink
from knowledgebase.models import Article, Notice, Topic
from reports.ledger import reading
from reports.shared import Shared

WINDOW = timedelta(hours=1)
WEEKS = 8
DEVIATIONS = 3.0
# Fewer in an hour are no surge, however unusual.
FEWEST = 5
ARTICLES = 3

_ASKED = """
SELECT topic_id, sum(offered - redials)::int FROM reports_fact
WHERE arrived_at >= %s AND arrived_at < %s AND topic_id <> 0 GROUP BY 1
"""


@dataclass(frozen=True)
class Surge:
    """``asked`` in the last hour, ``usual`` on average, ``at_most`` without being a surge.

    ``articles`` answered such questions in this time, the most used first; ``notices`` run about
    the topic. Either may be missing, and then somebody should write it.
    """

    topic: Topic
    asked: int
    usual: float
    at_most: float
    articles: list[Article]
    notices: list[Notice]

    @property
    def times(self) -> float | None:
        """How many times the usual; None where nothing is usual."""
        return self.asked / self.usual if self.usual else None


def surges() -> list[Surge]:
    """The topics that surge now, the most unusual first. Narrow topics and families alike."""
    reading.up_to_date()
    now = clock.now()
    topics = {topic.pk: topic for topic in Topic.objects.all()}
    asked = _asked(now, topics)
    before = [_asked(now - timedelta(weeks=week), topics) for week in range(1, WEEKS + 1)]
    by_code = {topic.code: topic for topic in topics.values()}
    found = []
    for code, count in asked.items():
        usual, at_most = expected([week.get(code, 0) for week in before])
        if count >= FEWEST and count > at_most:
            found.append(_surge(by_code[code], count, usual, at_most, now))
    return sorted(found, key=lambda surge: -surge.asked / surge.at_most)


def _surge(topic: Topic, asked: int, usual: float, at_most: float, now: datetime) -> Surge:
    return Surge(topic, asked, usual, at_most, _articles(topic, now), _notices(topic))


def expected(weeks: Sequence[int]) -> tuple[float, float]:
    """(usual, what is still usual) of the counts of the same hour in the weeks before."""
    usual = mean(weeks)
    spread = sqrt(max(usual, pvariance(weeks, usual), 1.0))
    return usual, usual + DEVIATIONS * spread


def _asked(until: datetime, topics: dict[int, Topic]) -> dict[str, int]:
    """By the code of the topic, and of its family."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [until - WINDOW, until])
        rows = cursor.fetchall()
    counts: dict[str, int] = {}
    for topic_id, count in rows:
        topic = topics[topic_id]
        for code in {topic.code, topic.family}:
            counts[code] = counts.get(code, 0) + count
    return counts


def _articles(topic: Topic, now: datetime) -> list[Article]:
    links = ArticleLink.objects.filter(
        _under("inquiry__topic", topic), linked_at__gte=now - WINDOW, linked_at__lte=now
    )
    most = links.values_list("article_id").annotate(n=Count("pk")).order_by("-n", "article_id")
    ids = [pk for pk, _n in most[:ARTICLES]]
    found = Article.objects.in_bulk(ids)
    return [found[pk] for pk in ids]


def _notices(topic: Topic) -> list[Notice]:
    """Those that run, about the topic or with an article of it."""
    about = _under("topic", topic) | _under("articles__topic", topic)
    return list(Notice.objects.running().filter(about).order_by("starts_at", "pk").distinct())


def _under(field: str, topic: Topic) -> Q:
    return Q(**{field: topic}) | Q(**{f"{field}__parent": topic})


SURGES = Shared(surges, seconds=30)
