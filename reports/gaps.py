"""Questions that no article answered, read across inquiries and promises.

Here and not in knowledgebase, which may not know of inquiries; and not in the way of the call:
closing an inquiry costs no statement more, and what a tick missed the next one finds.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from callbacks.models import Callback
from callcenter import clock
from inquiries.models import Contact, Inquiry
from knowledgebase.actions import gaps
from knowledgebase.actions.gaps import Question
from knowledgebase.models import Asked

LOOKS_BACK = timedelta(days=7)
AT_ONCE = 500


def gather() -> int:
    """Hand in what was closed without an article, and what was researched; how many were new."""
    return gaps.gather([*_closed(), *_researched()])


def _closed() -> Iterator[Question]:
    """Closed by somebody who answered, and no article linked."""
    abandoned = Contact.objects.filter(inquiry=OuterRef("pk")).exclude(outcome="abandoned")
    closed = _fresh(Inquiry.objects.filter(status=Inquiry.Status.CLOSED), Asked.Source.CLOSED)
    rows = closed.filter(Exists(abandoned), articles=None, callbacks=None)
    for one in rows.order_by("-closed_at")[:AT_ONCE]:
        yield Question(
            Asked.Source.CLOSED, one.number, _words(one), one.closed_at, one.language, one.reply
        )


def _researched() -> Iterator[Question]:
    """Promises that were kept: somebody found out what no article had said."""
    kept = Callback.objects.filter(
        inquiry__in=_fresh(Inquiry.objects.filter(articles=None), Asked.Source.CALLBACK),
        status=Callback.Status.KEPT,
        ended_at__gte=clock.now() - LOOKS_BACK,
    )
    for promise in kept.select_related("inquiry").order_by("-ended_at")[:AT_ONCE]:
        one = promise.inquiry
        yield Question(
            Asked.Source.CALLBACK,
            one.number,
            promise.question or _words(one),
            promise.ended_at,
            one.language,
            one.reply or (one.note if promise.question else ""),
        )


def _fresh(inquiries: QuerySet[Inquiry], source: str) -> QuerySet[Inquiry]:
    """Of the last days and not handed in yet."""
    told = Asked.objects.filter(source=source, ref=OuterRef("number"))
    recent = inquiries.filter(created_at__gte=clock.now() - 2 * LOOKS_BACK)
    return recent.exclude(Exists(told))


def _words(inquiry: Inquiry) -> str:
    """The citizen's own words, else what the agent noted of them."""
    return inquiry.subject or inquiry.body or inquiry.note
