"""Every write to the knowledge base, by topic."""
