"""``manage.py bench [name]``: measure, print tables, and keep them in ``var/bench/``."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from callcenter.bench import intake, table

BENCHMARKS = {"intake": intake.measure}


class Command(BaseCommand):
    help = "Run every benchmark, or the one named."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", choices=BENCHMARKS)

    def handle(self, *args: Any, **options: Any) -> None:
        for name in [options["name"]] if options["name"] else BENCHMARKS:
            with tempfile.TemporaryDirectory() as folder:
                sizes, rows, notes = BENCHMARKS[name](self.stdout.write, Path(folder))
            target = settings.VAR_DIR / "bench"
            self.stdout.write(
                table.publish(name, sizes=sizes, rows=rows, notes=notes, folder=target)
            )
