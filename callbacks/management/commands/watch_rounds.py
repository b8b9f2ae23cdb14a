"""``manage.py watch_rounds``: the dead-man's switch of the welfare rounds, a process of its own.

It needs nobody who schedules: it looks at PostgreSQL every few seconds for what should have
happened by now, writes the alarm and sends the mail. A check that is missing from a day's plan is
put back, so that it is called, or alarmed about, like any other.
"""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import connection

from callbacks.actions import alarms, mails, welfare_plan

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Alarm supervisors about welfare checks without an outcome by their deadline."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="look once, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            watch_once()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_signal: stop.set())
        while not stop.is_set():
            watch_once()
            stop.wait(options["every"])


def watch_once() -> None:
    """One look, each part by itself: a row that cannot be read stops no other alarm.

    The sign of life is written only after a look that went well: a watcher that cannot look is
    as good as silent, and shown so.
    """
    looks = (
        welfare_plan.plan_what_is_missing,
        alarms.raise_missed,
        alarms.raise_skipped,
        alarms.tell_again,
    )
    went_well = [_went_well(look) for look in looks]
    if all(went_well):
        _went_well(alarms.beat)
    _went_well(mails.send_due)


def _went_well(part: Callable[[], Any]) -> bool:
    try:
        part()
    except Exception:
        # Most often the database is away: a connection that broke is not used for the next try.
        log.exception("watcher.failed", part=part.__name__)
        connection.close()
        return False
    return True
