"""Writing what searches look into."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

import numpy as np
import psycopg2
from django.db import connection, transaction
from psycopg2.extras import execute_values

from callcenter import clock
from knowledgebase.models import Article, ArticleUse, IndexedArticle
from knowledgebase.search import learned, terms
from knowledgebase.search.morphemes import words_of
from knowledgebase.search.segments import PACKED

# Counts up when texts are cut in another way than before: rows cut otherwise are written anew.
CUT_BY = 1
AT_ONCE = 200
TITLE_TIMES = 3
MOST_TIMES = 255
# Kiwi and the reader's patience end somewhere; no article of a city comes near.
LONGEST_TEXT = 50_000

UPSERT = """
INSERT INTO knowledgebase_indexedarticle (article_id, language, shown, public, begins, ends, lift,
    words, pairs, title_pairs, terms, cut_by) VALUES %s
ON CONFLICT (article_id) DO UPDATE SET language = EXCLUDED.language, shown = EXCLUDED.shown,
    public = EXCLUDED.public, begins = EXCLUDED.begins, ends = EXCLUDED.ends,
    lift = EXCLUDED.lift, words = EXCLUDED.words, pairs = EXCLUDED.pairs,
    title_pairs = EXCLUDED.title_pairs, terms = EXCLUDED.terms, cut_by = EXCLUDED.cut_by,
    changed = pg_current_xact_id()
"""


@transaction.atomic
def index(articles: Iterable[Article]) -> None:
    """Write the search terms of saved articles anew. Atomic with the caller.

    In the order of their keys, so that two at once wait for each other and no further.
    """
    waiting = iter(sorted(articles, key=lambda article: article.pk))
    while some := list(islice(waiting, AT_ONCE)):
        _index(some)


def _index(articles: list[Article]) -> None:
    questions = learned.questions_of(articles)
    lifts = dict(_lifts(articles))
    texts = [_texts(article, questions.get(article.pk, [])) for article in articles]
    cut = iter(words_of([terms.plain(text) for several in texts for text, _times in several]))
    rows = [
        _row(article, lifts.get(article.pk, 0.0), [(*one, next(cut)) for one in several])
        for article, several in zip(articles, texts, strict=True)
    ]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, UPSERT, rows, page_size=AT_ONCE)


def _texts(article: Article, questions: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """What it is found by, and how much each counts; nothing when nobody may find it."""
    if article.status not in Article.READABLE:
        return []
    rest = "\n".join([article.body, article.spoken, *article.asked])
    found = [(article.title, TITLE_TIMES), (rest[:LONGEST_TEXT], 1), *questions]
    return [(terms.readable(text), times) for text, times in found if times]


def _row(article: Article, lift: float, texts: list[tuple[str, int, list[str]]]) -> tuple:
    counted: Counter[int] = Counter()
    lengths = np.zeros(2, dtype=int)
    for folded, times, words in texts:
        lengths += terms.count_terms(words, folded, times, into=counted)
    title: set[str] = set()
    if texts:
        folded, _times, words = texts[0]
        title = set(terms.pairs(terms.runs(folded)))
        counted.update(terms.number_of(terms.TITLE, text) for text in title)
        started = terms.starts(folded, words).items()
        counted.update({terms.number_of(terms.START, text): n for text, n in started})
    shown = article.status in Article.READABLE
    return (
        *(article.pk, article.language, shown, article.public),
        *(article.valid_from, _end_of(article), lift),
        *(int(lengths[0]), int(lengths[1]), len(title)),
        *(psycopg2.Binary(_packed(counted)), CUT_BY),
    )


def _end_of(article: Article) -> date | None:
    """Its last day. What has been called out of date had it yesterday at the latest."""
    if article.status != Article.Status.EXPIRED:
        return article.valid_until
    yesterday = clock.today() - timedelta(days=1)
    return min(article.valid_until or yesterday, yesterday)


def _packed(counted: Counter[int]) -> bytes:
    packed = np.empty(len(counted), dtype=PACKED)
    packed["term"] = list(counted.keys())
    packed["times"] = np.minimum(list(counted.values()), MOST_TIMES)
    packed.sort(order="term")
    return packed.tobytes()


def _lifts(articles: list[Article]) -> Iterator[tuple[int, float]]:
    used = ArticleUse.objects.filter(pk__in=[article.pk for article in articles])
    for one in used:
        yield one.pk, learned.lift(linked=one.linked, solved=one.solved)


def index_what_is_missing() -> int:
    """Index articles that have no row, or one cut in an older way; how many.

    After an upgrade: until then the old rows answer.
    """
    known: Any = IndexedArticle.objects.filter(cut_by=CUT_BY).values("article_id")
    missing = Article.objects.exclude(pk__in=known).order_by("pk")
    done = 0
    while articles := list(missing.select_related(None)[:AT_ONCE]):
        with transaction.atomic():
            locked = Article.objects.select_for_update(no_key=True)
            index(locked.filter(pk__in=[article.pk for article in articles]))
        done += len(articles)
    return done
