"""What agents and citizens type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledgebase.models import Topic


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
    consent = forms.BooleanField(
        label=_("I agree that the city keeps what I send for three years in order to answer me."),
        error_messages={"required": _("We need your consent to keep what you send.")},
    )

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
        return sent
