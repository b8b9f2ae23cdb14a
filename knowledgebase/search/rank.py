"""Which articles answer best.

Two rankings by BM25, over Korean morphemes and over pairs of characters, each divided by its best
score and then averaged: the one knows words, the other forgives spacing and slips. On top, how
much of an article's title the query names, of which every article has a like share whatever its
length. Each then rises a little by how much it is used, and drops when out of date.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from knowledgebase.search.asked import Asked
from knowledgebase.search.memory import View
from knowledgebase.search.segments import LANGUAGES, Segment
from knowledgebase.search.terms import PAIR, START, TITLE, WORD

# BM25 (Robertson and Zaragoza, 2009, "The Probabilistic Relevance Framework: BM25 and Beyond"):
# how fast repeats saturate (the usual 1.2), and how much length counts; articles that join many
# facts about one thing are long for a reason, hence less than the usual 0.75.
K1, B = 1.2, 0.6
TITLE_SHARE = 0.3
OUT_OF_DATE = 0.6


@dataclass(frozen=True)
class Best:
    """Articles by number, best first, with their scores; and how many there are in all."""

    articles: list[int]
    scores: list[float]
    count: int


def rank(view: View, asked: Asked, *, language: str, staff: bool, today: date, limit: int) -> Best:
    weighing = _Weighing(view, asked)
    scored = [
        (segment, weighing.scores(segment), eligible(segment, alive, language, staff, today))
        for segment, alive in view.parts
    ]
    tops = [
        max(
            (float(scores[kind].max(initial=0, where=may)) for _s, scores, may in scored), default=0
        )
        for kind in (WORD, PAIR)
    ]
    articles, totals = [], []
    for segment, scores, may in scored:
        total = _total(segment, scores, tops, today)
        total[~may] = 0
        docs = np.flatnonzero(total)
        articles.append(segment.facts.article[docs])
        totals.append(total[docs])
    if not articles:
        return Best([], [], 0)
    return _best(np.concatenate(articles), np.concatenate(totals), limit)


def _best(articles: np.ndarray, totals: np.ndarray, limit: int) -> Best:
    if len(totals) > limit:
        candidates = np.argpartition(-totals, limit)[: limit + 1]
    else:
        candidates = np.arange(len(totals))
    # Among equals the older, always in the same order.
    order = np.lexsort((articles[candidates], -totals[candidates]))
    chosen = candidates[order][:limit]
    return Best(articles[chosen].tolist(), totals[chosen].tolist(), len(totals))


def eligible(
    segment: Segment, alive: np.ndarray, language: str, staff: bool, today: date
) -> np.ndarray:
    """Who may be found: as ``Article.readable`` for staff, for others published and public."""
    facts, day = segment.facts, today.toordinal()
    may = alive & (facts.begins <= day)
    if language:
        may &= facts.language == LANGUAGES.index(language)
    if not staff:
        may &= facts.public & (facts.ends >= day)
    return may


class _Weighing:
    """The terms of one query with what they are worth in the whole index."""

    def __init__(self, view: View, asked: Asked) -> None:
        self.kinds = [kind for kind, weights in asked.terms.items() for _number in weights]
        told = [pair for weights in asked.terms.values() for pair in weights.items()]
        self.terms = np.array([number for number, _weight in told], dtype=np.uint32)
        self.places = {id(part): part.places(self.terms) for part, _alive in view.parts}
        held = sum(
            (part.held_by(self.places[id(part)], alive) for part, alive in view.parts),
            start=np.zeros(len(told)),
        )
        count, words, pairs = map(
            sum, zip((0, 0, 0), *(part.sums for part, _a in view.parts), strict=True)
        )
        held = np.minimum(held, count)
        worth = np.log1p((count - held + 0.5) / (held + 0.5))
        # What a title says counts by its share, however rare it is.
        worth[[kind == TITLE for kind in self.kinds]] = 1
        self.worth = worth * np.array([weight for _number, weight in told])
        self.usual = {WORD: max(words / max(count, 1), 1), PAIR: max(pairs / max(count, 1), 1)}

    def scores(self, segment: Segment) -> dict[str, np.ndarray]:
        scores = {kind: np.zeros(len(segment), dtype=np.float32) for kind in (WORD, PAIR, TITLE)}
        damping = {
            WORD: K1 * (1 - B + B * segment.facts.words / self.usual[WORD]),
            PAIR: K1 * (1 - B + B * segment.facts.pairs / self.usual[PAIR]),
        }
        places = self.places[id(segment)]
        for at in np.flatnonzero(places >= 0).tolist():
            kind, worth = self.kinds[at], self.worth[at]
            docs, times = segment.postings(places[at])
            if kind in damping:
                scores[kind][docs] += worth * (K1 + 1) * times / (times + damping[kind][docs])
            elif kind == START:
                scores[PAIR][docs] += worth * times
            else:
                scores[TITLE][docs] += worth * times
        return scores


def _total(
    segment: Segment, scores: dict[str, np.ndarray], tops: list[float], today: date
) -> np.ndarray:
    total = np.zeros(len(segment), dtype=np.float32)
    for kind, top in zip((WORD, PAIR), tops, strict=True):
        if top > 0:
            total += scores[kind] * (0.5 / top)
    facts = segment.facts
    total += TITLE_SHARE * scores[TITLE] / np.maximum(facts.title, 1)
    total *= 1 + facts.lift
    total[facts.ends < today.toordinal()] *= OUT_OF_DATE
    return total
