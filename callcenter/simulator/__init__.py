"""A made-up city that calls: its day (city), its past (history), and its present (live)."""
