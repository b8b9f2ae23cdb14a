"""The one socket: it tells a page which of its topics moved, and nothing else."""

from urllib.parse import parse_qs

import redis
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from agents.access import may_watch_floor
from callcenter import live

NOT_SIGNED_IN = 4401
TRY_AGAIN = 1013


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """``/ws/live/?topics=desk,floor``: a hello with the last numbers, then every change."""

    async def connect(self) -> None:
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        self.topics = _allowed_topics(user, self._wanted())
        await self.accept()
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
        seqs = {name: await live.last_sequence(topic) for name, topic in self.topics.items()}
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
    offered = {"desk": live.desk_of(user.pk)}
    if may_watch_floor(user):
        offered["floor"] = live.FLOOR
    return {name: offered[name] for name in wanted if name in offered}
