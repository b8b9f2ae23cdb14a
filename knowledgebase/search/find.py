"""The search: from what somebody typed to the articles that answer it."""

import time
from dataclasses import dataclass, field

from callcenter import clock
from knowledgebase.models import Article
from knowledgebase.search import asked as asking
from knowledgebase.search import meaning
from knowledgebase.search.memory import INDEX
from knowledgebase.search.rank import Best, rank

# Some more than wanted: what the index knows of an article is as old as its last look.
SPARE = 3
# What likeness counts beside words, and what share of a question these must cover to count in full.
LIKENESS, WORDS_DO = 0.4, 0.3


@dataclass(frozen=True)
class Found:
    """What a search brings: articles best first, how many there are in all, and how long it took.

    ``terms`` are the pieces looked for, to mark them on the page; ``scores`` go with the articles.
    """

    articles: list[Article]
    count: int
    took_ms: float
    terms: list[str]
    scores: list[float] = field(default_factory=list)


def search(query: str, *, language: str = "", limit: int = 10, staff: bool = False) -> Found:
    """Articles for ``query``, best first: published ones, for ``staff`` also what the public may
    not read, and what is out of date, lower.

    ``language`` (ko, en, zh, ja) narrows. Only the first 300 characters count.
    """
    began = time.perf_counter()
    asked = asking.read(query)
    view = INDEX.view()
    asking.add_synonyms(asked, view.groups)
    asking.add_related(asked)
    best = Best([], [], 0)
    if asked:
        best = rank(
            view,
            asked,
            language=language,
            staff=staff,
            today=clock.today(),
            limit=limit + SPARE,
        )
    if meaning.helps(asked.folded, best.covered):
        near = meaning.likeness(asked.folded.strip(), best.articles)
        best = _with_meaning(best, near)
    articles = _articles(best, staff, language)[:limit]
    return Found(
        articles=[article for article, _score in articles],
        count=max(best.count, len(articles)),
        took_ms=round((time.perf_counter() - began) * 1000, 2),
        terms=asked.marks,
        scores=[round(score, 4) for _article, score in articles],
    )


def _with_meaning(best: Best, near: dict[int, float]) -> Best:
    """Words count in full where they cover enough of the question, and likeness beside them."""
    by_words = dict(zip(best.articles, best.scores, strict=True))
    trust = min(best.covered / WORDS_DO, 1.0)
    total = {
        article: by_words.get(article, 0.0) * trust + LIKENESS * near.get(article, 0.0)
        for article in by_words | near
    }
    articles = sorted(total, key=lambda article: (-total[article], article))
    count = best.count + len(near.keys() - by_words.keys())
    return Best(articles, [total[article] for article in articles], count, best.covered)


def _articles(best: Best, staff: bool, language: str) -> list[tuple[Article, float]]:
    """The articles as they are now: the last word on who may read them is the database's."""
    if not best.articles:
        return []
    may = Article.objects.readable() if staff else Article.objects.published().filter(public=True)
    if language:
        may = may.filter(language=language)
    by_id = may.select_related("topic", "translation_of").in_bulk(best.articles)
    return [
        (by_id[pk], score)
        for pk, score in zip(best.articles, best.scores, strict=True)
        if pk in by_id
    ]
