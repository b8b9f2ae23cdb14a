"""Gaps as the editors' page shows them: the most asked first, with counts and trend."""

from datetime import timedelta

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length

from callcenter import clock
from knowledgebase.models import Asked, Gap

WEEK = timedelta(days=7)
EXAMPLES = 6


_BEGUN = Q(status=Gap.Status.WRITING)
_PUBLISHED = Q(article__edition__gt=0)
# As the page has them: what was begun is written when its article has been published once.
STATES = {
    "open": Q(status=Gap.Status.OPEN),
    "writing": _BEGUN & (Q(article=None) | ~_PUBLISHED),
    "written": _BEGUN & _PUBLISHED,
    "not_needed": Q(status=Gap.Status.NOT_NEEDED),
}


def listed(state: str) -> QuerySet[Gap]:
    """Gaps in one of ``STATES``, the most asked of the last seven days first.

    With ``.all_of_it``, ``.this_week`` and ``.week_before`` (times asked: ever, in the last seven
    days, in the seven before), ``.by_search`` and so on, and ``.best_answer``.
    """
    now = clock.now()
    last, before = Q(asked__at__gt=now - WEEK), Q(asked__at__gt=now - 2 * WEEK)
    gaps = Gap.objects.filter(STATES[state]).annotate(
        all_of_it=Count("asked"),
        this_week=Count("asked", filter=last),
        week_before=Count("asked", filter=before & ~last),
        by_search=Count("asked", filter=Q(asked__source=Asked.Source.SEARCH)),
        by_closed=Count("asked", filter=Q(asked__source=Asked.Source.CLOSED)),
        by_callback=Count("asked", filter=Q(asked__source=Asked.Source.CALLBACK)),
        best_answer=_best_answer(),
    )
    shown = Prefetch("asked", queryset=Asked.objects.order_by("-at")[:EXAMPLES], to_attr="examples")
    ordered = gaps.order_by("-this_week", "-all_of_it", "-last_at")
    return ordered.select_related("article", "settled_by").prefetch_related(shown)


def counts() -> dict[str, int]:
    """How many gaps there are in each state."""
    return Gap.objects.aggregate(**{name: Count("pk", filter=is_) for name, is_ in STATES.items()})


def open_count() -> int:
    return Gap.objects.filter(status=Gap.Status.OPEN).count()


def by_number(text: str) -> Gap | None:
    """The gap that an address names, if it does."""
    if not text.isdecimal() or len(text) > 17:
        return None
    return Gap.objects.filter(pk=int(text)).first()


def start_of(gap: Gap) -> dict:
    """What the editor begins with: the question, the best answer given, how citizens asked."""
    asked = list(gap.asked.order_by("-at").values_list("text", flat=True)[:50])
    best = (
        Gap.objects.filter(pk=gap.pk).annotate(best=_best_answer()).values_list("best", flat=True)
    )
    return {
        "title": gap.title,
        "language": gap.language,
        "body": best[0] or "",
        "asked": list(dict.fromkeys(asked))[:EXAMPLES],
    }


def _best_answer() -> Coalesce:
    """Of the answers given the fullest; what was researched for a callback before others."""
    answers = Asked.objects.filter(gap=OuterRef("pk")).exclude(answer="")
    ranked = answers.annotate(size=Length("answer")).order_by("source", "-size", "-at")
    return Coalesce(Subquery(ranked.values("answer")[:1]), None)
