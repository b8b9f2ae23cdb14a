"""What agents say to an offer, and what silence means."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit, signals
from agents.actions import presence as presences
from agents.actions.routing import route_on_commit
from agents.matching import lane_of
from agents.models import BreakReason, Offer, Presence, PresenceState, QueueEntry, User
from callcenter import clock, live
from callcenter.refusals import Refused

_TAKEN = ["status", "agent", "taken_at", "released_at", "settled_at", "reserved_for"]
_TAKEN += ["reserved_until"]


@transaction.atomic
def accept(*, offer_id: int, agent: User) -> QueueEntry:
    """Take what was offered. Refused when it has gone to somebody else or hung up."""
    offer = _lock_offer(offer_id, agent)
    if offer.status != Offer.Status.LIVE:
        raise Refused(_why_over(offer))
    entry = take(offer.entry, presences.lock(agent))
    audit.record(actor=agent, verb="offer.accepted", target=entry, asked=entry.asked)
    return entry


@transaction.atomic
def decline(*, offer_id: int, agent: User) -> None:
    """Not me: the entry keeps its place and is offered to the next."""
    offer = _lock_offer(offer_id, agent)
    if offer.status != Offer.Status.LIVE:
        raise Refused(_why_over(offer))
    give_back(offer.entry, Offer.Status.DECLINED)
    audit.record(actor=agent, verb="offer.declined", target=offer.entry)


def _why_over(offer: Offer) -> str:
    return {
        Offer.Status.ACCEPTED: _("It is taken already: by you, in another window."),
        Offer.Status.DECLINED: _("It was declined here and goes to the next."),
        Offer.Status.EXPIRED: _("It rang too long and went on to the next agent."),
    }.get(Offer.Status(offer.status), _("It is gone: hung up, or with somebody else."))


def expire_offers() -> int:
    """Give back what nobody answered in time; how many that were. Safe to run twice at once."""
    due = Offer.objects.filter(status=Offer.Status.LIVE, expires_at__lte=clock.now())
    return sum(_expire(entry_id) for entry_id in due.values_list("entry", flat=True))


@transaction.atomic
def _expire(entry_id: int) -> bool:
    entry = QueueEntry.objects.select_for_update().get(pk=entry_id)
    still_due = entry.offers.filter(status=Offer.Status.LIVE, expires_at__lte=clock.now())
    if not still_due.exists():
        return False
    give_back(entry, Offer.Status.EXPIRED)
    return True


def close_live_offer(
    entry: QueueEntry, status: Offer.Status, *, but_not: User | None = None
) -> None:
    """End the live offer of a locked entry, if any, and free the agent it rang at.

    An agent who let it ring is put on a break, with the reason on their screen: a desk nobody
    sits at must not swallow the next caller too.
    """
    offer = entry.offers.filter(status=Offer.Status.LIVE).first()
    if offer is None or (but_not and offer.agent_id == but_not.pk):
        return
    presence = Presence.objects.select_for_update().get(agent=offer.agent_id)
    offer.status, offer.closed_at = status, clock.now()
    offer.save(update_fields=["status", "closed_at"])
    if status == Offer.Status.EXPIRED:
        presences.move(presence, PresenceState.BREAK, reason=BreakReason.MISSED)
    else:
        presences.move(presence, PresenceState.AVAILABLE)
        route_on_commit()


def give_back(entry: QueueEntry, status: Offer.Status) -> None:
    """End the live offer of a locked entry and put the entry back in line.

    ``rank_at`` stays: the old place in the line, not the end of it. What was kept for the one
    who did not take it is now for everybody, but a question to one colleague ends.
    """
    close_live_offer(entry, status)
    if entry.kind == QueueEntry.Kind.CONSULT and entry.reserved_for_id:
        end_unserved(entry, clock.now())
    else:
        back_in_line(entry)


def end_unserved(entry: QueueEntry, at: datetime) -> None:
    """A locked entry is over without a desk. Atomic with the caller."""
    entry.status, entry.finished_at = QueueEntry.Status.DONE, not_before(entry, at)
    entry.save()
    announce(entry)


def back_in_line(entry: QueueEntry, *, keep_reserved: bool = False) -> None:
    """Let a locked entry wait again, at its old place. Atomic with the caller."""
    entry.status, entry.agent = QueueEntry.Status.WAITING, None
    if not keep_reserved:
        entry.reserved_for, entry.reserved_until = None, None
    entry.lane = lane_of(entry)
    entry.save()
    announce(entry)
    route_on_commit()


def _lock_offer(offer_id: int, agent: User) -> Offer:
    """The offer, its entry locked first."""
    entry = (
        QueueEntry.objects.select_for_update(of=("self",))
        .filter(offers__pk=offer_id, offers__agent=agent)
        .first()
    )
    if entry is None:
        raise Refused(_("There is no such offer for you."))
    offer = Offer.objects.select_for_update().get(pk=offer_id)
    offer.entry = entry
    return offer


def take(entry: QueueEntry, presence: Presence, *, at: datetime | None = None) -> QueueEntry:
    """Give a locked entry to the agent of a locked presence. Called by accept and assign."""
    moment = not_before(entry, at or clock.now())
    Offer.objects.filter(entry=entry, agent=presence.agent_id, status=Offer.Status.LIVE).update(
        status=Offer.Status.ACCEPTED, closed_at=moment
    )
    entry.status, entry.agent_id = QueueEntry.Status.TAKEN, presence.agent_id
    entry.taken_at, entry.released_at = entry.taken_at or moment, None
    entry.reserved_for, entry.reserved_until = None, None
    entry.save(update_fields=_TAKEN)
    presences.move(presence, PresenceState.TALKING, entry=entry, at=moment)
    signals.entry_taken.send(sender=QueueEntry, entry=entry, agent=presence.agent)
    announce(entry)
    return entry


def not_before(entry: QueueEntry, moment: datetime) -> datetime:
    """Clocks of two machines differ a little; nothing is over before it began."""
    return max(moment, entry.taken_at or entry.waiting_since)


def announce(entry: QueueEntry) -> None:
    topics = [live.FLOOR]
    if entry.about is not None and entry.about.agent_id:
        topics.append(live.desk_of(entry.about.agent_id))
    live.push_on_commit(live.Event("queue-changed", entry.pk), topics=topics)
