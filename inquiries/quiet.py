"""When nobody is called or written to unasked, and when departments are at work.

Faces of the center's clock, so that nothing shifts in summer; moments go in and come out in UTC.
"""

from datetime import datetime, timedelta

from django.conf import settings

from agents import hours

_DAY = timedelta(days=1)


def is_quiet(moment: datetime) -> bool:
    """Is it so early or so late that nobody is to be disturbed who has not asked for it?"""
    since, until = settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR
    hour = hours.on_the_wall(moment).hour
    if since <= until:
        return since <= hour < until
    return hour >= since or hour < until


def after_quiet(moment: datetime) -> datetime:
    """``moment``, or when the quiet hours it lies in are over."""
    if not is_quiet(moment):
        return moment
    day = hours.local_day(moment)
    ends = hours.at_minute(day, settings.QUIET_UNTIL_HOUR * 60)
    return ends if ends > moment else hours.at_minute(day + _DAY, settings.QUIET_UNTIL_HOUR * 60)


def office_is_open(moment: datetime) -> bool:
    """Are departments at work: on weekdays that are no holidays, in office hours?"""
    opens, closes = settings.OFFICE_HOURS
    wall = hours.on_the_wall(moment)
    return wall.weekday() < 5 and not hours.is_holiday(wall.date()) and opens <= wall.hour < closes
