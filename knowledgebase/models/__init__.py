"""What the city knows, and how it is found."""

from knowledgebase.models.articles import Article, ArticleQuerySet
from knowledgebase.models.attachments import Attachment
from knowledgebase.models.content import CONTENT, Content, content_of, put
from knowledgebase.models.revisions import Revision
from knowledgebase.models.search import (
    ArticleUse,
    CurrentTransaction,
    IndexedArticle,
    LearnedQuestion,
    Passage,
    Synonym,
)
from knowledgebase.models.topics import Department, Language, Named, Topic, active_language

__all__ = [
    "CONTENT",
    "Article",
    "ArticleQuerySet",
    "ArticleUse",
    "Attachment",
    "Content",
    "CurrentTransaction",
    "Department",
    "IndexedArticle",
    "Language",
    "LearnedQuestion",
    "Named",
    "Passage",
    "Revision",
    "Synonym",
    "Topic",
    "active_language",
    "content_of",
    "put",
]
