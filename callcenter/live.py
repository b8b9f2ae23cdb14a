"""Telling open browsers that something changed.

A push carries a name, an id and a sequence number, never content: the page refetches through a
normal, permission-checked view. A browser that sees a gap in the numbers refetches too, so a
message that is lost costs a moment, not the truth.

Sending happens on one background event loop per process: a request never waits for Redis, and
a dead Redis never breaks the write it would have announced. Of several changes to one topic that
meet there, only the last is told: whoever hears of any one asks for everything anew.
"""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import redis.asyncio
import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from callcenter import clock

log = structlog.get_logger(__name__)

FLOOR = "floor"
# Lists of articles that people have open.
KNOWLEDGE = "knowledge"
# What is pinned on every desk.
NOTICES = "notices"
# Alarms and alerts: every page of everybody who works here. Never paced, they are rare and urgent.
ALERTS = "alerts"
# Watched by the whole floor: however much happens, these go out once in this many milliseconds.
# Notices are promised within a second of their start, also the second of two.
PACED_TOPICS = {FLOOR: 1000, KNOWLEDGE: 1000, NOTICES: 500}
ASKED_TOGETHER_SECONDS = 0.02


@dataclass(frozen=True)
class Event:
    """What changed: a name such as ``offer-changed`` and the primary key it happened to."""

    name: str
    id: int


def desk_of(user_id: int) -> str:
    """The topic that only this person's own desk hears."""
    return f"desk.{user_id}"


def inquiry(inquiry_id: int) -> str:
    """The topic of everybody who has this inquiry on the screen."""
    return f"inquiry-{inquiry_id}"


def push_on_commit(event: Event, *, topics: Iterable[str]) -> None:
    """Announce ``event`` after commit. A dead Redis is logged, never raised."""
    if clock.is_simulated():
        return
    targets = sorted(set(topics))
    transaction.on_commit(lambda: _hand_over(event, targets), robust=True)


async def last_sequences(topics: Iterable[str]) -> dict[str, int]:
    """The number of the newest message of each topic; 0 when there was none.

    Hundreds of desks ask every few seconds: those that ask within a moment share one question.
    """
    wanted = list(topics)
    _Question.topics.update(wanted)
    if _Question.answer is None:
        _Question.answer = asyncio.get_running_loop().create_task(_Question.ask())
    numbers = await asyncio.shield(_Question.answer)
    return {topic: numbers[topic] for topic in wanted}


class _Question:
    """What the open sockets of this process are about to ask, and the answer all of them get."""

    topics: set[str] = set()
    answer: asyncio.Task[dict[str, int]] | None = None

    @classmethod
    async def ask(cls) -> dict[str, int]:
        await asyncio.sleep(ASKED_TOGETHER_SECONDS)
        # From here on a new question begins: its answer must not be older than who asks.
        topics, cls.topics, cls.answer = sorted(cls.topics), set(), None
        numbers = await _redis().mget([_key("seq", topic) for topic in topics])
        return {topic: int(one or 0) for topic, one in zip(topics, numbers, strict=True)}


def _hand_over(event: Event, topics: list[str]) -> None:
    _Outbox.put(dict.fromkeys(topics, event))


async def _tell(events: dict[str, Event]) -> None:
    try:
        now = {
            topic: event
            for topic, event in events.items()
            if topic not in PACED_TOPICS or await _may_speak(topic)
        }
        for topic in events.keys() - now.keys():
            _Outbox.postpone(topic, _tell_later(events[topic], topic))
        await _send(now)
    except (OSError, redis.RedisError) as error:
        log.warning("live.push_lost", topics=sorted(events), error=str(error))


async def _send(events: dict[str, Event]) -> None:
    pipe = _redis().pipeline(transaction=False)
    for topic in events:
        pipe.incr(_key("seq", topic))
    numbers = await pipe.execute()
    for (topic, event), number in zip(events.items(), numbers, strict=True):
        message = {"name": event.name, "id": event.id, "seq": number, "topic": topic.split(".")[0]}
        await get_channel_layer().group_send(topic, {"type": "live.event", "message": message})


async def _may_speak(topic: str) -> bool:
    """One process wins the right to speak on a paced topic; the key runs out by itself."""
    return bool(await _redis().set(_key("pace", topic), 1, nx=True, px=PACED_TOPICS[topic]))


async def _tell_later(event: Event, topic: str) -> None:
    """Keep the trailing edge: the last change of a flood is told too, once for this process."""
    try:
        try:
            while not await _may_speak(topic):
                await asyncio.sleep(max(await _redis().pttl(_key("pace", topic)), 10) / 1000)
        finally:
            _Outbox.postponed.discard(topic)
        await _send({topic: event})
    except (OSError, redis.RedisError) as error:
        log.warning("live.push_lost", topics=[topic], error=str(error))


def _key(kind: str, topic: str) -> str:
    return f"live:{kind}:{topic}"


def _redis() -> redis.asyncio.Redis:
    return _redis_of_loop(asyncio.get_running_loop())


@lru_cache(maxsize=4)
def _redis_of_loop(loop: asyncio.AbstractEventLoop) -> redis.asyncio.Redis:
    # A connection belongs to the loop that opened it: sockets and pushes have one each.
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2
    )


class _Outbox:
    """What is still to be told, by topic, and the loop that tells it, one batch after the other.

    Made anew in a forked child, where the parent's thread is gone.
    """

    lock = threading.Lock()
    loop: asyncio.AbstractEventLoop | None = None
    pid = 0
    waiting: dict[str, Event] = {}
    # Two that empty it at once would take each other's events, and one could leave the rest behind.
    at_work = False
    postponed: set[str] = set()
    later: set[asyncio.Task] = set()

    @classmethod
    def put(cls, events: dict[str, Event]) -> None:
        with cls.lock:
            if cls.loop is None or cls.pid != os.getpid():
                cls.loop, cls.pid = asyncio.new_event_loop(), os.getpid()
                cls.waiting, cls.postponed, cls.later = {}, set(), set()
                cls.at_work = False
                threading.Thread(target=cls.loop.run_forever, name="live", daemon=True).start()
            # What is to be told later anyway tells of this, too.
            fresh = {topic: one for topic, one in events.items() if topic not in cls.postponed}
            cls.waiting.update(fresh)
            if cls.waiting and not cls.at_work:
                cls.at_work = True
                asyncio.run_coroutine_threadsafe(cls._empty(), cls.loop)

    @classmethod
    async def _empty(cls) -> None:
        while batch := cls._taken():
            try:
                await _tell(batch)
            except Exception:
                # Whatever it is, the next ones are not to wait behind it for ever.
                log.exception("live.push_failed", topics=sorted(batch))

    @classmethod
    def _taken(cls) -> dict[str, Event]:
        """All that waits, for the one at work; with nothing left, nobody is at work any more."""
        with cls.lock:
            batch, cls.waiting = cls.waiting, {}
            cls.at_work = bool(batch)
        return batch

    @classmethod
    def postpone(cls, topic: str, work: Coroutine[Any, Any, None]) -> None:
        cls.postponed.add(topic)
        task = asyncio.get_running_loop().create_task(work)
        cls.later.add(task)
        task.add_done_callback(cls.later.discard)
