"""What the city knows, and how it is found."""

from knowledgebase.models.articles import Article, ArticleQuerySet
from knowledgebase.models.attachments import Attachment
from knowledgebase.models.content import CONTENT, Content, content_of, put
from knowledgebase.models.feedback import Feedback
from knowledgebase.models.gaps import Asked, Gap, SearchLog
from knowledgebase.models.help import HelpCount
from knowledgebase.models.notices import FoldedNotice, Notice, NoticeTemplate
from knowledgebase.models.revisions import Revision
from knowledgebase.models.search import (
    ArticleUse,
    CurrentTransaction,
    IndexedArticle,
    LearnedQuestion,
    Passage,
    Synonym,
)
from knowledgebase.models.suspects import Compared, Suspect
from knowledgebase.models.topics import Department, Language, Named, Topic, active_language

__all__ = [
    "CONTENT",
    "Article",
    "ArticleQuerySet",
    "ArticleUse",
    "Asked",
    "Attachment",
    "Compared",
    "Content",
    "CurrentTransaction",
    "Department",
    "Feedback",
    "FoldedNotice",
    "Gap",
    "HelpCount",
    "IndexedArticle",
    "Language",
    "LearnedQuestion",
    "Named",
    "Notice",
    "NoticeTemplate",
    "Passage",
    "Revision",
    "SearchLog",
    "Suspect",
    "Synonym",
    "Topic",
    "active_language",
    "content_of",
    "put",
]
