"""Which notices run, which belong to what was found, and which meet each other."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet

from agents.models import User
from callcenter import clock
from knowledgebase.models import Article, Notice

# Whatever stands below the first few results is not what was asked for.
TOPICS_OF_FIRST = 3
PAST_SHOWN = 30


def pinned_on(user: User) -> dict[str, Any]:
    """For this person's desk: what is pinned, and in how many seconds that changes by itself."""
    change = next_change()
    seconds = (change - clock.now()).total_seconds() if change else None
    return {"notices": running_at(user), "next_in": seconds}


def running_at(agent: User) -> QuerySet[Notice]:
    """What is pinned now, the latest first, with ``.folded_version`` of this agent."""
    mine = FilteredRelation("folded", condition=Q(folded__agent=agent))
    notices = Notice.objects.running().annotate(mine=mine, folded_version=F("mine__version"))
    return _with_all(notices).order_by("-starts_at", "-pk")


def public() -> QuerySet[Notice]:
    """What citizens see now."""
    return _with_all(Notice.objects.running().filter(public=True)).order_by("-starts_at", "-pk")


def next_change() -> datetime | None:
    """When a notice begins or ends by the clock next."""
    planned = Notice.objects.planned().order_by("starts_at").values_list("starts_at", flat=True)
    running = Notice.objects.running().order_by("ends_at").values_list("ends_at", flat=True)
    moments = [moment for moment in (planned.first(), running.first()) if moment]
    return min(moments, default=None)


def about(found: Iterable[Article], terms: Iterable[str]) -> list[Notice]:
    """The running notices that belong above these results.

    Because a result is one that the notice leads to, one of the first lies in its topic (or the
    topic in which it lies), or its title has a word that was looked for.
    """
    notices = list(_with_all(Notice.objects.running()).order_by("-starts_at", "-pk"))
    if not notices:
        return []
    found = list(found)
    pks = {article.pk for article in found} | {article.translation_of_id for article in found}
    topics = [article.topic.code for article in found[:TOPICS_OF_FIRST] if article.topic]
    words = [term for term in terms if len(term) > 1]
    return [
        notice
        for notice in notices
        if any(article.pk in pks for article in notice.articles.all())
        or (notice.topic and any(_within(code, notice.topic.code) for code in topics))
        or any(word in notice.title.casefold() for word in words)
    ]


def _within(one: str, other: str) -> bool:
    """Whether one topic is the other, or lies under it."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def overlapping(notice: Notice) -> QuerySet[Notice]:
    """Others that run at the same time, at whatever part of it."""
    others = Notice.objects.filter(ended_at=None).exclude(pk=notice.pk)
    meet = others.filter(starts_at__lt=notice.ends_at, ends_at__gt=notice.starts_at)
    return meet.select_related("topic").order_by("starts_at")


def board() -> dict[str, list[Notice]]:
    """Everything for the page: running, planned and past, with ``.meets`` on what is to come."""
    running = list(_with_all(Notice.objects.running()).order_by("-starts_at", "-pk"))
    planned = list(_with_all(Notice.objects.planned()).order_by("starts_at", "pk"))
    past = _with_all(Notice.objects.past()).order_by("-changed_at", "-pk")[:PAST_SHOWN]
    to_come = running + planned
    for notice in to_come:
        notice.meets = _meeting(notice, to_come)  # type: ignore[attr-defined]
    return {"running": running, "planned": planned, "past": list(past)}


def _meeting(notice: Notice, others: Iterable[Notice]) -> list[Notice]:
    """Those of ``others`` that run at the same time, at whatever part of it."""
    return [
        other
        for other in others
        if other is not notice
        and other.starts_at < notice.ends_at
        and other.ends_at > notice.starts_at
    ]


def _with_all(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    articles = Article.objects.readable().only("title", "language", "translation_of", "public")
    return notices.select_related("topic", "made_by", "ended_by", "template").prefetch_related(
        Prefetch("articles", queryset=articles)
    )
