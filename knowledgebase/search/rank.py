"""Finding answers."""

import re
import time
from dataclasses import dataclass

from django.db import connection

from knowledgebase.models import Article
from knowledgebase.search.terms import cut

LONGEST_QUERY = 500
SNIPPET_LETTERS = 140
# The usual constants of BM25 (Robertson and Zaragoza, 2009, "The Probabilistic Relevance
# Framework: BM25 and Beyond"): how fast repeats saturate, and how much length counts.
K1, B = 1.2, 0.75

_RANKED = """
WITH hits AS (
    SELECT p.term, p.article_id, p.weight, a.length
    FROM knowledgebase_posting p JOIN knowledgebase_article a ON a.id = p.article_id
    WHERE (p.term = ANY(%(terms)s) OR p.term LIKE ANY(%(prefixes)s))
      AND a.status = 'published' AND (a.public OR %(staff)s)
      AND (%(language)s = '' OR a.language = %(language)s)
), terms AS (
    SELECT term, ln(1 + (%(total)s - count(*) + 0.5) / (count(*) + 0.5)) AS idf
    FROM hits GROUP BY term
), scored AS (
    SELECT article_id, sum(
        idf * weight * (%(k1)s + 1)
        / (weight + %(k1)s * (1 - %(b)s + %(b)s * length / %(usual)s))
    ) AS score
    FROM hits JOIN terms USING (term) GROUP BY article_id
)
SELECT article_id, score, count(*) OVER () FROM scored
ORDER BY score DESC, article_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Found:
    """What a search brings: articles best first, how many there are in all, and how long it took.

    ``terms`` are the pieces looked for, to mark them on the page.
    """

    articles: list[Article]
    count: int
    took_ms: float
    terms: list[str]


def search(query: str, *, language: str = "", limit: int = 10, staff: bool = False) -> Found:
    """Published articles for ``query`` by BM25, best first.

    ``language`` (ko, en, zh, ja) narrows; ``staff`` includes what the public may not read.
    Only the first 500 characters count.
    """
    began = time.perf_counter()
    terms = list(dict.fromkeys(cut(query[:LONGEST_QUERY])))
    rows = _rank(terms, language, limit, staff) if terms else []
    by_id = Article.objects.select_related("topic").in_bulk([row[0] for row in rows])
    return Found(
        articles=[by_id[row[0]] for row in rows if row[0] in by_id],
        count=rows[0][2] if rows else 0,
        took_ms=round((time.perf_counter() - began) * 1000, 2),
        terms=terms,
    )


def _rank(terms: list[str], language: str, limit: int, staff: bool) -> list[tuple]:
    # A single syllable is the beginning of a word still being typed.
    prefixes = [f"{term}%" for term in terms if len(term) == 1]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), avg(length) FROM knowledgebase_article")
        total, usual = cursor.fetchone()
        cursor.execute(
            _RANKED,
            {
                "terms": terms,
                "prefixes": prefixes,
                "staff": staff,
                "language": language,
                "total": total,
                "usual": float(usual or 1),
                "k1": K1,
                "b": B,
                "limit": limit,
            },
        )
        return cursor.fetchall()


def snippet(article: Article, terms: list[str]) -> str:
    """The part of the body where the terms stand thickest, as plain text."""
    text = re.sub(r"[#*_>`|\[\]-]+|\s+", " ", article.body)
    text = re.sub(r" +", " ", text).strip()
    if len(text) <= SNIPPET_LETTERS:
        return text
    spots = sorted(spot for term in terms if (spot := text.lower().find(term)) >= 0)
    start = max(0, min(spots[0] - 20, len(text) - SNIPPET_LETTERS)) if spots else 0
    end = start + SNIPPET_LETTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
