"""Writing articles to a file that can be read back."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, QuerySet

from knowledgebase.exchange.columns import COLUMNS, TOLD, guarded
from knowledgebase.models import Article

BOM = "\ufeff"
AT_ONCE = 500


def as_csv(articles: QuerySet[Article], *, bom: bool = True) -> Iterator[str]:
    """Lines of a table. The mark in front lets spreadsheets see that it is UTF-8."""
    yield (BOM if bom else "") + _line([*COLUMNS, *TOLD])
    for article in _originals_first(articles).iterator(AT_ONCE):
        told = _told(article)
        yield _line(guarded(_cell(told[name])) for name in (*COLUMNS, *TOLD))


def as_json(articles: QuerySet[Article]) -> Iterator[str]:
    """A list of objects, one a line."""
    before = "[\n"
    for article in _originals_first(articles).iterator(AT_ONCE):
        yield before + json.dumps(_told(article), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _originals_first(articles: QuerySet[Article]) -> QuerySet[Article]:
    """In the order in which they can be read back: a translation after what it translates."""
    ordered = articles.order_by(F("translation_of").asc(nulls_first=True), "pk")
    return ordered.select_related("topic", "owner", "translation_of")


def _told(article: Article) -> dict[str, Any]:
    original = article.translation_of
    return {name: getattr(article, name, None) for name in COLUMNS} | {
        "external_id": _outer_id(article),
        "translation_of": _outer_id(original) if original else None,
        "topic": article.topic.code if article.topic else None,
        "owner": article.owner.code if article.owner else None,
        "valid_from": article.valid_from.isoformat() if article.valid_from else None,
        "valid_until": article.valid_until.isoformat() if article.valid_until else None,
        "status": article.status,
        "revision": article.edition,
        "updated_at": article.updated_at.isoformat(timespec="seconds"),
    }


def _outer_id(article: Article) -> str:
    """Its name outside; ``by_outer_id`` of the imports finds it by this."""
    return article.external_id or f"article-{article.pk}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(
            f"{one['label']} {one['url']}" if isinstance(one, dict) else str(one) for one in value
        )
    return str(value)


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
