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
