"""The one socket: it tells a page which of its topics moved, and nothing else."""

import asyncio
from collections import Counter
from urllib.parse import parse_qs

import redis
import structlog
from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError

from agents.access import may_watch_floor, takes_calls
from agents.actions import desks
from callcenter import live
from knowledgebase.access import may_review

log = structlog.get_logger(__name__)

NOT_SIGNED_IN = 4401
TRY_AGAIN = 1013
HEARTBEAT_SECONDS = 5


class Heartbeats:
    """Whose desk is open in this process, written down every few seconds, all in one statement.

    An open socket is the sign of life, not a message from the page: browsers put the timers of
    a hidden window to sleep. The web server itself pings, and closes what no longer answers.
    """

    open: Counter[int] = Counter()
    beating: asyncio.Task | None = None

    @classmethod
    def join(cls, agent_id: int) -> None:
        cls.open[agent_id] += 1
        if cls.beating is None or cls.beating.done():
            cls.beating = asyncio.create_task(cls._beat())

    @classmethod
    def leave(cls, agent_id: int) -> None:
        cls.open[agent_id] -= 1
        cls.open += Counter()  # Drops who is at zero.

    @classmethod
    async def _beat(cls) -> None:
        while cls.open:
            try:
                await database_sync_to_async(desks.seen)(list(cls.open))
            except DatabaseError as error:
                log.warning("heartbeat.not_written", error=str(error))
            await asyncio.sleep(HEARTBEAT_SECONDS)


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """``/ws/live/?topics=desk,floor``: a hello with the last numbers, then every change."""

    beats = False

    async def __call__(self, scope, receive, send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # Also when the browser went in the middle of a word, which never says goodbye.
            if self.beats:
                Heartbeats.leave(scope["user"].pk)

    async def dispatch(self, message: dict) -> None:
        # Channels looks through a thread's database connections before each message. None of ours
        # needs the database, and that thread is one of those that are making pages.
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.topics = _allowed_topics(user, self._wanted())
        await self.accept()
        if "desk" in self.topics:
            Heartbeats.join(user.pk)
            self.beats = True
        try:
            await self._join()
        except (OSError, redis.RedisError):
            await self.close(TRY_AGAIN)

    async def _join(self) -> None:
        # Join before reading the numbers: what happens in between then counts as news.
        for topic in self.topics.values():
            await self.channel_layer.group_add(topic, self.channel_name)
        await self._hello()

    async def _hello(self) -> None:
        numbers = await live.last_sequences(self.topics.values())
        seqs = {name: numbers[topic] for name, topic in self.topics.items()}
        await self.send_json({"name": "hello", "seqs": seqs})

    async def disconnect(self, code: int) -> None:
        try:
            for topic in getattr(self, "topics", {}).values():
                await self.channel_layer.group_discard(topic, self.channel_name)
        except (OSError, redis.RedisError):
            pass  # Membership runs out by itself; the browser is gone either way.

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        # Whatever a browser says is a sign of life. The numbers go back, so that a message
        # which was lost on the way, even the last one, is noticed with the next ping.
        try:
            await self._hello()
        except (OSError, redis.RedisError):
            await self.close(TRY_AGAIN)

    async def live_event(self, event: dict) -> None:
        await self.send_json(event["message"])

    def _wanted(self) -> list[str]:
        query = parse_qs(self.scope["query_string"].decode())
        return ",".join(query.get("topics", [])).split(",")


def _allowed_topics(user, wanted: list[str]) -> dict[str, str]:
    """The names a page asked for, mapped to groups, less what this person may not hear."""
    # That there is one, not what it says: the page asks for what this person may see.
    offered = {"notices": live.NOTICES, "alerts": live.ALERTS}
    if takes_calls(user):
        offered["desk"] = live.desk_of(user.pk)
    if may_watch_floor(user):
        offered["floor"] = live.FLOOR
    if may_review(user):
        offered["knowledge"] = live.KNOWLEDGE
    for name in wanted:
        # An inquiry's number says nothing about it; whoever works here may hear that it moved.
        if name.startswith("inquiry-") and name[8:].isdigit():
            offered[name] = live.inquiry(int(name[8:]))
    return {name: offered[name] for name in wanted if name in offered}
