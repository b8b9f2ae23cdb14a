"""What inquiries tell the apps above, inside the transaction that did it."""

from django.dispatch import Signal

# contact: the agent has handed it in, with its outcome.
contact_finished = Signal()
# inquiry: nothing more is to be done about it.
inquiry_closed = Signal()
# contact: somebody calls; who knows more about the caller may say who is to be asked first.
call_taken_in = Signal()
# handoff: the department has answered or returned what was not theirs to settle for good.
handoff_ended = Signal()
# inquiry, since, until: a citizen asks on the form to be called between two moments.
call_wanted = Signal()
