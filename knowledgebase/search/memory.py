"""The index in the memory of this process, brought up to date before every search.

PostgreSQL holds the truth: one row for each article, written in the article's transaction and
marked with that transaction's number. Before a search one question asks for the rows that have
changed; what it finds is in memory before the search begins, so an article published is found by
the next keystroke, in every process.

Numbers are given when a transaction begins to write, not when it commits, so rows with a smaller
number may appear later. We therefore remember the oldest number that was still at work
(``pg_snapshot_xmin``) and ask again for everything from there on; what we already have, by
article and number, costs nothing. Rows that our own open transaction has written are seen by its
own searches alone, and never kept: it may yet be rolled back.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import structlog
from django.db import connection

from knowledgebase.search import meaning, morphemes, synonyms
from knowledgebase.search.segments import Row, Segment

log = structlog.get_logger(__name__)
AT_ONCE = 5000
# A young segment is merged with the one before it as soon as it is so many times smaller at most.
RATIO = 4
# More documents than this are merged aside, so that no search waits for it.
ASIDE_FROM = 4000

_WHAT_IS_NEW = """
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
    coalesce(pg_current_xact_id_if_assigned()::text::bigint, 0),
    current_database(), pg_relation_filenode('knowledgebase_indexedarticle')::bigint,
    coalesce(ids, '{}'), coalesce(numbers, '{}'),
    ARRAY(SELECT changed::text::bigint FROM knowledgebase_synonym WHERE changed >= %(seen)s::xid8)
FROM (
    SELECT array_agg(article_id) AS ids, array_agg(changed::text::bigint) AS numbers
    FROM knowledgebase_indexedarticle WHERE changed >= %(seen)s::xid8
) AS new
"""
_COLUMNS = """
SELECT article_id, changed::text::bigint, language, shown, public, begins, ends, lift,
    words, pairs, title_pairs, terms FROM knowledgebase_indexedarticle
"""


@dataclass(frozen=True)
class View:
    """What one search looks into: segments, who is alive in each, and the synonyms."""

    parts: list[tuple[Segment, np.ndarray]]
    groups: synonyms.Groups

    @property
    def sums(self) -> tuple[int, ...]:
        """How many articles, words and pairs there are in all."""
        sums = [part.sums_of(alive) for part, alive in self.parts]
        return tuple(sum(of) for of in zip((0, 0, 0), *sums, strict=True))


@dataclass
class _News:
    oldest: int
    own: int
    place: tuple
    changed: dict[int, int]
    synonyms: list[int]


@dataclass
class Index:
    """One for each process. All that changes it happens under ``_lock``."""

    segments: list[Segment] = field(default_factory=list)
    groups: synonyms.Groups = field(default_factory=lambda: synonyms.NONE)
    _held: dict[int, tuple[Segment, int]] = field(default_factory=dict)
    _seen: int = 0
    _place: tuple = ()
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _merging: bool = False

    def view(self) -> View:
        """The index as it is committed now, and as this transaction has changed it."""
        with self._lock:
            news = self._ask()
            if news.place != self._place:
                # Another database, or a table that was emptied or written anew: begin again.
                self._forget(news.place)
                news = self._ask()
            self._take_in(news)
            parts = [(segment, segment.alive) for segment in self.segments]
            groups = self.groups
        return self._with_own(news, parts, groups) if news.own else View(parts, groups)

    def _ask(self) -> _News:
        with connection.cursor() as cursor:
            cursor.execute(_WHAT_IS_NEW, {"seen": str(self._seen)})
            oldest, own, *place, ids, numbers, words = cursor.fetchone()
        return _News(oldest, own, tuple(place), dict(zip(ids, numbers, strict=True)), words)

    def _forget(self, place: tuple) -> None:
        self.segments, self._held = [], {}
        self.groups, self._seen, self._place = synonyms.NONE, 0, place

    def _take_in(self, news: _News) -> None:
        strange = [
            article
            for article, number in news.changed.items()
            if number != news.own and self._number_of(article) != number
        ]
        if strange:
            self._add([row for row in _fetch(strange) if row.changed != news.own])
        if news.own in news.changed.values() or news.own in news.synonyms:
            # What we wrote hides what is committed below it. Others must still ask for that.
            return
        if news.synonyms or not self._seen:
            self.groups = synonyms.load()
        self._seen = max(self._seen, news.oldest)

    def _number_of(self, article: int) -> int:
        held = self._held.get(article)
        return int(held[0].facts.changed[held[1]]) if held else 0

    def _add(self, rows: list[Row]) -> None:
        self._bury(row.article_id for row in rows)
        # Even what is no longer shown is kept, without its terms: we know that we know.
        segment = Segment.of(rows)
        segment.bury(np.array([row.shown for row in rows], dtype=bool))
        self.segments = [*self.segments, segment]
        self._held |= {row.article_id: (segment, doc) for doc, row in enumerate(rows)}
        self._merge_small()

    def _bury(self, articles: Iterable[int]) -> None:
        graves: dict[int, tuple[Segment, list[int]]] = {}
        for article in articles:
            if article in self._held:
                segment, doc = self._held[article]
                graves.setdefault(id(segment), (segment, []))[1].append(doc)
        for segment, docs in graves.values():
            alive = segment.alive.copy()
            alive[docs] = False
            segment.bury(alive)

    def _merge_small(self) -> None:
        while len(self.segments) > 1 and len(self.segments[-1]) * RATIO >= len(self.segments[-2]):
            *rest, larger, smaller = self.segments
            parts = [(larger, larger.alive), (smaller, smaller.alive)]
            if len(larger) + len(smaller) > ASIDE_FROM:
                self._merge_aside(parts)
                return
            self.segments = [*rest, self._settled(Segment.merged(parts), parts)]

    def _merge_aside(self, parts: list[tuple[Segment, np.ndarray]]) -> None:
        if self._merging:
            return
        self._merging = True
        threading.Thread(target=self._merge_in_peace, args=[parts], daemon=True).start()

    def _merge_in_peace(self, parts: list[tuple[Segment, np.ndarray]]) -> None:
        try:
            merged = Segment.merged(parts)
            with self._lock:
                old = [segment for segment, _kept in parts]
                if all(any(one is segment for one in self.segments) for segment in old):
                    place = next(n for n, one in enumerate(self.segments) if one is old[0])
                    self._settled(merged, parts)
                    self.segments = [
                        *self.segments[:place],
                        merged,
                        *self.segments[place + len(old) :],
                    ]
        finally:
            self._merging = False

    def _settled(self, merged: Segment, parts: list[tuple[Segment, np.ndarray]]) -> Segment:
        """``merged`` in place of its parts; who was buried meanwhile is buried in it, too."""
        merged.bury(np.concatenate([segment.alive[kept] for segment, kept in parts]))
        for segment, _kept in parts:
            for article in segment.facts.article.tolist():
                if article in self._held and self._held[article][0] is segment:
                    del self._held[article]
        articles = merged.facts.article.tolist()
        self._held |= {
            article: (merged, doc) for doc, article in enumerate(articles) if merged.alive[doc]
        }
        return merged

    def _with_own(self, news: _News, parts: list, groups: synonyms.Groups) -> View:
        """What our own open transaction has written stands in for what is committed."""
        own = [article for article, number in news.changed.items() if number == news.own]
        rows = [row for row in _fetch(own) if row.shown]
        hidden = np.array(own, dtype=np.int64)
        masked = [
            (segment, alive & ~np.isin(segment.facts.article, hidden)) for segment, alive in parts
        ]
        if rows:
            segment = Segment.of(rows)
            masked.append((segment, segment.alive))
        if news.own in news.synonyms:
            groups = synonyms.load()
        return View(masked, groups)


def _fetch(articles: list[int]) -> Iterator[Row]:
    for at in range(0, len(articles), AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(f"{_COLUMNS} WHERE article_id = ANY(%s)", [articles[at : at + AT_ONCE]])
            yield from map(_row, cursor)


def _row(values: tuple) -> Row:
    article, changed, language, shown, public, begins, ends, lift, *lengths, terms = values
    return Row(
        article_id=article,
        changed=changed,
        language=language,
        shown=shown,
        public=public,
        begins=begins,
        ends=ends,
        lift=lift,
        lengths=tuple(lengths),
        terms=bytes(terms),
    )


INDEX = Index()


def warm_up() -> None:
    """Load the analyser and the index aside, so that the first search need not."""
    threading.Thread(target=_load, name="search-warm-up", daemon=True).start()


def _load() -> None:
    try:
        morphemes.loaded()
        INDEX.view()
        meaning.loaded()
    except Exception as error:  # The first search will try again, and say it to who asks.
        log.warning("search.not_warm", error=str(error))
    finally:
        connection.close()
