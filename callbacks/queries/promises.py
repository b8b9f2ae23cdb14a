"""Reads of promises."""

from collections.abc import Iterable
from dataclasses import dataclass

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
    about = Q(inquiry=inquiry) | Q(joined=inquiry)
    if inquiry.citizen_id is not None:
        about |= Q(inquiry__citizen=inquiry.citizen_id)
    return Callback.objects.open().filter(about).distinct().order_by("due_at")[:3]


@dataclass(frozen=True)
class Standing:
    """How many promises are open, how many of them broken, and how many about to be."""

    open: int
    late: int
    breaking: int


def standing() -> Standing:
    now = clock.now()
    breaking = Q(supervisor_warned_at__isnull=False, until__gte=now) & ~Q(status=Status.ESCALATED)
    return Standing(
        **Callback.objects.open().aggregate(
            open=Count("pk"),
            late=Count("pk", filter=Q(until__lt=now)),
            breaking=Count("pk", filter=breaking),
        )
    )


def grouped(promises: Iterable[Callback]) -> dict[str, list[Callback]]:
    """The list as it is read: what is a supervisor's, what is late, what is under way, the rest."""
    now = clock.now()
    groups: dict[str, list[Callback]] = {"escalated": [], "late": [], "queued": [], "coming": []}
    for promise in promises:
        if promise.status == Status.ESCALATED:
            groups["escalated"].append(promise)
        elif promise.until < now:
            groups["late"].append(promise)
        else:
            groups["queued" if promise.status == Status.QUEUED else "coming"].append(promise)
    return groups
