"""What reports read for others, now and then."""

from celery import shared_task

from reports import gaps


@shared_task
def gather_gaps() -> None:
    gaps.gather()
