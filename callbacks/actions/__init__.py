"""Every write to promises, by topic."""
