"""What can be told to somebody who waits on the telephone."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from agents import hours
from agents.models import QueueEntry
from callcenter import clock
from inquiries.models import Call


@dataclass(frozen=True)
class Line:
    """``next_opening`` is None while we are open. ``waiting`` counts those before the call."""

    open: bool
    next_opening: datetime | None
    waiting: int
    callback_offered: bool


def line_of(call: Call) -> Line:
    """The line as it is now for a call; nothing is offered to one that does not wait in it."""
    now = clock.now()
    is_open = hours.is_open(now)
    entry = _place_of(call)
    waiting = _before(entry) if entry else 0
    long = waiting > settings.CALLBACK_OFFER_AFTER
    return Line(
        open=is_open,
        next_opening=None if is_open else hours.next_opening(now),
        waiting=waiting,
        callback_offered=entry is not None and (long or not is_open),
    )


def _place_of(call: Call) -> QueueEntry | None:
    """The entry of a call that waits or rings, and has not been exchanged for a callback."""
    in_line = QueueEntry.objects.filter(kind=QueueEntry.Kind.CALL, status__in=QueueEntry.IN_LINE)
    return in_line.filter(contact__call=call).first()


def _before(entry: QueueEntry) -> int:
    """How many calls, those in virtual hold too, are served before it in its language."""
    calls = QueueEntry.objects.filter(
        status__in=QueueEntry.IN_LINE,
        kind__in=QueueEntry.SPOKEN,
        priority=QueueEntry.Priority.CALL,
        language=entry.language,
    )
    earlier = Q(rank_at__lt=entry.rank_at) | Q(rank_at=entry.rank_at, pk__lt=entry.pk)
    pinned = Q(pinned_at__isnull=False)
    return calls.filter(pinned & earlier if entry.pinned_at else pinned | earlier).count()
