"""The city's present: callers and agents that use the running system's public doors only.

Its clock is its own: it is always a busy morning in the simulated city, whatever the time is
here, and conversations are ``speed`` times as short as real ones. What it sends is dated now.
"""

import asyncio
import itertools
import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import httpx

from callcenter.simulator.city import (
    LINES,
    PASSED_ON_BECAUSE,
    PASSED_ON_SHARE,
    REDIAL_SHARE,
    City,
    Question,
)

TELL_EVERY_SECONDS = 10
LOOK_EVERY_SECONDS = 1.2
# How busy the simulated agents are to be kept, on average.
UTILISATION = 0.8
PATIENT = httpx.Timeout(10.0)


class Doors:
    """The running system, seen from outside. Tries again while it is restarting."""

    def __init__(self, url: str, telephony_key: str) -> None:
        self._client = httpx.AsyncClient(base_url=f"{url}/api/v1/", timeout=PATIENT)
        self._telephony = {"Authorization": f"Api-Key {telephony_key}"}
        self.counts: Counter[str] = Counter()

    async def call_event(self, call_id: str, kind: str, **fields: str) -> None:
        # The id is made before the first try: a repeat of it changes nothing.
        event = {"event_id": uuid.uuid4().hex, "call_id": call_id, "type": kind}
        event |= {"at": datetime.now(UTC).isoformat()} | fields
        self.counts[kind] += 1
        await self._send("POST", "calls/events/", self._telephony, event)

    async def write(self, wish_language: str, question: Question, phone: str) -> None:
        self.counts["written"] += 1
        contact = {"phone": phone}
        inquiry = {"subject": question.text[:200], "body": question.text, "consent": True}
        inquiry |= {"language": wish_language, "topic": question.topic, "contact": contact}
        await self._send("POST", "inquiries/", {}, inquiry)

    async def find(self, token: str, words: str) -> list[dict]:
        answer = await self._send("GET", "articles/search/", _as(token), params={"q": words})
        return answer.get("results", [])

    async def desk(self, token: str, verb: str = "", body: dict | None = None) -> dict:
        put, get = dict.fromkeys(["note/", "topic/"], "PUT"), {"": "GET", "colleagues/": "GET"}
        method = (put | get).get(verb, "POST")
        path = "desk/" if verb == "state/" else f"desk/{verb}"
        return await self._send(method, path, _as(token), body)

    async def _send(self, method, path, headers, body=None, params=None) -> dict:
        for wait in itertools.chain((0.5, 1, 2), itertools.repeat(3)):
            try:
                answer = await self._client.request(
                    method, path, headers=headers, json=body, params=params
                )
                if answer.status_code < 500:
                    self.counts["refused"] += answer.status_code == 409
                    return answer.json() if answer.status_code < 300 else {}
            except httpx.TransportError:
                pass
            await asyncio.sleep(wait)
        raise AssertionError("unreachable: the waits have no end")


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


class LiveCity:
    """Callers and agents as tasks on one event loop."""

    def __init__(self, city: City, doors: Doors, *, speed: float, agents: int) -> None:
        self.city, self.doors, self.speed = city, doors, speed
        self.chance = random.Random(city.chance.random())
        handling = (180 + 30) / speed + LOOK_EVERY_SECONDS + 3
        self.seconds_between_wishes = handling / (agents * UTILISATION)
        self._asked: dict[str, Question] = {}
        self._tasks: set[asyncio.Task] = set()

    async def run(self, tokens: list[str], *, seconds: float, tell: Callable[[str], None]) -> None:
        """Callers and agents until ``seconds`` are over (forever when 0)."""
        everything = [self._callers(), self._report(tell), *map(self._agent, tokens)]
        gathered = asyncio.gather(*everything)
        try:
            await asyncio.wait_for(gathered, seconds or None)
        except TimeoutError:
            pass

    async def _report(self, tell: Callable[[str], None]) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_SECONDS)
            tell(" ".join(f"{name}={n}" for name, n in sorted(self.doors.counts.items())))

    async def _callers(self) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / self.seconds_between_wishes))
            task = asyncio.create_task(self._citizen())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _citizen(self) -> None:
        wish = self.city.wish(datetime.now(UTC))
        self._asked[wish.phone] = wish.question
        if wish.written:
            await self.doors.write(wish.language, wish.question, wish.phone)
            return
        await self._call(wish)
        if wish.phone in self._asked and self.chance.random() < REDIAL_SHARE:
            await asyncio.sleep(self.chance.uniform(5, 40))
            await self._call(wish)

    async def _call(self, wish) -> None:
        """Ring, and hang up when patience ends. Once answered, an ``ended`` by the agent's side
        has come long before, and this one is of a call that is over: it changes nothing."""
        call_id = f"live-{uuid.uuid4().hex[:12]}"
        line = LINES[wish.language]
        await self.doors.call_event(call_id, "arrived", **{"from": wish.phone, "to": line})
        give_up = max(wish.patience, 12)
        await asyncio.sleep(give_up)
        if wish.phone in self._asked:
            await self.doors.call_event(call_id, "ended")

    async def _agent(self, token: str) -> None:
        await asyncio.sleep(self.chance.uniform(0, 3))
        while True:
            desk = await self.doors.desk(token)
            await self._react(token, desk)
            await asyncio.sleep(self.chance.uniform(0.7, 1.3) * LOOK_EVERY_SECONDS)

    async def _react(self, token: str, desk: dict) -> None:
        state = desk.get("presence", {}).get("state")
        if desk.get("offer"):
            await self._answer(token, desk)
        elif desk.get("contact"):
            await self._work(token, desk)
        elif state == "break":
            await asyncio.sleep(self.chance.uniform(5, 30))
            await self.doors.desk(token, "state/", {"state": "available"})
        elif state == "available" and self.chance.random() < 0.004:
            reason = self.chance.choice(["rest", "meal", "training", "meeting"])
            await self.doors.desk(token, "state/", {"state": "break", "reason": reason})
        elif state == "offline":
            await self.doors.desk(token, "state/", {"state": "available"})

    async def _answer(self, token: str, desk: dict) -> None:
        await asyncio.sleep(self.chance.uniform(0.5, 3))
        offer = desk["offer"]["id"]
        if self.chance.random() < 0.02:
            await self.doors.desk(token, f"offers/{offer}/decline/")
            return
        desk = await self.doors.desk(token, f"offers/{offer}/accept/")
        if desk.get("contact"):
            await self._work(token, desk)

    async def _work(self, token: str, desk: dict) -> None:
        """From the greeting to the next: look up, write up, end, wrap up."""
        contact, inquiry = desk["contact"], desk["contact"]["inquiry"]
        question = self._asked.pop(inquiry["phone"] or "", None)
        words = question.text if question else inquiry["subject"]
        talk = self.city.talk() / self.speed
        await asyncio.sleep(talk * 0.6)
        await self._write_up(token, inquiry, question, words)
        await asyncio.sleep(talk * 0.4)
        if contact["call_id"] and not contact["passed_on"] and await self._passed_on(token):
            return
        if contact["call_id"]:
            await self.doors.call_event(contact["call_id"], "ended")
        await self._end(token, contact, inquiry, words)
        await asyncio.sleep(self.city.wrap() / self.speed)
        desk = await self.doors.desk(token, "finish/")
        if desk.get("presence", {}).get("state") == "wrap_up":
            await self.doors.desk(token, "state/", {"state": "available"})

    async def _passed_on(self, token) -> bool:
        """Now and then a colleague who is free knows better; True when it went there."""
        if self.chance.random() >= PASSED_ON_SHARE:
            return False
        colleagues = await self.doors.desk(token, "colleagues/")
        free = [one for one in colleagues if one["state"] == "available" and not one["supervisor"]]
        if not free:
            return False
        to, why = self.chance.choice(free)["username"], self.city.pick(PASSED_ON_BECAUSE)
        message = "앞에서 상담한 내용은 메모에 있습니다."
        passed = {"to": f"agent:{to}", "reason": why, "message": message}
        return bool(await self.doors.desk(token, "transfer/", passed))

    async def _write_up(self, token, inquiry, question, words) -> None:
        if words:
            for found in (await self.doors.find(token, words))[:1]:
                await self.doors.desk(token, "articles/", {"article": found["id"]})
            note = {"note": words, "version": inquiry["note_version"]}
            await self.doors.desk(token, "note/", note)
        if question:
            await self.doors.desk(token, "topic/", {"topic": question.topic})

    async def _end(self, token, contact, inquiry, words) -> None:
        if contact["kind"] == "welfare":
            said = "fine" if self.chance.random() < 0.9 else "not_reached"
            await self.doors.desk(token, "welfare/", {"outcome": said})
            return
        outcome = self.city.outcome()
        if contact["kind"] == "callback":
            reached = self.chance.random() < 0.8
            outcome = "resolved" if reached else "not_reached"
        if outcome == "promised" and inquiry["phone"]:
            seconds = self.chance.choice([60, 120, 300, 1800])
            due = datetime.fromtimestamp(datetime.now(UTC).timestamp() + seconds, UTC)
            promise = {"due_at": due.isoformat(), "at_any_hour": True}
            await self.doors.desk(token, "callback/", promise)
        elif outcome == "handed_off":
            # The topic has been set since this was read.
            desk = await self.doors.desk(token)
            department = desk["contact"]["inquiry"]["department"] or "cityhall"
            message = {"department": department, "message": words or "현장 확인 부탁드립니다."}
            await self.doors.desk(token, "handoff/", message)
        else:
            settled = "not_reached" if outcome == "not_reached" else "resolved"
            await self.doors.desk(token, "outcome/", {"outcome": settled})
