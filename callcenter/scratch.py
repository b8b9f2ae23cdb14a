"""A whole center on a database of its own, for browser tests and benchmarks."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

from callcenter.servers import REPOSITORY, children
from callcenter.supervisor import Service, Supervisor, center, supervised, wait_until_up


@dataclass(frozen=True)
class ScratchCenter:
    """A running center: where it is, how to reach its database, and who keeps it up."""

    url: str
    environment: dict[str, str]
    supervisor: Supervisor

    def manage(self, *arguments: str) -> str:
        """Run a management command in this center; what it printed."""
        return _manage(self.environment, *arguments)

    def service(self, name: str) -> Service:
        return next(one for one in self.supervisor.services if one.name == name)


@contextmanager
def scratch_center(
    name: str, *, folder: Path, web_processes: int = 1, demo: bool = True, **fresh: str | int
) -> Iterator[ScratchCenter]:
    """Web, worker and beat on a fresh database ``name``, with the demo's people and articles.

    Needs DATABASE_URL and REDIS_URL in the environment; the database is dropped before, not
    after, so that a failed run can be looked into. ``folder`` takes logs and the beat schedule.
    ``fresh``: see ``scratch_environment``.
    """
    environment = scratch_environment(name, **fresh)
    port = children.free_port()
    services = center(port=port, run=folder, web_processes=web_processes)
    for service in services:
        service.environment |= environment
    if demo:
        _manage(environment, "load_demo", "--days", "0")
    with supervised(services, logs=folder) as supervisor:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url)
        yield ScratchCenter(url, environment, supervisor)


def scratch_environment(
    name: str, *, servers: Mapping[str, str] | None = None, redis_number: int = 5, **more: str
) -> dict[str, str]:
    """What leads to a fresh, migrated database ``name`` and an emptied Redis, and ``more``.

    ``servers`` has DATABASE_URL and REDIS_URL of the servers to use, by default our own
    environment's. Two at once on the same servers need different numbers: they would take each
    other's messages.
    """
    given = os.environ if servers is None else servers
    environment = {
        "DATABASE_URL": _fresh_database(given["DATABASE_URL"], name),
        "REDIS_URL": _emptied_redis(given["REDIS_URL"], redis_number),
    } | more
    _manage(environment, "migrate", "-v0")
    return environment


def _manage(environment: dict[str, str], *arguments: str) -> str:
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {ran.stderr[-2000:]}")
    return ran.stdout.strip()


def _fresh_database(url: str, name: str) -> str:
    parts = urlsplit(url)
    connection = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return urlunsplit(parts._replace(path=f"/{name}"))


def _emptied_redis(url: str, number: int) -> str:
    """The same server, another of its numbered databases."""
    mine = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
    with redis.Redis.from_url(mine) as client:
        client.flushdb()
    return mine
