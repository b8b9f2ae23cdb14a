"""What the city knows, and how it is found."""

from knowledgebase.models.articles import Article, ArticleQuerySet
from knowledgebase.models.search import Posting
from knowledgebase.models.topics import Department, Language, Named, Topic, active_language

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Department",
    "Language",
    "Named",
    "Posting",
    "Topic",
    "active_language",
]
