"""The tick behind the promises. What is due stands in the database; a lost tick loses nothing."""

from celery import shared_task

from callbacks.actions import promises


@shared_task
def bring_back_due() -> None:
    promises.bring_back_due()
