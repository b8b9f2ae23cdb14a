"""What reports count, read and send now and then."""

from celery import shared_task

from reports import gaps, mailing
from reports.ledger import counting, partitions, presence


@shared_task
def gather_gaps() -> None:
    gaps.gather()


@shared_task
def count_what_was_touched() -> None:
    """Until nothing is left, so that a backlog does not wait for one tick after the other."""
    while counting.catch_up() + presence.catch_up():
        pass


@shared_task
def keep_months() -> None:
    partitions.keep()


@shared_task
def send_daily_report() -> None:
    mailing.send_daily()
