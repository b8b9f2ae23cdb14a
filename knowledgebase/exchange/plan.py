"""What a file would change, before anything is changed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from callcenter.refusals import Invalid, Refused
from knowledgebase.actions.imports import compared
from knowledgebase.exchange.reading import Bad, Row, read

# A page answers within seconds; what is larger is the operator's command's.
MOST_ROWS = 2000


@dataclass(frozen=True)
class Planned:
    """A row and what becomes of it: new, changed or unchanged."""

    row: Row
    outcome: str


@dataclass(frozen=True)
class Plan:
    """Everything a file holds, in the order in which it is taken in."""

    planned: list[Planned]
    bad: list[Bad]

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.outcome for one in self.planned) | Counter(bad=len(self.bad))

    @property
    def to_do(self) -> list[Planned]:
        return [one for one in self.planned if one.outcome != "unchanged"]


def in_order(rows: Iterable[Row | Bad]) -> list[Row | Bad]:
    """Translations after what they translate, otherwise as in the file."""
    return sorted(rows, key=lambda one: isinstance(one, Row) and _original(one) != "")


def plan(content: bytes) -> Plan:
    """Look at a whole file; nothing is written. Raises Invalid for one that cannot be read."""
    rows = in_order(read(content))
    if len(rows) > MOST_ROWS:
        said = _("At most %(n)s rows go through the page. Ask whoever runs the center for more.")
        raise Invalid(said % {"n": f"{MOST_ROWS:,}"}, field="file")
    planned: list[Planned] = []
    bad: list[Bad] = []
    for one in _looked_at(rows):
        if isinstance(one, Planned):
            planned.append(one)
        else:
            bad.append(one)
    return Plan(planned, sorted(bad, key=lambda one: one.line))


def _looked_at(rows: list[Row | Bad]) -> Iterator[Planned | Bad]:
    seen: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Bad):
            yield row
        elif row.external_id in seen:
            said = _("It stands in line %(line)s already.") % {"line": seen[row.external_id]}
            yield Bad(row.line, "external_id", said)
        else:
            yield _look(row, seen)
            seen[row.external_id] = row.line


def _look(row: Row, seen: dict[str, int]) -> Planned | Bad:
    try:
        return Planned(row, compared(external_id=row.external_id, fields=row.fields))
    except Refused as refusal:
        # Its original comes with the same file, and is written before it.
        if refusal.field == "translation_of" and _original(row) in seen:
            return Planned(row, "new")
        return Bad(row.line, refusal.field, str(refusal.message))


def _original(row: Row) -> str:
    return row.fields.get("translation_of") or ""
