"""The tick behind the queue: whatever a lost message or a crash left undone is done here."""

from celery import shared_task

from agents.actions import desks, offers, passing, routing, states


@shared_task
def tend_the_queue() -> None:
    offers.expire_offers()
    states.end_wrap_ups_over()
    passing.open_reservations_over()
    desks.let_go_of_vanished()
    routing.route()
