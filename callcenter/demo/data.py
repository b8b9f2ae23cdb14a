"""The demo's people and articles, written so that running it again changes nothing."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction

from agents import hours
from agents.models import AgentSkill, Employment, Presence, Shift, User, Vendor
from callcenter import clock
from knowledgebase.actions.articles import first_revisions
from knowledgebase.models import Article, Department, Topic
from knowledgebase.search.index import index

FOLDER = Path(__file__).parent
DEMO_PASSWORD = "demo120"  # noqa: S105 - it is printed on the demo's first screen
SHOWN_LOGINS = [
    ("mina", "agent: the desk"),
    ("jun", "supervisor: the floor, the daily report, promises, hand-offs"),
    ("sora", "knowledge editor"),
    ("gyuri", "a second one: nobody approves what they wrote"),
    ("admin", "operator, also in /admin/"),
]
VENDORS = {"hanbit": "한빛컨택", "saesol": "새솔상담"}
SHARES = {"hanbit": 60, "saesol": 40}
LANGUAGES = ("ko", "en", "zh", "ja")
# Twelve for each vendor, by user name: name on the screen, and languages with their levels.
_AGENTS = {
    "hanbit": [
        ("mina", "김미나", "ko en2"),
        ("seoyeon", "이서연", "ko"),
        ("jihun", "박지훈", "ko"),
        ("yuna", "최유나", "ko en"),
        ("dohyun", "정도현", "ko"),
        ("haeun", "강하은", "ko ja"),
        ("minjae", "조민재", "ko"),
        ("soojin", "윤수진", "ko zh"),
        ("taeyang", "장태양", "ko"),
        ("jiwoo", "임지우", "ko en2"),
        ("eunbi", "한은비", "ko"),
        ("kyung", "오경", "ko zh2"),
    ],
    "saesol": [
        ("hyerin", "서혜린", "ko"),
        ("junho", "신준호", "ko en"),
        ("areum", "권아름", "ko"),
        ("sangwoo", "황상우", "ko"),
        ("nari", "안나리", "ko ja"),
        ("dongha", "송동하", "ko"),
        ("bora", "류보라", "ko zh"),
        ("jaemin", "전재민", "ko"),
        ("yerin", "홍예린", "ko en2"),
        ("wonbin", "고원빈", "ko"),
        ("dahye", "문다혜", "ko ja2"),
        ("siwoo", "양시우", "ko"),
    ],
}
_OTHERS = [
    ("jun", "남준", User.Role.SUPERVISOR),
    ("hana", "배하나", User.Role.SUPERVISOR),
    ("sora", "노소라", User.Role.EDITOR),
    ("gyuri", "문규리", User.Role.EDITOR),
    ("admin", "운영자", User.Role.OPERATOR),
]


# Trained for callers who have been abusive before.
_CALM = ("seoyeon", "junho", "nari")
# From and to, by the hour; and who has which by the place in a vendor's list. Somebody is always
# there: the two days off of each are spread over the week.
_EARLY, _DAY, _LATE, _NIGHT = (6, 15), (8, 17), (13, 22), (21, 6)
_ROTA = [*[_DAY] * 6, *[_LATE] * 3, _EARLY, *[_NIGHT] * 2]


@transaction.atomic
def load_people() -> int:
    """Vendors, agents with skills and shifts, supervisors, editors and an operator; how many
    people were new."""
    missing = [person for person in _people() if not _exists(person)]
    if missing:
        # One slow hash serves them all: it is one password.
        password = make_password(DEMO_PASSWORD)
        for person in missing:
            _make(person, password)
        _with_us_for_a_while()
    for code, share in SHARES.items():
        Vendor.objects.filter(code=code, share=0).update(share=share)
    _load_skills()
    load_shifts()
    return len(missing)


def _with_us_for_a_while() -> None:
    """Nobody began today: from three months ago to four years."""
    for number, spell in enumerate(Employment.objects.order_by("agent__username")):
        spell.since = clock.now() - timedelta(days=90 + number * 61 % 1370)
        spell.save(update_fields=["since"])


@dataclass(frozen=True)
class _Person:
    username: str
    name: str
    role: User.Role
    vendor: str = ""
    languages: str = ""
    extension: str | None = None


def _people() -> Iterator[_Person]:
    extension = 7001
    for vendor, agents in _AGENTS.items():
        for username, name, languages in agents:
            yield _Person(username, name, User.Role.AGENT, vendor, languages, str(extension))
            extension += 1
    for username, name, role in _OTHERS:
        yield _Person(username, name, role)


def _exists(person: _Person) -> bool:
    return User.objects.filter(username=person.username).exists()


def _make(person: _Person, password: str) -> None:
    vendor = None
    if person.vendor:
        names = {"name": VENDORS[person.vendor]}
        vendor = Vendor.objects.get_or_create(code=person.vendor, defaults=names)[0]
    operates = person.role == User.Role.OPERATOR
    user = User.objects.create(
        username=person.username,
        password=password,
        display_name=person.name,
        role=person.role,
        vendor=vendor,
        extension=person.extension,
        is_staff=operates,
        is_superuser=operates,
    )
    for language in person.languages.split():
        name, level = language[:2], int(language[2:] or 1)
        AgentSkill.objects.create(agent=user, name=f"lang.{name}", level=level)
    if person.vendor:
        Presence.objects.create(agent=user)


def _agents() -> dict[str, User]:
    """The demo's agents by user name, in the order of their vendors' lists."""
    names = [username for username, *_rest in chain(*_AGENTS.values())]
    found = User.objects.in_bulk(names, field_name="username")
    return {name: found[name] for name in names}


def _load_skills() -> None:
    """Every other agent knows one family of topics well and another a little."""
    families = [code for code in _written_topics()["topics"] if "." not in code]
    agents = _agents()
    wanted = [(agents[name], "caller.difficult", 1) for name in _CALM]
    for place, agent in enumerate(list(agents.values())[::2]):
        known, other = (families[(place + step) % len(families)] for step in (0, 3))
        wanted += [(agent, f"topic.{known}", 1), (agent, f"topic.{other}", 2)]
    for agent, name, level in wanted:
        AgentSkill.objects.get_or_create(agent=agent, name=name, defaults={"level": level})


@transaction.atomic
def load_shifts() -> int:
    """The rota of this week and the next; how many shifts. A week with any is left as it is."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    return sum(_plan_week(first) for first in (monday, monday + timedelta(days=7)))


def _plan_week(monday: date) -> int:
    days = [monday + timedelta(days=number) for number in range(7)]
    begins, ends = hours.day_of(monday)[0], hours.day_of(days[-1])[1]
    if Shift.objects.filter(starts_at__gte=begins, starts_at__lt=ends).exists():
        return 0
    planned = [shift for day in days for shift in _shifts_of(day)]
    # The night before belongs to the Monday, too. What is there already stays.
    night_before = [one for one in _shifts_of(monday - timedelta(days=1)) if one.ends_at > begins]
    Shift.objects.bulk_create([*night_before, *planned], ignore_conflicts=True)
    return len(planned)


def _shifts_of(day: date) -> Iterator[Shift]:
    """Five days a week for everybody, with two off that go around."""
    for number, agent in enumerate(_agents().values()):
        begin, end = _ROTA[number % len(_ROTA)]
        if (day.weekday() - 2 * number) % 7 > 1:
            yield Shift(
                agent=agent,
                starts_at=hours.at_minute(day, begin * 60),
                ends_at=hours.at_minute(day + timedelta(days=end < begin), end * 60),
            )


def _written_topics() -> dict:
    return tomllib.loads((FOLDER / "topics.toml").read_text())


@transaction.atomic
def load_topics() -> int:
    """Departments and the topic tree; how many topics were new."""
    data = _written_topics()
    departments = {
        code: Department.objects.get_or_create(
            code=code, defaults=_names(names) | {"email": f"{code}@city.example", "phone": "120"}
        )[0]
        for code, names in data["departments"].items()
    }
    before = Topic.objects.count()
    topics: dict[str, Topic] = {}
    for code, (department, urgent, key, *names) in data["topics"].items():
        fields = _names(names) | {"department": departments[department], "urgent": urgent}
        fields |= {"key": key, "parent": topics.get(code.partition(".")[0])}
        topics[code] = Topic.objects.get_or_create(code=code, defaults=fields)[0]
    return len(topics) - before


def _names(names: list[str]) -> dict[str, str]:
    return {f"name_{language}": name for language, name in zip(LANGUAGES, names, strict=True)}


@transaction.atomic
def load_articles(tell: Callable[[str], None]) -> int:
    """The articles and their translations that are not there yet; how many."""
    known = set(Article.objects.values_list("external_id", flat=True))
    topics = {topic.code: topic for topic in Topic.objects.all()}
    made: list[Article] = []
    for entry in written_articles():
        if f"demo-{entry['id']}" in known:
            continue
        original = _article(entry, entry, "ko", topics)
        made.append(original)
        for language in LANGUAGES[1:]:
            if language in entry:
                made.append(_article(entry, entry[language], language, topics, original))
    first_revisions(made)
    index(made)
    if made:
        tell(f"{len(made)} articles written.")
    return len(made)


def written_articles() -> Iterator[dict]:
    """Every article as it stands in its file: id, topic, title, asked, body, translations."""
    for path in sorted((FOLDER / "articles").glob("*.toml")):
        yield from tomllib.loads(path.read_text())["article"]


def _article(entry, text, language, topics, original: Article | None = None) -> Article:
    suffix = f"-{language}" if original else ""
    return Article.objects.create(
        external_id=f"demo-{entry['id']}{suffix}",
        translation_of=original,
        language=language,
        topic=topics[entry["topic"]],
        title=text["title"],
        body=text["body"].strip(),
        asked=text["asked"],
        figures_may_change=entry.get("figures_may_change", False),
        translated_from=1 if original else None,
        reviewed_at=clock.now(),
        updated_at=clock.now(),
    )
