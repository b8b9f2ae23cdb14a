"""What a query looks for: its terms with their weights."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledgebase.search import letters, morphemes, synonyms, terms
from knowledgebase.search.terms import PAIR, START, TITLE, WORD

LONGEST_QUERY = 300
# No word is longer, nor has one letter so often; Kiwi would try every way to part them.
_ENDLESS = re.compile(r"([가-힣]{40})[가-힣]+")
_AGAIN = re.compile(r"([^\d\s])\1{3,}")
# Pairs that no telling word stands in: 어떻게 해야 하나요 says little about the question.
ASIDE = 0.3
SYNONYM, HALF_TYPED, RELATED = 0.7, 0.5, 0.2
_LATIN = re.compile("[A-Za-z]{4,}")
Weights = dict[int, float]


@dataclass
class Asked:
    """Terms by kind, each with its weight, and ``marks``: the pieces to mark on the page."""

    folded: str
    terms: dict[str, Weights] = field(
        default_factory=lambda: {kind: defaultdict(float) for kind in (WORD, PAIR, TITLE, START)}
    )
    marks: list[str] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)

    def add(self, kind: str, text: str, weight: float = 1.0) -> None:
        self.terms[kind][terms.number_of(kind, text)] += weight

    def __bool__(self) -> bool:
        return any(self.terms.values())


def read(query: str) -> Asked:
    """Only the first 300 characters count.

    >>> read("수도요금").marks
    ['수도요금', '수도', '요금']
    """
    text = _AGAIN.sub(r"\1\1\1", query[:LONGEST_QUERY].replace("\0", " "))
    text = _ENDLESS.sub(r"\1", text)
    asked = Asked(terms.fold(text))
    finished = text[-1:].isspace()
    hangul, lone = _parted(asked.folded)
    _add_words(asked, hangul)
    for typed in _LATIN.findall(text):
        if len(meant := letters.typed_in_english(typed)) > 1:
            _add_words(asked, meant)
    _add_lone(asked, lone)
    if not finished:
        _add_half_typed(asked)
    return asked


def _parted(folded: str) -> tuple[str, list[str]]:
    """The text with blanks for runs that hold lone jamo, and those runs."""
    lone = []

    def blank(match: re.Match) -> str:
        lone.append(match.group())
        return " " * len(match.group())

    return re.sub("[가-힣]*[ㄱ-ㅣ][ㄱ-ㅣ가-힣]*", blank, folded), lone


def _add_words(asked: Asked, text: str) -> None:
    cut, numbers = terms.runs(text), list(terms.joined_numbers(text))
    spans = morphemes.spans(terms.plain(text)) if re.search("[가-힣]", text) else []
    telling = bytearray(len(text))
    for word, begin, end in spans:
        asked.add(WORD, word)
        telling[begin:end] = b"\1" * (end - begin)
    for word in [*terms.others(cut), *numbers]:
        asked.add(WORD, word)
    for word, weight in _weighed_pairs(text, telling):
        asked.add(PAIR, word, weight)
        asked.terms[TITLE][terms.number_of(TITLE, word)] = weight
    for word in numbers:
        asked.add(PAIR, word)
    asked.nouns += [word for word, *_span in spans if len(word) > 1]
    pieces = [run.text for run in cut if len(run.text) > 1 or run.script == "number"]
    asked.marks += dict.fromkeys([*pieces, *asked.nouns, *numbers])


def _weighed_pairs(text: str, telling: bytearray) -> Iterator[tuple[str, float]]:
    at = 0
    for run in terms.runs(text):
        at = text.index(run.text, at)
        for step, pair in enumerate(terms.pairs([run])):
            is_aside = (
                run.script == "hangul"
                and len(pair) == 2
                and not any(telling[at + step : at + step + 2])
            )
            yield pair, ASIDE if is_aside else 1.0
        at += len(run.text)


def _add_lone(asked: Asked, lone: list[str]) -> None:
    """Initials, English typed with Korean switched on, and a syllable just begun."""
    for run in lone:
        if letters.is_mistyped(run):
            _add_words(asked, letters.typed_in_korean(run))
            continue
        whole = run.rstrip(letters.CONSONANTS)
        rest = run[len(whole) :]
        if whole:
            _add_words(asked, re.sub("[ㄱ-ㅣ]", " ", whole))
            if rest:
                asked.add(START, whole[-1] + rest[0])
        elif len(rest) > 1:
            _add_initials(asked, rest)


def _add_initials(asked: Asked, typed: str) -> None:
    """As many as are looked up together; of more, each piece."""
    length = min(len(typed), terms.INITIALS_TOGETHER)
    for at in range(len(typed) - length + 1):
        asked.add(START, typed[at : at + length])


def _add_half_typed(asked: Asked) -> None:
    cut = terms.runs(asked.folded)
    if not cut or not asked.folded.rstrip().endswith(cut[-1].text[-1]):
        return
    script, text = cut[-1]
    if script == "hangul" and letters.is_syllable(text[-1]):
        if len(text) == 1:
            asked.add(START, text)
        if half := letters.unfinished(text):
            asked.add(START, half[-2:], HALF_TYPED if len(half) > 2 else 1.0)
    elif script == "han" and len(text) == 1:
        asked.add(START, text)
    elif script in ("latin", "number") and len(text) > 1:
        asked.add(START, text[: terms.LONGEST_START], HALF_TYPED)


def add_synonyms(asked: Asked, groups: synonyms.Groups) -> None:
    for word in synonyms.others(groups, asked.folded):
        asked.marks.append(word.text)
        for kind in (WORD, PAIR):
            weights = asked.terms[kind]
            for number in word.numbers[kind]:
                weights[number] = max(weights.get(number, 0.0), SYNONYM)


def add_related(asked: Asked) -> None:
    for noun in dict.fromkeys(asked.nouns):
        for word, likeness in morphemes.related(noun):
            number = terms.number_of(WORD, word)
            if number not in asked.terms[WORD]:
                asked.terms[WORD][number] = RELATED * likeness
