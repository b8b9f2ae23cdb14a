"""Files that belong to an article's text."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.db import models
from django.db.models import Q

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article
from knowledgebase.models.revisions import Revision


def _hidden_name(attachment: "Attachment", filename: str) -> str:
    """Where a file lies: a name that nobody chose, in no folder that is served."""
    return str(PurePosixPath("attachments", uuid4().hex))


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Files of texts in force that this person may read; of any text for whoever sees those."""
        articles = Article.objects.visible_to(user)
        if user.is_authenticated and user.role in Article.SEEN_WHOLE_BY:
            return self.filter(article__in=articles)
        shown = Revision.objects.filter(article__in=articles, state=Revision.State.PUBLISHED)
        return self.filter(revisions__in=shown).distinct()


class Attachment(models.Model):
    """A file, never changed: a new one takes its place. Which texts it goes with they say."""

    article = models.ForeignKey(Article, related_name="attachments", on_delete=models.CASCADE)
    revisions = models.ManyToManyField(Revision, related_name="attachments")
    file = models.FileField(upload_to=_hidden_name)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(User, related_name="+", on_delete=models.PROTECT)
    uploaded_at = models.DateTimeField(default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="attachment_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name
