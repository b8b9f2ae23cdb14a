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
# Where there are many articles, terms that so many hold only decide between those that the rarer
# terms have found, and between so many of them at the most.
COMMON_FROM, MANY, CANDIDATES = 1 / 16, 10_000, 4096


@dataclass(frozen=True)
class Best:
    """Articles by number, best first, with their scores; and how many there are in all."""

    articles: list[int]
    scores: list[float]
    count: int
    # What share of the question's words, by their worth, the best article holds.
    covered: float = 0.0


@dataclass
class _Candidates:
    """Documents of a segment that may be the answer, and their scores by kind."""

    segment: Segment
    docs: np.ndarray
    scores: dict[str, np.ndarray]
    count: int


def rank(view: View, asked: Asked, *, language: str, staff: bool, today: date, limit: int) -> Best:
    weighing = _Weighing(view, asked)
    found = []
    for segment, alive in view.parts:
        may = eligible(segment, alive, language, staff, today)
        found.append(weighing.candidates(segment, may))
    tops = {
        kind: max((one.scores[kind].max(initial=0) for one in found), default=0)
        for kind in (WORD, PAIR)
    }
    if not found:
        return Best([], [], 0)
    articles = np.concatenate([one.segment.facts.article[one.docs] for one in found])
    totals = np.concatenate([_total(one, tops, today) for one in found])
    # Among equals the older, always in the same order.
    order = np.lexsort((articles, -totals))[:limit]
    count = sum(one.count for one in found)
    covered = weighing.covered(view, int(articles[order[0]])) if len(order) else 0.0
    return Best(articles[order].tolist(), totals[order].tolist(), count, covered)


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
        self.count, words, pairs = view.sums
        worth = np.log1p((self.count - held + 0.5) / (held + 0.5))
        # What a title says counts by its share, however rare it is.
        worth[[kind == TITLE for kind in self.kinds]] = 1
        self.worth = (worth * np.array([weight for _number, weight in told])).tolist()
        self.usual = {
            WORD: max(words / max(self.count, 1), 1),
            PAIR: max(pairs / max(self.count, 1), 1),
        }
        self.is_common = self._common(held)

    def _common(self, held: np.ndarray) -> np.ndarray:
        by_words = np.array([kind in (WORD, PAIR) for kind in self.kinds], dtype=bool)
        common = by_words & (held > self.count * COMMON_FROM)
        if self.count < MANY or not (by_words & ~common & (held > 0)).any():
            common[:] = False
        return common

    def covered(self, view: View, article: int) -> float:
        words = [at for at, kind in enumerate(self.kinds) if kind == WORD]
        whole = sum(self.worth[at] for at in words)
        for segment, alive in view.parts:
            docs = np.flatnonzero((segment.facts.article == article) & alive)
            if len(docs) and whole:
                places = self.places[id(segment)]
                held = [at for at in words if places[at] >= 0]
                there = [at for at in held if segment.times_of(places[at], docs)[0] > 0]
                return sum(self.worth[at] for at in there) / whole
        return 0.0

    def candidates(self, segment: Segment, may: np.ndarray) -> _Candidates:
        known = self.places[id(segment)] >= 0
        scores = self._add_up(segment, np.flatnonzero(known & ~self.is_common))
        whole = scores[WORD] + scores[PAIR]
        whole *= may
        docs = np.flatnonzero(whole)
        count = len(docs)
        if count > CANDIDATES and self.count >= MANY:
            docs = docs[np.argpartition(whole[docs], count - CANDIDATES)[-CANDIDATES:]]
        picked = {kind: column[docs] for kind, column in scores.items()}
        self._add_common(segment, np.flatnonzero(known & self.is_common), docs, picked)
        return _Candidates(segment, docs, picked, count)

    def _damping(self, segment: Segment, docs: np.ndarray | slice) -> dict[str, np.ndarray]:
        lengths = {WORD: segment.facts.words[docs], PAIR: segment.facts.pairs[docs]}
        return {
            kind: (K1 * (1 - B) + (K1 * B / self.usual[kind]) * many).astype(np.float32)
            for kind, many in lengths.items()
        }

    def _add_up(self, segment: Segment, which: np.ndarray) -> dict[str, np.ndarray]:
        """Scores of every document by terms that not too many hold."""
        scores = {kind: np.zeros(len(segment), dtype=np.float32) for kind in (WORD, PAIR, TITLE)}
        damping = self._damping(segment, slice(None))
        places = self.places[id(segment)]
        for at in which.tolist():
            kind, worth = self.kinds[at], self.worth[at]
            docs, times = segment.postings(places[at])
            if kind in damping:
                scores[kind][docs] += _bm25(worth, times, damping[kind][docs])
            else:
                # How a word begins counts as a pair.
                scores[PAIR if kind == START else kind][docs] += times * np.float32(worth)
        return scores

    def _add_common(
        self,
        segment: Segment,
        which: np.ndarray,
        docs: np.ndarray,
        scores: dict[str, np.ndarray],
    ) -> None:
        if not len(which) or not len(docs):
            return
        damping = self._damping(segment, docs)
        places = self.places[id(segment)]
        for at in which.tolist():
            kind = self.kinds[at]
            times = segment.times_of(places[at], docs)
            scores[kind] += _bm25(self.worth[at], times, damping[kind])


def _bm25(worth: float, times: np.ndarray, damping: np.ndarray) -> np.ndarray:
    score = times * np.float32(worth * (K1 + 1))
    score /= times + damping
    return score


def _total(found: _Candidates, tops: dict[str, float], today: date) -> np.ndarray:
    docs, facts = found.docs, found.segment.facts
    total = np.zeros(len(docs), dtype=np.float32)
    for kind, top in tops.items():
        if top > 0:
            total += found.scores[kind] * np.float32(0.5 / top)
    total += TITLE_SHARE * found.scores[TITLE] / np.maximum(facts.title[docs], 1)
    total *= 1 + facts.lift[docs]
    total[facts.ends[docs] < today.toordinal()] *= OUT_OF_DATE
    return total
