"""Reads of the knowledge base, by topic. Finding answers has a room of its own, ``search``."""
