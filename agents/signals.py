"""What the queue tells the apps above it, inside the transaction that did it."""

from django.dispatch import Signal

# entry, agent: somebody took it.
entry_taken = Signal()
# entry: the citizen is gone, or the work is handed in; wrap-up begins.
entry_released = Signal()
# entry: it hung up while waiting.
entry_abandoned = Signal()
