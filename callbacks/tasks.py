"""The tick behind the promises. What is due stands in the database; a lost tick loses nothing."""

from celery import shared_task

from callbacks import actions


@shared_task
def bring_back_due() -> None:
    actions.bring_back_due()
