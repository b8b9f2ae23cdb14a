"""Passing what is in hand to a colleague, and asking one first."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import queue
from agents.actions.offers import back_in_line
from agents.models import Presence, PresenceState, QueueEntry, User
from callcenter import clock
from callcenter.refusals import Refused


@transaction.atomic
def pass_on(
    *, entry_id: int, agent: User, to: User | None = None, skills: Iterable[str] = ()
) -> QueueEntry:
    """Give what ``agent`` has in hand to a colleague, or to whoever has these skills.

    It keeps its place in the line. A colleague who was asked about it and has answered gets it
    at once; another is asked alone for a while (RESERVED_SECONDS), then everybody suited is.
    Raises Refused when the caller is gone, or the colleague is not at work.
    """
    entry = queue.lock(entry_id)
    if entry.status != QueueEntry.Status.TAKEN or entry.agent_id != agent.pk:
        raise Refused(_("This is not in your hands."))
    if entry.released_at is not None:
        raise Refused(_("The caller is gone: finish it, or hand it to a department."))
    if entry.kind == QueueEntry.Kind.CONSULT:
        raise Refused(_("It is your colleague's to pass on."))
    if to is not None:
        check_at_work(to, but_not=agent)
    if to is not None and _answers(entry, to):
        return queue.assign(entry_id=entry.pk, agent=to)
    queue.end_consult(entry)
    queue.let_go(entry)
    entry.skills = list(skills)
    reserve(entry, to)
    back_in_line(entry, keep_reserved=True)
    return entry


@transaction.atomic
def ask_colleague(
    *, entry_id: int, agent: User, to: User | None = None, skills: Iterable[str] = ()
) -> QueueEntry:
    """Let a colleague ring about what ``agent`` has in hand, who stays with the caller.

    Raises Refused when somebody is being asked already, or the colleague is not at work.
    """
    about = queue.lock(entry_id)
    if about.status != QueueEntry.Status.TAKEN or about.agent_id != agent.pk:
        raise Refused(_("This is not in your hands."))
    if about.kind == QueueEntry.Kind.CONSULT:
        raise Refused(_("You are being asked yourself."))
    if about.consults.open().exists():
        raise Refused(_("A colleague is being asked already."))
    if to is not None:
        check_at_work(to, but_not=agent)
    until = clock.now() + timedelta(seconds=settings.RESERVED_SECONDS)
    return queue.enqueue(
        kind=QueueEntry.Kind.CONSULT,
        language=about.language,
        skills=skills,
        about=about,
        pinned_at=clock.now(),
        reserved_for=to,
        reserved_until=until if to else None,
    )


@transaction.atomic
def stop_asking(*, entry_id: int, agent: User) -> None:
    """Back to the caller: the colleague is no longer needed."""
    about = queue.lock(entry_id)
    if about.agent_id != agent.pk:
        raise Refused(_("This is not in your hands."))
    queue.end_consult(about)


def check_at_work(colleague: User, *, but_not: User | None = None) -> None:
    """Raises Refused unless ``colleague`` is at work and somebody else."""
    at_work = Presence.objects.filter(agent=colleague).exclude(state=PresenceState.OFFLINE)
    if colleague == but_not:
        raise Refused(_("That is you."), field="agent")
    if not at_work.exists():
        raise Refused(_("%(name)s is not at work.") % {"name": colleague}, field="agent")


def reserve(entry: QueueEntry, to: User | None) -> None:
    """Let only ``to`` be asked for a while; None: everybody suited. The caller saves."""
    until = clock.now() + timedelta(seconds=settings.RESERVED_SECONDS)
    entry.reserved_for, entry.reserved_until = to, (until if to else None)


def open_reservations_over() -> int:
    """Let everybody be asked for what nobody took who it was kept for; how many that were.

    A question to one colleague is not put to another: it ends, and who asked is told.
    """
    over = QueueEntry.objects.filter(
        status=QueueEntry.Status.WAITING, reserved_until__lte=clock.now()
    )
    return sum(_open_reservation(entry_id) for entry_id in over.values_list("pk", flat=True))


@transaction.atomic
def _open_reservation(entry_id: int) -> bool:
    entry = queue.lock(entry_id)
    until = entry.reserved_until
    if entry.status != QueueEntry.Status.WAITING or until is None or until > clock.now():
        return False
    if entry.kind == QueueEntry.Kind.CONSULT:
        queue.close_unhandled(entry_id=entry.pk, at=clock.now())
    else:
        audit.record(actor=None, verb="entry.opened_to_all", target=entry)
        back_in_line(entry)
    return True


def _answers(entry: QueueEntry, colleague: User) -> bool:
    """Is this colleague talking with us about the entry right now?"""
    return entry.consults.filter(status=QueueEntry.Status.TAKEN, agent=colleague).exists()
