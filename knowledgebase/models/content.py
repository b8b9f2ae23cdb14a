"""What goes through review: the same columns in an article and in each of its revisions."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from knowledgebase.models.topics import Department, Topic


class Content(models.Model):
    """``body`` is Markdown, ``spoken`` the plain answer to read aloud, ``script`` the agent's
    steps (Markdown), ``asked`` how citizens ask (texts), ``links`` a list of
    ``{"label": …, "url": …}``. Dates are days of the center, both included; empty means open.
    """

    title = models.CharField(max_length=300)
    body = models.TextField()
    spoken = models.TextField(blank=True, default="")
    script = models.TextField(blank=True, default="")
    asked = models.JSONField(default=list, blank=True)
    links = models.JSONField(default=list, blank=True)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)
    owner = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("Who answers for it. Empty: the department of its topic."),
    )
    public = models.BooleanField(default=True, help_text=_("Citizens may read it, too"))
    figures_may_change = models.BooleanField(default=False)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    review_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # The number of the original's revision that this text is a translation of.
    translated_from = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def responsible(self):
        """The department that answers for it: its own, else its topic's."""
        return self.owner or (self.topic.department if self.topic else None)


CONTENT = tuple(field.name for field in Content._meta.local_fields)
# In the database's own names, so that reading them never fetches a topic.
_COLUMNS = tuple(field.attname for field in Content._meta.local_fields)


def content_of(one: Content) -> dict[str, Any]:
    """What ``one`` says, by field; topic and owner as ``topic_id`` and ``owner_id``."""
    return {name: getattr(one, name) for name in _COLUMNS}


def put(content: dict[str, Any], into: Content) -> None:
    """Let ``into`` say the same; nothing is saved."""
    for name, value in content.items():
        setattr(into, name, value)
