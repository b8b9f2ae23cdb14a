"""The ticks behind the dates of articles, the gaps between them, and what contradicts."""

from celery import shared_task

from knowledgebase.actions import gaps, suspects, validity


@shared_task
def keep_articles_valid() -> None:
    validity.tick()


@shared_task
def gather_searches() -> None:
    gaps.gather_searches()


@shared_task
def forget_old_searches() -> None:
    gaps.forget_old()


@shared_task
def look_for_suspects() -> None:
    suspects.look()
