"""Cutting text into search terms.

A term is a kind and some letters, kept as a number of 32 bits (CRC-32). Two terms share a number
once in four thousand million: of a million terms that articles hold, a query's term meets a
stranger once in four thousand times, and then is one of many that the score is made of.

Kinds: WORD, Korean morphemes, and words and numbers of other writing; PAIR, neighbouring
characters, which need no spaces and forgive particles and slips, and the same words and numbers;
TITLE, the pairs of the title alone; START, how words of the title begin, for what is half typed.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

from knowledgebase.search import letters

WORD, PAIR, TITLE, START = "w", "p", "t", "s"
LONGEST_TERM = 40
LONGEST_START = 8
INITIALS_TOGETHER = 4
# Lone jamo, too: initials, and syllables that are being typed.
_RUN = re.compile(r"[ㄱ-ㅎㅏ-ㅣ가-힣]+|[\u3040-\u30ff\u3400-\u9fff]+|[0-9]+|[^\W\d_]+")
_NO_JAMO = re.compile("[^ㄱ-ㅣ]+")
_NOT_FOR_KIWI = re.compile(r"[^가-힣.,?!\n]")
_NUMBER = re.compile(r"(?<![0-9])[0-9]{1,20}(?:[-.)\s]{1,2}[0-9]{1,20})+")
_ADDRESS = re.compile(r"\bhttps?://\S+")


class Run(NamedTuple):
    """One piece of writing: ``script`` is hangul, han (with kana), number or latin."""

    script: str
    text: str


def fold(text: str) -> str:
    """One form for what looks the same: width, case, and accents put together (NFKC).

    The jamo that keyboards send stay as they are; NFKC would make parts of syllables of them.
    """
    return _NO_JAMO.sub(_normalised, text.replace("\0", " ")).casefold()


def _normalised(match: re.Match) -> str:
    return unicodedata.normalize("NFKC", match.group())


def runs(folded: str) -> list[Run]:
    """
    >>> [run.text for run in runs("수도요금 bill 2장")]
    ['수도요금', 'bill', '2', '장']
    """
    return [Run(_script(text), text[:200]) for text in _RUN.findall(folded)]


def _script(text: str) -> str:
    first = text[0]
    if letters.is_syllable(first) or "ㄱ" <= first <= "ㅣ":
        return "hangul"
    if first.isdigit():
        return "number"
    return "han" if "\u3040" <= first <= "\u9fff" else "latin"


def number_of(kind: str, text: str) -> int:
    """The term as a number of 32 bits."""
    return crc32(f"{kind}{text}".encode())


def pairs(cut: Iterable[Run]) -> Iterator[str]:
    """Neighbouring characters of Hangul and Han writing, other words whole."""
    for script, text in cut:
        if script in ("hangul", "han") and len(text) > 1:
            yield from (first + second for first, second in pairwise(text))
        else:
            yield _shortened(script, text)


def others(cut: Iterable[Run]) -> Iterator[str]:
    """What Kiwi is not asked about: words and numbers of other writing, and pairs of Han."""
    yield from pairs(run for run in cut if run.script != "hangul")


def _shortened(script: str, text: str) -> str:
    """English plurals fall together with the singular (Harman, 1991, "How effective is
    suffixing?": the S stemmer)."""
    if script == "latin" and len(text) > 3 and text.endswith("s") and text[-2] not in "su":
        text = text[:-1]
    return text[:LONGEST_TERM]


def joined_numbers(folded: str) -> Iterator[str]:
    """Numbers written in groups, as one: telephone numbers with and without the area code.

    >>> list(joined_numbers("02-2133-1234"))
    ['0221331234', '21331234']
    """
    for found in _NUMBER.findall(folded):
        groups = re.findall("[0-9]+", found)
        yield "".join(groups)[:LONGEST_TERM]
        if len(groups) > 2:
            yield "".join(groups[1:])[:LONGEST_TERM]


def starts(folded: str, words: Iterable[str] = ()) -> Counter[str]:
    """How what stands in a title may look while it is being typed; ``words``: its morphemes.

    Syllables, a syllable and the next one's consonant, initials, the beginnings of other words
    and of numbers. What stands at the beginning of a word counts twice.
    """
    cut = runs(folded)
    hangul = [run.text for run in cut if run.script == "hangul"]
    found = {letter for run in cut if run.script in ("hangul", "han") for letter in run.text}
    for text in hangul:
        found |= {
            first + letters.apart(second)[0]
            for first, second in pairwise(text)
            if letters.is_syllable(first) and letters.is_syllable(second)
        }
    # People type initials across spaces, and from the middle of compounds: 서울지하철.
    found |= set(initial_pieces(letters.initials("".join(hangul))))
    for script, text in cut:
        if script in ("latin", "number"):
            found |= set(_beginnings(text, 2))
    for number in joined_numbers(folded):
        found |= set(_beginnings(number, 4))
    at_front = {piece for word in [*words, *hangul] for piece in _fronts(word)}
    return Counter(found) + Counter(at_front & found)


def initial_pieces(initials: str) -> Iterator[str]:
    """Initials as they are looked up: every piece of two, three and four."""
    for length in range(2, INITIALS_TOGETHER + 1):
        yield from (initials[at : at + length] for at in range(len(initials) - length + 1))


def _fronts(word: str) -> Iterator[str]:
    yield word[0]
    yield from _beginnings(letters.initials(word)[:INITIALS_TOGETHER], 2)


def _beginnings(text: str, shortest: int) -> Iterator[str]:
    yield from (text[:length] for length in range(shortest, min(len(text), LONGEST_START) + 1))


def plain(text: str) -> str:
    """For Kiwi: the Hangul where it stands, blanks for other writing, left to ``others``."""
    return _NOT_FOR_KIWI.sub(" ", text)


def terms_of(words: Iterable[str], folded: str) -> dict[str, list[str]]:
    """WORD and PAIR terms of a text whose Korean ``words`` Kiwi has told."""
    cut, numbers = runs(folded), list(joined_numbers(folded))
    return {WORD: [*words, *others(cut), *numbers], PAIR: [*pairs(cut), *numbers]}


def count_terms(words: Iterable[str], folded: str, times: int, into: Counter[int]) -> list[int]:
    """Add the WORD and PAIR terms of a text ``times`` over; how many of each."""
    found = terms_of(words, folded)
    for kind, texts in found.items():
        for text in texts:
            into[number_of(kind, text)] += times
    return [len(texts) * times for texts in found.values()]


def readable(text: str) -> str:
    """Markdown as it is cut: folded, without the addresses of links."""
    return fold(_ADDRESS.sub(" ", text))
