"""What editors and reviewers type."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledgebase.models import Article, Content, Department, Language, Topic


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def to_python(self, value) -> list[str]:  # type: ignore[override]
        lines = (line.strip() for line in (super().to_python(value) or "").splitlines())
        return [line for line in lines if line]

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def run_validators(self, value) -> None:
        """The length of a text is no length of a list."""


class LinksField(LinesField):
    """A list of ``{"label", "url"}``: a name and, as the last word of the line, an address."""

    def to_python(self, value) -> list[dict[str, str]]:  # type: ignore[override]
        return [_link_of(line) for line in super().to_python(value)]

    def prepare_value(self, value):
        if isinstance(value, list):
            return "\n".join(f"{link['label']} {link['url']}" for link in value)
        return value


def _link_of(line: str) -> dict[str, str]:
    label, _space, url = line.rpartition(" ")
    return {"label": label.strip() or url, "url": url}


class TopicChoice(forms.ModelChoiceField):
    """The topic tree, each under its family."""

    def __init__(self, **kwargs) -> None:
        topics = Topic.objects.select_related("parent").order_by("code")
        super().__init__(queryset=topics, **kwargs)

    def label_from_instance(self, topic: Topic) -> str:
        return f"{topic.parent} › {topic}" if topic.parent else str(topic)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _hidden() -> forms.IntegerField:
    return forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9
    )


class DraftForm(forms.Form):
    """A text as an editor writes it: ``CONTENT``, and what was opened."""

    title = forms.CharField(label=_("Title"), max_length=300)
    spoken = forms.CharField(
        label=_("Answer to read aloud"),
        required=False,
        widget=_area(3),
        help_text=_("Plain words, no Markdown: what the agent says in one breath."),
    )
    body = forms.CharField(
        label=_("Full text"),
        required=False,
        widget=_area(18),
        help_text=_("Markdown. What you paste from Word or Hangul becomes Markdown, tables too."),
    )
    script = forms.CharField(
        label=_("Steps for the agent"),
        required=False,
        widget=_area(5),
        help_text=_("What to ask and to do, in order. Citizens never see it."),
    )
    asked = LinesField(
        label=_("How citizens ask"),
        required=False,
        widget=_area(4),
        help_text=_("One question a line. The article is found by these, too."),
    )
    links = LinksField(
        label=_("Links"),
        required=False,
        widget=_area(3),
        help_text=_("One a line: a name, a space, the address."),
    )
    file = forms.FileField(
        label=_("Add a file"),
        required=False,
        help_text=_("PDF, Word, Excel, PowerPoint, Hangul, or a picture. It is kept on saving."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, required=False)
    topic = TopicChoice(label=_("Topic"), required=False, empty_label=_("None"))
    owner = forms.ModelChoiceField(
        label=_("Department that answers for it"),
        queryset=Department.objects.order_by("code"),
        required=False,
        empty_label=_("The one of its topic"),
    )
    valid_from = forms.DateField(
        label=_("Holds from"),
        required=False,
        widget=_day(),
        help_text=_("If that is later, it is published on that day."),
    )
    valid_until = forms.DateField(
        label=_("Holds until"),
        required=False,
        widget=_day(),
        help_text=_("The last day. Then the desk sees a warning, and citizens find it no more."),
    )
    review_every_days = forms.IntegerField(
        label=_("Look at it again every so many days"),
        required=False,
        min_value=1,
        max_value=3650,
    )
    public = forms.BooleanField(label=_("Citizens may read it, too"), required=False)
    figures_may_change = forms.BooleanField(label=_("Figures in it may change"), required=False)
    note = forms.CharField(
        label=_("For whoever reviews it"),
        required=False,
        max_length=500,
        help_text=_("What has changed, and where it stands."),
    )
    version = _hidden()
    based_on = _hidden()
    # The version that is knowingly written over.
    theirs = _hidden()
    translated_from = _hidden()

    # What says nothing of the text itself.
    BESIDE = ("file", "language", "note", "version", "based_on", "theirs")

    def __init__(self, data=None, *, text: Content | None = None, new: bool = False, **start):
        initial = {name: getattr(text, name) for name in self._names()} if text else {}
        super().__init__(data, initial={"public": True} | initial | start)
        self.fields["language"].required = new

    @classmethod
    def _names(cls) -> list[str]:
        return [name for name in cls.base_fields if name not in cls.BESIDE]

    def content(self) -> dict[str, Any]:
        """What was typed, as fields of a revision."""
        return {name: self.cleaned_data[name] for name in self._names()}


class ListFilter(forms.Form):
    """What narrows the list of articles."""

    state = forms.ChoiceField(label=_("State"), required=False)
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.order_by("code"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("All")), *Language.choices], required=False
    )
    owner = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.order_by("code"),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, data=None, *, piles: dict | None = None) -> None:
        super().__init__(data)
        states = [*Article.Status.choices, *(piles or {}).items()]
        self.fields["state"].choices = [("", _("All")), *dict(states).items()]

    def chosen(self) -> dict[str, str]:
        """The codes that were chosen; what is unknown narrows nothing."""
        self.is_valid()
        chosen = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return {name: getattr(value, "code", value) for name, value in chosen.items()}


class ImportForm(forms.Form):
    """A table or a JSON file of articles."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV (UTF-8 or CP949, as spreadsheets save it) or JSON, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
    )

    MOST_BYTES = 10_000_000

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > self.MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return file
