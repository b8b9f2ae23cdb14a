"""When a promise may be kept: within the opening hours, and not while the city sleeps."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from agents import hours
from callcenter import clock
from callcenter.refusals import Invalid
from inquiries import quiet

FURTHEST = timedelta(days=60)
# Opening hours and quiet hours take turns; more rounds than this mean that they leave nothing.
_ROUNDS = 14


def reachable_at(moment: datetime, *, at_any_hour: bool = False) -> datetime:
    """``moment``, or the next one at which we are open and nobody is disturbed."""
    found = moment
    for _round in range(_ROUNDS):
        found = found if at_any_hour else quiet.after_quiet(found)
        opening = hours.next_opening(found)
        if opening is None:
            return found
        found = opening
    return moment  # A center that is open at night alone: better at night than never.


def end_of(promised_for: datetime, until: datetime | None) -> datetime:
    """When a promise is broken: at the end of its window, or a while after its moment."""
    return until or promised_for + timedelta(minutes=settings.CALLBACK_LATE_AFTER_MINUTES)


def check_window(since: datetime, until: datetime | None, *, at_any_hour: bool) -> None:
    """Raises Invalid, naming the field, for a time at which nobody would be called."""
    if since < clock.now() - timedelta(minutes=1):
        raise Invalid(_("This time is past."), field="due_at")
    if max(since, until or since) > clock.now() + FURTHEST:
        raise Invalid(_("Promise at most sixty days ahead."), field="due_at")
    if until is not None and until <= since:
        raise Invalid(_("The window ends before it begins."), field="until")
    if not hours.is_open(since):
        raise Invalid(_("We are closed then."), field="due_at")
    if quiet.is_quiet(since) and not at_any_hour:
        raise Invalid(
            _("Nobody is called from %(since)s:00 to %(until)s:00 unless they have asked for it.")
            % {"since": settings.QUIET_FROM_HOUR, "until": settings.QUIET_UNTIL_HOUR},
            field="at_any_hour",
        )
