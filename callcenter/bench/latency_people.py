"""Who takes part in the latency benchmark: the telephone, agents, desks and wallboards."""

import heapq
import os
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from rest_framework.authtoken.models import Token

from agents.matching import skills_of
from agents.models import Presence, PresenceSpell, PresenceState, User
from callcenter import clock
from callcenter.bench import crowd
from callcenter.bench.sockets import Sockets, sign_in
from callcenter.bench.web import Client, Unexpected

THREADS = 32
# Seconds: until a ringing phone is answered, talk, wrap-up; the least and the most.
ANSWER, TALK, WRAP = (0.3, 1.5), (6.0, 10.0), (0.5, 1.5)
# What is still to be done when the last call has come: talk and wrap-up, and some patience.
DRAIN_SECONDS = 20
LINES = ["120", "120", "120", "120", "120", "120", "120", "120-2", "120-3", "120-4"]


def sign_up(desks: int, wallboards: int) -> dict[str, list]:
    """Agents who are available, and supervisors: cookies of both, ids and tokens of the agents."""
    crowd.hire(desks)
    agents = list(User.objects.order_by("pk").prefetch_related("skills"))
    now = clock.now()
    for agent in agents:
        agent.presence.state, agent.presence.since = PresenceState.AVAILABLE, now
        agent.presence.skills = skills_of(agent)
    Presence.objects.bulk_update([agent.presence for agent in agents], ["state", "since", "skills"])
    PresenceSpell.objects.bulk_create(
        PresenceSpell(agent=agent, state=PresenceState.AVAILABLE, began_at=now) for agent in agents
    )
    tokens = Token.objects.bulk_create(
        Token(user=agent, key=Token.generate_key()) for agent in agents
    )
    watchers = User.objects.bulk_create(
        User(username=f"watcher{number}", password="!", role=User.Role.SUPERVISOR)  # noqa: S106
        for number in range(wallboards)
    )
    return {
        "agents": [agent.pk for agent in agents],
        "tokens": [token.key for token in tokens],
        "desks": sign_in(agents),
        "wallboards": sign_in(watchers),
    }


def listen(
    url: str, agents: list[int], cookies: list[str], opened: str, enough: str, bell: str
) -> dict[int, float]:
    """Hold the desks; when each offer's message was read, by the offer's id.

    Each offer is also written to the pipe ``bell``, where the agents hear of it.
    """
    heard: dict[int, float] = {}
    pipe = os.open(bell, os.O_RDWR)

    def hear(number: int, message: dict[str, Any]) -> None:
        if message["name"] == "offer-changed" and message["id"] not in heard:
            heard[message["id"]] = time.time()
            os.write(pipe, f"{agents[number]} {message['id']}\n".encode())

    address = url.replace("http", "ws") + "/ws/live/?topics=desk"
    sockets = Sockets([address] * len(cookies), cookies, url, Path(opened), Path(enough))
    sockets.hold(hear)
    return heard


def watch(url: str, cookies: list[str], opened: str, enough: str) -> list[float]:
    """Hold the wallboards, each fetching its page when told, one fetch at a time; how long each
    fetch took, in seconds."""
    took: list[float] = []
    boards = [_Wallboard(url, cookie, took) for cookie in cookies]

    def hear(number: int, message: dict[str, Any]) -> None:
        if message["name"] != "hello":
            boards[number].told.set()

    for board in boards:
        threading.Thread(target=board.fetch_when_told, daemon=True).start()
    address = url.replace("http", "ws") + "/ws/live/?topics=floor"
    Sockets([address] * len(cookies), cookies, url, Path(opened), Path(enough)).hold(hear)
    failed = [board.error for board in boards if board.error]
    if failed:
        raise failed[0]
    return took


class _Wallboard:
    def __init__(self, url: str, cookie: str, took: list[float]) -> None:
        self._client = Client(url)
        name, _is, value = cookie.partition("=")
        self._client.cookies[name] = value
        self._took, self.told = took, threading.Event()
        self.error: Exception | None = None

    def fetch_when_told(self) -> None:
        try:
            while self.told.wait():
                self.told.clear()
                began = time.monotonic()
                self._client.send("GET", "/wall/", expect=200, HX_Request="true")
                self._took.append(time.monotonic() - began)
        except Exception as error:
            self.error = error


def telephone(
    url: str, agents: list[int], tokens: list[str], bell: str, rate: int, seconds: int
) -> dict[str, Any]:
    """Calls at a steady ``rate`` a second, and the agents who take them; how long each kind of
    request took, and how many were refused."""
    return _Telephone(url, dict(zip(agents, tokens, strict=True))).run(bell, rate, seconds)


class _Telephone:
    """Things to do at their time, on a pool of threads with a connection each."""

    def __init__(self, url: str, tokens: dict[int, str]) -> None:
        self._url, self._tokens, self._chance = url, tokens, Random(120)
        self._todo: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._news, self._mine = count(), threading.Condition(), threading.local()
        self._failed: list[BaseException] = []
        self.took: dict[str, list[float]] = defaultdict(list)
        self.refused = 0

    def run(self, bell: str, rate: int, seconds: int) -> dict[str, Any]:
        began = time.monotonic()
        for number in range(rate * seconds):
            self._at(began + number / rate, partial(self._arrive, number))
        threading.Thread(target=self._hear_bell, args=[bell], daemon=True).start()
        with ThreadPoolExecutor(THREADS) as pool:
            while not self._failed:
                work = self._next(began + seconds + DRAIN_SECONDS)
                if work is None:
                    break
                pool.submit(self._do, work)
        if self._failed:
            raise self._failed[0]
        return dict(self.took) | {"refused": self.refused}

    def _at(self, moment: float, work: Callable[[], None]) -> None:
        with self._news:
            heapq.heappush(self._todo, (moment, next(self._order), work))
            self._news.notify()

    def _later(self, between: tuple[float, float], work: Callable[[], None]) -> None:
        self._at(time.monotonic() + self._chance.uniform(*between), work)

    def _next(self, give_up: float) -> Callable[[], None] | None:
        """What is due next, once it is; None after ``give_up``."""
        with self._news:
            while (now := time.monotonic()) < give_up:
                due = self._todo[0][0] if self._todo else give_up
                if due <= now:
                    return heapq.heappop(self._todo)[2]
                self._news.wait(min(due, give_up) - now)
        return None

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._failed.append(error)

    def _hear_bell(self, bell: str) -> None:
        with os.fdopen(os.open(bell, os.O_RDWR)) as pipe:
            for line in pipe:
                agent, offer = map(int, line.split())
                self._later(ANSWER, partial(self._accept, agent, offer))

    # --- Calls and desks

    def _arrive(self, number: int) -> None:
        line = LINES[number % len(LINES)]
        caller = f"010-{number // 10_000:04}-{number % 10_000:04}"
        self._call_event(f"bench-{number}", "arrived", **{"from": caller, "to": line})

    def _call_event(self, call: str, kind: str, **fields: str) -> None:
        event = {"event_id": uuid.uuid4().hex, "call_id": call, "type": kind} | fields
        event["at"] = datetime.now(UTC).isoformat()
        key = f"Api-Key {settings.TELEPHONY_KEY}"
        self._post(kind, "/api/v1/calls/events/", event, key, expect=201)

    def _accept(self, agent: int, offer: int) -> None:
        try:
            desk = self._desk(agent, "accept", f"offers/{offer}/accept/")
        except Unexpected as error:
            if error.status != 409:
                raise
            self.refused += 1  # It has rung too long meanwhile: the center is too slow.
            return
        call = desk["contact"]["call_id"]
        self._later(TALK, partial(self._end, agent, call))

    def _end(self, agent: int, call: str) -> None:
        self._call_event(call, "ended")
        self._desk(agent, "outcome", "outcome/", {"outcome": "resolved"})
        self._later(WRAP, partial(self._desk, agent, "finish", "finish/"))

    def _desk(self, agent: int, name: str, path: str, sent: dict | None = None) -> Any:
        token = f"Token {self._tokens[agent]}"
        return self._post(name, f"/api/v1/desk/{path}", sent or {}, token, expect=200)

    def _post(self, name: str, path: str, sent: dict, who: str, *, expect: int) -> Any:
        if not hasattr(self._mine, "client"):
            self._mine.client = Client(self._url)
        began = time.monotonic()
        answer = self._mine.client.post(path, sent, expect=expect, Authorization=who)
        self.took[name].append(time.monotonic() - began)
        return answer
