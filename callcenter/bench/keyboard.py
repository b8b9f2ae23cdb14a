"""What a text field shows while somebody types on a Korean keyboard (두벌식), key by key."""

import unicodedata
from collections.abc import Iterator

# Consonants in the order of Unicode's leading ones, and the codes of trailing ones they make.
_LEADING = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_TRAILING = dict(zip("ㄱㄲㄴㄷㄹㅁㅂㅅㅆㅇㅈㅊㅋㅌㅍㅎ", "ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆼᆽᆾᆿᇀᇁᇂ", strict=True))
# Vowels and final consonants that take two keys: what the first of them shows.
_FIRST_OF_TWO = dict(zip("ᅪᅫᅬᅯᅰᅱᅴ", "ᅩᅩᅩᅮᅮᅮᅳ", strict=True))
_FIRST_OF_TWO |= dict(zip("ᆪᆬᆭᆰᆱᆲᆳᆴᆵᆶᆹ", "ᆨᆫᆫᆯᆯᆯᆯᆯᆯᆯᆸ", strict=True))


def states(text: str) -> Iterator[tuple[str, str]]:
    """After each key that writes ``text``: what is written for good, and the open syllable.

    A consonant after a vowel is shown below it first, whatever it turns out to belong to.

    >>> list(states("수도"))
    [('', 'ㅅ'), ('', '수'), ('', '숟'), ('수', '도'), ('수도', '')]
    """
    done = open_syllable = ""
    for letter in text:
        for shown in _steps(letter, open_syllable):
            if shown is None:
                done, open_syllable = done + open_syllable, ""
                continue
            yield done, shown
        if _is_syllable(letter):
            done, open_syllable = done + open_syllable, letter
        else:
            done, open_syllable = done + open_syllable + letter, ""
            yield done, ""
    if open_syllable:
        yield done + open_syllable, ""


def _steps(letter: str, before: str) -> Iterator[str | None]:
    """What the open syllable is with each key of ``letter``; None where ``before`` is closed."""
    if not _is_syllable(letter):
        return
    parts = unicodedata.normalize("NFD", letter)
    consonant = _LEADING[ord(parts[0]) - 0x1100]
    if before and len(unicodedata.normalize("NFD", before)) == 2 and consonant in _TRAILING:
        yield unicodedata.normalize("NFC", before + _TRAILING[consonant])
        yield None
    else:
        if before:
            yield None
        yield consonant
    for end in range(2, len(parts) + 1):
        if first := _FIRST_OF_TWO.get(parts[end - 1]):
            yield unicodedata.normalize("NFC", parts[: end - 1] + first)
        yield unicodedata.normalize("NFC", parts[:end])


def _is_syllable(letter: str) -> bool:
    return "가" <= letter <= "힣"
