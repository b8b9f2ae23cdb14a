"""A promise about to break: its owner is told, then the supervisors, each once, before it does."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from agents import audit
from callbacks.actions.promises.state import announce
from callbacks.models import Callback
from callcenter import clock, live

Status = Callback.Status
AT_A_TIME = 200


def warn_before_broken() -> int:
    """Warn of what is about to break; how many warnings. Safe in several workers at once."""
    if not _in_danger(_minutes_ahead()).exists():
        return 0
    return _warn_owners() + _warn_supervisors()


@transaction.atomic
def _warn_owners() -> int:
    about = _about_to_break("owner_warned_at", settings.CALLBACK_WARN_OWNER_MINUTES)
    for callback in about:
        audit.record(actor=None, verb="callback.owner_warned", target=callback)
        announce(callback, "promise-warned")
    return len(about)


@transaction.atomic
def _warn_supervisors() -> int:
    about = _about_to_break("supervisor_warned_at", settings.CALLBACK_WARN_SUPERVISOR_MINUTES)
    for callback in about:
        audit.record(actor=None, verb="callback.supervisor_warned", target=callback)
        event = live.Event("promise-about-to-break", callback.pk)
        live.push_on_commit(event, topics=[live.FLOOR])
    return len(about)


def _about_to_break(column: str, minutes: int) -> list[Callback]:
    """Those that break within so many minutes and have not been told of, now marked so.

    What is with a supervisor already needs no warning.
    """
    now = clock.now()
    about = _in_danger(minutes).filter(**{column: None})
    about = about.select_related("caller_agent", "promised_by")
    locked = about.order_by("until").select_for_update(skip_locked=True, of=("self",))
    found = list(locked[:AT_A_TIME])
    Callback.objects.filter(pk__in=[one.pk for one in found]).update(**{column: now})
    return found


def _in_danger(minutes: int) -> QuerySet[Callback]:
    """What breaks within so many minutes, and the supervisors do not know of."""
    return Callback.objects.filter(
        status__in=[Status.PROMISED, Status.QUEUED],
        until__lte=clock.now() + timedelta(minutes=minutes),
        supervisor_warned_at=None,
    )


def _minutes_ahead() -> int:
    return max(settings.CALLBACK_WARN_OWNER_MINUTES, settings.CALLBACK_WARN_SUPERVISOR_MINUTES)
