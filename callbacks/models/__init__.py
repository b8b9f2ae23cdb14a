"""What the center has promised, one file a topic."""

from callbacks.models.promises import THEIR_TURN, Attempt, Callback, question_key
from callbacks.models.research import Research

__all__ = ["THEIR_TURN", "Attempt", "Callback", "Research", "question_key"]
