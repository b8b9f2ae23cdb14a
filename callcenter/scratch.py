"""A whole center on a database of its own, for browser tests and benchmarks."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from callcenter.servers import REPOSITORY, children
from callcenter.supervisor import Supervisor, center, supervised, wait_until_up


@dataclass(frozen=True)
class ScratchCenter:
    """A running center: where it is, how to reach its database, and who keeps it up."""

    url: str
    environment: dict[str, str]
    supervisor: Supervisor

    def manage(self, *arguments: str) -> str:
        """Run a management command in this center; what it printed."""
        return _manage(self.environment, *arguments)


@contextmanager
def scratch_center(name: str, *, folder: Path, web_processes: int = 1) -> Iterator[ScratchCenter]:
    """Web, worker and beat on a fresh database ``name``, with the demo's people and articles.

    Needs DATABASE_URL and REDIS_URL in the environment; the database is dropped before, not
    after, so that a failed run can be looked into. ``folder`` takes logs and the beat schedule.
    """
    urls = {"DATABASE_URL": _fresh_database(name), "REDIS_URL": _other_redis()}
    port = children.free_port()
    services = center(port=port, run=folder, web_processes=web_processes)
    for service in services:
        service.environment |= urls
    _manage(urls, "migrate", "-v0")
    _manage(urls, "load_demo", "--days", "0")
    with supervised(services, logs=folder) as supervisor:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url)
        yield ScratchCenter(url, urls, supervisor)


def _manage(urls: dict[str, str], *arguments: str) -> str:
    ran = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=os.environ | urls,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {ran.stderr[-2000:]}")
    return ran.stdout.strip()


def _fresh_database(name: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    connection = psycopg2.connect(urlunsplit(parts._replace(path="/postgres")))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return urlunsplit(parts._replace(path=f"/{name}"))


def _other_redis() -> str:
    """The same server, another of its numbered databases."""
    return urlunsplit(urlsplit(os.environ["REDIS_URL"])._replace(path="/5"))
