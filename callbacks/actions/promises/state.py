"""What every change of a promise has in common. Atomic with the caller."""

from typing import Any

from agents import audit
from agents.models import User
from callbacks.models import Callback
from callcenter import clock, live
from inquiries.actions import contacts
from inquiries.models import Inquiry

Status = Callback.Status


def announce(callback: Callback, what: str = "callback-changed") -> None:
    """Tell the supervisors, and the desk of whoever is to see to it."""
    topics = [live.FLOOR, live.inquiry(callback.inquiry_id)]
    if callback.owner is not None:
        topics.append(live.desk_of(callback.owner.pk))
    live.push_on_commit(live.Event(what, callback.pk), topics=topics)


def end(callback: Callback, status: Callback.Status, *, actor: User | None) -> None:
    """Kept or cancelled: what was joined to it is over as well."""
    callback.status, callback.ended_at = status, clock.now()
    callback.escalated_because = ""
    callback.save(update_fields=["status", "ended_at", "escalated_because"])
    close_joined(callback, actor=actor)
    audit.record(actor=actor, verb=f"callback.{status}", target=callback)
    announce(callback)


def close_joined(callback: Callback, *, actor: User | None) -> None:
    """The same question was asked more than once: the one call has answered all of it."""
    for inquiry in callback.joined.exclude(status=Inquiry.Status.CLOSED):
        inquiry.reply = inquiry.reply or callback.inquiry.reply
        contacts.move(inquiry, Inquiry.Status.CLOSED, actor=actor)


def escalate(callback: Callback, because: Callback.Because, **detail: Any) -> None:
    """Onto the supervisors' list, saying why."""
    callback.status, callback.escalated_because = Status.ESCALATED, because
    callback.save(update_fields=["status", "escalated_because"])
    audit.record(actor=None, verb="callback.escalated", target=callback, because=because, **detail)
    announce(callback, "callback-escalated")
