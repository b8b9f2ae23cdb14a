"""Notices for tests."""

from datetime import timedelta

from callcenter import clock
from knowledgebase.actions.notices import plan_notice
from knowledgebase.models import Notice


def times(begins: float = 0, lasts: float = 3600) -> dict:
    """From so many seconds from now on, for so many."""
    start = clock.now() + timedelta(seconds=begins)
    return {"starts_at": start, "ends_at": start + timedelta(seconds=lasts)}


def make_notice(actor, *, begins: float = 0, lasts: float = 3600, articles=(), **fields) -> Notice:
    fields = {"title_ko": "호우 특보", "text_ko": "지하차도를 피하세요."} | fields
    fields |= times(begins, lasts)
    return plan_notice(actor=actor, fields=fields, articles=articles)
