"""The demo's notices: one that runs, one that is planned, and the topics of the usual ones."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from agents.models import User
from callcenter import clock
from knowledgebase.actions import notices as actions
from knowledgebase.models import Article, Notice, NoticeTemplate, Topic

_TOPICS = {
    "storm": "safety.disaster",
    "snow": "safety.disaster",
    "heat": "safety.disaster",
    "fireworks": "culture.events",
    "lottery": "housing.lottery",
    "water": "water.leak",
    "subway": "transport.subway",
}
_RUNNING = {
    "title_ko": "송파구 일부 단수 (오늘)",
    "text_ko": "송파구 잠실동 일대가 배수관 공사로 단수됩니다. "
    "급수차는 잠실1동 주민센터 앞에 있습니다. 다시 나올 때 흐린 물은 잠시 틀어 두면 맑아집니다.",
    "title_en": "Water cut off in parts of Songpa-gu (today)",
    "text_en": "Jamsil-dong has no water because a main is being repaired. A water truck stands in "
    "front of the Jamsil 1-dong community center. Cloudy water afterwards clears after a while.",
    "title_zh": "松坡区部分停水(今天)",
    "text_zh": "因配水管施工,蚕室洞一带停水。供水车在蚕室1洞居民中心前。恢复后浑水放一会儿即变清。",
    "title_ja": "松坡区の一部で断水(本日)",
    "text_ja": "配水管工事のため蚕室洞一帯が断水します。給水車は蚕室1洞住民センター前です。"
    "復旧後の濁りはしばらく流すと澄みます。",
}


def load() -> int:
    """Once; how many notices were new."""
    topics = {topic.code: topic for topic in Topic.objects.filter(code__in=_TOPICS.values())}
    for code, topic in _TOPICS.items():
        NoticeTemplate.objects.filter(code=code, topic=None).update(topic=topics.get(topic))
    jun = User.objects.get(username="jun")
    if Notice.objects.exists():
        return 0
    now = clock.now()
    _plan(jun, "water", _RUNNING, starts_at=now - timedelta(hours=1), lasts=timedelta(hours=11))
    saturday = clock.today() + timedelta(days=(5 - clock.today().weekday()) % 7 or 7)
    noon = datetime.combine(saturday, time(14), tzinfo=timezone.get_default_timezone())
    _plan(jun, "fireworks", _said_of(saturday), starts_at=noon, lasts=timedelta(hours=9))
    return 2


def _said_of(day) -> dict[str, str]:
    """The planned one: Korean and English, so that it shows what is missing, too."""
    return {
        "title_ko": "세계불꽃축제 여의도 교통 통제",
        "text_ko": f"{day.month}월 {day.day}일 여의동로가 14시부터 23시까지 통제됩니다. "
        "여의나루역은 혼잡하면 무정차 통과합니다. 주차장은 없습니다.",
        "title_en": "Fireworks: roads closed on Yeouido",
        "text_en": f"On {day.month}/{day.day}, Yeouidong-ro is closed from 14:00 to 23:00. Trains "
        "may not stop at Yeouinaru when it is crowded. There is no parking.",
    }


def _plan(actor: User, code: str, words: dict, *, starts_at: datetime, lasts: timedelta) -> None:
    template = NoticeTemplate.objects.select_related("topic").get(code=code)
    times = {"starts_at": starts_at, "ends_at": starts_at + lasts}
    fields = words | times | {"topic": template.topic, "public": True}
    articles = Article.objects.published().filter(language="ko", translation_of=None)
    near = list(articles.filter(topic=template.topic).order_by("pk")[:2]) if template.topic else []
    actions.plan_notice(actor=actor, fields=fields, articles=near, template=template)
