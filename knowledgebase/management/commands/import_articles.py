"""``manage.py import_articles FILE.csv``: articles from a table, safely again and again."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from callcenter.refusals import Invalid, Refused
from knowledgebase.actions.articles import import_article

# The header of Seoul's open data, in our words. Its categories are not our topics.
SEOUL = {"번호": "external_id", "제목": "title", "내용": "body"}
OURS = {name: name for name in ("external_id", "title", "body", "topic", "language")}
REQUIRED = {"external_id", "title", "body"}
PROGRESS_EVERY = 500


class Command(BaseCommand):
    help = "Import articles from a CSV file; rows already there and unchanged are passed over."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        counts = {"written": 0, "unchanged": 0, "bad": 0}
        for line, row in _rows(path):
            counts[self._import(line, row)] += 1
            if sum(counts.values()) % PROGRESS_EVERY == 0:
                self.stdout.write(f"{sum(counts.values())} rows …")
        self.stdout.write("{written} written, {unchanged} unchanged, {bad} bad.".format(**counts))

    def _import(self, line: int, row: dict[str, str]) -> str:
        """Import one row: written, unchanged or bad, the last with its line on stderr."""
        try:
            return "written" if import_article(**_article_of(row)) else "unchanged"
        except Refused as refusal:
            self.stderr.write(f"line {line}: {refusal.field}: {refusal.message}")
            return "bad"


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, row by our names). Raises CommandError for a file we cannot make sense of."""
    with path.open(encoding=_encoding_of(path), newline="") as file:
        reader = csv.reader(file)
        names = _names_of(next(reader, []))
        line = reader.line_num + 1
        for cells in reader:
            if cells:
                yield line, {name: cell for name, cell in zip(names, cells, strict=False) if name}
            line = reader.line_num + 1


def _names_of(header: list[str]) -> list[str]:
    known = SEOUL if "번호" in header else OURS
    names = [known.get(cell.strip(), "") for cell in header]
    if missing := REQUIRED - set(names):
        raise CommandError(f"The header lacks {', '.join(sorted(missing))}: {', '.join(header)}")
    return names


def _encoding_of(path: Path) -> str:
    """UTF-8 with or without a mark, else the CP949 of Korean spreadsheets."""
    for encoding in ("utf-8-sig", "cp949"):
        if _reads_as(path, encoding):
            return encoding
    raise CommandError(f"{path} is neither UTF-8 nor CP949 text.")


def _reads_as(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _article_of(row: dict[str, str]) -> dict[str, Any]:
    for name in REQUIRED:
        if not row.get(name, "").strip():
            raise Invalid("is empty", field=name)
    fields = {name: row[name].strip() for name in ("title", "body")}
    fields |= {name: row[name].strip() for name in ("topic", "language") if row.get(name)}
    return {"external_id": row["external_id"].strip(), "fields": fields}
