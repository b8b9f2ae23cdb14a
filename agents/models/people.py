"""Who works here: vendors, people, and what they can take."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Vendor(models.Model):
    """An outsourcer that employs agents."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    share = models.PositiveSmallIntegerField(
        default=0,
        help_text=_("Its part of the work, such as 60 beside another's 40. 0: none agreed."),
    )

    def __str__(self) -> str:
        return self.name


class People(UserManager):
    def create_superuser(self, username, email=None, password=None, **fields):
        """The first person of a new center: whoever runs it is its operator."""
        fields.setdefault("role", User.Role.OPERATOR)
        return super().create_superuser(username, email, password, **fields)


class User(AbstractUser):
    """Everybody who signs in. What they may do follows from the role (``access.py``)."""

    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        EDITOR = "editor", _("Knowledge editor")
        SUPERVISOR = "supervisor", _("Supervisor")
        OPERATOR = "operator", _("Operator")

    role = models.CharField(max_length=12, choices=Role.choices, default=Role.AGENT)
    display_name = models.CharField(max_length=60, blank=True)
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT)
    extension = models.CharField(
        max_length=20, unique=True, null=True, blank=True, help_text=_("Telephone extension")
    )

    objects = People()

    def __str__(self) -> str:
        return self.display_name or self.username


class Employment(models.Model):
    """With which vendor somebody was, and when: what they did then stays that vendor's.

    The database itself keeps these rows (a trigger on the people), so no way of changing a person
    can forget it.
    """

    agent = models.ForeignKey(User, related_name="employments", on_delete=models.CASCADE)
    vendor = models.ForeignKey(Vendor, related_name="employments", on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="employment_one_open", fields=["agent"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="employment_ends_after_it_began",
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} with {self.vendor_id} from {self.since}"


class AgentSkill(models.Model):
    """What an agent can take, by name: ``lang.en``, ``topic.water``, ``caller.difficult``.

    Level 1 is a native speaker or a specialist, level 2 good enough to help out.
    """

    agent = models.ForeignKey(User, related_name="skills", on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "name"], name="agent_has_skill_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}/{self.level}"
