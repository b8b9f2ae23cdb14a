"""The rules of the house that a machine can hold: who imports whom, and who sees what."""

import ast
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from callcenter.servers import REPOSITORY
from reports import floor
from tests.knowledgebase.noticing import make_notice
from tests.people import (
    a_photo,
    accept_next,
    available,
    call_arrives,
    make_agent,
    make_alert,
    make_elder,
    promised,
    web_inquiry,
)

APPS = ["agents", "knowledgebase", "inquiries", "callbacks", "reports"]
# Beside what stands below it, an app may use these of the composition root.
SHARED = {"callcenter.live", "callcenter.clock", "callcenter.refusals"}


def imports_of(path: Path) -> set[str]:
    """Full names of what a module imports."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def forbidden(app: str, name: str) -> bool:
    top = name.partition(".")[0]
    if top == "callcenter":
        return not any(name == shared or name.startswith(f"{shared}.") for shared in SHARED)
    return top in APPS and APPS.index(top) > APPS.index(app)


@pytest.mark.parametrize("app", APPS)
def test_nobody_imports_upwards(app):
    found = [
        f"{path.relative_to(REPOSITORY)}: {name}"
        for path in (REPOSITORY / app).rglob("*.py")
        for name in sorted(imports_of(path))
        if forbidden(app, name)
    ]
    assert found == []


# --- The access table: every address, and what each kind of person gets.

WHO = ("nobody", "agent", "editor", "supervisor", "operator")
IN, NO, OK, BAD = 302, 403, 200, 405
STAFF = (IN, OK, OK, OK, OK)
AGENT = (IN, OK, NO, OK, NO)
FLOOR = (IN, NO, NO, OK, OK)
EDITOR = (IN, NO, OK, NO, NO)
SUPERVISOR = (IN, NO, NO, OK, NO)
EVERYBODY = (OK, OK, OK, OK, OK)
POST_ONLY = (BAD, BAD, BAD, BAD, BAD)

GET_TABLE = {
    "inquiries:ask": EVERYBODY,
    "inquiries:track": EVERYBODY,
    "callbacks:for_citizen": EVERYBODY,
    "inquiries:desk": AGENT,
    "inquiries:desk-find": AGENT,
    "inquiries:desk-read": AGENT,
    "inquiries:desk-state": POST_ONLY,
    "inquiries:desk-accept": POST_ONLY,
    "inquiries:desk-decline": POST_ONLY,
    "inquiries:desk-link": POST_ONLY,
    "inquiries:desk-unlink": POST_ONLY,
    "inquiries:desk-note": POST_ONLY,
    "inquiries:desk-topic": POST_ONLY,
    "inquiries:desk-hang-up": POST_ONLY,
    "inquiries:desk-resolve": POST_ONLY,
    "inquiries:desk-hand-off": POST_ONLY,
    "inquiries:desk-finish": POST_ONLY,
    "inquiries:desk-hold": POST_ONLY,
    "inquiries:desk-draft": POST_ONLY,
    "inquiries:desk-pass": AGENT,
    "inquiries:desk-transfer": POST_ONLY,
    "inquiries:desk-consult": POST_ONLY,
    "inquiries:desk-consult-end": POST_ONLY,
    "inquiries:inquiry": (IN, OK, NO, OK, OK),
    "inquiries:inquiry-note": POST_ONLY,
    "inquiries:inquiry-difficult": POST_ONLY,
    "inquiries:inquiry-viewers": (IN, OK, NO, OK, OK),
    "inquiries:inquiry-leave": POST_ONLY,
    "inquiries:handoffs": (IN, NO, NO, OK, NO),
    "inquiries:handoff-advance": POST_ONLY,
    "inquiries:message-again": POST_ONLY,
    # A link that is not good: the same for everybody, whoever they are.
    "inquiries:officer": (404, 404, 404, 404, 404),
    "agents:shifts": (IN, OK, NO, OK, NO),
    "agents:shift-plan": POST_ONLY,
    "agents:shift-copy": POST_ONLY,
    "agents:shift-remove": POST_ONLY,
    "callbacks:list": (IN, OK, NO, OK, NO),
    "callbacks:call-now": POST_ONLY,
    "callbacks:cancel": POST_ONLY,
    "callbacks:promise": POST_ONLY,
    "callbacks:detail": (IN, OK, NO, OK, NO),
    "callbacks:research": POST_ONLY,
    "callbacks:research-assign": POST_ONLY,
    "callbacks:research-ask": POST_ONLY,
    "callbacks:research-decide": POST_ONLY,
    "callbacks:mine": AGENT,
    "callbacks:dial": POST_ONLY,
    "callbacks:unreached": POST_ONLY,
    "callbacks:attempt": AGENT,
    "callbacks:for_inquiry": (IN, OK, NO, OK, NO),
    "callbacks:form": AGENT,
    "callbacks:board": STAFF,
    "callbacks:acknowledge": POST_ONLY,
    "callbacks:alerts": SUPERVISOR,
    "callbacks:alert-end": POST_ONLY,
    "callbacks:alert-undo": POST_ONLY,
    "callbacks:alert-photo": AGENT,
    "callbacks:alert-sighting": POST_ONLY,
    "callbacks:welfare-card": AGENT,
    "callbacks:welfare-outcome": POST_ONLY,
    "callbacks:welfare": SUPERVISOR,
    "callbacks:welfare-hand-over": SUPERVISOR,
    "callbacks:welfare-decide": POST_ONLY,
    "callbacks:welfare-people": SUPERVISOR,
    "callbacks:welfare-add": SUPERVISOR,
    "callbacks:welfare-person": SUPERVISOR,
    "callbacks:welfare-change": SUPERVISOR,
    "callbacks:welfare-consent": POST_ONLY,
    "callbacks:welfare-withdraw": POST_ONLY,
    "callbacks:welfare-pause": POST_ONLY,
    "callbacks:welfare-pause-end": POST_ONLY,
    "reports:floor": FLOOR,
    "reports:entry": (IN, NO, NO, OK, NO),
    "reports:entry-steer": POST_ONLY,
    "reports:person": FLOOR,
    "reports:person-move": POST_ONLY,
    "reports:wall": FLOOR,
    "reports:daily": FLOOR,
    "reports:daily-csv": FLOOR,
    "reports:daily-xlsx": FLOOR,
    "reports:daily-pdf": FLOOR,
    "reports:asked": FLOOR,
    "reports:surges": FLOOR,
    "reports:vendors": FLOOR,
    "reports:mine": (IN, OK, NO, NO, NO),
    "reports:dictionary": FLOOR,
    "reports:set-rule": POST_ONLY,
    "knowledgebase:list": STAFF,
    "knowledgebase:article": STAFF,
    "knowledgebase:new": EDITOR,
    "knowledgebase:edit": EDITOR,
    "knowledgebase:translate": (IN, NO, IN, NO, NO),
    "knowledgebase:preview": POST_ONLY,
    "knowledgebase:to-do": (IN, NO, OK, OK, NO),
    "knowledgebase:attachment": (404, 404, 404, 404, 404),
    "knowledgebase:revision": (IN, NO, OK, OK, NO),
    "knowledgebase:approve": POST_ONLY,
    "knowledgebase:send-back": POST_ONLY,
    "knowledgebase:restore": POST_ONLY,
    "knowledgebase:take-back": POST_ONLY,
    "knowledgebase:still-right": POST_ONLY,
    "knowledgebase:withdraw": POST_ONLY,
    "knowledgebase:candidates": EDITOR,
    "knowledgebase:relate": POST_ONLY,
    "knowledgebase:unrelate": POST_ONLY,
    "inquiries:desk-feedback": AGENT,
    "knowledgebase:feedback": EDITOR,
    "knowledgebase:feedback-mine": AGENT,
    "knowledgebase:feedback-news": AGENT,
    "knowledgebase:feedback-answer": POST_ONLY,
    "knowledgebase:feedback-open": POST_ONLY,
    "knowledgebase:feedback-heard": POST_ONLY,
    "knowledgebase:gaps": EDITOR,
    "knowledgebase:gap-not-needed": POST_ONLY,
    "knowledgebase:gap-open": POST_ONLY,
    "knowledgebase:searched": POST_ONLY,
    "knowledgebase:suspects": EDITOR,
    "knowledgebase:suspect-no-conflict": POST_ONLY,
    "knowledgebase:suspect-again": POST_ONLY,
    "knowledgebase:import": EDITOR,
    "knowledgebase:take-in": POST_ONLY,
    "knowledgebase:export": EDITOR,
    "knowledgebase:notices": (IN, NO, OK, OK, NO),
    "knowledgebase:notice-new": (IN, NO, OK, OK, NO),
    "knowledgebase:notice": (IN, NO, OK, OK, NO),
    "knowledgebase:notice-template": (IN, NO, OK, OK, NO),
    "knowledgebase:notice-articles": (IN, NO, OK, OK, NO),
    "knowledgebase:notices-running": STAFF,
    "knowledgebase:notice-end": POST_ONLY,
    "knowledgebase:notice-undo-end": POST_ONLY,
    "knowledgebase:notice-fold": POST_ONLY,
    "knowledgebase:words": (IN, NO, OK, NO, NO),
    "knowledgebase:words-preview": (IN, NO, OK, NO, NO),
    "knowledgebase:words-change": POST_ONLY,
    "knowledgebase:words-remove": POST_ONLY,
    "knowledgebase:words-restore": POST_ONLY,
    "knowledgebase:learned": (IN, NO, OK, NO, NO),
    "knowledgebase:learned-forget": POST_ONLY,
    "knowledgebase:learned-remember": POST_ONLY,
    "knowledgebase:help": (IN, IN, IN, IN, IN),
    "knowledgebase:help-home": EVERYBODY,
    "knowledgebase:help-article": EVERYBODY,
    "knowledgebase:help-answered": POST_ONLY,
    "knowledgebase:robots": EVERYBODY,
    "sitemap": EVERYBODY,
    "start": (IN, IN, IN, IN, IN),
    "healthz": EVERYBODY,
    "login": (OK, IN, IN, IN, IN),
    "logout": POST_ONLY,
    "set_language": (IN, IN, IN, IN, IN),
    "api:inquiries": POST_ONLY,
    "api:call-events": (401, 401, 401, 401, 401),
    "api:call-callback": (401, 401, 401, 401, 401),
    "api:desk": (401, OK, NO, OK, NO),
    "api:desk-offer": (401, OK, NO, OK, NO),
    "api:desk-accept": (401, BAD, NO, BAD, NO),
    "api:desk-decline": (401, BAD, NO, BAD, NO),
    "api:desk-articles": (401, BAD, NO, BAD, NO),
    "api:desk-article": (401, BAD, NO, BAD, NO),
    "api:desk-note": (401, BAD, NO, BAD, NO),
    "api:desk-topic": (401, BAD, NO, BAD, NO),
    "api:desk-outcome": (401, BAD, NO, BAD, NO),
    "api:desk-callback": (401, BAD, NO, BAD, NO),
    "api:desk-dial": (401, BAD, NO, BAD, NO),
    "api:desk-unreached": (401, BAD, NO, BAD, NO),
    "api:desk-welfare": (401, BAD, NO, BAD, NO),
    "api:desk-handoff": (401, BAD, NO, BAD, NO),
    "api:desk-hang-up": (401, BAD, NO, BAD, NO),
    "api:desk-hold": (401, BAD, NO, BAD, NO),
    "api:desk-transfer": (401, BAD, NO, BAD, NO),
    "api:desk-consult": (401, BAD, NO, BAD, NO),
    "api:desk-draft": (401, BAD, NO, BAD, NO),
    "api:desk-colleagues": (401, OK, NO, OK, NO),
    "api:desk-finish": (401, BAD, NO, BAD, NO),
    "api:article-search": EVERYBODY,
    "api:daily-report": (401, NO, NO, OK, OK),
    "api:schema": EVERYBODY,
    "api:docs": EVERYBODY,
}


def named_addresses(resolver=None, prefix="") -> set[str]:
    """Every named address of ours; the admin guards its own."""
    names = set()
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = entry.namespace
            if space != "admin":
                names |= named_addresses(entry, f"{prefix}{space}:" if space else prefix)
        elif isinstance(entry, URLPattern) and entry.name:
            names.add(prefix + entry.name)
    return names


def test_every_address_stands_in_the_table():
    assert named_addresses() == set(GET_TABLE)


@pytest.fixture
def people(client, mina, sora, jun, operator):
    return dict(zip(WHO, (None, mina, sora, jun, operator), strict=True))


@pytest.mark.django_db
@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", sorted(GET_TABLE))
def test_who_gets_what(name, who, client, people, bill_article):
    inquiry = web_inquiry()
    promise = promised(inquiry)
    numbers = {"offer_id": 1, "handoff_id": 1, "callback_id": promise.pk, "shift_id": 1}
    numbers |= {"message_id": 1, "token": "not-ours"}
    numbers |= {"alarm_id": 1, "check_id": 1, "pause_id": 1, "verb": "now"}
    numbers |= {"resident_id": make_elder().pk, "alert_id": make_alert(photo=a_photo()).pk}
    numbers |= {"article_id": bill_article.pk, "inquiry_id": inquiry.pk}
    numbers |= {
        "language": "ko",
        "form": "csv",
        "feedback_id": 1,
        "gap_id": 1,
        "suspect_id": 1,
        "attachment_id": 1,
        "notice_id": make_notice(people["supervisor"]).pk,
        "template_id": 1,
        "answer_id": bill_article.pk,
    }
    numbers |= {"group_id": 1, "question_id": 1}
    numbers |= {"what": "transfer", "entry_id": 1, "person_id": people["agent"].pk}
    is_revision = name.startswith("knowledgebase:")
    numbers |= {"number": 1 if is_revision else inquiry.number, "key": inquiry.tracking_key}
    if people[who]:
        client.force_login(people[who])
    answer = client.get(_address(name, numbers), {"q": "수도"})
    assert answer.status_code == GET_TABLE[name][WHO.index(who)]


def _address(name: str, numbers: dict) -> str:
    wanted = get_resolver()
    *spaces, last = name.split(":")
    for space in spaces:
        wanted = wanted.namespace_dict[space][1]
    parameters = wanted.reverse_dict[last][0][0][1]
    return reverse(name, kwargs={parameter: numbers[parameter] for parameter in parameters})


# --- Pages cost the same with one row and with ten.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["inquiries:desk", "reports:floor", "reports:wall", "callbacks:list"]
)
def test_pages_ask_as_many_questions_for_ten_rows_as_for_one(
    name, client, mina, jun, water, django_assert_max_num_queries
):
    client.force_login(mina if name == "inquiries:desk" else jun)
    available(mina)
    call_arrives()
    accept_next(mina)
    one = _queries_of(client, name)
    for number in range(10):
        call_arrives()
        make_agent(f"agent{number}")
    assert _queries_of(client, name) <= one + 1


def _queries_of(client, name: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    floor.FLOOR.forget()
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(name)).status_code == 200
    return len(asked)
