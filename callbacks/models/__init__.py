"""What the center has promised, one file a topic."""

from callbacks.models.promises import Attempt, Callback

__all__ = ["Attempt", "Callback"]
