"""Pages: the citizen's, the agent's desk, and the hand-off list."""
