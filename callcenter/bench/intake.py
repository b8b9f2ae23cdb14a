"""How many forms and call events the doors take in a second, and that none is lost.

Beside them, in the same rounds: ``/healthz`` (the web server and Django with one look at the
connection, the least that any page costs) and one bare row inserted and committed (the least that
anything kept costs).
"""

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
from django.conf import settings

from callcenter.bench.load import Act, Load
from callcenter.bench.table import Found, Row
from callcenter.bench.web import Client
from callcenter.scratch import ScratchCenter, scratch_center

EVENTS = ("arrived", "answered", "ended")
FORM = {
    "subject": "수도요금이 이상해요",
    "body": "두 달째 요금이 두 배로 나왔습니다.",
    "consent": "on",
}


@dataclass(frozen=True)
class Knobs:
    """``each``: by client and round; a call is three events."""

    clients: int = 8
    rounds: int = 3
    each: int = 60
    web_processes: int = 2


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    """One row for each door."""
    web = knobs.web_processes
    with scratch_center("bench_intake", folder=folder, web_processes=web) as center:
        with ExitStack() as closing:
            acts = _acts(center, closing, knobs.clients)
            loads = {name: Load(name) for name in acts}
            for number in range(knobs.rounds):
                tell(f"intake: round {number + 1} of {knobs.rounds}")
                for name, load in loads.items():
                    load.press(acts[name], each=knobs.each)
        rows = [load.row() | {"lost": _lost(center, load)} for load in loads.values()]
    lost = sum(row["lost"] for row in rows)
    wrong = f"{lost} of those that were taken in are not there." if lost else ""
    return Found(asdict(knobs), rows, _notes(rows), {"lost": lost}, wrong)


def _acts(center: ScratchCenter, closing: ExitStack, how_many: int) -> dict[str, list[Act]]:
    """Per door, what each client does; a client keeps its connection, as a browser would."""
    kinds = {
        "web form": _form,
        "API inquiry": _api_inquiry,
        "call events": _call_event,
        "/healthz": _healthz,
    }
    acts: dict[str, list[Act]] = {}
    for name, kind in kinds.items():
        clients = [Client(center.url) for _ in range(how_many)]
        acts[name] = [partial(kind, client) for client in clients]
        for client in clients:
            closing.callback(client.close)
    acts["bare INSERT"] = [_inserter(center, closing) for _ in range(how_many)]
    return acts


def _form(client: Client, number: int) -> None:
    if not client.form:
        page = client.send("GET", "/", expect=200)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        client.form = FORM | {"csrfmiddlewaretoken": token[1] if token else ""}
    filled = client.form | {"name": f"web {number}", "email": f"citizen-{number}@example.com"}
    kind = "application/x-www-form-urlencoded"
    client.send("POST", "/", expect=302, body=urlencode(filled), Content_Type=kind)


def _api_inquiry(client: Client, number: int) -> None:
    contact = {"name": f"api {number}", "email": f"program-{number}@example.com"}
    sent = FORM | {"language": "ko", "contact": contact, "consent": True}
    client.post("/api/v1/inquiries/", sent, expect=201)


def _call_event(client: Client, number: int) -> None:
    call, step = divmod(number, len(EVENTS))
    at = datetime.now(UTC).isoformat()
    event = {"event_id": f"bench-{number}", "call_id": f"bench-{call}", "type": EVENTS[step]}
    event |= {"at": at, "from": f"010-{call // 10_000:04}-{call % 10_000:04}", "to": "120"}
    key = f"Api-Key {settings.TELEPHONY_KEY}"
    client.post("/api/v1/calls/events/", event, expect=201, Authorization=key)


def _healthz(client: Client, _number: int) -> None:
    client.send("GET", "/healthz", expect=200)


def _inserter(center: ScratchCenter, closing: ExitStack) -> Act:
    connection = psycopg2.connect(center.environment["DATABASE_URL"])
    closing.callback(connection.close)
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bare (number int, subject text, body text)")

    def insert(number: int) -> None:
        with connection, connection.cursor() as cursor:
            row = [number, FORM["subject"], FORM["body"]]
            cursor.execute("INSERT INTO bare VALUES (%s, %s, %s)", row)

    return insert


# What must be there afterwards, by what was sent under whose name.
_KEPT = {
    "web form": "SELECT count(*) FROM inquiries_inquiry WHERE channel = 'web'"
    " AND number IS NOT NULL AND contact_name LIKE 'web %'",
    "API inquiry": "SELECT count(*) FROM inquiries_inquiry WHERE contact_name LIKE 'api %'",
    "call events": "SELECT count(*) FROM inquiries_callevent e JOIN inquiries_call c"
    " ON c.id = e.call_id WHERE c.contact_id IS NOT NULL",
    "bare INSERT": "SELECT count(*) FROM bare",
}


def _lost(center: ScratchCenter, load: Load) -> int:
    """How many of those the door said yes to are not in the database."""
    if load.name not in _KEPT:
        return 0
    connection = psycopg2.connect(center.environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute(_KEPT[load.name])
        (kept,) = cursor.fetchone()
    connection.close()
    return len(load.durations) - kept


def _notes(rows: list[Row]) -> list[str]:
    rate = {row["door"]: row["per second"] for row in rows}
    per_form = rate["/healthz"] / rate["web form"]
    per_event = rate["/healthz"] / rate["call events"]
    return [
        f"A form costs {per_form:.1f} times an empty answer, a call event {per_event:.1f} times."
    ]
