"""Taking out of a citizen's words what could tell who they are, before the words are kept."""

import re
import unicodedata

# Telephone and resident numbers, accounts: a run of digits as long as the shortest telephone
# number, with whatever people put between them. "120" and amounts stay.
_LONG_NUMBER = re.compile(r"(?<!\d)\+?\d(?:[\s.()/-]{0,2}\d){6,}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SPACE = re.compile(r"\s+")


def without_personal_data(text: str) -> str:
    """``text`` on one line, e-mail addresses and long numbers taken out.

    >>> without_personal_data("010-1234-5678로 전화 주세요")
    '로 전화 주세요'
    """
    printable = "".join(
        " " if unicodedata.category(letter).startswith("C") else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    return _SPACE.sub(" ", _LONG_NUMBER.sub(" ", _EMAIL.sub(" ", printable))).strip()
