"""Articles that lead to each other."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter.refusals import Invalid, Missing
from knowledgebase.actions.publishing import announce
from knowledgebase.models import Article

MOST = 20


@transaction.atomic
def relate(*, actor: User, article_id: int, other_id: int) -> None:
    """Let two articles lead to each other. Doing it twice changes nothing."""
    article, other = _both(article_id, other_id)
    if article.related.filter(pk=other.pk).exists():
        return
    if article.related.count() >= MOST:
        raise Invalid(_("An article leads to at most %(n)s others.") % {"n": MOST}, field="other")
    article.related.add(other)
    audit.record(actor=actor, verb="article.related", target=article, other=other.pk)
    announce(article)


@transaction.atomic
def unrelate(*, actor: User, article_id: int, other_id: int) -> None:
    """They no longer lead to each other. Doing it twice changes nothing."""
    article, other = _both(article_id, other_id)
    if not article.related.filter(pk=other.pk).exists():
        return
    article.related.remove(other)
    audit.record(actor=actor, verb="article.unrelated", target=article, other=other.pk)
    announce(article)


def _both(article_id: int, other_id: int) -> tuple[Article, Article]:
    found = Article.objects.in_bulk([article_id, other_id])
    if article_id not in found or other_id not in found:
        raise Missing(_("There is no such article."))
    if article_id == other_id:
        raise Invalid(_("An article does not lead to itself."), field="other")
    return found[article_id], found[other_id]
