"""What supervisors do to the line and to people: always with a reason, always written down."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import passing, queue, states
from agents.actions.offers import back_in_line, close_live_offer
from agents.actions.routing import route_on_commit
from agents.matching import lane_of
from agents.models import Offer, Presence, QueueEntry, User
from callcenter import clock
from callcenter.refusals import Invalid, Refused

_A_MOMENT = timedelta(microseconds=1)


@transaction.atomic
def pin(*, entry_id: int, actor: User, reason: str) -> QueueEntry:
    """Before everything else, until it is served."""
    entry = _lock_in_line(entry_id)
    entry.pinned_at = entry.pinned_at or clock.now()
    return _place(entry, actor, "entry.pinned", reason)


@transaction.atomic
def unpin(*, entry_id: int, actor: User, reason: str) -> QueueEntry:
    """Back to the place it had."""
    entry = _lock_in_line(entry_id)
    entry.pinned_at = None
    return _place(entry, actor, "entry.unpinned", reason)


@transaction.atomic
def move_before(*, entry_id: int, other_id: int, actor: User, reason: str) -> QueueEntry:
    """Just before another entry that waits, in that one's class."""
    if entry_id == other_id:
        raise Invalid(_("Choose another entry."), field="other")
    rows = QueueEntry.objects.select_for_update().filter(pk__in=[entry_id, other_id])
    found = {row.pk: row for row in rows.order_by("pk")}
    other, entry = found.get(other_id), found.get(entry_id)
    if other is None or other.status not in QueueEntry.IN_LINE:
        raise Refused(_("The other one is no longer in the line."))
    if entry is None or entry.status not in QueueEntry.IN_LINE:
        raise Refused(_("This is no longer in the line."))
    entry.priority, entry.pinned_at = other.priority, other.pinned_at
    entry.rank_at = other.rank_at - _A_MOMENT
    return _place(entry, actor, "entry.moved", reason, before=other.pk)


@transaction.atomic
def move_to_end(*, entry_id: int, actor: User, reason: str) -> QueueEntry:
    """Behind everything that waits now in its class."""
    entry = _lock_in_line(entry_id)
    entry.rank_at, entry.pinned_at = clock.now(), None
    return _place(entry, actor, "entry.moved", reason, before=None)


@transaction.atomic
def pull(*, entry_id: int, actor: User, reason: str) -> QueueEntry:
    """Take an entry back from the agent it rings at or who has it; it waits at its old place."""
    entry = queue.lock(entry_id)
    held = entry.agent_id
    _take_from_agent(entry)
    _written_down(entry, actor, "entry.pulled", reason, agent=held)
    back_in_line(entry)
    return entry


@transaction.atomic
def reassign(*, entry_id: int, agent: User, actor: User, reason: str) -> QueueEntry:
    """Let it go to this agent next, wherever it is now. Raises Refused if they are not here."""
    passing.check_at_work(agent)
    entry = queue.lock(entry_id)
    if entry.agent_id == agent.pk:
        raise Refused(_("%(name)s has it already.") % {"name": agent}, field="agent")
    if entry.status != QueueEntry.Status.WAITING:
        _take_from_agent(entry)
    passing.reserve(entry, agent)
    _written_down(entry, actor, "entry.reassigned", reason, agent=agent.pk)
    back_in_line(entry, keep_reserved=True)
    return entry


@transaction.atomic
def move_person(
    *, agent: User, state: str, actor: User, reason: str, break_reason: str = ""
) -> Presence:
    """Set somebody else's state. What rings there rings at the next; a conversation is not cut."""
    if not reason.strip():
        raise Invalid(_("Say why: it is written down."), field="reason")
    ringing = QueueEntry.objects.filter(offers__agent=agent, offers__status=Offer.Status.LIVE)
    for entry in ringing.select_for_update(of=("self",)):
        close_live_offer(entry, Offer.Status.WITHDRAWN)
        back_in_line(entry)
    presence = states.set_state(agent=agent, state=state, reason=break_reason)
    detail = {"state": state, "reason": reason.strip()}
    audit.record(actor=actor, verb="presence.moved", target=agent, **detail)
    return presence


def _lock_in_line(entry_id: int) -> QueueEntry:
    entry = queue.lock(entry_id)
    if entry.status not in QueueEntry.IN_LINE:
        raise Refused(_("This is no longer in the line."))
    return entry


def _take_from_agent(entry: QueueEntry) -> None:
    """Free whoever has a locked entry, or is rung by it. Raises Refused when nobody is."""
    if entry.status == QueueEntry.Status.OFFERED:
        close_live_offer(entry, Offer.Status.WITHDRAWN)
    elif entry.status != QueueEntry.Status.TAKEN:
        raise Refused(_("Nobody has this."))
    elif entry.released_at is not None:
        raise Refused(_("The caller is gone: this is in wrap-up."))
    else:
        queue.end_consult(entry)
        queue.let_go(entry)


def _place(entry: QueueEntry, actor: User, verb: str, reason: str, **detail) -> QueueEntry:
    entry.lane = lane_of(entry)
    entry.save(update_fields=["pinned_at", "priority", "rank_at", "lane"])
    _written_down(entry, actor, verb, reason, **detail)
    queue.announce(entry)
    route_on_commit()
    return entry


def _written_down(entry: QueueEntry, actor: User, verb: str, reason: str, **detail) -> None:
    if not reason.strip():
        raise Invalid(_("Say why: it is written down."), field="reason")
    audit.record(actor=actor, verb=verb, target=entry, reason=reason.strip(), **detail)
