"""Looking for articles that say different things about the same question."""

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import CharField, F, Func, IntegerField, Q, Value
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callcenter import clock
from callcenter.refusals import Missing
from knowledgebase.facts import differences
from knowledgebase.meaning import likeness, terms_of
from knowledgebase.models import Article, Compared, Suspect

Status = Suspect.Status
# Nearer than the same gap: two articles on one subject may well differ.
NEAR = 0.75
AT_ONCE = 40
LOOKED_AT = 12
MOST_ASKED, MOST_TERMS = 20, 200
_TERMS = ArrayField(CharField())


class _Shared(Func):
    """How many terms two lists have in common."""

    template = "cardinality(ARRAY(SELECT unnest(%(expressions)s)))"
    arg_joiner = ") INTERSECT SELECT unnest("
    output_field = IntegerField()


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
    terms = sorted({term for question in _questions(article) for term in question})[:MOST_TERMS]
    for other in _like(article, terms):
        _compare(*sorted((article, other), key=lambda one: one.pk))
    fresh = {"updated_at": article.updated_at, "terms": terms}
    Compared.objects.update_or_create(article=article, defaults=fresh)
    return True


def _like(article: Article, terms: list[str]) -> list[Article]:
    """Those that share the most words of their questions, and what it was suspected with before.

    In PostgreSQL rather than by the search: a worker need not hold the search's index for this.
    Of a pair the one that is looked at later finds the other.
    """
    looked_at = Article.objects.published().filter(language=article.language)
    near = looked_at.filter(compared__terms__overlap=terms).exclude(pk=article.pk)
    shared = _Shared(F("compared__terms"), Value(terms, output_field=_TERMS))
    others = {one.pk: one for one in near.order_by(shared.desc(), "pk")[:LOOKED_AT]}
    pairs = Suspect.objects.filter(Q(first=article) | Q(second=article))
    before = {pk for pair in pairs.values_list("first", "second") for pk in pair} - {article.pk}
    return [*others.values(), *looked_at.filter(pk__in=before - others.keys())]


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
    pairs = ((one, other) for one in _questions(first) for other in _questions(second))
    return max(likeness(one, other) for one, other in pairs)


def _questions(article: Article) -> list[list[str]]:
    return [terms_of(text) for text in (article.title, *article.asked[:MOST_ASKED])]


def _answer(article: Article) -> str:
    return f"{article.spoken}\n{article.body}"


def _lock(suspect_id: int) -> Suspect:
    suspect = Suspect.objects.select_for_update().filter(pk=suspect_id).first()
    if suspect is None:
        raise Missing(_("They do not differ any more."))
    return suspect


def _pair(suspect: Suspect) -> list[int]:
    return [suspect.first_id, suspect.second_id]
