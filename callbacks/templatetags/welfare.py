"""How schedules are read."""

from django import template
from django.utils.translation import gettext as _

from callbacks.models import Person, Weekday

register = template.Library()


@register.filter
def weekdays(person: Person) -> str:
    """Monday, Thursday; all seven have a word of their own."""
    if len(person.days) == len(Weekday):
        return _("Every day")
    return ", ".join(str(Weekday(day).label) for day in person.days)


@register.filter
def clock_faces(minutes: list[int]) -> str:
    """Minutes after midnight as ``09:00, 18:30``."""
    return ", ".join(f"{one // 60:02}:{one % 60:02}" for one in minutes)
