"""Part of the index in memory: articles, and for each term who holds it how often.

Never changed once built; ``alive`` is replaced, not written to, so that a search under way keeps
what it began with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

# What an article holds, as it lies in PostgreSQL: terms in order, and how often (255 at most).
PACKED = np.dtype([("term", "<u4"), ("times", "u1")])
LANGUAGES = ("ko", "en", "zh", "ja")
FOREVER = date.max.toordinal()
DENSE_FROM = 1 / 16


@dataclass(frozen=True)
class Row:
    """One article as the index keeps it. ``lengths``: how many words, pairs and title pairs."""

    article_id: int
    changed: int
    language: str
    shown: bool
    public: bool
    begins: date | None
    ends: date | None
    lift: float
    lengths: tuple[int, int, int]
    terms: bytes


class Facts:
    """What is known of each document, as columns of one length."""

    COLUMNS = {
        **{"article": "i8", "changed": "i8", "language": "u1", "public": "?"},
        **{"begins": "i4", "ends": "i4", "lift": "f4"},
        **{"words": "i4", "pairs": "i4", "title": "i4"},
    }

    def __init__(self, columns: dict[str, np.ndarray]) -> None:
        self.columns = columns

    def __getattr__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.columns["article"])

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Facts":
        told = [_told(row) for row in rows]
        arrays = zip(*told, strict=True) if told else [[]] * len(cls.COLUMNS)
        return cls(
            {
                name: np.array(list(values), dtype=kind)
                for (name, kind), values in zip(cls.COLUMNS.items(), arrays, strict=True)
            }
        )

    def kept(self, which: np.ndarray) -> "Facts":
        return Facts({name: column[which] for name, column in self.columns.items()})

    @classmethod
    def joined(cls, parts: Sequence["Facts"]) -> "Facts":
        return cls(
            {name: np.concatenate([part.columns[name] for part in parts]) for name in cls.COLUMNS}
        )


def _told(row: Row) -> tuple:
    begins = row.begins.toordinal() if row.begins else 0
    ends = row.ends.toordinal() if row.ends else FOREVER
    language = LANGUAGES.index(row.language) if row.language in LANGUAGES else len(LANGUAGES)
    return (
        *(row.article_id, row.changed, language, row.public),
        *(begins, ends, row.lift),
        *row.lengths,
    )


class Segment:
    """``facts`` by document, and postings sorted by term, then document.

    ``vocabulary`` (n terms, sorted), ``bounds`` (n + 1), ``docs`` and ``times`` (all postings).
    """

    def __init__(self, facts: Facts, keys: np.ndarray) -> None:
        """``keys``: one for each posting, term << 32 | document << 8 | times; sorted in place."""
        keys.sort()
        self.facts = facts
        self.bury(np.ones(len(facts), dtype=bool))
        terms = (keys >> np.uint64(32)).astype(np.uint32)
        self.docs = ((keys >> np.uint64(8)) & np.uint64(0xFFFFFF)).astype(np.int32)
        self.times = (keys & np.uint64(0xFF)).astype(np.uint8)
        first = np.flatnonzero(np.diff(terms, prepend=np.uint32(0))) if len(terms) else terms
        if len(terms) and (not len(first) or first[0] != 0):
            first = np.concatenate([[0], first])
        self.vocabulary = terms[first]
        self.bounds = np.append(first, len(terms)).astype(np.int64)
        self._columns: dict[int, np.ndarray] = {}

    def bury(self, alive: np.ndarray) -> None:
        """Let ``alive`` be those that are left."""
        self.sums = self._add_up(alive)
        self._held: dict[int, int] = {}
        self.alive = alive

    def sums_of(self, alive: np.ndarray) -> tuple[int, int, int]:
        """How many documents there are among these, and how many words and pairs they have."""
        return self.sums if alive is self.alive else self._add_up(alive)

    def _add_up(self, alive: np.ndarray) -> tuple[int, int, int]:
        facts = self.facts
        return int(alive.sum()), int(facts.words[alive].sum()), int(facts.pairs[alive].sum())

    def __len__(self) -> int:
        return len(self.facts)

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Segment":
        counts = [len(row.terms) // PACKED.itemsize for row in rows]
        keys, at = np.empty(sum(counts), dtype=np.uint64), 0
        for document, (row, count) in enumerate(zip(rows, counts, strict=True)):
            packed = np.frombuffer(row.terms, dtype=PACKED)
            keys[at : at + count] = _keys(packed["term"], document, packed["times"])
            at += count
        return cls(Facts.of(rows), keys)

    @classmethod
    def merged(cls, parts: Sequence[tuple["Segment", np.ndarray]]) -> "Segment":
        """One of several, of each only the documents marked, in order."""
        keys, facts, documents = [], [], 0
        for part, kept in parts:
            numbers = np.cumsum(kept) - 1 + documents
            of_kept = kept[part.docs]
            terms = np.repeat(part.vocabulary, np.diff(part.bounds))[of_kept]
            keys.append(_keys(terms, numbers[part.docs[of_kept]], part.times[of_kept]))
            facts.append(part.facts.kept(kept))
            documents += int(kept.sum())
        return cls(Facts.joined(facts), np.concatenate(keys))

    def places(self, terms: np.ndarray) -> np.ndarray:
        """Where each term (uint32) stands in the vocabulary, -1 for none."""
        if not len(self.vocabulary):
            return np.full(len(terms), -1)
        at = np.minimum(np.searchsorted(self.vocabulary, terms), len(self.vocabulary) - 1)
        return np.where(self.vocabulary[at] == terms, at, -1)

    def held_by(self, places: np.ndarray, alive: np.ndarray) -> np.ndarray:
        """How many of the living hold each term of ``places``: exactly, so that every process
        ranks alike, whatever was changed since it began."""
        known = places >= 0
        held = np.where(known, self.bounds[places + 1] - self.bounds[places], 0)
        if alive is not self.alive or self.sums[0] < len(self):
            cache = self._held if alive is self.alive else {}
            for at in np.flatnonzero(known).tolist():
                place = int(places[at])
                if place not in cache:
                    low, high = self.bounds[place], self.bounds[place + 1]
                    cache[place] = int(np.count_nonzero(alive[self.docs[low:high]]))
                held[at] = cache[place]
        return held

    def postings(self, place: int) -> tuple[np.ndarray, np.ndarray]:
        """Who holds the term (documents), and how often (float32)."""
        low, high = self.bounds[place], self.bounds[place + 1]
        return self.docs[low:high], self.times[low:high].astype(np.float32)

    def times_of(self, place: int, docs: np.ndarray) -> np.ndarray:
        """How often each of ``docs`` holds the term (float32), 0 where it does not.

        A term that many hold is kept as a full column, since looking up is faster than searching.
        """
        low, high = self.bounds[place], self.bounds[place + 1]
        if high - low < len(self) * DENSE_FROM:
            if low == high:
                return np.zeros(len(docs), dtype=np.float32)
            holders = self.docs[low:high]
            at = np.minimum(np.searchsorted(holders, docs), high - low - 1)
            return np.where(holders[at] == docs, self.times[low:high][at], 0).astype(np.float32)
        column = self._columns.get(place)
        if column is None:
            column = np.zeros(len(self), dtype=np.uint8)
            column[self.docs[low:high]] = self.times[low:high]
            self._columns[place] = column
        return column[docs].astype(np.float32)


def _keys(terms: np.ndarray, documents: np.ndarray | int, times: np.ndarray) -> np.ndarray:
    keys = terms.astype(np.uint64) << np.uint64(32)
    keys |= np.asarray(documents, dtype=np.uint64) << np.uint64(8)
    keys |= times.astype(np.uint64)
    return keys
