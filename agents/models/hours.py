"""When the center is open, and who is to be there."""

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from agents.models.people import User

MIDNIGHT = 24 * 60
LONGEST_SHIFT = timedelta(hours=16)


def clock_face(minutes: int) -> str:
    """Minutes after midnight as ``HH:MM``; 1440 is 24:00."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


class OpeningHours(models.Model):
    """One time of opening on a day of the week, or on any holiday. Without any: open always.

    ``opens`` and ``closes`` are minutes after local midnight. What closes at or before it opens
    closes on the next day. Both empty: this day is closed, whatever other days are.
    """

    class Day(models.TextChoices):
        MON = "mon", WEEKDAYS[0]
        TUE = "tue", WEEKDAYS[1]
        WED = "wed", WEEKDAYS[2]
        THU = "thu", WEEKDAYS[3]
        FRI = "fri", WEEKDAYS[4]
        SAT = "sat", WEEKDAYS[5]
        SUN = "sun", WEEKDAYS[6]
        HOLIDAY = "holiday", _("Holiday")

    WEEK = [Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI, Day.SAT, Day.SUN]

    day = models.CharField(_("day"), max_length=7, choices=Day.choices)
    opens = models.PositiveSmallIntegerField(_("opens"), null=True, blank=True)
    closes = models.PositiveSmallIntegerField(_("closes"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                name="hours_within_a_day",
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(
                    opens__isnull=False,
                    closes__isnull=False,
                    opens__lt=MIDNIGHT,
                    closes__lte=MIDNIGHT,
                ),
                violation_error_message=_("Give both times, or neither: closed on this day."),
            ),
            models.UniqueConstraint(
                name="hours_open_once",
                fields=["day", "opens"],
                nulls_distinct=False,
                violation_error_message=_("This day already opens at this time."),
            ),
        ]

    def __str__(self) -> str:
        if self.opens is None or self.closes is None:
            return f"{self.get_day_display()} –"
        return f"{self.get_day_display()} {clock_face(self.opens)}–{clock_face(self.closes)}"


class ShiftQuerySet(models.QuerySet):
    def touching(self, start, end):
        """What lies in the half-open [start, end) at least in part, in the order of beginning."""
        shifts = self.filter(starts_at__lt=end, ends_at__gt=start)
        return shifts.order_by("starts_at", "ends_at", "agent__display_name", "pk")


# From the one time to the other, the end not included.
_SPAN = Func(
    *("starts_at", "ends_at", RangeBoundary()),
    function="tstzrange",
    output_field=DateTimeRangeField(),
)


class Shift(models.Model):
    """When an agent is to be at work. May end on the next day; never two at once."""

    agent = models.ForeignKey(User, related_name="shifts", on_delete=models.CASCADE)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = ShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="shift_not_endless",
                condition=Q(ends_at__lte=F("starts_at") + LONGEST_SHIFT),
            ),
            ExclusionConstraint(
                name="shift_one_at_a_time",
                expressions=[
                    ("agent", RangeOperators.EQUAL),
                    (_SPAN, RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(name="shift_times", fields=["starts_at", "ends_at"])]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.starts_at:%F %R} to {self.ends_at:%F %R}"
