"""The second pair of eyes: approve, or send back with a comment."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from knowledgebase.actions.publishing import (
    announce,
    lock_article,
    next_number,
    supersede,
    take_over,
)
from knowledgebase.models import Article, Revision, content_of, put

State = Revision.State


@transaction.atomic
def approve(*, actor: User, article_id: int, number: int, version: int, comment: str = "") -> bool:
    """Publish revision ``number``, or let it wait for the day it holds from; True when published.

    ``version`` is the one that was read: what changed since is not approved. Of two reviewers the
    conditional update lets the database pick one; the other gets Refused, as does an author.
    """
    article = lock_article(article_id)
    revision = _in_review(article, number, version)
    _not_an_author(actor, revision)
    waits = revision.valid_from is not None and revision.valid_from > clock.today()
    if not waits:
        supersede(article)
    _decide(revision, actor, State.APPROVED if waits else State.PUBLISHED, comment)
    verb = "article.approved" if waits else "article.published"
    audit.record(actor=actor, verb=verb, target=article, revision=number)
    if waits:
        announce(article)
    else:
        take_over(article, revision, by=revision.saved_by)
    return not waits


@transaction.atomic
def send_back(*, actor: User, article_id: int, number: int, version: int, comment: str) -> Revision:
    """Say what is missing. The text stays in the history as it was read; its author goes on with
    a draft of the same words, which is returned. Raises Refused, or Invalid without a comment.
    """
    if not comment.strip():
        raise Invalid(_("Say what is missing, so that it can be mended."), field="comment")
    article = lock_article(article_id)
    revision = _in_review(article, number, version)
    _not_an_author(actor, revision)
    _decide(revision, actor, State.REJECTED, comment)
    draft = _again(article, revision)
    audit.record(
        actor=actor, verb="article.sent_back", target=article, revision=number, comment=comment
    )
    announce(article)
    return draft


def _in_review(article: Article, number: int, version: int) -> Revision:
    revision = article.revisions.filter(number=number).select_related("reviewed_by").first()
    if revision is None or revision.state != State.IN_REVIEW:
        raise Refused(_too_late(revision))
    if revision.version != version:
        raise Refused(_("The text has changed since you read it. Read it again."))
    return revision


def _too_late(revision: Revision | None) -> str:
    if revision and revision.reviewed_by:
        said = _("%(person)s has decided on this already: %(state)s.")
        return said % {"person": revision.reviewed_by, "state": revision.get_state_display()}
    return _("This is not in review any more.")


def _not_an_author(actor: User, revision: Revision) -> None:
    if revision.written_also_by(actor):
        raise Refused(_("You wrote this. Somebody else must look at it."))


def _decide(revision: Revision, actor: User, state: str, comment: str) -> None:
    """The database picks one winner, even if a way in without the article's lock were made."""
    now = clock.now()
    won = Revision.objects.filter(
        pk=revision.pk, state=State.IN_REVIEW, version=revision.version
    ).update(state=state, reviewed_by=actor, reviewed_at=now, comment=comment.strip()[:2000])
    if not won:
        revision.refresh_from_db()
        raise Refused(_too_late(revision))
    revision.state, revision.reviewed_by, revision.reviewed_at = state, actor, now


def _again(article: Article, revision: Revision) -> Revision:
    """A draft of the same words by the same people. The caller holds the article's lock."""
    draft = Revision(
        article=article,
        number=next_number(article),
        based_on=revision,
        authors=revision.authors,
        written_by=revision.written_by,
        written_at=clock.now(),
        saved_by=revision.saved_by,
        saved_at=clock.now(),
    )
    put(content_of(revision), draft)
    draft.save()
    draft.attachments.set(revision.attachments.all())
    return draft
