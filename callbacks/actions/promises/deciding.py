"""What supervisors decide about a promise, and what is no longer needed."""

from django.db import transaction
from django.utils.translation import gettext as _

from agents import audit
from agents.models import User
from callbacks.actions.promises.state import announce, close_joined, end
from callbacks.models import Callback
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts
from inquiries.models import Inquiry

Status = Callback.Status
WAITING = [Status.PROMISED, Status.ESCALATED]


@transaction.atomic
def call_now(*, callback_id: int, actor: User) -> Callback:
    """A supervisor puts a promise to the front, an escalated one included."""
    return _change(
        callback_id,
        actor,
        "callback.now",
        status=Status.PROMISED,
        escalated_because="",
        due_at=clock.now(),
    )


@transaction.atomic
def cancel(*, callback_id: int, actor: User, reason: str) -> Callback:
    """The citizen no longer wants the call, or cannot be reached: the inquiry is closed."""
    if not reason.strip():
        raise Invalid(_("Write why nobody is to call."), field="reason")
    callback = _change(
        callback_id,
        actor,
        "callback.cancelled",
        reason=reason,
        status=Status.CANCELLED,
        escalated_because="",
        ended_at=clock.now(),
    )
    contacts.move(callback.inquiry, Inquiry.Status.CLOSED, actor=actor)
    close_joined(callback, actor=actor)
    return callback


def cancel_for_closed(*, inquiry: Inquiry) -> None:
    """The inquiry is settled, so nobody need call. Atomic with the closing."""
    for callback in Callback.objects.filter(inquiry=inquiry, status__in=WAITING):
        callback.inquiry = inquiry
        end(callback, Status.CANCELLED, actor=None)


def _change(callback_id: int, actor: User, verb: str, *, reason: str = "", **fields) -> Callback:
    won = Callback.objects.filter(pk=callback_id, status__in=WAITING).update(**fields)
    if not won:
        raise Refused(_("Somebody has already dealt with this promise."))
    callback = Callback.objects.select_related("inquiry").get(pk=callback_id)
    audit.record(actor=actor, verb=verb, target=callback, reason=reason)
    announce(callback)
    return callback
