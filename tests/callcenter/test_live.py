"""The socket, for real: who may listen, what is said, and that a lost message is noticed."""

import json
import time
from contextlib import contextmanager

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from callcenter.demo.data import DEMO_PASSWORD

pytestmark = pytest.mark.xdist_group("browser")


def session_of(center, username: str) -> str:
    """The cookies of somebody who has signed in."""
    with httpx.Client(base_url=center.url, follow_redirects=True) as browser:
        browser.get("/login/")
        form = {"username": username, "password": DEMO_PASSWORD}
        form["csrfmiddlewaretoken"] = browser.cookies["csrftoken"]
        browser.post("/login/", data=form).raise_for_status()
        return f"sessionid={browser.cookies['sessionid']}"


@contextmanager
def listening(center, topics: str, cookie: str = "", origin: str | None = None):
    address = f"{center.url.replace('http', 'ws')}/ws/live/?topics={topics}"
    headers = {"Cookie": cookie} if cookie else {}
    with connect(address, additional_headers=headers, origin=origin or center.url) as socket:
        yield socket


def hear(socket) -> dict:
    return json.loads(socket.recv(timeout=5))


def until_silence(socket, *, seconds: float):
    try:
        while True:
            yield socket.recv(timeout=seconds)
    except TimeoutError:
        return


def test_a_hello_then_every_change_with_the_next_number(center, telephone):
    with listening(center, "floor", session_of(center, "jun")) as socket:
        hello = hear(socket)
        telephone("live-1", "arrived", **{"from": "010-5555-0101", "to": "120-4"})
        told = hear(socket)
        while told["seq"] <= hello["seqs"]["floor"]:  # Another test's last word, joined in between.
            told = hear(socket)
        telephone("live-1", "ended")
    assert hello["name"] == "hello"
    assert told["topic"] == "floor"
    assert told["seq"] == hello["seqs"]["floor"] + 1
    # Nothing about anybody: a name, an id, a number.
    assert set(told) == {"name", "id", "seq", "topic"}


def test_what_was_missed_shows_in_the_answer_to_a_ping(center, telephone):
    cookie = session_of(center, "jun")
    with listening(center, "floor", cookie) as socket:
        before = hear(socket)["seqs"]["floor"]
    telephone("live-2", "arrived", **{"from": "010-5555-0102", "to": "120-4"})
    telephone("live-2", "ended")
    with listening(center, "floor", cookie) as socket:
        # The floor is told once a second: its news may still be on the way.
        give_up = time.monotonic() + 5
        newest = hear(socket)["seqs"]["floor"]
        while newest <= before and time.monotonic() < give_up:
            socket.send('{"type":"ping"}')
            newest = hear(socket).get("seqs", {}).get("floor", newest)
    assert newest > before


def test_a_flood_is_told_at_most_once_a_second(center, telephone):
    with listening(center, "floor", session_of(center, "jun")) as socket:
        hear(socket)
        for number in range(10):
            line = {"from": f"010-5555-02{number:02}", "to": "120-4"}
            telephone(f"flood-{number}", "arrived", **line)
        for number in range(10):
            telephone(f"flood-{number}", "ended")
        heard = list(until_silence(socket, seconds=2))
    assert 1 <= len(heard) <= 6


def test_an_agent_does_not_hear_the_floor(center):
    with listening(center, "desk,floor", session_of(center, "mina")) as socket:
        assert list(hear(socket)["seqs"]) == ["desk"]


def test_strangers_hear_nothing(center):
    with (
        pytest.raises((ConnectionClosed, InvalidStatus)),
        listening(center, "floor") as socket,
    ):
        hear(socket)


def test_another_sites_page_hears_nothing(center):
    cookie = session_of(center, "jun")
    with (
        pytest.raises((ConnectionClosed, InvalidStatus)),
        listening(center, "floor", cookie, origin="http://evil.example") as socket,
    ):
        hear(socket)


A_HUNDRED_CHANGES = """
import time
from agents.models import User
from callcenter import live
desk = live.desk_of(User.objects.get(username="mina").pk)
for number in range(100):
    live.push_on_commit(live.Event("flood", number), topics=[desk])
time.sleep(1)
"""


def test_changes_that_come_together_are_told_once_and_numbered_without_a_gap(center):
    """Of a hundred changes to one desk in a moment, the last is heard, and few others."""
    with listening(center, "desk", session_of(center, "mina")) as socket:
        first = hear(socket)["seqs"]["desk"] + 1
        center.manage("shell", "--no-imports", "-c", A_HUNDRED_CHANGES)
        heard = [json.loads(text) for text in until_silence(socket, seconds=1)]
    assert heard[-1]["id"] == 99
    assert len(heard) < 50
    assert [one["seq"] for one in heard] == list(range(first, first + len(heard)))


def test_alerts_are_for_everybody_who_works_here(center):
    with listening(center, "alerts,desk", session_of(center, "admin")) as socket:
        # An operator hears that there is an alert, and nothing of a desk.
        assert list(hear(socket)["seqs"]) == ["alerts"]
