"""Korean words without their endings, from Kiwi.

Kiwi takes a second or two and some 340 MB to load, so it is loaded when first asked, once in a
process; web processes ask at their start (``memory.warm_up``). It may be used by many threads.
"""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

# Nouns, roots, verbs, adjectives and numerals: what an article is about. (Sejong tag set.)
_TELLING = frozenset({"NNG", "NNP", "NR", "XR", "VV", "VA"})
_lock = threading.Lock()
_kiwi: Any = None
RELATED, MOST_KNOWN, MOST_WAITING = 8, 50_000, 50
Related = tuple[tuple[str, float], ...]
_related: dict[str, Related] = {}
_asked: deque[str] = deque()
_working = threading.Lock()


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


def related(noun: str) -> Related:
    """Nouns that Kiwi has seen in the same company, with their likeness (cosine, 0 to 1).

    Working them out takes some milliseconds, more than a keystroke has: for a noun that is new to
    this process nothing is known yet, and all there is to know by the next key.
    """
    known = _related.get(noun)
    if known is None and len(_asked) < MOST_WAITING:
        _asked.append(noun)
        _work_out_aside()
    return known or ()


def work_out(noun: str) -> Related:
    """What ``related`` will answer from now on."""
    try:
        found = loaded().most_similar_morphemes((noun, "NNG"), top_n=RELATED)
    except (KeyError, ValueError):
        found = []
    if len(_related) > MOST_KNOWN:
        _related.clear()
    _related[noun] = tuple((one.form, float(one.score)) for one in found if one.tag == "NNG")
    return _related[noun]


def _work_out_aside() -> None:
    if _working.acquire(blocking=False):
        threading.Thread(target=_work_out_all, daemon=True).start()


def _work_out_all() -> None:
    try:
        while _asked:
            work_out(_asked.popleft())
    finally:
        _working.release()
