"""``manage.py import_articles FILE``: articles from a table or JSON, safely again and again."""

import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from callcenter.refusals import Invalid, Refused
from knowledgebase.actions.imports import import_article
from knowledgebase.exchange import Bad, Row, read
from knowledgebase.exchange.plan import in_order

TELL_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Publish articles from a CSV or JSON file; rows that change nothing are passed over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            rows = in_order(read(path.read_bytes()))
        except Invalid as refusal:
            raise CommandError(f"{path}: {refusal.message}") from refusal
        counts: Counter[str] = Counter()
        began = told = time.monotonic()
        for done, row in enumerate(rows, start=1):
            counts[self._take(row)] += 1
            if time.monotonic() - told >= TELL_EVERY_SECONDS:
                told = time.monotonic()
                self.stdout.write(_progress(done, len(rows), told - began))
        self.stdout.write(_progress(len(rows), len(rows), time.monotonic() - began))
        said = "{written} written, {unchanged} unchanged, {bad} bad."
        self.stdout.write(said.format_map(Counter(written=0, unchanged=0, bad=0) + counts))

    def _take(self, row: Row | Bad) -> str:
        """Publish one row: written, unchanged or bad, the last with its line on stderr."""
        if isinstance(row, Row):
            try:
                new = import_article(external_id=row.external_id, fields=row.fields)
            except Refused as refusal:
                row = Bad(row.line, refusal.field, str(refusal.message))
            else:
                return "written" if new else "unchanged"
        self.stderr.write(f"line {row.line}: {row.column}: {row.why}")
        return "bad"


def _progress(done: int, all_of_them: int, seconds: float) -> str:
    share = done / all_of_them if all_of_them else 1
    rate = done / seconds if seconds > 0 else 0
    return f"{done} of {all_of_them} rows ({share:.0%}), {rate:.0f} a second."
