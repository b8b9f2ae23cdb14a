"""What supervisors and operators type: a shift, and the opening hours."""

import re
from datetime import date, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agents.models import OpeningHours, User
from agents.models.hours import MIDNIGHT, clock_face


class AgentChoice(forms.ModelChoiceField):
    def label_from_instance(self, agent: User) -> str:
        return f"{agent} · {agent.vendor}" if agent.vendor else str(agent)


class ShiftForm(forms.Form):
    """The arguments of ``plan_shift``."""

    agent = AgentChoice(
        label=_("Agent"),
        queryset=User.objects.filter(role=User.Role.AGENT, is_active=True)
        .select_related("vendor")
        .order_by("display_name", "pk"),
        empty_label=_("Choose"),
    )
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    starts = forms.TimeField(
        label=_("Begins"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label=_("Ends"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )

    def __init__(self, data=None, *, first_day: date | None = None) -> None:
        super().__init__(data, initial={"day": first_day, "starts": time(8), "ends": time(17)})


class ClockField(forms.CharField):
    """``HH:MM`` as minutes after midnight; 24:00 is allowed where a day may end."""

    def __init__(self, *, latest: int, **kwargs) -> None:
        self.latest = latest
        super().__init__(max_length=5, required=False, **kwargs)

    def to_python(self, value) -> int | None:  # type: ignore[override]
        text = (value or "").strip()
        if not text:
            return None
        found = re.fullmatch(r"([01]?[0-9]|2[0-4]):([0-5][0-9])", text)
        minutes = int(found[1]) * 60 + int(found[2]) if found else MIDNIGHT + 1
        if minutes > self.latest:
            raise ValidationError(_("Write the time as HH:MM, such as 09:00."))
        return minutes

    def run_validators(self, value) -> None:
        """The length of the text is no length of a number."""

    def prepare_value(self, value):
        return clock_face(value) if isinstance(value, int) else value


class OpeningHoursForm(forms.ModelForm):
    opens = ClockField(
        label=_("Opens"),
        latest=MIDNIGHT - 1,
        help_text=_("HH:MM. Leave both times empty for a day on which the center is closed."),
    )
    closes = ClockField(
        label=_("Closes"),
        latest=MIDNIGHT,
        help_text=_("HH:MM, up to 24:00. At or before the opening: on the next day."),
    )

    class Meta:
        model = OpeningHours
        fields = ["day", "opens", "closes"]
        help_texts = {
            "day": _(
                "As long as no day of the week has hours, the center is open around the clock. "
                "Hours of holidays take the place of the weekday's."
            )
        }
