"""The languages the center speaks, departments, and the topic tree they own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The languages the center speaks. The codes are part of the API."""

    KO = "ko", "한국어"
    EN = "en", "English"
    ZH = "zh", "中文"
    JA = "ja", "日本語"


def active_language() -> str:
    """The center's code for the language of the page being made."""
    return (get_language() or "ko").split("-")[0]


class Named(models.Model):
    """Something with a code for programs and a name in each of the four languages."""

    code = models.CharField(max_length=60, unique=True)
    name_ko = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=100)
    name_ja = models.CharField(max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return getattr(self, f"name_{active_language()}", self.name_ko)


class Department(Named):
    """An office of the city that owns topics and takes hand-offs."""

    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)


class Topic(Named):
    """A node of the topic tree. ``code`` is its path: ``water.billing`` lies under ``water``."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, related_name="children", on_delete=models.PROTECT
    )
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    key = models.CharField(max_length=1, blank=True, help_text=_("Its key at the desk"))
    urgent = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="topic_key_once", fields=["parent", "key"], condition=~Q(key="")
            ),
        ]

    @property
    def family(self) -> str:
        """The code of the topic it lies under, or its own."""
        return self.code.partition(".")[0]
