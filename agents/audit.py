"""The audit trail: one line in the same transaction as the change it tells of."""

from typing import Any

from django.db import models

from agents.models import AuditEntry, User
from callcenter import clock


def record(*, actor: User | None, verb: str, target: models.Model, **detail: Any) -> None:
    """Write down that ``actor`` (None: the system itself) did ``verb`` to ``target``."""
    AuditEntry.objects.create(
        at=clock.now(),
        actor=actor,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=target.pk,
        detail=detail,
    )
