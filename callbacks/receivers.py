"""One line each: what happens to an inquiry, passed to an action."""

from django.dispatch import receiver

from agents import signals as queue_signals
from callbacks.actions import promises, research, welfare
from inquiries import signals


@receiver(signals.contact_finished)
def _contact_finished(contact, **_kwargs):
    promises.settle_attempt(contact=contact)
    welfare.keep_from_slipping(contact=contact)


@receiver(queue_signals.entry_orphaned)
def _entry_orphaned(entry, **_kwargs):
    promises.review_orphan(entry=entry)


@receiver(signals.call_taken_in)
def _call_taken_in(contact, **_kwargs):
    promises.prefer_who_promised(contact=contact)


@receiver(signals.inquiry_closed)
def _inquiry_closed(inquiry, **_kwargs):
    promises.cancel_for_closed(inquiry=inquiry)


@receiver(signals.call_wanted)
def _call_wanted(inquiry, since, until, **_kwargs):
    promises.request_call(inquiry=inquiry, since=since, until=until)


@receiver(signals.handoff_ended)
def _handoff_ended(handoff, **_kwargs):
    research.hear_department(handoff=handoff)
