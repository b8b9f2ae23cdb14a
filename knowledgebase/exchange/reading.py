"""Reading articles from a file: every row is either understood or reported by its line.

The ``csv`` module rather than ``tablib``: it knows the line a row stands in; a table library tells
of a bad row only that there was one.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from callcenter.refusals import Invalid
from knowledgebase.exchange.columns import COLUMNS, REQUIRED, SEOUL, unguarded, value_of

UNREADABLE = "\ufffd"
DELIMITERS = (",", ";", "\t")
# So many rows whose quote never ends are looked behind; then the file is given up as a whole.
MOST_OPEN_QUOTES = 20
# An empty cell of these leaves the article as it is.
_CHOICES = ("language", "topic", "owner", "translation_of", "public", "figures_may_change")


@dataclass(frozen=True)
class Row:
    """One article: where it stands, and its values by column."""

    line: int
    external_id: str
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken: its line, the column, and why."""

    line: int
    column: str
    why: str


def read(content: bytes) -> Iterator[Row | Bad]:
    """The rows of a CSV or JSON file. Raises Invalid for a file that is neither."""
    text = _decoded(content)
    return _of_json(text) if text.lstrip()[:1] in ("[", "{") else _of_csv(text)


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else the CP949 of Korean spreadsheets.

    What is unreadable in the likelier of the two stays marked, and its rows are reported.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise Invalid(_("This is not a text file."), field="file")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    tried = [content.decode(name, errors="replace") for name in ("utf-8-sig", "cp949")]
    return min(tried, key=lambda text: text.count(UNREADABLE))


def _of_json(text: str) -> Iterator[Row | Bad]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        said = _("This is no JSON: %(why)s")
        raise Invalid(said % {"why": str(error)[:100]}, field="file") from None
    if isinstance(entries, dict):
        entries = entries.get("articles")
    if not isinstance(entries, list):
        raise Invalid(_("A JSON file holds a list of articles."), field="file")
    for place, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            yield _row(place, {name: value for name, value in entry.items() if name in COLUMNS})
        else:
            yield Bad(place, "", _("This is no article."))


def _of_csv(text: str) -> Iterator[Row | Bad]:
    lines = list(io.StringIO(text, newline=""))
    names, delimiter = _header(lines)
    rows = _cells(lines, delimiter)
    next(rows, None)
    for line, cells in rows:
        if cells is None:
            yield Bad(line, "", _("A quotation mark in this row is never closed."))
        elif any(cell.strip() for cell in cells):
            yield _row_of_cells(line, names, cells)


def _row_of_cells(line: int, names: list[str], cells: list[str]) -> Row | Bad:
    if any(cell.strip() for cell in cells[len(names) :]):
        said = _("There are %(n)s cells under %(columns)s columns.")
        return Bad(line, "", said % {"n": len(cells), "columns": len(names)})
    found = zip(names, cells, strict=False)
    return _row(line, {name: unguarded(cell) for name, cell in found if name})


def _row(line: int, given: dict[str, Any]) -> Row | Bad:
    for name, value in given.items():
        if UNREADABLE in str(value):
            return Bad(line, name, _("There are letters here that cannot be read."))
    said = {name: given[name] for name in given if _is_said(name, given[name])}
    try:
        fields = {name: value_of(name, value) for name, value in said.items()}
    except Invalid as refusal:
        return Bad(line, refusal.field, str(refusal.message))
    external_id = fields.pop("external_id", "")
    if not external_id or len(external_id) > 100:
        return Bad(line, "external_id", _("A row needs an external_id of at most 100 characters."))
    # What is missing is refused like what is empty.
    return Row(line, external_id, {"title": "", "body": ""} | fields)


def _is_said(name: str, value: Any) -> bool:
    return name not in _CHOICES or value not in ("", None)


def _header(lines: list[str]) -> tuple[list[str], str]:
    """Our names of the columns, empty for those passed over, and what stands between them."""
    most: list[str] = []
    for delimiter in DELIMITERS:
        cells = next(_cells(lines, delimiter), (1, []))[1] or []
        names = [_name_of(cell) for cell in cells]
        if set(REQUIRED) <= set(names):
            return [_once(names, place) for place in range(len(names))], delimiter
        most = max(most, cells, key=len)
    missing = ", ".join(sorted(set(REQUIRED) - {_name_of(cell) for cell in most}))
    said = _("The header lacks %(missing)s: %(header)s")
    header = ", ".join(most)[:200]
    raise Invalid(said % {"missing": missing, "header": header}, field="file")


def _name_of(cell: str) -> str:
    name = SEOUL.get(cell.strip(), cell.strip().lower())
    return name if name in COLUMNS else ""


def _once(names: list[str], place: int) -> str:
    """The first column of a name counts."""
    return "" if names[place] in names[:place] else names[place]


def _cells(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line number, cells) of each row; no cells where a quotation mark never ends.

    Such a row would swallow all that follows it: reading goes on in the line after its first.
    """
    start, open_quotes = 0, 0
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
        line = start + 1
        try:
            for cells in reader:
                yield line, cells
                line = start + reader.line_num + 1
        except csv.Error:
            open_quotes += 1
            if open_quotes > MOST_OPEN_QUOTES:
                raise Invalid(_("This is not a table we can read."), field="file") from None
            yield line, None
            start = line
        else:
            return
