"""Looking for articles that say different things about the same question."""

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Missing
from knowledgebase.facts import differences
from knowledgebase.meaning import likeness, terms_of
from knowledgebase.models import Article, Compared, Suspect
from knowledgebase.search import search

Status = Suspect.Status
# Nearer than the same gap: two articles on one subject may well differ.
NEAR = 0.75
AT_ONCE = 40
LOOKED_AT = 12


def look() -> int:
    """Compare the next articles that changed with those like them; how many were looked at.

    For a task, a batch at a time. Doing it twice changes nothing.
    """
    changed = Q(compared=None) | Q(compared__updated_at__lt=F("updated_at"))
    articles = Article.objects.published().filter(changed).order_by("updated_at", "pk")[:AT_ONCE]
    return sum(_look_at(article) for article in articles)


@transaction.atomic
def no_conflict(*, actor: User, suspect_id: int) -> Suspect:
    """Both are right; remembered until they differ in something else. Raises Missing."""
    suspect = _lock(suspect_id)
    if suspect.status == Status.OPEN:
        suspect.status, suspect.settled_by = Status.NO_CONFLICT, actor
        suspect.settled_at = clock.now()
        suspect.save(update_fields=["status", "settled_by", "settled_at"])
        audit.record(
            actor=actor, verb="suspect.no_conflict", target=suspect, articles=_pair(suspect)
        )
    return suspect


@transaction.atomic
def suspect_again(*, actor: User, suspect_id: int) -> Suspect:
    """Undo. Raises Missing."""
    suspect = _lock(suspect_id)
    if suspect.status != Status.OPEN:
        suspect.status, suspect.settled_by, suspect.settled_at = Status.OPEN, None, None
        suspect.save(update_fields=["status", "settled_by", "settled_at"])
        audit.record(actor=actor, verb="suspect.opened", target=suspect, articles=_pair(suspect))
    return suspect


@transaction.atomic
def _look_at(article: Article) -> bool:
    for other in _like(article):
        _compare(*sorted((article, other), key=lambda one: one.pk))
    Compared.objects.update_or_create(article=article, defaults={"updated_at": article.updated_at})
    return True


def _like(article: Article) -> list[Article]:
    """What the search finds for its title, and what it was suspected with before."""
    found = search(article.title, language=article.language, limit=LOOKED_AT, staff=True).articles
    pairs = Suspect.objects.filter(Q(first=article) | Q(second=article))
    before = {pk for pair in pairs.values_list("first", "second") for pk in pair}
    others = {one.pk: one for one in found} | Article.objects.in_bulk(list(before))
    others.pop(article.pk, None)
    return [one for one in others.values() if one.language == article.language]


def _compare(first: Article, second: Article) -> None:
    near = _nearness(first, second)
    apart = differences(_answer(first), _answer(second)) if near >= NEAR else []
    rows = Suspect.objects.filter(first=first, second=second)
    told = [one.as_json() for one in apart]
    there = rows.first()
    if not told:
        rows.delete()
    elif there is None:
        fresh = Suspect(
            first=first, second=second, likeness=near, differences=told, found_at=clock.now()
        )
        # Another task may have found the same pair from its other end.
        Suspect.objects.bulk_create([fresh], ignore_conflicts=True)
    elif there.differences != told:
        rows.update(
            likeness=near,
            differences=told,
            found_at=clock.now(),
            status=Status.OPEN,
            settled_by=None,
            settled_at=None,
        )


def _nearness(first: Article, second: Article) -> float:
    """How alike the questions are: the titles, or one of the ways in which citizens ask."""
    ours = [terms_of(text) for text in (first.title, *first.asked)]
    theirs = [terms_of(text) for text in (second.title, *second.asked)]
    return max(likeness(one, other) for one in ours for other in theirs)


def _answer(article: Article) -> str:
    return f"{article.spoken}\n{article.body}"


def _lock(suspect_id: int) -> Suspect:
    suspect = Suspect.objects.select_for_update().filter(pk=suspect_id).first()
    if suspect is None:
        raise Missing(_("They do not differ any more."))
    return suspect


def _pair(suspect: Suspect) -> list[int]:
    return [suspect.first_id, suspect.second_id]
