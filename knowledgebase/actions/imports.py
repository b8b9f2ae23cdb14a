"""Bringing articles in: published at once by an operator's command, handed in from a page."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agents.models import User
from callcenter.refusals import Invalid, Refused
from knowledgebase.actions import drafts
from knowledgebase.actions.articles import save_article
from knowledgebase.actions.checks import check_place, check_text, topic_of
from knowledgebase.models import CONTENT, Article, Department, Revision


@transaction.atomic
def import_article(*, external_id: str, fields: dict[str, Any], actor: User | None = None) -> bool:
    """Publish what an import says of an article, without a review; whether that changed anything.

    ``fields``: title, body and, if given, any other of ``exchange.columns``: topic and owner as
    codes, translation_of as an external id. A row like the one we have costs a look, not a
    write. Raises Invalid, naming the field.
    """
    article, fields = _meant(external_id, fields)
    if not _differs(article, fields):
        return False
    for name, value in fields.items():
        setattr(article, name, value)
    save_article(actor=actor, article=article)
    return True


def compared(*, external_id: str, fields: dict[str, Any]) -> str:
    """What ``propose_article`` would do with the same arguments: new, changed or unchanged.

    Nothing is written. Raises as it would, Invalid or Refused.
    """
    article, fields = _meant(external_id, fields)
    if article.pk is None:
        _check(article, fields)
        return "new"
    if not _differs(article, fields):
        return "unchanged"
    _check(article, fields)
    if article.revisions.filter(state__in=Revision.OPEN).exists():
        raise Refused(_("Somebody is working on this article."), field="external_id")
    return "changed"


@transaction.atomic
def propose_article(*, external_id: str, fields: dict[str, Any], actor: User) -> str:
    """Hand in what an editor's file says of an article: new, changed or unchanged.

    Raises Invalid, naming the field, or Refused when somebody is working on the article.
    """
    outcome = compared(external_id=external_id, fields=fields)
    if outcome == "unchanged":
        return outcome
    article, fields = _meant(external_id, fields)
    content = {name: value for name, value in fields.items() if name in CONTENT}
    if outcome == "new":
        draft = drafts.start_article(
            actor=actor,
            external_id=external_id,
            language=fields.get("language", article.language),
            translation_of=fields.get("translation_of"),
            fields=content,
        )
    else:
        draft = drafts.save_draft(
            actor=actor,
            article_id=article.pk,
            version=0,
            based_on=article.edition,
            fields=content,
        )
    note = _("From an imported file.")
    drafts.submit(actor=actor, article_id=draft.article_id, version=draft.version, note=note)
    return outcome


def by_outer_id(external_id: str) -> Article | None:
    """The article of this name outside; one that was written here has its number for a name."""
    named = Article.objects.filter(external_id=external_id).first()
    number = external_id.removeprefix("article-")
    if named or number == external_id or not number.isdecimal() or len(number) > 17:
        return named
    return Article.objects.filter(external_id=None, pk=int(number)).first()


def _meant(external_id: str, fields: dict[str, Any]) -> tuple[Article, dict[str, Any]]:
    """The article, new or the one we have, and the fields with rows in place of codes."""
    fields = dict(fields)
    if "topic" in fields:
        fields["topic"] = topic_of(fields["topic"]) if fields["topic"] else None
    if "owner" in fields:
        fields["owner"] = _department(fields["owner"]) if fields["owner"] else None
    if original := fields.pop("translation_of", ""):
        fields["translation_of"] = _original(original)
    return by_outer_id(external_id) or Article(external_id=external_id), fields


def _differs(article: Article, fields: dict[str, Any]) -> bool:
    differs = article.pk is None or any(
        getattr(article, name) != value for name, value in fields.items()
    )
    # A changed translation was made from the text that the original has now.
    if differs and "translation_of" in fields:
        fields["translated_from"] = fields["translation_of"].edition
    return differs


def _check(article: Article, fields: dict[str, Any]) -> None:
    place = ("language", "translation_of")
    moved = [name for name in place if article.pk and getattr(article, name) != fields.get(name)]
    if any(name in fields for name in moved):
        raise Refused(_("An article keeps its language."), field="language")
    for name, value in fields.items():
        setattr(article, name, value)
    check_place(article)
    check_text(article)


def _original(external_id: str) -> Article:
    original = by_outer_id(external_id)
    if original is None:
        raise Invalid(_("There is no such article to translate."), field="translation_of")
    return original


def _department(code: str) -> Department:
    department = Department.objects.filter(code=code).first()
    if department is None:
        raise Invalid(_("There is no such department."), field="owner")
    return department
