"""Writing: drafts, handing them in for review, taking them back, and bringing old texts back."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.actions.checks import check_draft, check_place, check_text
from knowledgebase.actions.publishing import announce, lock_article, next_number
from knowledgebase.models import Article, Content, Revision, content_of, put

State = Revision.State


class Conflict(Refused):
    """Somebody else has saved meanwhile; ``theirs`` is what stands now. Nothing was written."""

    def __init__(self, theirs: Revision) -> None:
        super().__init__(
            _("%(person)s has changed this meanwhile. Nothing was overwritten.")
            % {"person": theirs.saved_by or _("Somebody else")}
        )
        self.theirs = theirs


@transaction.atomic
def start_article(
    *,
    actor: User,
    fields: dict[str, Any],
    language: str,
    translation_of: Article | None = None,
    external_id: str | None = None,
) -> Revision:
    """A new article and the draft of its first text; found by nobody before it is approved.

    ``fields``: any of ``CONTENT``. Raises Invalid, naming the field.
    """
    if translation_of is not None:
        # Two editors who start the same translation at once: the second is told.
        translation_of = lock_article(translation_of.pk)
    article = Article(
        language=language,
        translation_of=translation_of,
        external_id=external_id,
        status=Article.Status.DRAFT,
        updated_by=actor,
        updated_at=clock.now(),
    )
    check_place(article)
    _set(article, fields)
    article.save()
    audit.record(actor=actor, verb="article.started", target=article)
    return _open_draft(article, actor, fields=fields)


@transaction.atomic
def save_draft(
    *, actor: User, article_id: int, version: int, fields: dict[str, Any], based_on: int = 0
) -> Revision:
    """Keep what ``actor`` wrote.

    ``version`` is the one of the draft that was opened; 0 when there was none, and then
    ``based_on`` is the number of the revision in force that was opened. Raises Conflict when
    somebody else saved in between, Refused when the text is in review, Invalid for a field.
    """
    article = lock_article(article_id)
    draft = article.revisions.filter(state__in=Revision.OPEN).select_related("saved_by").first()
    if draft is None:
        if version or based_on != article.edition:
            raise Conflict(_newest(article))
        return _open_draft(article, actor, fields=fields)
    if draft.state != State.DRAFT:
        raise Refused(_("This text is in review. Take it back before you change it."))
    if draft.version != version:
        raise Conflict(draft)
    return _save(article, draft, actor, fields)


@transaction.atomic
def submit(*, actor: User, article_id: int, version: int, note: str = "") -> Revision:
    """Ask for a second pair of eyes. Raises Conflict, Refused, or Invalid naming a field."""
    article = lock_article(article_id)
    draft = _the(article, State.DRAFT, _("There is no draft to hand in."))
    if draft.version != version:
        raise Conflict(draft)
    check_text(draft)
    if draft.valid_until and draft.valid_until < clock.today():
        raise Invalid(_("It would be out of date from the start."), field="valid_until")
    draft.state, draft.submitted_at, draft.note = State.IN_REVIEW, clock.now(), note[:500]
    draft.save(update_fields=["state", "submitted_at", "note"])
    _tell(actor, "article.submitted", article, draft, note=draft.note)
    return draft


@transaction.atomic
def take_back(*, actor: User, article_id: int) -> Revision:
    """What is in review, or waits for its day, is a draft again. Raises Refused."""
    article = lock_article(article_id)
    waiting = article.revisions.filter(state__in=[State.IN_REVIEW, State.APPROVED])
    revision = waiting.first()
    # Conditional: whoever decided in the meantime was first.
    if revision is None or not waiting.update(
        state=State.DRAFT, submitted_at=None, reviewed_by=None, reviewed_at=None, comment=""
    ):
        raise Refused(_("There is nothing in review any more."))
    revision.refresh_from_db()
    _tell(actor, "article.taken_back", article, revision)
    return revision


@transaction.atomic
def discard(*, actor: User, article_id: int, version: int) -> Revision:
    """Put a draft aside. It stays in the history, from where it can be brought back."""
    article = lock_article(article_id)
    draft = _the(article, State.DRAFT, _("There is no draft."))
    if draft.version != version:
        raise Conflict(draft)
    draft.state = State.DISCARDED
    draft.save(update_fields=["state"])
    _tell(actor, "article.discarded", article, draft)
    return draft


@transaction.atomic
def restore(*, actor: User, article_id: int, number: int) -> Revision:
    """A new draft with an old text; it goes through review like any other. Raises Refused."""
    article = lock_article(article_id)
    old = article.revisions.filter(number=number).first()
    if old is None:
        raise Missing(_("There is no such revision."))
    if article.revisions.filter(state__in=Revision.OPEN).exists():
        raise Refused(_("There is a draft already. Finish or discard it first."))
    draft = _open_draft(article, actor, fields={}, base=old)
    audit.record(
        actor=actor, verb="article.restored", target=article, revision=draft.number, of=number
    )
    return draft


def _open_draft(
    article: Article, actor: User, *, fields: dict[str, Any], base: Revision | None = None
) -> Revision:
    """A draft from ``base``, else from the text in force. The caller holds the article's lock."""
    base = base or article.revisions.filter(number=article.edition).first()
    draft = Revision(
        article=article,
        number=next_number(article),
        based_on=base,
        authors=[actor.pk],
        written_by=actor,
        written_at=clock.now(),
        saved_by=actor,
        saved_at=clock.now(),
    )
    put(content_of(base or article), draft)
    _set(draft, fields)
    draft.save()
    if base:
        draft.attachments.set(base.attachments.all())
    _follow(article, draft)
    _tell(actor, "article.drafted", article, draft)
    return draft


def _save(article: Article, draft: Revision, actor: User, fields: dict[str, Any]) -> Revision:
    """The caller holds the article's lock and has compared the versions."""
    before = content_of(draft)
    _set(draft, fields)
    if content_of(draft) == before:
        return draft
    mark_written(draft, actor)
    draft.save()
    _follow(article, draft)
    _tell(actor, "article.saved", article, draft, version=draft.version)
    return draft


def mark_written(draft: Revision, actor: User) -> None:
    """``actor`` has had a hand in it: nobody approves what they wrote. Nothing is saved."""
    draft.version += 1
    draft.saved_by, draft.saved_at = actor, clock.now()
    if actor.pk not in draft.authors:
        draft.authors = [*draft.authors, actor.pk]


def _set(text: Content, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(text, name, value)
    check_draft(text)


def _follow(article: Article, draft: Revision) -> None:
    """An article that was never published shows its draft, so that lists have a title."""
    if article.edition:
        return
    put(content_of(draft), article)
    article.updated_at, article.updated_by = draft.saved_at, draft.saved_by
    article.save()


def _the(article: Article, state: str, otherwise: str) -> Revision:
    revision = article.revisions.filter(state=state).select_related("saved_by").first()
    if revision is None:
        raise Refused(otherwise)
    return revision


def _newest(article: Article) -> Revision:
    """What stands now, for a conflict; an article without history speaks for itself."""
    newest = article.revisions.select_related("saved_by").order_by("-number").first()
    if newest is None:
        newest = Revision(article=article, saved_by=article.updated_by, version=0)
        put(content_of(article), newest)
    return newest


def _tell(actor: User, verb: str, article: Article, revision: Revision, **detail: Any) -> None:
    audit.record(actor=actor, verb=verb, target=article, revision=revision.number, **detail)
    announce(article)
