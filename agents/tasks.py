"""The tick behind the queue: whatever a lost message or a crash left undone is done here."""

from celery import shared_task

from agents.actions import offers, routing, states


@shared_task
def tend_the_queue() -> None:
    offers.expire_offers()
    states.end_wrap_ups_over()
    routing.route()
