"""``manage.py bench [name [knob=number …]]``: measure, print, and keep in ``var/bench/``."""

import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from callcenter.bench import (
    fanout,
    intake,
    keystroke,
    latency,
    numbers,
    promises,
    race,
    replay,
    search,
    table,
    throughput,
)

BENCHMARKS = {
    "intake": intake,
    "throughput": throughput,
    "race": race,
    "replay": replay,
    "latency": latency,
    "fanout": fanout,
    "keystroke": keystroke,
    "search": search,
    "promises": promises,
    "numbers": numbers,
}


class Command(BaseCommand):
    help = "Run every benchmark, or the one named; its knobs are in its module."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", choices=BENCHMARKS)
        parser.add_argument("knobs", nargs="*", metavar="knob=number")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in [options["name"]] if options["name"] else BENCHMARKS:
            self._run(name, BENCHMARKS[name], options["knobs"])

    def _run(self, name: str, bench: ModuleType, given: list[str]) -> None:
        load_before, knobs = os.getloadavg()[0], _knobs(bench, given)
        with tempfile.TemporaryDirectory() as folder:
            found = bench.measure(self._tell, Path(folder), knobs)
        target = settings.VAR_DIR / "bench"
        text = table.publish(name, found, folder=target, load_before=load_before)
        self._tell(text + "\n")
        if found.wrong:
            raise CommandError(found.wrong)

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _knobs(bench: ModuleType, given: list[str]) -> Any:
    """The benchmark's ``Knobs`` with those given by hand. Raises CommandError."""
    try:
        named = {name: int(number) for name, _is, number in (one.partition("=") for one in given)}
        return bench.Knobs(**named)
    except (TypeError, ValueError) as error:
        raise CommandError(f"{error}. There are: {bench.Knobs()}") from error
