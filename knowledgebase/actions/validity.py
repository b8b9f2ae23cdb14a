"""Whether an article still holds: looked at again, out of date, withdrawn."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from knowledgebase.actions.publishing import announce, lock_article, supersede, take_over
from knowledgebase.models import Article, Revision
from knowledgebase.search.index import index

State, Status = Revision.State, Article.Status
# One transaction holds so many articles at the most.
AT_ONCE = 200


@transaction.atomic
def still_right(*, actor: User, article_id: int) -> Article:
    """``actor`` has looked, and it holds as it stands; a translation is one of the newest text.

    What is past its date needs a new one, and so a revision: dates are read to citizens, too.
    """
    article = lock_article(article_id)
    if article.status != Status.PUBLISHED or article.is_expired:
        raise Refused(_("It is not in force. Give it a new date, and have that reviewed."))
    article.reviewed_at = clock.now()
    changed = ["reviewed_at"]
    if article.translation_of is not None:
        article.translated_from = article.translation_of.edition
        changed.append("translated_from")
        texts = article.revisions.filter(state=State.PUBLISHED)
        texts.update(translated_from=article.translated_from)
    article.save(update_fields=changed)
    audit.record(actor=actor, verb="article.still_right", target=article)
    announce(article)
    return article


@transaction.atomic
def withdraw(*, actor: User, article_id: int, reason: str) -> Article:
    """Nobody finds it from now on. One person may: what is wrong must be gone at once.

    Bringing it back is publishing again, and takes two. Raises Refused, or Invalid.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is withdrawn."), field="reason")
    article = lock_article(article_id)
    if article.status not in Article.READABLE:
        raise Refused(_("It is not in force."))
    _leave(article, Status.WITHDRAWN)
    audit.record(actor=actor, verb="article.withdrawn", target=article, reason=reason.strip()[:500])
    return article


def tick() -> tuple[int, int]:
    """What became of articles with the day: (how many expired, how many began).

    Idempotent, from PostgreSQL; two at once share the work. Reading does not depend on it.
    """
    return _all_of(_expire_some), _all_of(_begin_some)


def _all_of(some) -> int:
    done = 0
    while made := some(clock.today()):
        done += made
    return done


@transaction.atomic
def _expire_some(today: date) -> int:
    past = Article.objects.filter(status=Status.PUBLISHED, valid_until__lt=today)
    articles = list(past.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])
    for article in articles:
        _leave(article, Status.EXPIRED)
        until = str(article.valid_until)
        audit.record(actor=None, verb="article.expired", target=article, until=until)
    return len(articles)


@transaction.atomic
def _begin_some(today: date) -> int:
    due = Article.objects.filter(
        pk__in=Revision.objects.filter(state=State.APPROVED, valid_from__lte=today).values(
            "article"
        )
    )
    articles = list(due.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])
    return sum(_begin(article, today) for article in articles)


def _begin(article: Article, today: date) -> bool:
    """Publish what waits for its day, unless somebody took it back. Holds the article's lock."""
    waiting = article.revisions.filter(state=State.APPROVED, valid_from__lte=today)
    revision = waiting.select_related("saved_by").first()
    if revision is None:
        return False
    supersede(article)
    waiting.update(state=State.PUBLISHED)
    audit.record(actor=None, verb="article.published", target=article, revision=revision.number)
    take_over(article, revision, by=revision.saved_by)
    return True


def _leave(article: Article, status: str) -> None:
    article.status, article.updated_at = status, clock.now()
    article.save(update_fields=["status", "updated_at"])
    index([article])
    announce(article)
