"""What searches look into: written with the articles, so that the two cannot drift."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from pgvector.django import HalfVectorField, HnswIndex

from agents.models import User
from callcenter import clock
from knowledgebase.models.articles import Article
from knowledgebase.models.topics import Language


class CurrentTransaction(Func):
    """The number of the transaction that writes this, of 64 bits: it never comes again."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionField(models.BigIntegerField):
    """PostgreSQL's ``xid8``. Written by every change, so that readers learn what is new to them."""

    def __init__(self, *args, **kwargs) -> None:
        kwargs |= {"db_default": CurrentTransaction(), "editable": False}
        super().__init__(*args, **kwargs)

    def db_type(self, connection) -> str:
        return "xid8"

    def from_db_value(self, value, expression, connection) -> int:
        return int(value)


class IndexedArticle(models.Model):
    """What the index holds of an article; readers keep a copy in memory (``search.memory``).

    Written in the transaction of the article. A trigger empties the row when the article is
    deleted, and the row stays, so that readers hear of it: hence no foreign key. ``terms`` is
    packed (``search.segments.PACKED``); ``cut_by`` is the edition of our way of cutting.
    """

    article_id = models.BigIntegerField(primary_key=True)
    language = models.CharField(max_length=2)
    # Published or out of date: what the desk may read.
    shown = models.BooleanField()
    public = models.BooleanField()
    begins = models.DateField(null=True)
    ends = models.DateField(null=True)
    lift = models.FloatField(default=0)
    words = models.PositiveIntegerField()
    pairs = models.PositiveIntegerField()
    title_pairs = models.PositiveIntegerField()
    terms = models.BinaryField()
    cut_by = models.PositiveSmallIntegerField()
    # The ``changed`` whose text the passages below were made from; None before the first.
    meaning_of = models.BigIntegerField(null=True)
    changed = TransactionField()

    class Meta:
        indexes = [models.Index(name="indexed_article_changed", fields=["changed"])]

    def __str__(self) -> str:
        return f"Index of article {self.article_id}"


class Passage(models.Model):
    """What a piece of an article means, as a sentence encoder puts it; number 0 is the title.

    Made shortly after the article; until then words alone find it.
    """

    article = models.ForeignKey(Article, related_name="passages", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    vector = HalfVectorField(dimensions=512)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="passage_once", fields=["article", "number"]),
        ]
        indexes = [
            HnswIndex(name="passage_nearest", fields=["vector"], opclasses=["halfvec_cosine_ops"]),
        ]

    def __str__(self) -> str:
        return f"Passage {self.number} of article {self.article_id}"


class LearnedQuestion(models.Model):
    """How a citizen asked for an article that answered them, without personal data.

    Asked again, it counts up. A row that an editor took away stays, so that it is not learned
    again; ``indexed`` says whether the index knows how the row stands.
    """

    article = models.ForeignKey(Article, related_name="learned", on_delete=models.CASCADE)
    text = models.CharField(max_length=300)
    # ``text`` without spaces and marks, so that the same question counts as one.
    core = models.CharField(max_length=300)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    indexed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="learned_question_once", fields=["article", "core"]),
            models.CheckConstraint(
                name="learned_question_removed_by_somebody",
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="learned_to_index", fields=["id"], condition=Q(indexed=False)),
            models.Index(name="learned_newest", fields=["-last_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.text


class ArticleUse(models.Model):
    """How often an article was linked at the desk, and called the solution by citizens."""

    article = models.OneToOneField(
        Article, primary_key=True, related_name="use", on_delete=models.CASCADE
    )
    linked = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)
    indexed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(name="use_to_index", fields=["article"], condition=Q(indexed=False))
        ]

    def __str__(self) -> str:
        return f"Use of article {self.article_id}"


class Synonym(models.Model):
    """Words that citizens and articles use for the same; who looks for one finds the others.

    Never deleted, so that every process hears of its end.
    """

    language = models.CharField(max_length=2, choices=Language.choices, default=Language.KO)
    words = ArrayField(models.CharField(max_length=40))
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    removed_at = models.DateTimeField(null=True, blank=True)
    changed = TransactionField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="synonym_of_two_at_least", condition=Q(words__len__gte=2)),
        ]
        indexes = [models.Index(name="synonym_changed", fields=["changed"])]

    def __str__(self) -> str:
        return ", ".join(self.words)
