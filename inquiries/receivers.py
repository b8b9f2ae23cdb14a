"""One line each: what the queue says, passed to an action."""

from django.dispatch import receiver

from agents import signals
from inquiries.actions import contacts


@receiver(signals.entry_taken)
def _entry_taken(entry, agent, **_kwargs):
    contacts.mark_taken(entry=entry)


@receiver(signals.entry_abandoned)
def _entry_abandoned(entry, **_kwargs):
    contacts.mark_abandoned(entry=entry)


@receiver(signals.entry_let_go)
def _entry_let_go(entry, **_kwargs):
    contacts.mark_let_go(entry=entry)


@receiver(signals.entry_orphaned)
def _entry_orphaned(entry, **_kwargs):
    contacts.review_orphan(entry=entry)
