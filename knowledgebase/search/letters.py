"""Hangul taken apart: what a keyboard makes of keys, and what half a syllable may become.

A syllable is one code point, 0xAC00 + (first * 21 + vowel) * 28 + last (Unicode, chapter 3.12).
"""

import re

FIRSTS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
LASTS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
# As they stand alone, the double ones that only end syllables among them.
CONSONANTS = "".join(map(chr, range(ord("ㄱ"), ord("ㅎ") + 1)))
_BASE, _END = 0xAC00, 0xD7A3
# The keys of the two-set keyboard (KS X 5002), and the jamo they type with English switched on.
_KEYS = "qwertyuiopasdfghjklzxcvbnm"
_JAMO = "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"
_TYPED = dict(zip(_KEYS, _JAMO, strict=True)) | dict(zip("QWERTOP", "ㅃㅉㄸㄲㅆㅒㅖ", strict=True))
_KEY_OF = {jamo: key.lower() for key, jamo in _TYPED.items()}
_PAIRS = {
    **{
        "ㅗㅏ": "ㅘ",
        "ㅗㅐ": "ㅙ",
        "ㅗㅣ": "ㅚ",
        "ㅜㅓ": "ㅝ",
        "ㅜㅔ": "ㅞ",
        "ㅜㅣ": "ㅟ",
        "ㅡㅣ": "ㅢ",
    },
    **{
        "ㄱㅅ": "ㄳ",
        "ㄴㅈ": "ㄵ",
        "ㄴㅎ": "ㄶ",
        "ㄹㄱ": "ㄺ",
        "ㄹㅁ": "ㄻ",
        "ㄹㅂ": "ㄼ",
        "ㄹㅅ": "ㄽ",
    },
    **{"ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ"},
}
_APART = {both: tuple(pair) for pair, both in _PAIRS.items()}
_JAMO_RUN = re.compile("[ㄱ-ㅎㅏ-ㅣ가-힣]+")


def is_syllable(letter: str) -> bool:
    return _BASE <= ord(letter) <= _END


def is_consonant(letter: str) -> bool:
    return "ㄱ" <= letter <= "ㅎ"


def apart(syllable: str) -> tuple[str, str, str]:
    """First consonant, vowel and last consonant, which may be empty.

    >>> apart("숟")
    ('ㅅ', 'ㅜ', 'ㄷ')
    """
    number = ord(syllable) - _BASE
    return FIRSTS[number // 588], VOWELS[number % 588 // 28], LASTS[number % 28]


def together(first: str, vowel: str, last: str = "") -> str:
    number = (FIRSTS.index(first) * 21 + VOWELS.index(vowel)) * 28 + LASTS.index(last)
    return chr(_BASE + number)


def initials(text: str) -> str:
    """The first consonants of Hangul, everything else left out.

    >>> initials("지하철")
    'ㅈㅎㅊ'
    """
    return "".join(apart(letter)[0] for letter in text if is_syllable(letter))


def unfinished(run: str) -> str:
    """What stood there before the last key, if that was the first consonant of a new syllable.

    While 수도 is typed, 숟 is on the screen for a moment: the syllable 수 and ㄷ. Empty when the
    last syllable has nothing to give away.

    >>> unfinished("숟"), unfinished("수도")
    ('수ㄷ', '')
    """
    first, vowel, last = apart(run[-1])
    if not last:
        return ""
    kept, given = _APART.get(last, ("", last))
    if given not in FIRSTS:
        return ""
    return run[:-1] + together(first, vowel, kept) + given


def typed_in_english(keys: str) -> str:
    """The Hangul that these keys type on a Korean keyboard; empty if it makes no syllables.

    >>> typed_in_english("tnehdyrma"), typed_in_english("street")
    ('수도요금', '')
    """
    if not keys.isascii() or not keys.isalpha():
        return ""
    folded = [_TYPED.get(key) or _TYPED[key.lower()] for key in keys]
    text = compose(folded)
    # The last one may be half typed; any other lone jamo says that it was meant as it stands.
    whole = text[:-1] if text and not is_syllable(text[-1]) else text
    return text if whole and all(map(is_syllable, whole)) else ""


def typed_in_korean(text: str) -> str:
    """The Latin letters of the keys that typed this Hangul.

    >>> typed_in_korean("ㅔㅁㄴㄴㅔㅐㄱㅅ")
    'passport'
    """
    keys = []
    for letter in text:
        parts = apart(letter) if is_syllable(letter) else (letter,)
        keys += [_KEY_OF[jamo] for part in parts if part for jamo in _APART.get(part, (part,))]
    return "".join(keys)


def is_mistyped(run: str) -> bool:
    """Whether a run of Hangul holds lone vowels, which no Korean word and no initials do."""
    return bool(_JAMO_RUN.fullmatch(run)) and any("ㅏ" <= letter <= "ㅣ" for letter in run)


def compose(jamo: list[str]) -> str:
    """What a two-set keyboard shows after these keys: each syllable takes all that it can, and
    gives its last consonant to a vowel that follows."""
    done: list[str] = []
    first = vowel = last = ""
    for one in jamo:
        if one in VOWELS:
            first, vowel, last = _add_vowel(done, (first, vowel, last), one)
        else:
            first, vowel, last = _add_consonant(done, (first, vowel, last), one)
    done.append(_shown(first, vowel, last))
    return "".join(done)


_Syllable = tuple[str, str, str]


def _add_vowel(done: list[str], now: _Syllable, one: str) -> _Syllable:
    first, vowel, last = now
    if last:
        kept, given = _APART.get(last, ("", last))
        done.append(_shown(first, vowel, kept))
        return given, one, ""
    if vowel and vowel + one in _PAIRS:
        return first, _PAIRS[vowel + one], ""
    if vowel:
        done.append(_shown(*now))
        return "", one, ""
    return first, one, ""


def _add_consonant(done: list[str], now: _Syllable, one: str) -> _Syllable:
    first, vowel, last = now
    if first and vowel and not last and one in LASTS:
        return first, vowel, one
    if last and last + one in _PAIRS:
        return first, vowel, _PAIRS[last + one]
    done.append(_shown(*now))
    return one, "", ""


def _shown(first: str, vowel: str, last: str) -> str:
    return together(first, vowel, last) if first and vowel else first + vowel
