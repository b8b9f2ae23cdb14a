"""The limits in the metric dictionary, and from which day on each of them holds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agents.models import User
from callcenter import clock


class Rule(models.Model):
    """A limit that measures depend on, from ``holds_from`` until a later row of the same name.

    What arrived before that day is measured by the limit of its own time.
    """

    class Name(models.TextChoices):
        SERVICE_LEVEL_SECONDS = "service_level_seconds", _("Service level: answered within, in s")
        SHORT_ABANDON_SECONDS = "short_abandon_seconds", _("Short abandon: hung up within, in s")
        REDIAL_MINUTES = "redial_minutes", _("Redial: called again within, in minutes")
        FCR_DAYS = "fcr_days", _("First-contact resolution: no further contact within, in days")

    name = models.CharField(_("rule"), max_length=30, choices=Name.choices)
    value = models.PositiveIntegerField(_("value"))
    holds_from = models.DateField(_("holds from"))
    reason = models.CharField(_("reason"), max_length=200)
    set_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["name", "holds_from"]
        constraints = [
            models.UniqueConstraint(name="rule_once_a_day", fields=["name", "holds_from"]),
            models.CheckConstraint(
                name="rule_is_more_than_nothing", condition=models.Q(value__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} = {self.value} from {self.holds_from}"
