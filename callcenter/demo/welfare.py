"""A few people who are called to hear whether they are well, all invented, and today's round."""

from datetime import timedelta

from django.db import transaction

from agents.models import User
from callbacks.actions import welfare_people, welfare_plan
from callbacks.actions.welfare_people import Place
from callbacks.models import Check, Person, Step
from callcenter import clock

_EVERY_DAY = list(range(7))
_WORKDAYS = list(range(5))
# Name, language, risk, days, hours, how to speak with them; then the ladder below the person.
_PEOPLE = [
    (
        *("오순자", "ko", "high", _EVERY_DAY, (9, 18)),
        "귀가 어두우십니다. 천천히, 또박또박. 작년에 넘어지신 뒤로 혼자 계십니다.",
        [
            ("guardian", "아들 김철수"),
            ("neighbour", "옆집 고 선생님"),
            ("center", "행복동 주민센터"),
        ],
    ),
    (
        *("박만수", "ko", "raised", _EVERY_DAY, (10,)),
        "장기 이야기를 좋아하십니다. 당뇨가 있어 식사하셨는지 여쭤봅니다.",
        [("guardian", "딸 박은영"), ("center", "햇살동 주민센터")],
    ),
    (
        *("이옥희", "ko", "low", _WORKDAYS, (14,)),
        "낮잠을 주무시니 오래 울리게 둡니다.",
        [("neighbour", "통장 최 씨"), ("center", "행복동 주민센터")],
    ),
    (
        *("王秀英", "zh", "raised", _EVERY_DAY, (11,)),
        "중국어가 편하십니다. 손자 이야기를 즐겨 하십니다.",
        [("guardian", "아들 왕리"), ("center", "강변동 주민센터")],
    ),
]


@transaction.atomic
def load_people() -> int:
    """The people, their consents and the plan; how many were new. Again changes nothing."""
    jun = User.objects.filter(username="jun").first()
    known = set(Person.objects.values_list("name", flat=True))
    missing = [number for number, person in enumerate(_PEOPLE) if person[0] not in known]
    # As of yesterday: today's round is theirs from midnight on.
    with clock.at(clock.now() - timedelta(days=1)):
        for number in missing:
            _make(number, jun)
    welfare_plan.plan_rounds()
    if missing:
        _leave_the_past_alone()
    return len(missing)


def _make(number: int, actor: User | None) -> None:
    name, language, risk, days, hours, notes, others = _PEOPLE[number]
    ladder = [Place("self", f"010-9900-{number:04}", name)]
    for place, (kind, who) in enumerate(others):
        phone = f"02-2133-{number}00{place}" if kind == "center" else f"010-99{place}1-{number:04}"
        ladder.append(Place(kind, phone, who))
    person = welfare_people.add_person(
        actor=actor,
        ladder=ladder,
        name=name,
        language=language,
        risk=risk,
        notes=notes,
        address=f"행복로 {number + 12}",
        days=days,
        times=[hour * 60 for hour in hours],
    )
    welfare_people.give_consent(
        person_id=person.pk, actor=actor, given_by="self", given_name=name, how="주민센터에서 서면"
    )


def _leave_the_past_alone() -> None:
    """A demo begins in the middle of a day: the calls before that are on record as made."""
    now = clock.now()
    for check in Check.objects.open().filter(planned_for__lt=now):
        made_at = check.planned_for + timedelta(minutes=7)
        agent = User.objects.filter(role=User.Role.AGENT).order_by("pk").first()
        Step.objects.create(
            check_of=check,
            at=made_at,
            by=agent,
            kind="self",
            outcome="fine",
            name=check.person.name,
        )
        check.status, check.ended_at = Check.Status.FINE, made_at
        check.save()
