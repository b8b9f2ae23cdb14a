"""Words for the same that a city's editors would keep from the first day."""

from knowledgebase.actions.synonyms import write_group
from knowledgebase.models import Synonym

_GROUPS = {
    "ko": [
        "따릉이, 공공자전거",
        "수도세, 물값, 수도요금",
        "전철, 지하철",
        "쓰레기봉투, 종량제봉투",
        "등본, 주민등록등본",
        "애기, 아기, 영유아",
        "핸드폰, 휴대폰, 휴대전화",
        "전기차, 전기자동차",
        "예방주사, 예방접종",
        "동사무소, 주민센터, 동주민센터",
    ],
    "en": ["rubbish, garbage, trash", "subway, underground, metro", "bike, bicycle"],
}


def load_words() -> int:
    """The groups, unless there are any already; how many were made."""
    if Synonym.objects.exists():
        return 0
    made = [
        write_group(actor=None, words=words, language=language)
        for language, groups in _GROUPS.items()
        for words in groups
    ]
    return len(made)
