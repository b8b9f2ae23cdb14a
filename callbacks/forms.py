"""What staff type about promises: the filters of the list, and research."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callbacks.models import Callback
from callbacks.queries.promises import Filters
from knowledgebase.models import Language

_BY = [("state", _("By state")), ("person", _("By person")), ("hour", _("By hour"))]
_STATES = [("", _("Open")), ("late", _("Late")), *Callback.Status.choices, ("all", _("All"))]


class FilterForm(forms.Form):
    """Nonsense in an address is as good as nothing chosen."""

    by = forms.ChoiceField(label=_("Shown"), choices=_BY, required=False)
    state = forms.ChoiceField(label=_("State"), choices=_STATES, required=False)
    person = forms.ModelChoiceField(
        label=_("Whose"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Everybody's"),
    )
    day = forms.DateField(
        label=_("Promised for"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("All")), *Language.choices], required=False
    )
    q = forms.CharField(
        label=_("Number or words"), required=False, max_length=100, widget=forms.SearchInput()
    )

    def __init__(self, data, *, supervises: bool) -> None:
        super().__init__(data)
        if supervises:
            desk = [User.Role.AGENT, User.Role.SUPERVISOR]
            people = User.objects.filter(role__in=desk, is_active=True)
            self.fields["person"].queryset = people.order_by("display_name")
        else:
            del self.fields["person"]

    def filters(self) -> Filters:
        self.is_valid()
        said = self.cleaned_data
        person = said.get("person")
        return Filters(
            person=person.pk if person else None,
            day=said.get("day"),
            state=said.get("state", ""),
            language=said.get("language", ""),
            words=said.get("q", ""),
        )

    @property
    def shown_by(self) -> str:
        return self.cleaned_data.get("by") or "state"


class ResearchForm(forms.Form):
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea,
        help_text=_("For colleagues: where you looked, whom you asked."),
    )
    answer = forms.CharField(
        label=_("The answer"),
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea,
        help_text=_(
            "As it is to be said on the telephone, without names: it may become an article."
        ),
    )
    for_article = forms.BooleanField(
        label=_("Offer it to the editors as an article"), required=False
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self):
        # Some ways of sending a form write CRLF; the same words are to be the same text.
        sent = super().clean() or self.cleaned_data
        for name in ("notes", "answer"):
            sent[name] = sent.get(name, "").replace("\r\n", "\n")
        return sent
