"""The audit trail: one line in the same transaction as the change it tells of."""

from typing import Any

from django.db import models

from agents.models import AuditEntry, User
from callcenter import clock


def record(*, actor: User | int | None, verb: str, target: models.Model, **detail: Any) -> None:
    """Write down that ``actor`` did ``verb`` to ``target``.

    An id does for an actor; None is the system itself.
    """
    AuditEntry.objects.create(
        at=clock.now(),
        actor_id=actor.pk if isinstance(actor, User) else actor,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        detail=detail,
    )
