"""Telling open browsers that something changed.

A push carries a name, an id and a sequence number, never content: the page refetches through a
normal, permission-checked view. A browser that sees a gap in the numbers refetches too, so a
message that is lost costs a moment, not the truth.

Sending happens on one background event loop per process: a request never waits for Redis, and
a dead Redis never breaks the write it would have announced.
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
# Watched by the whole floor: however much happens, these go out once in this many milliseconds.
PACED_TOPICS = {FLOOR: 1000}


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


async def last_sequence(topic: str) -> int:
    """The number of the newest message of ``topic``; 0 when there was none."""
    return int(await _redis().get(_key("seq", topic)) or 0)


def _hand_over(event: Event, topics: list[str]) -> None:
    for topic in topics:
        _Background.run(_announce(event, topic))


async def _announce(event: Event, topic: str) -> None:
    try:
        if topic in PACED_TOPICS and not await _may_send_now(topic):
            await _send_later(event, topic)
        else:
            await _send(event, topic)
    except (OSError, redis.RedisError) as error:
        log.warning("live.push_lost", topic=topic, event_name=event.name, error=str(error))


async def _send(event: Event, topic: str) -> None:
    sequence = await _redis().incr(_key("seq", topic))
    message = {"name": event.name, "id": event.id, "seq": sequence, "topic": topic.split(".")[0]}
    await get_channel_layer().group_send(topic, {"type": "live.event", "message": message})


async def _may_send_now(topic: str) -> bool:
    """One process wins the right to speak on a paced topic; the key runs out by itself."""
    return bool(await _redis().set(_key("pace", topic), 1, nx=True, px=PACED_TOPICS[topic]))


async def _send_later(event: Event, topic: str) -> None:
    """Keep the trailing edge: the last change of a flood is told too, once for this process."""
    if topic in _Background.postponed:
        return
    _Background.postponed.add(topic)
    try:
        while not await _may_send_now(topic):
            await asyncio.sleep(max(await _redis().pttl(_key("pace", topic)), 10) / 1000)
    finally:
        _Background.postponed.discard(topic)
    await _send(event, topic)


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


class _Background:
    """The loop that sends. Made anew in a forked child, where the parent's thread is gone."""

    loop: asyncio.AbstractEventLoop | None = None
    pid = 0
    lock = threading.Lock()
    postponed: set[str] = set()

    @classmethod
    def run(cls, work: Coroutine[Any, Any, None]) -> None:
        with cls.lock:
            if cls.loop is None or cls.pid != os.getpid():
                cls.loop, cls.pid, cls.postponed = asyncio.new_event_loop(), os.getpid(), set()
                threading.Thread(target=cls.loop.run_forever, name="live", daemon=True).start()
            asyncio.run_coroutine_threadsafe(work, cls.loop)
