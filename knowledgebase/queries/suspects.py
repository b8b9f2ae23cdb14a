"""Suspects as the page shows them: side by side, with the sentences that differ."""

import re

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from knowledgebase.models import Article, Suspect
from knowledgebase.words import FACTS

SENTENCES = 3
_END = re.compile(r"(?<=[.!?。])\s+|\n+")
_MARKUP = re.compile(r"^[#>*\-\s|]+|[|*_`]")


def listed(status: str) -> QuerySet[Suspect]:
    """Pairs in a state whose articles both hold today, the most alike first."""
    holds = Article.objects.published()
    pairs = Suspect.objects.filter(status=status, first__in=holds, second__in=holds)
    whole = pairs.select_related("first__topic", "second__topic", "settled_by")
    return whole.order_by("-likeness", "pk")


def open_count() -> int:
    return listed(Suspect.Status.OPEN).count()


def counts() -> dict[str, int]:
    holds = Article.objects.published()
    pairs = Suspect.objects.filter(first__in=holds, second__in=holds).order_by()
    return dict.fromkeys(Suspect.Status.values, 0) | dict(
        pairs.values_list("status").annotate(Count("pk"))
    )


def side_by_side(suspect: Suspect) -> list[dict]:
    """Each difference with its name and, of both articles, the words and their sentences."""
    return [
        {
            "name": _name_of(one["kind"]),
            "first": _side(suspect.first, one["first"]),
            "second": _side(suspect.second, one["second"]),
        }
        for one in suspect.differences
    ]


def _name_of(kind: str) -> str:
    """A fact's name; an amount is called by its unit."""
    return str(FACTS.get(kind) or _("Amount (%(unit)s)") % {"unit": kind})


def _side(article: Article, words: list[str]) -> dict:
    sentences = [_MARKUP.sub("", one).strip() for one in _END.split(_whole(article))]
    held = [one for one in sentences if any(word in one for word in words)]
    return {"words": words, "sentences": list(dict.fromkeys(held))[:SENTENCES]}


def _whole(article: Article) -> str:
    return f"{article.spoken}\n{article.body}"
