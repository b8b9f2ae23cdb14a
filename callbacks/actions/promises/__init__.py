"""Every write to promises: made, taken in place of waiting, kept, decided, watched over."""

from callbacks.actions.promises.deciding import call_now, cancel, cancel_for_closed
from callbacks.actions.promises.holding import promise_caller
from callbacks.actions.promises.keeping import (
    bring_back_due,
    dial,
    prefer_who_promised,
    review_orphan,
    say_unreached,
    settle_attempt,
)
from callbacks.actions.promises.making import promise, request_call
from callbacks.actions.promises.watching import warn_before_broken

__all__ = [
    "bring_back_due",
    "call_now",
    "cancel",
    "cancel_for_closed",
    "dial",
    "prefer_who_promised",
    "promise",
    "promise_caller",
    "request_call",
    "review_orphan",
    "say_unreached",
    "settle_attempt",
    "warn_before_broken",
]
