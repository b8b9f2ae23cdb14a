"""The one place that knows what time it is.

Actions ask here instead of the operating system, so that the simulator can play sixty days of
history through the very same actions with a clock of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_simulated: ContextVar[datetime | None] = ContextVar("simulated_now", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _simulated.get() or timezone.now()


def is_simulated() -> bool:
    """True while history is being played; nobody is watching then."""
    return _simulated.get() is not None


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` (aware) for everything called inside the block."""
    token = _simulated.set(moment)
    try:
        yield
    finally:
        _simulated.reset(token)


def today() -> date:
    """The date on the center's wall."""
    return timezone.localdate(now())


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The half-open interval [start, end) of ``day`` in the center's zone."""
    zone = timezone.get_default_timezone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    return start, datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
