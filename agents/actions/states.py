"""What agents choose to be: available, on a break, gone."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import desks
from agents.actions import presence as presences
from agents.actions.queue import complete
from agents.actions.routing import route_on_commit
from agents.matching import skills_of
from agents.models import BreakReason, Presence, PresenceState, User
from callcenter import clock
from callcenter.refusals import Invalid, Refused

CHOSEN_BY_HAND = {PresenceState.AVAILABLE, PresenceState.BREAK, PresenceState.OFFLINE}


@transaction.atomic
def set_state(*, agent: User, state: str, reason: str = "") -> Presence:
    """What an agent chooses: available, a break with its reason, or offline.

    Ends a wrap-up whose outcome is on record. Raises Invalid for a state nobody chooses by hand
    or a break without a reason, and Refused while the agent still has an entry: that is finished,
    not walked away from.
    """
    if state not in CHOSEN_BY_HAND:
        raise Invalid(_("Choose available, break or offline."), field="state")
    if state == PresenceState.BREAK and reason not in dict(BreakReason.by_hand()):
        raise Invalid(_("A break needs a reason."), field="reason")
    _end_wrap_up(agent)
    presence = presences.lock(agent)
    if presence.entry_id is not None:
        raise Refused(_("Finish what you have first."))
    new_reason = reason if state == PresenceState.BREAK else ""
    desks.seen([agent.pk])
    if state == PresenceState.AVAILABLE:
        _bring_skills(presence, agent)
    if (presence.state, presence.reason) != (state, new_reason):
        presences.move(presence, PresenceState(state), reason=new_reason)
        audit.record(actor=agent, verb=f"presence.{state}", target=agent, reason=new_reason)
    # Also when somebody leaves: what waited for them, as the best fit, need not any more.
    route_on_commit()
    return presence


@transaction.atomic
def renew_skills(*, agent: User) -> None:
    """What somebody can take has changed: routing is to know at once."""
    _bring_skills(presences.lock(agent), agent)
    route_on_commit()


def _bring_skills(presence: Presence, agent: User) -> None:
    presence.skills = skills_of(agent)
    presence.save(update_fields=["skills"])


def end_wrap_ups_over() -> int:
    """Free the agents whose wrap-up time is over and whose work is recorded; how many."""
    over = clock.now() - timedelta(seconds=settings.WRAP_UP_SECONDS)
    done = Presence.objects.filter(state=PresenceState.WRAP_UP, since__lte=over)
    settled = done.filter(entry__settled_at__isnull=False).values_list("entry", flat=True)
    for entry_id in list(settled):
        complete(entry_id=entry_id, actor=None)
    passed_on = done.filter(entry=None).values_list("agent", flat=True)
    return len(settled) + sum(_free_from_wrap_up(agent_id, over) for agent_id in passed_on)


@transaction.atomic
def _free_from_wrap_up(agent_id: int, over: datetime) -> bool:
    """End the wrap-up of somebody whose entry has gone on to a colleague."""
    locked = Presence.objects.select_for_update().filter(agent=agent_id, entry=None)
    presence = locked.filter(state=PresenceState.WRAP_UP, since__lte=over).first()
    if presence is None:
        return False
    presences.move(presence, PresenceState.AVAILABLE)
    route_on_commit()
    return True


def _end_wrap_up(agent: User) -> None:
    # The entry is locked before the presence, so look first and let ``complete`` look again.
    wrapping = Presence.objects.filter(agent=agent, state=PresenceState.WRAP_UP)
    settled = wrapping.filter(entry__settled_at__isnull=False)
    for entry_id in settled.values_list("entry", flat=True):
        complete(entry_id=entry_id, actor=agent)
