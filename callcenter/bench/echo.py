"""The least that a message from Redis to one of many sockets can cost: no Django, no sign-in."""

import asyncio
import json
import time
from pathlib import Path

import redis.asyncio
from django.conf import settings
from websockets.asyncio.server import ServerConnection, serve

CHANNEL = "bench-echo"


def echo(port: int, enough: str) -> None:
    """Pass what is published on to the socket that it names, until the file ``enough`` is there."""
    asyncio.run(_echo(port, Path(enough)))


async def _echo(port: int, enough: Path) -> None:
    sockets: dict[str, ServerConnection] = {}

    async def keep(socket: ServerConnection) -> None:
        sockets[socket.request.path] = socket
        await socket.wait_closed()

    client = redis.asyncio.Redis.from_url(settings.REDIS_URL)
    async with client, client.pubsub() as heard, serve(keep, "127.0.0.1", port):
        await heard.subscribe(CHANNEL)
        while not enough.exists():
            message = await heard.get_message(ignore_subscribe_messages=True, timeout=0.2)
            if message:
                path = json.loads(message["data"])["path"]
                await sockets[path].send(message["data"].decode())


def publish(sockets: int, rate: int, seconds: int) -> None:
    """``rate`` messages a second, each with the time, to one socket after the other."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    began = time.monotonic()
    for number in range(rate * seconds):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        message = {"path": f"/{number % sockets}", "at": time.time()}
        client.publish(CHANNEL, json.dumps(message))
