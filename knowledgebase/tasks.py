"""The ticks behind the dates of articles and the times of notices."""

from celery import shared_task

from knowledgebase.actions import notices, validity


@shared_task
def keep_articles_valid() -> None:
    validity.tick()


@shared_task
def tell_of_notices() -> None:
    notices.tell()
