"""The ticks behind messages and hand-offs. What is due stands in the database."""

from celery import shared_task

from inquiries.actions import handoffs, messages


@shared_task
def send_messages() -> None:
    messages.send_due()


@shared_task
def watch_handoffs() -> None:
    handoffs.watch()
