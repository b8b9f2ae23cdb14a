"""What searches look into: written with the articles, so that the two cannot drift."""

from django.db import models

from knowledgebase.models.articles import Article


class Posting(models.Model):
    """The search index: how much of ``term`` stands in an article, the title counted threefold.

    Written in the same transaction as the article, so the two cannot drift.
    """

    pk = models.CompositePrimaryKey("term", "article_id")
    term = models.CharField(max_length=40, db_collation="C")
    article = models.ForeignKey(
        Article, related_name="postings", on_delete=models.CASCADE, db_constraint=True
    )
    weight = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.term} in {self.article_id}"
