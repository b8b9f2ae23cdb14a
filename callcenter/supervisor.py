"""One process that starts the others, starts them again when they die, and leaves none behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from callcenter.servers import children

STOP_WITHIN_SECONDS = 10
RESTART_AT_MOST_EVERY_SECONDS = 1.0


@dataclass
class Service:
    """A program to keep running; its output goes to ``<logs>/<name>.log``."""

    name: str
    argv: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started_at: float = 0.0


class Supervisor:
    """Keeps services running until told to stop. Not for use from several threads."""

    def __init__(
        self, services: list[Service], *, logs: Path, tell: Callable[[str], None] = print
    ) -> None:
        self.services, self.logs, self.tell = services, logs, tell
        self._stop = threading.Event()

    def start(self) -> None:
        """Start every service, in order."""
        self.logs.mkdir(parents=True, exist_ok=True)
        for service in self.services:
            self._start(service)

    def watch(self) -> None:
        """Restart what dies, until ``stop_soon``; the pace keeps a broken program from spinning."""
        while not self._stop.wait(0.2):
            for service in self.services:
                self._restart_if_dead(service)

    def stop_soon(self, *_signal: object) -> None:
        """Make ``watch`` return. Safe in a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """End every service, the last started first. All are asked before any is waited for."""
        for service in reversed(self.services):
            if service.process and service.process.poll() is None:
                service.process.send_signal(signal.SIGTERM)
        give_up = time.monotonic() + STOP_WITHIN_SECONDS
        for service in reversed(self.services):
            if service.process:
                left = max(give_up - time.monotonic(), 0.1)
                children.stop(service.process, signal.SIGTERM, within=left)

    def _start(self, service: Service) -> None:
        service.started_at = time.monotonic()
        service.process = children.start(
            service.argv,
            log=self.logs / f"{service.name}.log",
            environment=os.environ | service.environment,
        )

    def _restart_if_dead(self, service: Service) -> None:
        if service.process is None or service.process.poll() is None:
            return
        if time.monotonic() - service.started_at < RESTART_AT_MOST_EVERY_SECONDS:
            return
        code = service.process.returncode
        children.kill_group(service.process)
        self.tell(f"{service.name} ended ({code}); starting it again.")
        self._start(service)


@contextmanager
def supervised(services: list[Service], *, logs: Path) -> Iterator[Supervisor]:
    """Services that run, and are kept running, for the length of the block."""
    supervisor = Supervisor(services, logs=logs)
    supervisor.start()
    watcher = threading.Thread(target=supervisor.watch, daemon=True)
    watcher.start()
    try:
        yield supervisor
    finally:
        supervisor.stop_soon()
        watcher.join()
        supervisor.stop()


def center(*, port: int, run: Path, web_processes: int = 2) -> list[Service]:
    """The center itself: web, Celery worker and Celery beat, and who watches over the rounds."""
    python = sys.executable
    web = [python, "-m", "uvicorn", "callcenter.asgi:application", "--host", "127.0.0.1"]
    web += ["--port", str(port), "--workers", str(web_processes), "--lifespan", "off"]
    web += ["--no-access-log", "--timeout-graceful-shutdown", "3"]
    # A browser that is gone without a word is noticed within twenty seconds.
    web += ["--ws-ping-interval", "10", "--ws-ping-timeout", "10"]
    # Longer than a desk's slow polling: it keeps its connection.
    web += ["--timeout-keep-alive", "60"]
    celery = [python, "-m", "celery", "-A", "callcenter"]
    # Threads: one process, so that killing it leaves no half of it behind.
    worker = [*celery, "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--schedule", str(run / "beat-schedule"), "--pidfile="]
    # Neither of the two above: it says so when they do not do what they should.
    watcher = [python, "manage.py", "watch_rounds"]
    return [
        Service("web", web),
        Service("worker", worker),
        Service("beat", beat),
        Service("watcher", watcher),
    ]


def wait_until_up(url: str, *, within: float = 60) -> None:
    """Return once the web server at ``url`` says that it is well. Raises TimeoutError."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        try:
            with urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 - our own loopback address
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not come up.")
