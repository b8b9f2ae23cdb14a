"""What editors type."""

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledgebase.models import Article


class ArticleForm(forms.ModelForm):
    class Meta:
        model = Article
        fields = ["title", "body", "language", "topic", "status", "public", "figures_may_change"]
        labels = {
            "title": _("Title"),
            "body": _("Answer"),
            "language": _("Language"),
            "topic": _("Topic"),
            "status": _("State"),
            "public": _("Citizens may read it, too"),
            "figures_may_change": _("Figures in it may change"),
        }
        help_texts = {
            "body": _("Markdown. The first sentence is what agents read out."),
            "public": "",
        }
