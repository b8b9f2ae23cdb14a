"""The one place where a text becomes what everybody reads."""

from django.utils.translation import gettext as _

from agents.models import User
from callcenter import clock
from callcenter.live import KNOWLEDGE, Event, push_on_commit
from callcenter.refusals import Missing
from knowledgebase.models import Article, Revision, content_of, put
from knowledgebase.search.index import index

State = Revision.State


def lock_article(article_id: int) -> Article:
    """The article, locked first by every write to its revisions. Raises Missing.

    FOR NO KEY UPDATE: an agent may link the article to an inquiry meanwhile.
    """
    articles = Article.objects.select_for_update(no_key=True)
    article = articles.filter(pk=article_id).first()
    if article is None:
        raise Missing(_("There is no such article."))
    return article


def next_number(article: Article) -> int:
    """The caller holds the article's lock, so nobody else takes the same."""
    newest = article.revisions.order_by("-number").values_list("number", flat=True).first()
    return (newest or 0) + 1


def take_over(article: Article, revision: Revision, *, by: User | None) -> None:
    """Let the article say what ``revision`` says, found by the next keystroke.

    The caller holds the article's lock, has marked the revision PUBLISHED and the one before it
    SUPERSEDED, all in one transaction.
    """
    now = clock.now()
    put(content_of(revision), article)
    article.edition, article.status = revision.number, Article.Status.PUBLISHED
    article.reviewed_at = article.updated_at = now
    article.updated_by = by
    article.save()
    index([article])
    announce(article)


def announce(article: Article) -> None:
    push_on_commit(Event("article-changed", article.pk), topics=[KNOWLEDGE])


def supersede(article: Article) -> None:
    """The text in force is one of the past. The caller holds the article's lock."""
    article.revisions.filter(state=State.PUBLISHED).update(state=State.SUPERSEDED)
