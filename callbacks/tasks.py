"""The ticks behind promises and rounds. What is due stands in the database."""

from celery import shared_task

from callbacks.actions import alerts, mails, promises, welfare, welfare_plan


@shared_task
def bring_back_due() -> None:
    promises.bring_back_due()


@shared_task
def plan_rounds() -> None:
    welfare_plan.plan_rounds()


@shared_task
def bring_in_checks() -> None:
    welfare.bring_in_due()


@shared_task
def send_mail() -> None:
    mails.send_due()


@shared_task
def erase_old_alerts() -> None:
    alerts.erase_old()
