"""What agents and citizens type."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from agents import hours
from callcenter import clock
from inquiries import quiet
from knowledgebase.models import Topic

# A citizen who wants to be called names a stretch of so many hours, within so many days.
CALL_HOURS, CALL_DAYS_AHEAD = 2, 14


def call_days() -> list[tuple[str, str]]:
    """The days on which we call: those on which we are open when nobody is disturbed."""
    days = (clock.today() + timedelta(days=ahead) for ahead in range(CALL_DAYS_AHEAD))
    return [
        (day.isoformat(), f"{date_format(day, 'MONTH_DAY_FORMAT')} ({date_format(day, 'D')})")
        for day in days
        if any(_can_call(day, hour) for hour, _name in call_times())
    ]


def call_times() -> list[tuple[int, str]]:
    """Stretches of the day, by the hour at which they begin."""
    noon = hours.at_minute(clock.today(), 12 * 60)
    starts = range(0, 24, CALL_HOURS)
    loud = [hour for hour in starts if not quiet.is_quiet(noon + timedelta(hours=hour - 12))]
    return [(hour, f"{hour:02}:00–{hour + CALL_HOURS:02}:00") for hour in loud]


def _can_call(day: date, hour: int) -> bool:
    start = hours.at_minute(day, hour * 60)
    return start > clock.now() and hours.is_open(start)


class NoteForm(forms.Form):
    note = forms.CharField(required=False, max_length=20_000, strip=False)
    version = forms.IntegerField(min_value=0)

    def clean_note(self) -> str:
        # Some ways of sending a form write CRLF; the same words are to be the same note.
        return self.cleaned_data["note"].replace("\r\n", "\n")


class AskForm(forms.Form):
    """The citizen's form. One way to answer is needed; which one is theirs to choose."""

    subject = forms.CharField(label=_("What is it about?"), max_length=200)
    body = forms.CharField(
        label=_("Your question"),
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("Where, when, and what you need. Please leave out resident numbers."),
    )
    topic = forms.ModelChoiceField(
        label=_("Subject area"),
        queryset=Topic.objects.filter(parent=None),
        to_field_name="code",
        required=False,
        empty_label=_("I am not sure"),
    )
    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    call_day = forms.TypedChoiceField(
        label=_("On which day"), coerce=date.fromisoformat, required=False, empty_value=None
    )
    call_time = forms.TypedChoiceField(
        label=_("At what time"), coerce=int, required=False, empty_value=None
    )
    consent = forms.BooleanField(
        label=_("I agree that the city keeps what I send for three years in order to answer me."),
        error_messages={"required": _("We need your consent to keep what you send.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["call_day"].choices = [("", _("Answer me in writing")), *call_days()]
        self.fields["call_time"].choices = [("", "–"), *call_times()]

    @property
    def call_between(self) -> tuple[datetime, datetime] | None:
        """When the citizen wants to be called, if they do."""
        day, hour = self.cleaned_data.get("call_day"), self.cleaned_data.get("call_time")
        if day is None or hour is None:
            return None
        return hours.at_minute(day, hour * 60), hours.at_minute(day, (hour + CALL_HOURS) * 60)

    def clean(self) -> dict[str, Any]:
        """One way to answer is asked for together with everything else that is missing."""
        sent = super().clean() or self.cleaned_data
        if (
            not sent.get("phone")
            and not sent.get("email")
            and not self.errors.keys() & {"phone", "email"}
        ):
            for field in ("phone", "email"):
                self.add_error(field, _("Leave a telephone number or an e-mail address."))
        self._check_call(sent)
        return sent

    def _check_call(self, sent: dict[str, Any]) -> None:
        if sent.get("call_day") and sent.get("call_time") is None:
            self.add_error("call_time", _("Say at what time we may call."))
        if sent.get("call_day") and not sent.get("phone") and "phone" not in self.errors:
            self.add_error("phone", _("Leave the number that we are to call."))
