"""Cutting text into search terms.

Korean, Chinese and Japanese writing is cut into pairs of neighbouring characters, which needs no
spaces and forgives particles and spacing mistakes; everything else into words and numbers.
"""

import re
import unicodedata
from collections import Counter

LONGEST_TERM = 40
_RUN = re.compile(r"[가-힣]+|[\u3040-\u30ff\u3400-\u9fff]+|[a-z0-9]+")


def cut(text: str) -> list[str]:
    """The terms of ``text`` in order, repeats included.

    >>> cut("수도요금 bill 2장")
    ['수도', '도요', '요금', 'bill', '2', '장']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [term for run in _RUN.findall(folded) for term in _cut_run(run)]


def weigh(title: str, body: str, asked: list[str]) -> Counter[str]:
    """How much of each term an article holds; its title counts three times."""
    weights: Counter[str] = Counter()
    for text, times in ((title, 3), (body, 1), (" ".join(asked), 1)):
        for term in cut(text):
            weights[term] += times
    return weights


def _cut_run(run: str) -> list[str]:
    if run[0].isascii() or len(run) == 1:
        return [run[:LONGEST_TERM]]
    return [run[index : index + 2] for index in range(len(run) - 1)]
