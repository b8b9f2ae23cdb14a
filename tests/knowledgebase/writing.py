"""What the tests of an article's life have in common: a draft, handed in, approved."""

from agents.models import User
from knowledgebase.actions import drafts, review
from knowledgebase.models import Article, Revision

FIELDS = {"title": "수도요금 감면", "body": "세 자녀 이상 가정은 수도요금을 감면받습니다."}


def started(editor: User, **fields) -> Revision:
    """The draft of a new article."""
    return drafts.start_article(actor=editor, language="ko", fields=FIELDS | fields)


def handed_in(revision: Revision, editor: User) -> Revision:
    return drafts.submit(actor=editor, article_id=revision.article_id, version=revision.version)


def changed(article: Article, editor: User, **fields) -> Revision:
    """A new draft of a published article."""
    article.refresh_from_db()
    return drafts.save_draft(
        actor=editor,
        article_id=article.pk,
        version=0,
        based_on=article.edition,
        fields=fields,
    )


def approved(revision: Revision, reviewer: User, comment: str = "") -> bool:
    return review.approve(
        actor=reviewer,
        article_id=revision.article_id,
        number=revision.number,
        version=revision.version,
        comment=comment,
    )


def published(editor: User, reviewer: User, **fields) -> Article:
    """A new article that two people have looked at."""
    revision = handed_in(started(editor, **fields), editor)
    approved(revision, reviewer)
    return Article.objects.get(pk=revision.article_id)
