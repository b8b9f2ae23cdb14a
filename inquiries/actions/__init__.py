"""Every write to inquiries, their contacts, calls and hand-offs."""
