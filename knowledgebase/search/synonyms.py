"""Words for the same, as editors keep them: who asks for one finds what the others say."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledgebase.models.search import Synonym
from knowledgebase.search import terms
from knowledgebase.search.morphemes import words_of


@dataclass(frozen=True)
class Word:
    """A word of a group: how it is recognised, without spaces, and the numbers of its terms."""

    text: str
    core: str
    numbers: dict[str, list[int]]


Groups = tuple[tuple[Word, ...], ...]
NONE: Groups = ()


def load() -> Groups:
    kept = Synonym.objects.filter(removed_at=None).order_by("pk")
    groups = list(kept.values_list("words", flat=True))
    cut = iter(words_of([word for group in groups for word in map(_for_kiwi, group)]))
    return tuple(tuple(_word(word, next(cut)) for word in group) for group in groups)


def _for_kiwi(word: str) -> str:
    return terms.plain(terms.fold(word))


def _word(word: str, morphemes: Iterable[str]) -> Word:
    folded = terms.fold(word)
    cut = terms.terms_of(morphemes, folded)
    numbers = {kind: [terms.number_of(kind, one) for one in found] for kind, found in cut.items()}
    return Word(word, core(folded), numbers)


def core(folded: str) -> str:
    """Letters and digits alone.

    >>> core("공공 자전거")
    '공공자전거'
    """
    return "".join(letter for letter in folded if letter.isalnum())


def others(groups: Groups, folded: str) -> list[Word]:
    """The words that stand for one in the query, which itself is not among them.

    In writing with spaces, a Latin word counts only where it stands whole.
    """
    asked, whole = core(folded), {run.text for run in terms.runs(folded)}
    found = []
    for group in groups:
        if any(_is_in(word.core, asked, whole) for word in group):
            found += [word for word in group if not _is_in(word.core, asked, whole)]
    return found


def _is_in(word: str, asked: str, whole: set[str]) -> bool:
    if not word:
        return False
    if word.isascii() and word in whole:
        return True
    # A single syllable stands in too many other words.
    return word in asked and len(word) > 1 and (not word.isascii() or " " in word or len(word) > 3)
