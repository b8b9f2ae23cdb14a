"""Feedback on articles: said at the desk, answered by an editor, heard by who said it."""

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.live import KNOWLEDGE, Event, desk_of, push_on_commit
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.models import Article, Feedback

Status = Feedback.Status
LONGEST_WORDS = 2000
MOST_INQUIRIES = 50
_NUMBER = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@transaction.atomic
def say(*, actor: User, article_id: int, kind: str, words: str = "", inquiry: str = "") -> Feedback:
    """``actor`` says what is not right; the same again while it is open joins what was said.

    ``inquiry`` is a public number, of the one in hand. Raises Missing, or Invalid.
    """
    article = Article.objects.visible_to(actor).filter(pk=article_id).first()
    if article is None:
        raise Missing(_("There is no such article."))
    words = _checked(kind, words)
    if inquiry and not _NUMBER.fullmatch(inquiry):
        raise Invalid(_("This is no inquiry's number."), field="inquiry")
    fresh: dict[str, Any] = {"words": words, "inquiries": [inquiry] if inquiry else []}
    fresh |= {"edition": article.edition, "said_at": clock.now()}
    same = {"said_by": actor, "article": article, "kind": kind, "status": Status.OPEN}
    rows = Feedback.objects.select_for_update()
    try:
        feedback, new = rows.get_or_create(**same, defaults=fresh)
    except IntegrityError:  # Open when we wrote, answered when we looked.
        raise Refused(_("It was answered this very moment. Say it again.")) from None
    if not new:
        _join(feedback, **fresh)
    audit.record(actor=actor, verb="article.feedback", target=article, kind=kind)
    _tell_editors(feedback)
    return feedback


@transaction.atomic
def answer(*, actor: User, feedback_id: int, text: str = "") -> Feedback:
    """Done, with or without words; who said it hears. Of two editors one answers, the other is
    Refused. Raises Missing."""
    if len(text) > LONGEST_WORDS:
        raise Invalid(_too_long(), field="answer")
    waiting = Feedback.objects.filter(pk=feedback_id, status=Status.OPEN)
    won = waiting.update(
        status=Status.DONE, answer=text.strip(), answered_by=actor, answered_at=clock.now()
    )
    feedback = _the(feedback_id)
    if not won:
        said = _("%(person)s has answered this already.")
        raise Refused(said % {"person": feedback.answered_by})
    audit.record(actor=actor, verb="article.feedback_answered", target=feedback.article)
    _tell_editors(feedback)
    event = Event("feedback-answered", feedback.pk)
    push_on_commit(event, topics=[desk_of(feedback.said_by_id)])
    return feedback


@transaction.atomic
def open_again(*, actor: User, feedback_id: int) -> Feedback:
    """It was not done after all. Raises Missing, or Refused when the same is open already."""
    feedback = Feedback.objects.select_for_update().filter(pk=feedback_id).first()
    if feedback is None:
        raise Missing(_("There is no such feedback."))
    if feedback.status == Status.OPEN:
        return feedback
    same = {"said_by": feedback.said_by, "article": feedback.article, "kind": feedback.kind}
    if Feedback.objects.open().filter(**same).exists():
        raise Refused(_("The same has been said again, and is open."))
    feedback.status, feedback.answered_by, feedback.answered_at = Status.OPEN, None, None
    feedback.heard_at = None
    feedback.save(update_fields=["status", "answered_by", "answered_at", "heard_at"])
    audit.record(actor=actor, verb="article.feedback_reopened", target=feedback.article)
    _tell_editors(feedback)
    return feedback


def hear(*, actor: User, feedback_id: int) -> None:
    """``actor`` has read the answer: it is not shown again. Twice changes nothing."""
    mine = Feedback.objects.unheard_by(actor).filter(pk=feedback_id)
    mine.update(heard_at=clock.now())


def _join(
    feedback: Feedback, *, words: str, inquiries: list[str], edition: int, said_at: datetime
) -> None:
    """The caller holds the row's lock."""
    feedback.times += 1
    feedback.edition, feedback.said_at = edition, said_at
    if words and words not in feedback.words:
        feedback.words = f"{feedback.words}\n{words}".strip()[-LONGEST_WORDS:]
    fresh = [number for number in inquiries if number not in feedback.inquiries]
    feedback.inquiries = [*feedback.inquiries, *fresh][-MOST_INQUIRIES:]
    feedback.save(update_fields=["times", "edition", "said_at", "words", "inquiries"])


def _checked(kind: str, words: str) -> str:
    if kind not in Feedback.Kind.values:
        raise Invalid(
            _("Say what is not right: wrong, outdated, unclear or missing."), field="kind"
        )
    words = words.replace("\x00", "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(_too_long(), field="words")
    return words


def _too_long() -> str:
    said = _("This is too long: at most %(n)s characters.")
    return said % {"n": f"{LONGEST_WORDS:,}"}


def _the(feedback_id: int) -> Feedback:
    rows = Feedback.objects.select_related("article", "answered_by", "said_by")
    feedback = rows.filter(pk=feedback_id).first()
    if feedback is None:
        raise Missing(_("There is no such feedback."))
    return feedback


def _tell_editors(feedback: Feedback) -> None:
    push_on_commit(Event("feedback-changed", feedback.article_id), topics=[KNOWLEDGE])
