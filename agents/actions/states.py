"""What agents choose to be: available, on a break, gone."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.actions import presence as presences
from agents.actions.queue import complete
from agents.actions.routing import route_on_commit
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
    if state == PresenceState.BREAK and reason not in BreakReason.values:
        raise Invalid(_("A break needs a reason."), field="reason")
    _end_wrap_up(agent)
    presence = presences.lock(agent)
    if presence.entry_id is not None:
        raise Refused(_("Finish what you have first."))
    new_reason = reason if state == PresenceState.BREAK else ""
    if (presence.state, presence.reason) != (state, new_reason):
        presences.move(presence, PresenceState(state), reason=new_reason)
        audit.record(actor=agent, verb=f"presence.{state}", target=agent, reason=new_reason)
    if state == PresenceState.AVAILABLE:
        route_on_commit()
    return presence


def end_wrap_ups_over() -> int:
    """Free the agents whose wrap-up time is over and whose work is recorded; how many."""
    over = clock.now() - timedelta(seconds=settings.WRAP_UP_SECONDS)
    done = Presence.objects.filter(
        state=PresenceState.WRAP_UP, since__lte=over, entry__settled_at__isnull=False
    )
    entries = list(done.values_list("entry", flat=True))
    for entry_id in entries:
        complete(entry_id=entry_id, actor=None)
    return len(entries)


def _end_wrap_up(agent: User) -> None:
    # The entry is locked before the presence, so look first and let ``complete`` look again.
    wrapping = Presence.objects.filter(agent=agent, state=PresenceState.WRAP_UP)
    settled = wrapping.filter(entry__settled_at__isnull=False)
    for entry_id in settled.values_list("entry", flat=True):
        complete(entry_id=entry_id, actor=agent)
