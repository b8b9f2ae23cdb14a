"""Every write to presence, the queue and its offers.

Locks are always taken in the same order, so that no two actions wait for each other:
queue entry, then presence, then offer.
"""
