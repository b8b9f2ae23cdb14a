"""Korean words without their endings, from Kiwi.

Kiwi takes a second or two and some 340 MB to load, so it is loaded when first asked, once in a
process; web processes ask at their start (``memory.warm_up``). It may be used by many threads.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

# Nouns, roots, verbs, adjectives and numerals: what an article is about. (Sejong tag set.)
_TELLING = frozenset({"NNG", "NNP", "NR", "XR", "VV", "VA"})
_lock = threading.Lock()
_kiwi: Any = None
RELATED = 4


def loaded() -> Any:
    """The analyser, loaded by whoever comes first."""
    global _kiwi
    if _kiwi is None:
        with _lock:
            if _kiwi is None:
                from kiwipiepy import Kiwi

                # Its dictionary of phrases (places, titles of works) is worth 140 MB to others.
                kiwi = Kiwi(load_multi_dict=False)
                kiwi.tokenize("수도")
                _kiwi = kiwi
    return _kiwi


def words_of(texts: Sequence[str]) -> list[list[str]]:
    """The telling morphemes of each text, in order; many texts are shared among the cores."""
    if not texts:
        return []
    if len(texts) == 1:
        return [_telling(loaded().tokenize(texts[0]))]
    return [_telling(tokens) for tokens in loaded().tokenize(list(texts))]


def spans(text: str) -> list[tuple[str, int, int]]:
    """The telling morphemes of one text, with where they begin and end in it."""
    return [
        (token.form, token.start, token.start + token.len)
        for token in loaded().tokenize(text)
        if token.tag.partition("-")[0] in _TELLING
    ]


def _telling(tokens) -> list[str]:
    # Irregular verbs are tagged with a suffix: VV-I.
    return [token.form for token in tokens if token.tag.partition("-")[0] in _TELLING]


@lru_cache(maxsize=4096)
def related(noun: str) -> tuple[tuple[str, float], ...]:
    """Nouns that Kiwi has seen in the same company, with their likeness (cosine, 0 to 1)."""
    try:
        found = loaded().most_similar_morphemes((noun, "NNG"), top_n=RELATED)
    except (KeyError, ValueError):
        return ()
    return tuple((one.form, float(one.score)) for one in found if one.tag == "NNG")
