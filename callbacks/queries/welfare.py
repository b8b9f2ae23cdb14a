"""Reads of the welfare rounds."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from agents import hours
from callbacks.actions.alarms import WATCHER
from callbacks.models import Alarm, Check, Consent, Person, Round, Rung, Step, Watcher
from callcenter import clock

Status = Check.Status


def people() -> QuerySet[Person]:
    """Everybody, with ``consented`` (pk of the one that holds), ``consent_until``, ``next_at``."""
    today = clock.today()
    holds = Consent.objects.filter(person=OuterRef("pk"), withdrawn_at=None)
    holds = holds.filter(Q(until=None) | Q(until__gte=today))
    coming = Q(checks__status=Status.PLANNED)
    return Person.objects.annotate(
        consented=Subquery(holds.values("pk")[:1]),
        consent_until=Subquery(holds.values("until")[:1]),
        next_at=Min("checks__due_at", filter=coming),
    ).order_by("name", "pk")


def found(text: str) -> QuerySet[Person]:
    """People by a part of their name, or by the end of a number on their ladder."""
    text = text.strip()
    if not text:
        return people()
    match = Q(name__icontains=text)
    digits = "".join(letter for letter in text if letter.isdigit())
    if len(digits) >= 4:
        rungs = Rung.objects.filter(person=OuterRef("pk"), phone__endswith=digits.lstrip("0"))
        match |= Q(pk__in=Subquery(rungs.values("person")))
        match |= Q(ladder__phone__endswith=digits.lstrip("0"))
    return people().filter(match).distinct()


def round_of(day: date) -> QuerySet[Check]:
    """The checks planned for a day, in the order of their times."""
    start, end = hours.day_of(day)
    checks = Check.objects.filter(planned_for__gte=start, planned_for__lt=end)
    return checks.for_round_page().prefetch_related("steps__by")


@dataclass(frozen=True)
class Progress:
    """A day in numbers; ``planned`` says whether its plan was made at all."""

    planned: bool
    total: int
    done: int
    open: int
    overdue: int
    help: int

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


def progress_of(day: date) -> Progress:
    start, end = hours.day_of(day)
    checks = Check.objects.filter(planned_for__gte=start, planned_for__lt=end)
    is_open = Q(status__in=Check.OPEN)
    numbers = checks.exclude(status=Status.CANCELLED).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=~is_open),
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(deadline_at__lte=clock.now())),
        help=Count("pk", filter=Q(status=Status.HELP)),
    )
    return Progress(planned=Round.objects.filter(day=day).exists(), **numbers)


def handed_over() -> list[Check]:
    """What the next shift must know: begun and not ended, overdue, or due within two hours."""
    soon = clock.now() + timedelta(hours=2)
    begun = Q(status__in=[Status.QUEUED, Status.ESCALATED]) | Q(due_at__lte=soon)
    checks = Check.objects.open().filter(begun).select_related("person", "inquiry")
    checks = checks.prefetch_related("steps__by", "person__ladder")
    return list(checks.order_by("deadline_at", "pk"))


def history_of(person: Person) -> QuerySet[Check]:
    """What has become of the calls to a person, the last first; what is to come is not in it."""
    past = person.checks.filter(Q(planned_for__lte=clock.now()) | ~Q(status=Status.PLANNED))
    return past.prefetch_related("steps__by").order_by("-planned_for")


def last_words(person: Person) -> Step | None:
    """What was written down last about a person, for whoever calls next."""
    steps = Step.objects.filter(check_of__person=person).exclude(words="")
    return steps.select_related("by").order_by("-at", "-pk").first()


@dataclass(frozen=True)
class Board:
    """What every supervisor sees on every page: alarms, and whether anybody watches at all."""

    alarms: list[Alarm]
    silent: bool
    silent_since: object
    overdue: int


def board() -> Board:
    watcher = Watcher.objects.filter(name=WATCHER).first()
    since = watcher.beat_at if watcher else None
    longest = timedelta(seconds=settings.WATCHER_SILENT_SECONDS)
    silent = since is None or clock.now() - since > longest
    # Nobody to watch over: a center without rounds needs no watcher.
    silent = silent and Person.objects.consenting(clock.today()).exists()
    overdue = Check.objects.overdue(clock.now()).count() if silent else 0
    alarms = list(Alarm.objects.ringing()[:20])
    return Board(alarms=alarms, silent=silent, silent_since=since, overdue=overdue)
