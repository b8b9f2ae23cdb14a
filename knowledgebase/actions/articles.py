"""Writing articles past the review: imports and the demo, by whoever runs the center."""

from collections.abc import Iterable

from django.db import transaction

from agents import audit
from agents.models import User
from callcenter import clock
from knowledgebase.actions.checks import check_place, check_text
from knowledgebase.actions.publishing import announce, lock_article, next_number, supersede
from knowledgebase.models import Article, Revision, content_of, put
from knowledgebase.search.index import index

State = Revision.State


@transaction.atomic
def save_article(*, actor: User | None, article: Article) -> Article:
    """Write an article as it stands, its search terms and a revision, without a review.

    For imports and commands, never for pages: those go through ``drafts`` and ``review``.
    Raises Invalid, naming the field.
    """
    check_place(article)
    check_text(article)
    created = article.pk is None
    if not created:
        lock_article(article.pk)
    article.updated_at, article.updated_by = clock.now(), actor
    article.save()
    _write_down(article)
    index([article])
    audit.record(
        actor=actor, verb="article.created" if created else "article.changed", target=article
    )
    announce(article)
    return article


def first_revisions(articles: Iterable[Article]) -> None:
    """The history of freshly made articles begins with what they say, in two statements.

    For rows made with ``bulk_create``; the caller holds the transaction.
    """
    articles = list(articles)
    Revision.objects.bulk_create(
        [_revision_of(article, 1) for article in articles], batch_size=1000
    )
    Article.objects.filter(pk__in=[article.pk for article in articles]).update(edition=1)
    for article in articles:
        article.edition = 1


def _write_down(article: Article) -> None:
    """A revision that says what the article says. A draft of somebody's stays as it is.

    The caller has made the article or holds its lock.
    """
    if article.status == Article.Status.DRAFT:
        return
    number = next_number(article)
    supersede(article)
    _revision_of(article, number).save(force_insert=True)
    article.edition, article.reviewed_at = number, article.updated_at
    article.save(update_fields=["edition", "reviewed_at"])


def _revision_of(article: Article, number: int) -> Revision:
    by = article.updated_by
    revision = Revision(
        article=article,
        number=number,
        state=State.PUBLISHED,
        authors=[by.pk] if by else [],
        written_by=by,
        written_at=article.updated_at,
        saved_by=by,
        saved_at=article.updated_at,
        reviewed_at=article.updated_at,
    )
    put(content_of(article), revision)
    return revision
