"""What was asked in a span, what was not found, and what became of the promises given in it."""

from datetime import timedelta

import pytest

from callbacks.models import Callback
from inquiries.models import ArticleLink
from knowledgebase.models import SearchLog
from reports.asked import asked
from tests.people import MORNING, promised, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)

DAY = MORNING.date()


def a_promise(number: int, status: str, *, ended: timedelta | None = None) -> None:
    promise = promised(web_inquiry(phone=f"010-1000-{number:04}"))
    ended_at = ended and promise.until + ended
    Callback.objects.filter(pk=promise.pk).update(
        status=status, ended_at=ended_at, promised_at=MORNING
    )


def test_promises_by_what_became_of_them():
    a_promise(1, "kept", ended=timedelta(minutes=-1))
    a_promise(2, "kept", ended=timedelta(minutes=1))
    a_promise(3, "promised")
    found = asked(DAY, DAY).promises
    assert (found.given, found.in_time, found.late, found.open) == (3, 1, 1, 1)
    assert asked(DAY - timedelta(days=1), DAY - timedelta(days=1)).promises.given == 0


def test_what_answered_most_and_what_was_not_found(bill_article, mina, client, jun):
    ArticleLink.objects.create(
        inquiry=web_inquiry(), article=bill_article, linked_by=mina, linked_at=MORNING
    )
    for number, (words, hits, chosen) in enumerate(
        [("camel", 0, False), ("camel", 3, False), ("water", 3, True)]
    ):
        SearchLog.objects.create(
            episode=str(number), query=words, hits=hits, chosen=chosen, channel="desk", at=MORNING
        )
    found = asked(DAY, DAY)
    assert found.articles == [(bill_article, 1)]
    assert found.searches == [("camel", 2)]
    client.force_login(jun)
    page = client.get(f"/reports/asked/?date={DAY}").content.decode()
    assert "camel" in page
    assert bill_article.title in page
