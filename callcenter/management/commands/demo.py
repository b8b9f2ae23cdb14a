"""``manage.py demo``: a whole city's call center on this machine, alive, until Ctrl-C."""

import os
import signal
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from callcenter.demo.data import DEMO_PASSWORD, SHOWN_LOGINS
from callcenter.demo.promises import officer_path
from callcenter.supervisor import Service, Supervisor, center, wait_until_up


class Command(BaseCommand):
    help = "Start everything with demo data and simulated callers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--no-simulate", action="store_true", default=os.environ.get("SIMULATE") == "0"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port: int = options["port"]
        _check_free(port)
        # SIGTERM and Ctrl-C mean the same from here on, also for a shell that starts us in the
        # background and has told us to ignore the second.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        supervisor = Supervisor(_services(port, options), logs=settings.VAR_DIR / "log")
        try:
            self._prepare()
            supervisor.start()
            self._wait_until_up(port)
            self._say_ready(port)
            supervisor.watch()
        except KeyboardInterrupt:
            self.stdout.write("Stopping …")
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            supervisor.stop()

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_demo", stdout=self.stdout)

    def _wait_until_up(self, port: int) -> None:
        try:
            wait_until_up(f"http://127.0.0.1:{port}")
        except TimeoutError as error:
            raise CommandError(f"{error} See {settings.VAR_DIR}/log/web.log.") from error

    def _say_ready(self, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        self.stdout.write(f"Ready: {address}/")
        self.stdout.write(f"  Staff: {address}/login/  (password of all: {DEMO_PASSWORD})")
        for username, what in SHOWN_LOGINS:
            self.stdout.write(f"    {username:<6} {what}")
        self.stdout.write(f"  A department's page of a hand-off: {address}{officer_path()}")
        self.stdout.write("  Let a call arrive:")
        self.stdout.write(_example_call(address))
        self.stdout.write("  Ctrl-C stops everything.")
        self.stdout.flush()


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CommandError(
                f"Port {port} is taken. Choose another: make demo PORT=8001"
            ) from None


def _services(port: int, options: dict[str, Any]) -> list[Service]:
    run = settings.VAR_DIR / "run"
    services = center(port=port, run=run)
    if not options["no_simulate"]:
        argv = [sys.executable, "manage.py", "simulate", "--url", f"http://127.0.0.1:{port}"]
        services.append(Service("simulator", argv))
    return services


def _example_call(address: str) -> str:
    return (
        f"    curl -s {address}/api/v1/calls/events/"
        f" -H 'Authorization: Api-Key {settings.TELEPHONY_KEY}'"
        " -H 'Content-Type: application/json' -d '{"
        '"event_id": "e-1", "call_id": "c-1", "type": "arrived",'
        ' "at": "\'$(date -Iseconds)\'", "from": "010-1234-5678", "to": "120"}\''
    )
