"""What citizens tell us on the help pages."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from callcenter import clock
from knowledgebase.models import Article, HelpCount


@transaction.atomic
def count_answer(*, article: Article, answered: bool) -> None:
    """One more who says whether this text answered their question. Nobody is written down.

    Two at once both count: the row is added to where it lies, never read and written.
    """
    which = "answered" if answered else "unanswered"
    day: dict[str, Any] = {"article": article, "edition": article.edition, "day": clock.today()}
    try:
        with transaction.atomic():
            HelpCount.objects.get_or_create(**day)
    except IntegrityError:  # Somebody made it this very moment.
        pass
    HelpCount.objects.filter(**day).update(**{which: F(which) + 1})
