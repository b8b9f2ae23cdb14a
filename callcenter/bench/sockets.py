"""Many open sockets, as browsers hold them, and the people they belong to."""

import asyncio
import json
import random
import resource
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from django.utils.crypto import get_random_string
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from agents.models import User
from callcenter.bench.crew import Crew

# As the page's own script does.
PING_EVERY_SECONDS = 10.0
AT_ONCE = 20
Heard = Callable[[int, dict[str, Any]], Coroutine[Any, Any, None] | None]


@dataclass(frozen=True)
class Sockets:
    """``addresses`` to open; ``open`` appears when all are, and all close once ``enough`` does."""

    addresses: list[str]
    cookies: list[str]
    origin: str
    open: Path
    enough: Path

    def hold(self, heard: Heard) -> None:
        """Tell ``heard`` of every message, with the number of its socket. Raises if one breaks."""
        asyncio.run(self._hold(heard))

    async def _hold(self, heard: Heard) -> None:
        door = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            opened = [
                group.create_task(self._one(number, door, heard, group))
                for number in range(len(self.addresses))
            ]
            connections = [await one for one in opened]
            self.open.touch()
            while not self.enough.exists():
                await asyncio.sleep(0.1)
            await asyncio.gather(*(one.close() for one in connections))

    async def _one(
        self, number: int, door: asyncio.Semaphore, heard: Heard, group: asyncio.TaskGroup
    ) -> ClientConnection:
        async with door:
            socket = await connect(
                self.addresses[number],
                additional_headers={"Cookie": self.cookies[number]},
                origin=self.origin,
                open_timeout=60,
                ping_interval=None,
            )
        group.create_task(self._listen(number, socket, heard))
        group.create_task(self._ping(socket))
        return socket

    async def _listen(self, number: int, socket: ClientConnection, heard: Heard) -> None:
        # A broken connection raises by itself; one closed in good order is not right here either.
        async for text in socket:
            answer = heard(number, json.loads(text))
            if answer is not None:
                await answer
        if not self.enough.exists():
            raise RuntimeError(f"Socket {number} closed: {socket.close_code}.")

    @staticmethod
    async def _ping(socket: ClientConnection) -> None:
        await asyncio.sleep(PING_EVERY_SECONDS * random.random())
        try:
            while True:
                await socket.send('{"type":"ping"}')
                await asyncio.sleep(PING_EVERY_SECONDS)
        except ConnectionClosed:
            pass


def wait_for(file: Path, crew: Crew, *, within: float) -> None:
    """Return once ``file`` is there. Raises RuntimeError when it takes longer, or a part failed."""
    give_up = time.monotonic() + within
    while not file.exists():
        crew.check()
        if time.monotonic() > give_up:
            raise RuntimeError(f"{file.name} did not come in {within:.0f} s.")
        time.sleep(0.05)


def allow_many_files() -> None:
    """As many open files as this machine lets us have: a socket is one, here and in the center."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def sign_in(users: list[User]) -> list[str]:
    """A session for each, made in the database: a thousand passwords would take minutes.

    The cookies, in order.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore
    until = timezone.now() + timezone.timedelta(days=1)
    sessions = [
        store.get_model_class()(
            session_key=get_random_string(32),
            session_data=store().encode(
                {
                    SESSION_KEY: str(user.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
                    HASH_SESSION_KEY: user.get_session_auth_hash(),
                }
            ),
            expire_date=until,
        )
        for user in users
    ]
    store.get_model_class().objects.bulk_create(sessions)
    return [f"{settings.SESSION_COOKIE_NAME}={one.session_key}" for one in sessions]
