"""What the city knows, and how it is found."""

from knowledgebase.models.articles import Article, ArticleQuerySet
from knowledgebase.models.attachments import Attachment
from knowledgebase.models.content import CONTENT, Content, content_of, put
from knowledgebase.models.help import HelpCount
from knowledgebase.models.notices import FoldedNotice, Notice, NoticeTemplate
from knowledgebase.models.revisions import Revision
from knowledgebase.models.search import Posting
from knowledgebase.models.topics import Department, Language, Named, Topic, active_language

__all__ = [
    "CONTENT",
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "Content",
    "Department",
    "FoldedNotice",
    "HelpCount",
    "Language",
    "Named",
    "Notice",
    "NoticeTemplate",
    "Posting",
    "Revision",
    "Topic",
    "active_language",
    "content_of",
    "put",
]
