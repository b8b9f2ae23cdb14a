"""The ticks behind promises and rounds. What is due stands in the database; a lost tick loses
nothing."""

from celery import shared_task

from callbacks.actions import alerts, mails, promises, research, welfare, welfare_plan


@shared_task
def bring_back_due() -> None:
    promises.bring_back_due()


@shared_task
def watch_promises() -> None:
    promises.warn_before_broken()
    research.offer_articles()


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
