"""Whether two questions mean the same: for grouping gaps and for finding suspects.

By the words they share, to begin with. Whoever knows better (vectors) changes ``likeness`` and
``terms_of``; nothing else here or elsewhere looks into them.
"""

import re
from collections.abc import Collection, Iterable
from typing import TypeVar

from knowledgebase.search.terms import fold, pairs, runs

T = TypeVar("T")
# From here on two questions are one. Chosen by hand on the demo's questions, not tuned.
SAME = 0.6
LEAST_SHARED = 2
# How questions are put says nothing about what they ask.
_PHRASES = re.compile(
    r"어떻게|어디서|어디에|어디로|언제|얼마나|얼마|무엇|뭔가요|누가|왜|있나요|없나요|인가요|한가요|하나요|되나요|받나요"
    r"|할\s?수|있습니까|합니까|됩니까|알려\s?주세요|궁금합니다|궁금해요|싶어요|싶습니다|하려면|해야|문의|주세요"
    r"|\b(how|what|where|when|can|do|does|is|are|the|a|an|i|to|my|of|for|in|please)\b",
    re.IGNORECASE,
)
# Particles, and the ends of verbs, at the end of a Korean word that is long enough to lose one.
_ENDINGS = re.compile(
    r"(?<=[가-힣]{2})(?:어요|아요|해요|은|는|이|가|을|를|의|에|도|로|과|와)(?![가-힣])"
)


def terms_of(text: str) -> list[str]:
    """What a question is about, sorted: pairs of neighbouring characters of Korean, Chinese and
    Japanese, other words whole; without the words of putting a question."""
    about = _ENDINGS.sub(" ", _PHRASES.sub(" ", text))
    return sorted(_pairs(about) or _pairs(text))


def _pairs(text: str) -> set[str]:
    return set(pairs(runs(fold(text))))


def likeness(one: Collection[str], other: Collection[str]) -> float:
    """From 0 to 1: the mean of Dice's coefficient and of the share of the shorter that is in both.

    The second forgives a long question around a short one; the first keeps a single common word
    from making two questions one.
    """
    first, second = set(one), set(other)
    shared = len(first & second)
    if not shared or (shared < LEAST_SHARED and first != second):
        return 0.0
    dice = 2 * shared / (len(first) + len(second))
    return (dice + shared / min(len(first), len(second))) / 2


def nearest(terms: Collection[str], among: Iterable[tuple[T, Collection[str]]]) -> T | None:
    """The one of ``among`` (each with its terms) that means the same as ``terms``, if any."""
    best, found = 0.0, None
    for one, others in among:
        near = likeness(terms, others)
        if near > best:
            best, found = near, one
    return found if best >= SAME else None
