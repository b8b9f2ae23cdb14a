"""What supervisors type: people of the welfare rounds, and alerts."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callbacks.actions.welfare_people import Place
from callbacks.models import Alert, Consent, Pause, Person, Rung, Weekday
from callcenter.refusals import Invalid
from inquiries import phones

_DATE = {"type": "date"}


def _day_field(**more) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs=_DATE), **more)


class TimesField(forms.CharField):
    """``09:00, 18:30`` as minutes after midnight."""

    def clean(self, value) -> Any:
        parts = [part for part in re.split(r"[,\s]+", super().clean(value)) if part]
        return [self._minutes(part) for part in parts]

    @staticmethod
    def _minutes(part: str) -> int:
        found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", part)
        if found is None:
            raise ValidationError(_("Write times as HH:MM, such as 09:00, 18:30."))
        return int(found[1]) * 60 + int(found[2])

    def prepare_value(self, value):
        if isinstance(value, list):
            return ", ".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in value)
        return value


class PersonForm(forms.ModelForm):
    """A person, their schedule and their ladder of up to ``PLACES`` people."""

    PLACES = 5

    days = forms.TypedMultipleChoiceField(
        label=_("Days"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    times = TimesField(
        label=_("Times"), help_text=_("One or more, such as 09:00, 18:30."), max_length=100
    )
    window_minutes = forms.IntegerField(
        label=_("Minutes until there must be an outcome"),
        min_value=30,
        max_value=720,
        initial=120,
        help_text=_("By then somebody was reached, or supervisors are alarmed."),
    )

    class Meta:
        model = Person
        fields = [
            *("name", "language", "risk", "address", "notes"),
            *("days", "times", "on_holidays", "window_minutes"),
        ]
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "notes": _("Hard of hearing, which name they like, what they talk about. "),
            "address": _("For whoever goes to look, and for 119."),
        }

    def __init__(self, data=None, *, instance: Person | None = None) -> None:
        super().__init__(data, instance=instance)
        rungs = {rung.position: rung for rung in instance.ladder.all()} if instance else {}
        for place in range(self.PLACES):
            self._add_place(place, rungs.get(place))

    def _add_place(self, place: int, rung: Rung | None) -> None:
        kinds = [one for one in Rung.Kind.choices if (one[0] == Rung.Kind.SELF) == (place == 0)]
        required = place < 2
        self.fields[f"kind_{place}"] = forms.ChoiceField(
            label=_("Who"), choices=kinds, initial=rung.kind if rung else kinds[0][0]
        )
        self.fields[f"contact_{place}"] = forms.CharField(
            label=_("Name"),
            max_length=100,
            required=False,
            initial=rung.name if rung else "",
        )
        self.fields[f"phone_{place}"] = forms.CharField(
            label=_("Telephone"),
            max_length=30,
            required=required,
            initial=phones.readable(rung.phone) if rung else "",
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        )

    def about(self) -> list:
        """The fields of the person, without the ladder."""
        return [self[name] for name in self.Meta.fields]

    def places(self) -> list[list]:
        """The fields of each place of the ladder."""
        parts = ("kind", "contact", "phone")
        return [[self[f"{part}_{place}"] for part in parts] for place in range(self.PLACES)]

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or self.cleaned_data
        for place in range(self.PLACES):
            phone = sent.get(f"phone_{place}")
            if not phone and sent.get(f"contact_{place}") and place >= 2:
                self.add_error(f"phone_{place}", _("Write the number, too."))
            elif phone:
                self._check_number(place, phone)
        return sent

    def _check_number(self, place: int, phone: str) -> None:
        try:
            phones.normalise(phone)
        except Invalid as refusal:
            self.add_error(f"phone_{place}", refusal.message)

    def fields_for_action(self) -> dict[str, Any]:
        sent = self.cleaned_data
        fields = {name: sent[name] for name in self.Meta.fields}
        return fields | {"ladder": self._ladder()}

    def _ladder(self) -> list[Place]:
        sent = self.cleaned_data
        return [
            Place(sent[f"kind_{place}"], sent[f"phone_{place}"], sent[f"contact_{place}"])
            for place in range(self.PLACES)
            if sent[f"phone_{place}"]
        ]


class ConsentForm(forms.Form):
    given_by = forms.ChoiceField(label=_("Given by"), choices=Consent.GivenBy.choices)
    given_name = forms.CharField(label=_("Name of who agreed"), max_length=100)
    how = forms.CharField(
        label=_("How"), max_length=200, help_text=_("On paper, on the telephone, at the center …")
    )
    since = _day_field(label=_("Begins on"))
    until = _day_field(
        label=_("Until"), required=False, help_text=_("Empty: until it is withdrawn.")
    )


class PauseForm(forms.ModelForm):
    class Meta:
        model = Pause
        fields = ["first_day", "last_day", "reason"]
        labels = {
            "first_day": _("First day"),
            "last_day": _("Last day"),
            "reason": _("Why"),
        }
        widgets = {
            "first_day": forms.DateInput(format="%Y-%m-%d", attrs=_DATE),
            "last_day": forms.DateInput(format="%Y-%m-%d", attrs=_DATE),
        }


class AlertForm(forms.ModelForm):
    """The arguments of ``alerts.start``."""

    photo = forms.FileField(
        label=_("Photograph"),
        required=False,
        help_text=_("JPEG, PNG or WebP. Made smaller; where and when it was taken is left out."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Alert
        fields = [
            *("kind", "name", "age", "description", "last_seen_place", "last_seen_at"),
            *("police_reference", "sightings_to"),
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "last_seen_at": forms.DateTimeInput(
                format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}
            ),
        }
        help_texts = {
            "description": _("Clothes, height, how they walk, what name they answer to."),
            "sightings_to": _("Every sighting is sent to this address, of the police most often."),
        }
