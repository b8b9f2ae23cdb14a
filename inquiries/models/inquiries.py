"""What citizens want, over whatever channel it came, and what was done about it."""

import secrets

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agents.models import QueueEntry, User
from callcenter import clock
from knowledgebase.models import Article, Language, Topic

# No 0/O, 1/I/L, U: a number is read aloud and written down.
_NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_number() -> str:
    """A public number such as ``K7QX-M2PD``: random (39 bits), so nobody can count through it."""
    letters = [secrets.choice(_NUMBER_LETTERS) for _index in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def new_tracking_key() -> str:
    """The secret in a tracking link: 128 random bits."""
    return secrets.token_urlsafe(16)


class Citizen(models.Model):
    """Whoever is behind a telephone number. One row for each number, held by the constraint."""

    phone = models.CharField(max_length=20, unique=True)
    created_at = models.DateTimeField(default=clock.now)
    # Abusive before: goes to somebody trained for it first.
    difficult = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.phone


class InquiryQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status=Inquiry.Status.CLOSED)

    def with_names(self):
        """Everything a list shows, in one query."""
        return self.select_related("topic", "citizen", "closed_by")


class Inquiry(models.Model):
    """What a citizen wants. Has a public number; is never deleted by the way of the work."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("Telephone")
        WEB = "web", _("Web form")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        IN_PROGRESS = "in_progress", _("With an agent")
        PROMISED = "promised", _("Callback promised")
        WITH_DEPARTMENT = "with_department", _("With the department")
        CLOSED = "closed", _("Closed")

    number = models.CharField(max_length=12, unique=True, default=new_number)
    tracking_key = models.CharField(max_length=40, default=new_tracking_key)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    citizen = models.ForeignKey(
        Citizen, null=True, blank=True, related_name="inquiries", on_delete=models.PROTECT
    )
    contact_name = models.CharField(max_length=100, blank=True)
    contact_email = models.EmailField(blank=True)
    consent_at = models.DateTimeField(null=True, blank=True)
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RECEIVED)
    note = models.TextField(blank=True)
    # Counts the saves of the note: an editor who read an older one is told, not overwritten.
    note_version = models.PositiveIntegerField(default=0)
    # What the citizen reads on the tracking page.
    reply = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    articles = models.ManyToManyField(Article, through="ArticleLink", related_name="inquiries")

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "inquiries"
        constraints = [
            models.CheckConstraint(
                name="inquiry_closed_iff_closed_at",
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(name="inquiry_of_citizen", fields=["citizen", "-created_at"]),
            models.Index(name="inquiry_day", fields=["created_at"]),
            models.Index(name="inquiry_open", fields=["created_at"], condition=~Q(status="closed")),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """The citizen's own page; whoever has the link may read it."""
        return reverse("inquiries:track", args=[self.number, self.tracking_key])


class Contact(models.Model):
    """One time the center worked on an inquiry: a call, a web inquiry, a callback.

    The queue entry has the times and the agent; this has what came of it.
    """

    class Outcome(models.TextChoices):
        RESOLVED = "resolved", _("Resolved")
        PROMISED = "promised", _("Callback promised")
        HANDED_OFF = "handed_off", _("Handed to a department")
        NOT_REACHED = "not_reached", _("Not reached")
        OUTSIDE = "outside", _("Answered outside the desk")
        UNFINISHED = "unfinished", _("Not written up")
        CONSULTED = "consulted", _("A colleague was asked")
        ABANDONED = "abandoned", _("Abandoned")

    inquiry = models.ForeignKey(Inquiry, related_name="contacts", on_delete=models.PROTECT)
    entry = models.OneToOneField(QueueEntry, related_name="contact", on_delete=models.PROTECT)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    # What the colleague who passes it on, or asks about it, wants to be known.
    briefing = models.TextField(blank=True)
    # How often the desk passed it from one agent to another; the rows say why.
    passed_on = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.inquiry_id}/{self.entry_id} {self.outcome}"


class Transfer(models.Model):
    """A contact passed from one agent to another, to whoever has a skill, or to a supervisor."""

    class Reason(models.TextChoices):
        LANGUAGE = "language", _("Another language")
        KNOWLEDGE = "knowledge", _("Knows more about it")
        SUPERVISOR = "supervisor", _("The caller wants a supervisor")
        CONTINUED = "continued", _("Spoke with them before")
        SHIFT_END = "shift_end", _("End of the shift")
        DIFFICULT = "difficult", _("Difficult conversation")
        OTHER = "other", _("Another reason")

    contact = models.ForeignKey(Contact, related_name="transfers", on_delete=models.CASCADE)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    message = models.TextField(blank=True)
    from_agent = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    # Named by the one who passed it on; without either it was for a supervisor.
    to_agent = models.ForeignKey(
        User, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    to_skill = models.CharField(max_length=40, blank=True)
    asked_first = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.from_agent_id} → {self.to_agent_id or self.to_skill}"

    @property
    def skill_label(self) -> str:
        """Whom it was for when nobody was named: a language, a topic, a supervisor."""
        kind, _dot, name = self.to_skill.partition(".")
        if kind == "lang":
            return dict(Language.choices).get(name, name)
        topic = Topic.objects.filter(code=name).first() if kind == "topic" else None
        return str(topic or self.to_skill or _("A supervisor"))


class Draft(models.Model):
    """What an agent has typed and not sent yet: it outlives the browser, and goes on with the
    contact to whoever takes it next."""

    contact = models.ForeignKey(Contact, related_name="drafts", on_delete=models.CASCADE)
    name = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="draft_one_of_a_name", fields=["contact", "name"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.contact_id}"


class Viewing(models.Model):
    """Somebody has an inquiry open on their screen; ``seen_at`` grows old when they leave."""

    inquiry = models.ForeignKey(Inquiry, related_name="viewings", on_delete=models.CASCADE)
    user = models.ForeignKey(User, related_name="+", on_delete=models.CASCADE)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="viewing_once", fields=["inquiry", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} looks at {self.inquiry_id}"


class Call(models.Model):
    """One telephone leg, as the telephone system tells it. Folded from its events."""

    call_id = models.CharField(max_length=100, unique=True)
    contact = models.OneToOneField(
        Contact, null=True, blank=True, related_name="call", on_delete=models.PROTECT
    )
    from_number = models.CharField(max_length=30, blank=True)
    to_number = models.CharField(max_length=30, blank=True)
    agent = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    arrived_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    held_seconds = models.PositiveIntegerField(default=0)
    transfers = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.call_id


class CallEvent(models.Model):
    """What the telephone system said, kept word for word. Never changed."""

    class Type(models.TextChoices):
        """In the order in which things of the same moment happened."""

        ARRIVED = "arrived"
        ANSWERED = "answered"
        HELD = "held"
        RESUMED = "resumed"
        TRANSFERRED = "transferred"
        ENDED = "ended"

    event_id = models.CharField(max_length=100, unique=True)
    call = models.ForeignKey(Call, related_name="events", on_delete=models.PROTECT)
    type = models.CharField(max_length=12, choices=Type.choices)
    at = models.DateTimeField()
    from_number = models.CharField(max_length=30, blank=True)
    to_number = models.CharField(max_length=30, blank=True)
    agent = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    received_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class ArticleLink(models.Model):
    """This article answered this inquiry, says the agent."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE)
    article = models.ForeignKey(Article, on_delete=models.PROTECT)
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT)
    linked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="article_linked_once", fields=["inquiry", "article"]),
        ]
        indexes = [models.Index(name="article_linked_at", fields=["linked_at"])]

    def __str__(self) -> str:
        return f"{self.inquiry_id} ← {self.article_id}"
