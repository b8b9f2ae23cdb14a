"""Reads of promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from agents.models import User
from callbacks.models import Attempt, Callback
from callcenter import clock
from inquiries.models import Inquiry

Status = Callback.Status
SHOWN = 200


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty: everything that is open.

    ``person``: whose it is, ``day``: promised for that day, ``state``: a status, ``late`` or
    ``all``, ``words``: in the number, the question or the inquiry's number.
    """

    person: int | None = None
    day: date | None = None
    state: str = ""
    language: str = ""
    words: str = ""


def listed(user: User, filters: Filters) -> QuerySet[Callback]:
    """Agents see what is theirs, supervisors everything; the soonest first.

    Kept and cancelled ones are found by their state.
    """
    found = _narrowed(_visible(user), filters)
    tries = Count("attempts", filter=Q(attempts__ended_at__isnull=False))
    return found.annotate(tries=tries).order_by("due_at", "pk")[:SHOWN]


def _visible(user: User) -> QuerySet[Callback]:
    promises = Callback.objects.select_related(
        "inquiry", "promised_by", "caller_agent", "department", "research"
    )
    if user.role == User.Role.AGENT:
        return promises.filter(owned_by(user))
    return promises


def owned_by(user: User) -> Q:
    """What this person is to see to: called by them, promised by them, or found out by them."""
    promised = Q(promised_by=user) & ~Q(caller=Callback.Caller.AGENT)
    return promised | Q(caller_agent=user) | Q(research__assigned_to=user)


def _narrowed(found: QuerySet[Callback], filters: Filters) -> QuerySet[Callback]:
    found = found.filter(_in_state(filters.state))
    if filters.person:
        found = found.filter(
            Q(caller_agent=filters.person)
            | Q(promised_by=filters.person, caller_agent=None)
            | Q(research__assigned_to=filters.person)
        )
    if filters.day:
        start, end = clock.day_bounds(filters.day)
        found = found.filter(promised_for__gte=start, promised_for__lt=end)
    if filters.language:
        found = found.filter(language=filters.language)
    if filters.words:
        words = filters.words.strip()
        digits = "".join(one for one in words if one.isdigit()).lstrip("0")
        about = Q(question__icontains=words) | Q(inquiry__number__iexact=words)
        found = found.filter(about | Q(phone__contains=digits) if len(digits) > 3 else about)
    return found


def _in_state(state: str) -> Q:
    if state == "all":
        return Q()
    if state == "late":
        return Q(status__in=Callback.OPEN, until__lt=clock.now())
    if state in Status.values:
        return Q(status=state)
    return Q(status__in=Callback.OPEN)


def mine_today(user: User) -> list[Callback]:
    """An agent's open promises up to the end of today, those that break first before others."""
    end = clock.day_bounds(clock.today())[1]
    mine = Callback.objects.open().filter(owned_by(user), promised_for__lt=end)
    return list(mine.select_related("inquiry", "research").order_by("until", "pk")[:20])


def open_about(inquiry: Inquiry) -> QuerySet[Callback]:
    """Open promises about an inquiry or about another one of the same number, soonest first."""
    about = Q(inquiry=inquiry) | Q(joined=inquiry)
    if inquiry.citizen_id is not None:
        about |= Q(inquiry__citizen=inquiry.citizen_id)
    found = Callback.objects.open().filter(about).distinct()
    return found.select_related("inquiry", "research").order_by("due_at")[:3]


def open_for_citizen(inquiry: Inquiry) -> QuerySet[Callback]:
    """The promise that a citizen reads about: of this inquiry, or joined by it."""
    about = Q(inquiry=inquiry) | Q(joined=inquiry)
    return Callback.objects.open().filter(about).distinct().order_by("promised_for")


def attempt_of(agent: User, inquiry_id: int) -> Attempt | None:
    """The open try about an inquiry that is in this agent's hands, with the answer to give."""
    tries = Attempt.objects.select_related(
        "callback__inquiry", "callback__research__answered_by", "dialled_by"
    )
    mine = tries.filter(entry__agent=agent, entry__status="taken", ended_at=None)
    return mine.filter(callback__inquiry=inquiry_id).first()


def history_of(callback: Callback) -> QuerySet[Attempt]:
    """Every try at a promise, the last first."""
    return callback.attempts.select_related("entry__agent", "dialled_by").order_by("-began_at")


@dataclass(frozen=True)
class Standing:
    """How many promises are open, how many of them broken, and how many about to be."""

    open: int
    late: int
    breaking: int


def standing() -> Standing:
    now = clock.now()
    breaking = Q(supervisor_warned_at__isnull=False, until__gte=now) & ~Q(status=Status.ESCALATED)
    return Standing(
        **Callback.objects.open().aggregate(
            open=Count("pk"),
            late=Count("pk", filter=Q(until__lt=now)),
            breaking=Count("pk", filter=breaking),
        )
    )


def grouped(promises: Iterable[Callback]) -> dict[str, list[Callback]]:
    """The list as it is read: what is a supervisor's, late, about to be, under way; the rest."""
    now = clock.now()
    names = ("escalated", "late", "breaking", "queued", "coming", "over")
    groups: dict[str, list[Callback]] = {name: [] for name in names}
    for promise in promises:
        groups[_group_of(promise, now)].append(promise)
    return groups


def _group_of(promise: Callback, now: datetime) -> str:
    if not promise.is_open:
        return "over"
    if promise.status == Status.ESCALATED:
        return "escalated"
    if promise.until < now:
        return "late"
    if promise.owner_warned_at is not None:
        return "breaking"
    return "queued" if promise.status == Status.QUEUED else "coming"


def by_hour(promises: Iterable[Callback]) -> list[tuple[datetime, list[Callback]]]:
    """Promises by the full hour for which they were promised, the earliest first."""
    hours: dict[datetime, list[Callback]] = {}
    for promise in sorted(promises, key=lambda one: (one.promised_for, one.pk)):
        face = timezone.localtime(promise.promised_for, timezone.get_default_timezone())
        hours.setdefault(face.replace(minute=0, second=0, microsecond=0), []).append(promise)
    return list(hours.items())


def by_person(promises: Iterable[Callback]) -> list[tuple[User | None, list[Callback]]]:
    """Promises by who is to see to them, those of nobody first."""
    people: dict[User | None, list[Callback]] = {}
    for promise in promises:
        people.setdefault(promise.owner, []).append(promise)
    return sorted(people.items(), key=lambda one: str(one[0] or ""))
