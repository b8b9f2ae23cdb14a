"""The demo's promises: due now, about to break, found out, with a supervisor; and hand-offs.

Made once; whatever people do with them afterwards stays as they left it.
"""

from datetime import datetime, timedelta

from django.db import transaction

from agents.models import User
from callbacks import timing
from callbacks.actions import research
from callbacks.models import Callback, question_key
from callcenter import clock
from inquiries import links, phones
from inquiries.actions import handoffs, intake
from inquiries.models import DutyDesk, HandOff, HandOffTerms, Inquiry
from knowledgebase.models import Department, Topic

# (subject, what is asked, topic, number, language)
CAMELS = (
    "낙타 속눈썹",
    "낙타는 왜 속눈썹이 긴가요?",
    "culture",
    "010-9120-0001",
    "ko",
)
LAMP = ("가로등", "집 앞 가로등이 언제 고쳐지나요?", "roads", "010-9120-0002", "ko")
LIBRARY = ("Library card", "Is a passport enough for a card?", "culture", "010-9120-0003", "en")
TAX = ("재산세 고지서", "재산세 고지서를 다시 받고 싶어요.", "tax", "010-9120-0004", "ko")
NUMBER = ("대형 폐기물", "대형 폐기물 수수료를 알려 주세요.", "environment", "010-9120-0005", "ko")
LEAK = ("누수 신고", "골목 상수도관에서 물이 샙니다.", "water.leak", "010-9120-0006", "ko")
POOL = ("수영장 강습", "수영 강습 환불 기준을 알고 싶습니다.", "culture", "010-9120-0007", "ko")
ANSWER = (
    "속눈썹이 길고 두 겹이어서 사막의 모래와 햇빛을 막아 줍니다. "
    "눈꺼풀도 세 겹이고, 가장 안쪽은 투명해서 감고도 앞을 봅니다."
)


@transaction.atomic
def load() -> int:
    """Everything that is not there yet; how many promises."""
    if Callback.objects.filter(phone=phones.normalise(CAMELS[3])).exists():
        return 0
    mina, jun = (User.objects.get(username=name) for name in ("mina", "jun"))
    _agreements()
    now = clock.now()
    camels = _promise(CAMELS, mina, now + timedelta(hours=2), until=timedelta(hours=2))
    found = research.submit(
        callback_id=camels.pk, actor=mina, version=0, notes="서울동물원에 문의함.", answer=ANSWER
    )
    research.approve(callback_id=camels.pk, actor=jun, version=found.version)
    _promise(LAMP, mina, now - timedelta(minutes=7))
    library = _promise(LIBRARY, mina, now + timedelta(hours=26), until=timedelta(hours=2))
    research.assign(callback_id=library.pk, actor=jun, to=mina)
    pool = _promise(POOL, mina, now + timedelta(hours=5))
    research.ask_department(callback_id=pool.pk, actor=mina, department="culture", question=POOL[1])
    _promise(TAX, mina, now + timedelta(minutes=30), caller="agent", caller_agent=mina)
    wrong = {"status": "escalated", "escalated_because": "wrong_number"}
    _promise(NUMBER, mina, now - timedelta(hours=1), **wrong)
    _late_hand_off(jun, now)
    return 6


def _inquiry(said: tuple, status: Inquiry.Status) -> Inquiry:
    subject, body, topic, number, language = said
    return Inquiry.objects.create(
        channel=Inquiry.Channel.PHONE,
        subject=subject,
        body=body,
        language=language,
        topic=Topic.objects.filter(code=topic).first(),
        citizen=intake.citizen_of(phones.normalise(number)),
        status=status,
        created_at=clock.now() - timedelta(hours=3),
    )


def _promise(
    said: tuple, by: User, at: datetime, *, until: timedelta | None = None, **fields
) -> Callback:
    inquiry = _inquiry(said, Inquiry.Status.PROMISED)
    return Callback.objects.create(
        inquiry=inquiry,
        phone=inquiry.citizen.phone,
        language=inquiry.language,
        question=said[1],
        question_key=question_key(said[1]),
        promised_by=by,
        promised_at=inquiry.created_at,
        promised_for=at,
        due_at=at,
        until=timing.end_of(at, at + until if until else None),
        # It is there to be looked at, whatever the hour.
        at_any_hour=True,
        **fields,
    )


def _agreements() -> None:
    """Duty desks of those whose work cannot wait, and how soon a leak is acknowledged."""
    for code in ("waterworks", "roads", "safety"):
        office = Department.objects.filter(code=code).first()
        if office is not None:
            duty = {"email": f"{code}-duty@city.example", "phone": "02-120-9000"}
            DutyDesk.objects.get_or_create(department=office, defaults=duty)
    leak = Topic.objects.filter(code="water.leak").first()
    if leak is not None:
        terms = {"acknowledge_minutes": 10, "answer_minutes": 120}
        HandOffTerms.objects.get_or_create(topic=leak, defaults=terms)


def _late_hand_off(jun: User, now: datetime) -> None:
    """A leak that nobody has acknowledged in time."""
    inquiry = _inquiry(LEAK, Inquiry.Status.WITH_DEPARTMENT)
    handoff = handoffs.ask(
        agent=jun,
        inquiry=inquiry,
        department="waterworks",
        message=LEAK[1],
        purpose=HandOff.Purpose.SETTLE,
    )
    since = now - timedelta(minutes=25)
    HandOff.objects.filter(pk=handoff.pk).update(
        sent_at=since, acknowledge_by=since + timedelta(minutes=10)
    )


def officer_path() -> str:
    """The address of a department's page, to be shown when the demo is ready; "" for none."""
    handoff = HandOff.objects.filter(status__in=HandOff.OPEN).exclude(link_key="").last()
    return f"/department/{links.token_of(handoff)}/" if handoff else ""
