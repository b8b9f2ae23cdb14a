"""What citizens say of the help pages."""

from django.db import models

from knowledgebase.models.articles import Article


class HelpCount(models.Model):
    """How many said on a day that a text answered their question, and how many that it did not.

    Counts only: nothing says who it was. ``edition`` is the revision they read.
    """

    article = models.ForeignKey(Article, related_name="help_counts", on_delete=models.CASCADE)
    edition = models.PositiveIntegerField()
    day = models.DateField()
    answered = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="help_count_once_a_day", fields=["article", "edition", "day"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} on {self.day}"
