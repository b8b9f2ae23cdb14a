"""Reads of promises, by topic."""
