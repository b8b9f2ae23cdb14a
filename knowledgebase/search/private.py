"""Taking personal data out of what citizens ask, before anything of it is kept for searching.

Rather too much than too little: a question that has lost a word still finds its article.
"""

import re
import unicodedata

_GONE = " "
_LETTERS = "[가-힣]"
# With what follows a name in the sentence: 김민수이고, 김민수입니다.
_ENDINGS = "입니다|이에요|예요|이?고요|이?구요|이고|이며|이?라고|인데요?"
_NAME = f"(?:{_LETTERS}{{2,4}}?(?:{_ENDINGS})|{_LETTERS}{{2,4}})"
# What a house, a flat or a person is numbered by; roads and districts stay.
_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"https?://\S+",
        # Resident and foreigner registration numbers, cards and accounts, telephones, dates of
        # birth: whatever has six digits or more, parted or not.
        r"(?<!\d)\+?\d(?:[\s().-]{0,2}\d){5,}(?!\d)",
        # Number plates.
        r"\b\d{2,3}\s?[가-힣]\s?\d{4}\b",
        # (도로명) 12-3, 12번지, 101동 1203호
        rf"(?<={_LETTERS}[로길])\s?\d+(?:-\d+)?(?!\d|\s*(?:호선|번\s*버스|년|월|일|시|분|원|세|명))",
        r"\d+(?:-\d+)?\s*번지",
        r"\d+\s*동\s*\d+\s*호",
        r"\b\d{3,4}\s*호(?!선)",
        # Names that people say of themselves.
        rf"(?:제\s*)?(?:이름|성함|성명)\s*[은는이가]?\s*:?\s+{_NAME}",
        rf"(?:이름|성함|성명)[은는:]\s*{_NAME}",
        r"(?:저는|전)\s+[가-힣]{2,4}(?:이라고|라고)\s*(?:하는데요?|합니다|해요)",
        r"\bmy name is\s+(?-i:[A-Z])[\w'-]*(?:\s+(?-i:[A-Z])[\w'-]*){0,2}",
        r"我(?:叫|的名字是|姓)[\u4e00-\u9fff]{2,4}",
        r"(?:私|わたし)(?:は|の名前は)[\u3040-\u30ff\u4e00-\u9fff]{2,8}(?:です|と申します|といいます)",
    )
]
# A family name, two syllables, and a form of address: 김민수 씨. 고객님 and 담당자님 are nobody's.
_ADDRESSED = re.compile(
    r"(?<![가-힣])[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구]"
    r"[가-힣]{2}\s*(?:씨|님|군|양)(?![가-힣]{2})"
)
_OFFICES = re.compile("(?:고객|주민|주무관|담당자|상담사|선생|어르신|사장|기사)님")
_BLANKS = re.compile(r"\s+")


def without_personal(text: str) -> str:
    """``text`` on one line and in one form (NFKC), without control characters.

    >>> without_personal("제 이름은 김민수이고 010-1234-5678인데 수도요금 이중납부 환불되나요?")
    '인데 수도요금 이중납부 환불되나요?'
    """
    text = "".join(
        " " if unicodedata.category(letter).startswith("C") else letter
        for letter in unicodedata.normalize("NFKC", text)
    )
    for pattern in _PATTERNS:
        text = pattern.sub(_GONE, text)
    text = _ADDRESSED.sub(_unless_an_office, text)
    return _BLANKS.sub(" ", text).lstrip(" ,.·-").rstrip(" ,·-")


def _unless_an_office(match: re.Match) -> str:
    return match.group() if _OFFICES.search(match.group()) else _GONE
