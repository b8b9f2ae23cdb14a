"""A made-up city to try everything with. Nothing here is used outside the demo."""
