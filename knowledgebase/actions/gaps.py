"""What was asked and found no article: counted, gathered by meaning, and settled by an editor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.live import KNOWLEDGE, Event, push_on_commit
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.meaning import nearest, terms_of
from knowledgebase.models import Article, Asked, Gap, Language, SearchLog
from knowledgebase.search.private import without_personal

Status = Gap.Status
# An episode is over when nothing was typed or opened in it for so long.
SEARCH_RESTS = timedelta(minutes=10)
AT_ONCE = 500
LOOKED_THROUGH = 200
SHORTEST = 2
LONGEST_QUERY = 200
LONGEST_TEXT = 500
_TURN = 420_003  # Of the one who gathers; nobody else uses this number.


@dataclass(frozen=True)
class Question:
    """What was asked somewhere: ``ref`` names it there, ``answer`` is what was told to it."""

    source: str
    ref: str
    text: str
    at: datetime
    language: str = Language.KO
    answer: str = ""


def log_search(
    *, episode: str, query: str, hits: int, channel: str, language: str = "", opened: int = 0
) -> None:
    """Keep how a search stands: one statement, the last word of an episode counts.

    ``opened`` is the article that was chosen, which later words of the episode do not undo.
    """
    query = without_personal(query[: LONGEST_QUERY * 2])[:LONGEST_QUERY]
    if not episode.isalnum() or len(episode) > 32 or channel not in SearchLog.Channel.values:
        raise Invalid(_("This is no search of ours."), field="episode")
    if len(query) < SHORTEST:
        return
    language = language if language in Language.values else Language.KO
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_SEARCH,
            {
                "episode": episode,
                "query": query,
                "language": language,
                "hits": min(max(hits, 0), 10**6),
                "channel": channel,
                "opened": opened,
                "chosen": opened > 0,
                "at": clock.now(),
            },
        )


_KEEP_SEARCH = """
INSERT INTO knowledgebase_searchlog
    (episode, query, language, hits, channel, opened_id, chosen, looked_at, at)
VALUES (%(episode)s, %(query)s, %(language)s, %(hits)s, %(channel)s,
    (SELECT id FROM knowledgebase_article WHERE id = %(opened)s), %(chosen)s, false, %(at)s)
ON CONFLICT (episode) DO UPDATE SET
    query = excluded.query, hits = excluded.hits, at = excluded.at,
    chosen = knowledgebase_searchlog.chosen OR excluded.chosen,
    opened_id = COALESCE(excluded.opened_id, knowledgebase_searchlog.opened_id)
WHERE NOT knowledgebase_searchlog.looked_at
"""


@transaction.atomic
def gather_searches() -> int:
    """Searches that ended without a choice become questions; how many. For a task."""
    over = SearchLog.objects.filter(
        chosen=False, looked_at=False, at__lt=clock.now() - SEARCH_RESTS
    )
    rows = list(over.select_for_update(skip_locked=True).order_by("at")[:AT_ONCE])
    SearchLog.objects.filter(pk__in=[row.pk for row in rows]).update(looked_at=True)
    source = Asked.Source.SEARCH
    return gather(Question(source, row.episode, row.query, row.at, row.language) for row in rows)


@transaction.atomic
def gather(questions: Iterable[Question]) -> int:
    """Put questions with those of the same meaning; how many were new. Handing one in again
    changes nothing. One at a time gathers, so that two do not begin the same group."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
    new = [one for one in _not_yet(list(questions)) if _put(one)]
    if new:
        push_on_commit(Event("gaps-changed", 0), topics=[KNOWLEDGE])
    return len(new)


@transaction.atomic
def not_needed(*, actor: User, gap_id: int) -> Gap:
    """No article is to be written; what is asked of it later is counted all the same."""
    gap = _lock(gap_id)
    if gap.status == Status.NOT_NEEDED:
        return gap
    if gap.status != Status.OPEN:
        raise Refused(_("Somebody is writing this article."))
    return _settle(gap, actor, Status.NOT_NEEDED, "gap.not_needed")


@transaction.atomic
def needed_after_all(*, actor: User, gap_id: int) -> Gap:
    """Undo: it is open again, also when its article was begun."""
    gap = _lock(gap_id)
    if gap.status == Status.OPEN:
        return gap
    gap.article = None
    return _settle(gap, actor, Status.OPEN, "gap.opened")


@transaction.atomic
def being_written(*, actor: User, gap_id: int, article: Article) -> None:
    """An editor has begun the article of a gap. The last one who begins counts."""
    gap = _lock(gap_id)
    gap.article = article
    _settle(gap, actor, Status.WRITING, "gap.writing")


@transaction.atomic
def forget_old() -> int:
    """Delete what is older than ``SEARCH_LOG_DAYS``; how many rows. For a task."""
    before = clock.now() - timedelta(days=settings.SEARCH_LOG_DAYS)
    gone = SearchLog.objects.filter(at__lt=before).delete()[0]
    gone += Asked.objects.filter(at__lt=before).delete()[0]
    empty = Gap.objects.annotate(n=Count("asked")).filter(n=0, last_at__lt=before)
    return gone + Gap.objects.filter(pk__in=list(empty.values_list("pk", flat=True))).delete()[0]


def _not_yet(questions: list[Question]) -> list[Question]:
    refs = [one.ref for one in questions]
    there = set(Asked.objects.filter(ref__in=refs).values_list("source", "ref"))
    unique = {(one.source, one.ref): one for one in questions}
    return [one for key, one in unique.items() if key not in there]


def _put(question: Question) -> bool:
    """The caller has the turn."""
    text = without_personal(question.text)[:LONGEST_TEXT]
    terms = terms_of(text)[:100]
    if not terms or len(text) < SHORTEST:
        return False
    gap = _gap_for(terms, question.language)
    if gap is None:
        gap = Gap.objects.create(
            title=text[:300], language=question.language, terms=terms, last_at=question.at
        )
    elif question.at > gap.last_at:
        Gap.objects.filter(pk=gap.pk).update(last_at=question.at)
    Asked.objects.create(
        gap=gap,
        source=question.source,
        ref=question.ref,
        text=text,
        answer=without_personal_in(question.answer),
        at=question.at,
    )
    return True


def without_personal_in(text: str) -> str:
    """Line by line, so that paragraphs stay."""
    return "\n".join(without_personal(line) for line in text.splitlines()).strip()


def _gap_for(terms: list[str], language: str) -> Gap | None:
    near = Gap.objects.filter(language=language, terms__overlap=terms).order_by("-last_at")
    return nearest(terms, ((gap, gap.terms) for gap in near[:LOOKED_THROUGH]))


def _lock(gap_id: int) -> Gap:
    gap = Gap.objects.select_for_update().filter(pk=gap_id).first()
    if gap is None:
        raise Missing(_("There is no such question any more."))
    return gap


def _settle(gap: Gap, actor: User, status: str, verb: str) -> Gap:
    """The caller holds the row's lock."""
    is_open = status == Status.OPEN
    gap.status = status
    gap.settled_by, gap.settled_at = (None, None) if is_open else (actor, clock.now())
    gap.save(update_fields=["status", "settled_by", "settled_at", "article"])
    audit.record(actor=actor, verb=verb, target=gap, title=gap.title[:100])
    push_on_commit(Event("gaps-changed", gap.pk), topics=[KNOWLEDGE])
    return gap
