"""The editors' list: what needs somebody, the most urgent of each."""

from django.db.models import F, Prefetch

from agents.models import User
from knowledgebase.access import may_write
from knowledgebase.models import Article, Revision
from knowledgebase.queries.articles import with_what_rows_show
from knowledgebase.queries.piles import PILES, Heap

SHOWN = 8
# Whoever only reviews has one pile; the rest is the editors'.
REVIEWERS_PILES = ("to_review",)
# What lies there longest, or ends first, comes first.
_FIRST = {
    "expired": F("valid_until").asc(nulls_last=True),
    "expiring": F("valid_until").asc(),
    "review_due": F("reviewed_at").asc(nulls_first=True),
}


def todo(user: User) -> list[Heap]:
    """Every pile that ``user`` works on, empty ones too."""
    names = PILES if may_write(user) else REVIEWERS_PILES
    return [_heap(name, user) for name in names]


def to_review_count(user: User) -> int:
    return PILES["to_review"](Article.objects.all(), user).count()


def _heap(name: str, user: User) -> Heap:
    articles = PILES[name](Article.objects.all(), user)
    count = articles.count()
    if not count:
        return Heap(name, 0, [])
    order = [_FIRST[name]] if name in _FIRST else []
    working = Revision.objects.filter(state__in=Revision.OPEN).select_related(
        "written_by", "saved_by", "based_on"
    )
    shown = with_what_rows_show(articles).prefetch_related(
        Prefetch("revisions", queryset=working, to_attr="working")
    )
    return Heap(name, count, list(shown.order_by(*order, "updated_at", "pk")[:SHOWN]))
