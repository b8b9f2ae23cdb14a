"""Showing where the words of a query stand."""

import re
from collections.abc import Iterable
from typing import TypedDict

from knowledgebase.models import Article

SNIPPET_LETTERS = 140
# More than a query of one sentence has; a page of text pasted in is not marked word by word.
MOST_MARKS = 60


class Piece(TypedDict):
    text: str
    hit: bool


def marked(text: str, terms: Iterable[str]) -> list[Piece]:
    """``text`` in pieces, in order and whole, with what was looked for as hits.

    >>> marked("수도요금 조회", ["요금"])
    [{'text': '수도', 'hit': False}, {'text': '요금', 'hit': True}, {'text': ' 조회', 'hit': False}]
    """
    pieces: list[Piece] = []
    wanted = _any_of(terms)
    if wanted is None:
        return [{"text": text, "hit": False}]
    # One group: what lies between hits, and the hits, take turns.
    for number, part in enumerate(wanted.split(text)):
        if part:
            pieces.append({"text": part, "hit": number % 2 == 1})
    return pieces


def _any_of(terms: Iterable[str]) -> re.Pattern | None:
    longest_first = sorted(set(filter(None, terms)), key=lambda term: (-len(term), term))
    if not longest_first:
        return None
    either = "|".join(map(re.escape, longest_first[:MOST_MARKS]))
    return re.compile(f"((?:{either})+)", re.IGNORECASE)


def snippet(article: Article, terms: Iterable[str]) -> str:
    """The part of the body where the terms stand thickest, as plain text."""
    text = re.sub(r"\]\([^)]*\)", "]", article.body)
    text = re.sub(r"[#*_>`|\[\]-]+|\s+", " ", text)
    text = re.sub(r" +", " ", text).strip()
    if len(text) <= SNIPPET_LETTERS:
        return text
    start = _thickest(text, terms)
    end = start + SNIPPET_LETTERS
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _thickest(text: str, terms: Iterable[str]) -> int:
    """Where to begin so that the most different terms are seen; shortly before the first."""
    wanted = _any_of(terms)
    if wanted is None:
        return 0
    hits = [(match.start(), match.group().casefold()) for match in wanted.finditer(text)][:200]
    best, begin = 0, 0
    for at, _term in hits:
        seen = {term for spot, term in hits if at <= spot < at + SNIPPET_LETTERS - 20}
        if (length := sum(map(len, seen))) > best:
            best, begin = length, at
    return max(0, min(begin - 20, len(text) - SNIPPET_LETTERS))
