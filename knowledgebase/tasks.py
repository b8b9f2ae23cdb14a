"""The tick behind the dates of articles."""

from celery import shared_task

from knowledgebase.actions import validity


@shared_task
def keep_articles_valid() -> None:
    validity.tick()
