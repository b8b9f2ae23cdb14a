"""What was learned from closed inquiries, as the index takes it."""

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from callcenter import clock
from knowledgebase.models import Article, LearnedQuestion

# The most often and most recently asked; beyond that a question says little new.
MOST_QUESTIONS = 40
MOST_TIMES = 3
OLD_AFTER = timedelta(days=365)
# However popular, words decide: an article rises by a tenth at the most.
MOST_LIFT = 0.1
LIFT_FULL_AT = 200


def questions_of(articles: Sequence[Article]) -> dict[int, list[tuple[str, int]]]:
    """By article: questions to find it by, and how many times each counts."""
    rows = LearnedQuestion.objects.filter(article__in=articles, removed_at=None)
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    now = clock.now()
    for row in rows.order_by("article_id", "-times", "-last_at", "pk"):
        if len(found[row.article_id]) < MOST_QUESTIONS:
            found[row.article_id].append((row.text, weight(row.times, row.last_at, now)))
    return dict(found)


def weight(times: int, last_at: datetime, now: datetime) -> int:
    """Asked once counts once, four times twice, sixteen times thrice; once less after each year
    in which nobody asked, and in the end not at all."""
    doublings = min(MOST_TIMES, 1 + int(math.log(times, 4)))
    return max(doublings - int((now - last_at) / OLD_AFTER), 0)


def lift(*, linked: int, solved: int) -> float:
    """By what share an article rises, 0 to ``MOST_LIFT``; being the solution counts thrice."""
    uses = linked + 3 * solved
    return MOST_LIFT * min(1.0, math.log1p(uses) / math.log1p(LIFT_FULL_AT))
