"""What the search benchmark searches: real articles and questions where there are any, the
demo's otherwise; and as many made-up articles as wanted, put together from their sentences."""

import csv
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.db import connection, transaction
from psycopg2.extras import execute_values

from callcenter.demo.data import written_articles
from knowledgebase.models import Article
from knowledgebase.search import index as indexing
from knowledgebase.search import terms
from knowledgebase.search.morphemes import words_of
from knowledgebase.search.segments import PACKED

ARTICLES = ("welfare_articles.csv", "seoul120_faq.csv")
QUERIES = "welfare_queries_dev.csv"
HEADERS = {"번호": "external_id", "제목": "title", "내용": "body"}
AT_ONCE = 2000
LONGEST_FIELD = 10_000_000


@dataclass(frozen=True)
class Question:
    text: str
    answered_by: str


def is_there(folder: Path) -> bool:
    return all((folder / name).is_file() for name in (*ARTICLES, QUERIES))


def articles(folder: Path | None) -> list[Article]:
    """Unsaved, each with its external id; the demo's Korean ones without a folder."""
    if folder is None:
        return [
            Article(external_id=f"demo-{one['id']}", title=one["title"], body=one["body"].strip())
            for one in written_articles()
        ]
    rows = (row for name in ARTICLES for row in _rows(folder / name))
    return [Article(**{name: row[name] for name in HEADERS.values()}) for row in rows]


def questions(folder: Path | None) -> list[Question]:
    if folder is None:
        return [
            Question(text, f"demo-{one['id']}")
            for one in written_articles()
            for text in one["asked"]
        ]
    return [Question(row["query"], row["external_id"]) for row in _rows(folder / QUERIES)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield {HEADERS.get(name, name): value.strip() for name, value in row.items() if name}


@transaction.atomic
def save(made: list[Article]) -> float:
    """Write and index articles as an import would; seconds for the indexing."""
    for article in made:
        article.title = article.title[:300]
    Article.objects.bulk_create(made, batch_size=500)
    began = time.monotonic()
    indexing.index(made)
    return time.monotonic() - began


class Sentences:
    """Sentences and titles with their terms, cut once, to put together any number of articles."""

    def __init__(self, real: list[Article], seed: int) -> None:
        self.chance = random.Random(seed)
        self.titles = [article.title for article in real]
        parted = (re.split(r"(?<=[.?!])\s+", article.body) for article in real)
        self.sentences = [one for several in parted for one in several if len(one) > 5]
        self._titles = [_cut(text, words) for text, words in _with_words(self.titles)]
        self._sentences = [_cut(text, words) for text, words in _with_words(self.sentences)]

    def article(self) -> tuple[str, str, tuple[int, int, int], bytes]:
        """Title, body, lengths and packed terms: somebody's title, six others' sentences."""
        first = self.chance.randrange(len(self.titles))
        chosen = [self.chance.randrange(len(self.sentences)) for _one in range(6)]
        body = " ".join(self.sentences[one] for one in chosen)
        parts = [(self._titles[first], 3), *((self._sentences[one], 1) for one in chosen)]
        numbers = np.concatenate([part[0] for part, _times in parts])
        times = np.concatenate([part[1] * by for part, by in parts])
        known, at = np.unique(numbers, return_inverse=True)
        packed = np.empty(len(known) + len(self._titles[first][3]), dtype=PACKED)
        packed["term"][: len(known)] = known
        packed["times"][: len(known)] = np.minimum(np.bincount(at, times), 255)
        packed["term"][len(known) :] = self._titles[first][3]
        packed["times"][len(known) :] = 1
        lengths = [sum(int(part[2][of]) * by for part, by in parts) for of in (0, 1)]
        lengths.append(int(self._titles[first][2][2]))
        return self.titles[first], body, tuple(lengths), packed.tobytes()


def _with_words(texts: list[str]) -> Iterator[tuple[str, list[str]]]:
    folded = [terms.readable(text) for text in texts]
    return zip(folded, words_of([terms.plain(text) for text in folded]), strict=True)


def _cut(folded: str, words: list[str]) -> tuple[np.ndarray, np.ndarray, list[int], list[int]]:
    """Numbers of WORD and PAIR terms, how often, lengths, and numbers of TITLE and START."""
    counted: Counter[int] = Counter()
    lengths = terms.count_terms(words, folded, 1, into=counted)
    title = set(terms.pairs(terms.runs(folded)))
    extra = [terms.number_of(terms.TITLE, text) for text in title]
    extra += [terms.number_of(terms.START, text) for text in terms.starts(folded, words)]
    numbers = np.fromiter(counted.keys(), dtype=np.uint32)
    times = np.fromiter(counted.values(), dtype=np.float64)
    return numbers, times, [*lengths, len(title)], extra


def fill(to: int, sentences: Sentences, tell: Callable[[str], None]) -> None:
    """Make articles until there are ``to``."""
    there = Article.objects.count()
    while there < to:
        there += _make(min(AT_ONCE, to - there), there, sentences)
        if there % 20_000 == 0:
            tell(f"search: {there:,} articles")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE knowledgebase_article, knowledgebase_indexedarticle")


@transaction.atomic
def _make(count: int, there: int, sentences: Sentences) -> int:
    made = [sentences.article() for _one in range(count)]
    saved = Article.objects.bulk_create(
        [
            Article(external_id=f"made-{there + at}", title=title[:300], body=body)
            for at, (title, body, _lengths, _packed) in enumerate(made)
        ],
        batch_size=1000,
    )
    rows = [
        (article.pk, "ko", True, True, None, None, 0.0, *lengths, packed, indexing.CUT_BY)
        for article, (_title, _body, lengths, packed) in zip(saved, made, strict=True)
    ]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, indexing.UPSERT, rows, page_size=500)
        # Nobody asks what they mean: the worker would be at it for hours, beside the measurement.
        cursor.execute(_UNDERSTOOD, [[row[0] for row in rows]])
    return count


_UNDERSTOOD = """
UPDATE knowledgebase_indexedarticle SET meaning_of = changed::text::bigint
WHERE article_id = ANY(%s)
"""
