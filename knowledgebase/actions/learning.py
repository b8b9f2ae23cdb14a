"""What closed inquiries teach: how citizens ask for an article, and which articles serve them."""

import re
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Missing, Refused
from knowledgebase.models import Article, ArticleUse, LearnedQuestion
from knowledgebase.search import synonyms, terms
from knowledgebase.search.index import index
from knowledgebase.search.private import without_personal

LONGEST, SHORTEST = 300, 4
AT_ONCE = 100
_COUNT_UP = """
INSERT INTO knowledgebase_learnedquestion
    (article_id, text, core, times, first_at, last_at, indexed)
VALUES (%(article)s, %(text)s, %(core)s, 1, %(now)s, %(now)s, false)
ON CONFLICT (article_id, core) DO UPDATE SET times = knowledgebase_learnedquestion.times + 1,
    last_at = greatest(knowledgebase_learnedquestion.last_at, EXCLUDED.last_at), indexed = false
"""
_USED = """
INSERT INTO knowledgebase_articleuse (article_id, linked, solved, indexed)
VALUES (%(article)s, %(linked)s, %(solved)s, false)
ON CONFLICT (article_id) DO UPDATE SET linked = knowledgebase_articleuse.linked + EXCLUDED.linked,
    solved = knowledgebase_articleuse.solved + EXCLUDED.solved, indexed = false
"""


@transaction.atomic
def learn(*, question: str, articles: Iterable[int]) -> str:
    """An inquiry was closed with ``articles``: ``question`` is another way to find them.

    What is kept of it, without personal data; empty when too little is left. The index follows
    within seconds (``index_learned``): whoever closes must not wait for it.
    """
    wanted = sorted(set(articles))
    text = without_personal(question)[:LONGEST].strip(" .")
    core = synonyms.core(terms.fold(text))[:LONGEST]
    now = clock.now()
    with connection.cursor() as cursor:
        # In one order, table by table: two that close at once wait for each other at the most.
        for article in wanted if len(core) >= SHORTEST else []:
            row: dict[str, Any] = {"article": article, "text": text, "core": core, "now": now}
            cursor.execute(_COUNT_UP, row)
        for article in wanted:
            cursor.execute(_USED, {"article": article, "linked": 1, "solved": 0})
    return text if len(core) >= SHORTEST and wanted else ""


@transaction.atomic
def praise(*, articles: Iterable[int]) -> None:
    """A citizen says that what these articles told has solved it."""
    with connection.cursor() as cursor:
        for article in sorted(set(articles)):
            cursor.execute(_USED, {"article": article, "linked": 0, "solved": 1})


@transaction.atomic
def forget(*, actor: User, question_id: int) -> LearnedQuestion:
    """An editor takes a learned question away; it is not learned again. Raises Missing, Refused."""
    question = _locked(question_id)
    changed = LearnedQuestion.objects.filter(pk=question.pk, removed_at=None)
    if not changed.update(removed_at=clock.now(), removed_by=actor):
        raise Refused(_("It is removed already."))
    return _tell(question, actor, "article.question_forgotten")


@transaction.atomic
def remember(*, actor: User, question_id: int) -> LearnedQuestion:
    """Undo ``forget``. Raises Missing, Refused."""
    question = _locked(question_id)
    changed = LearnedQuestion.objects.filter(pk=question.pk, removed_at__isnull=False)
    if not changed.update(removed_at=None, removed_by=None):
        raise Refused(_("It is in use already."))
    return _tell(question, actor, "article.question_remembered")


def _locked(question_id: int) -> LearnedQuestion:
    question = LearnedQuestion.objects.filter(pk=question_id).select_related("article").first()
    if question is None:
        raise Missing(_("There is no such question."))
    # The article first, as everything that writes its index does.
    Article.objects.select_for_update(no_key=True).get(pk=question.article_id)
    return question


def _tell(question: LearnedQuestion, actor: User, verb: str) -> LearnedQuestion:
    index([question.article])
    audit.record(actor=actor, verb=verb, target=question.article, question=question.text)
    return question


def index_learned() -> int:
    """Index the articles about which something was learned since; how many.

    Idempotent, from PostgreSQL; two at once share the work. What is learned meanwhile is marked
    again, and done the next time.
    """
    done = 0
    while some := _index_some():
        done += some
    return done


@transaction.atomic
def _index_some() -> int:
    taught = LearnedQuestion.objects.filter(indexed=False).values("article_id")
    used = ArticleUse.objects.filter(indexed=False).values("article_id")
    waiting = Article.objects.filter(pk__in=taught.union(used))
    articles = list(waiting.select_for_update(no_key=True, skip_locked=True)[:AT_ONCE])
    for model in (LearnedQuestion, ArticleUse):
        model.objects.filter(article__in=articles, indexed=False).update(indexed=True)
    index(articles)
    return len(articles)


def question_in(subject: str, body: str, note: str) -> str:
    """What the citizen asked: their own words, or the first sentence that the agent wrote down."""
    if subject.strip() or body.strip():
        return f"{subject} {body}".strip()
    return re.split(r"\n|(?<=[.?!。？！])\s", note.strip())[0]
