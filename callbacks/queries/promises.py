"""Reads of promises."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from agents.models import User
from callbacks.models import Callback
from callcenter import clock
from inquiries.models import Inquiry

Status = Callback.Status


def open_for(user: User) -> QuerySet[Callback]:
    """Agents see what they promised, supervisors everything, the soonest first."""
    promises = Callback.objects.open().select_related("inquiry", "promised_by")
    promises = promises.annotate(
        tries=Count("attempts", filter=Q(attempts__ended_at__isnull=False))
    )
    if user.role == User.Role.AGENT:
        promises = promises.filter(promised_by=user)
    return promises.order_by("due_at")


def open_about(inquiry: Inquiry) -> QuerySet[Callback]:
    """Open promises about an inquiry or about another one of the same number, soonest first."""
    about = Q(inquiry=inquiry)
    if inquiry.citizen_id is not None:
        about |= Q(inquiry__citizen=inquiry.citizen_id)
    return Callback.objects.open().filter(about).select_related("inquiry").order_by("due_at")[:3]


@dataclass(frozen=True)
class Standing:
    """How many promises are open, and how many of them late: told for longer ago than we allow."""

    open: int
    late: int


def standing() -> Standing:
    late_since = clock.now() - timedelta(minutes=settings.CALLBACK_LATE_AFTER_MINUTES)
    late = Q(promised_for__lt=late_since)
    return Standing(
        **Callback.objects.open().aggregate(open=Count("pk"), late=Count("pk", filter=late))
    )


def grouped(promises: QuerySet[Callback]) -> dict[str, list[Callback]]:
    """The list as it is read: what is a supervisor's, what is late, what is under way, the rest."""
    late_since = clock.now() - timedelta(minutes=settings.CALLBACK_LATE_AFTER_MINUTES)
    groups: dict[str, list[Callback]] = {"escalated": [], "late": [], "queued": [], "coming": []}
    for promise in promises:
        if promise.status == Status.ESCALATED:
            groups["escalated"].append(promise)
        elif promise.promised_for < late_since:
            groups["late"].append(promise)
        else:
            groups["queued" if promise.status == Status.QUEUED else "coming"].append(promise)
    return groups
