"""What whoever makes notices types."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter import clock
from knowledgebase.actions.notices import WORDS
from knowledgebase.forms import TopicChoice
from knowledgebase.models import Article, Notice, NoticeTemplate

_AREA = forms.Textarea(attrs={"rows": 3, "spellcheck": "true"})
_WIDGETS = {name: _AREA for name in WORDS if name.startswith("text")}


class _Words(forms.ModelForm):
    topic = TopicChoice(
        label=_("Topic"),
        required=False,
        empty_label=_("None"),
        help_text=_("At the desk it stands above all that is found of this topic."),
    )

    def content(self) -> dict[str, Any]:
        """What was typed, as fields of the model."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class NoticeForm(_Words):
    articles = forms.ModelMultipleChoiceField(queryset=Article.objects.none(), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    template = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Notice
        fields = (*WORDS, "topic", "public", "starts_at", "ends_at")
        widgets = _WIDGETS | {
            name: forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
            for name in ("starts_at", "ends_at")
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["articles"].queryset = Article.objects.readable()

    def _post_clean(self) -> None:
        """What goes together is checked by the action, which names the field."""

    def chosen(self) -> list[Article]:
        """The articles that are ticked, also on a form that is sent back."""
        if not self.is_bound:
            return list(self.initial.get("articles", []))
        ticked = [pk for pk in self.data.getlist("articles") if pk.isdecimal() and len(pk) < 18]
        return list(Article.objects.readable().filter(pk__in=ticked))


class TemplateForm(_Words):
    class Meta:
        model = NoticeTemplate
        fields = (*WORDS, "topic", "public", "hours")
        widgets = _WIDGETS

    def _post_clean(self) -> None:
        """As with notices."""


def begun_from(template: NoticeTemplate | None) -> dict[str, Any]:
    """What a new notice begins with: from now on, for as long as usual."""
    start = clock.now().replace(second=0, microsecond=0)
    begun: dict[str, Any] = {"starts_at": start, "ends_at": start + timedelta(hours=12)}
    if template is None:
        return begun
    begun |= {name: getattr(template, name) for name in (*WORDS, "topic", "public")}
    begun["template"] = template.code
    begun["ends_at"] = start + timedelta(hours=template.hours)
    return begun
