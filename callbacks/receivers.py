"""One line each: what happens to an inquiry, passed to an action."""

from django.dispatch import receiver

from callbacks import actions
from inquiries import signals


@receiver(signals.contact_finished)
def _contact_finished(contact, **_kwargs):
    actions.settle_attempt(contact=contact)


@receiver(signals.inquiry_closed)
def _inquiry_closed(inquiry, **_kwargs):
    actions.cancel_for_closed(inquiry=inquiry)
