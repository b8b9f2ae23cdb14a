"""What the queue tells the apps above it, inside the transaction that did it."""

from django.dispatch import Signal

# entry, agent: somebody took it.
entry_taken = Signal()
# entry: the citizen is gone, or the work is handed in; wrap-up begins.
entry_released = Signal()
# entry: it hung up while waiting.
entry_abandoned = Signal()
# entry: taken from the agent who had it (passed on, pulled, desk vanished); somebody else is next.
entry_let_go = Signal()
# entry: its agent's desk vanished before the work was recorded.
entry_orphaned = Signal()
