"""The ticks behind the promises. What is due stands in the database; a lost tick loses nothing."""

from celery import shared_task

from callbacks.actions import promises, research


@shared_task
def bring_back_due() -> None:
    promises.bring_back_due()


@shared_task
def watch_promises() -> None:
    promises.warn_before_broken()
    research.offer_articles()
