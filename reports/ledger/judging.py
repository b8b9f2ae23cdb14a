"""How a contact stands to others of the same citizen: is it a redial, the first call of the day,
and did the citizen come again?

Read from the facts, for a contact's own raw rows do not say it. So it is found out after they
are in place, and again for those whose neighbours changed.
"""

from datetime import timedelta

from reports import rules
from reports.ledger.zone import ZONE
from reports.models import Rule

# Who waited longer than this before giving up is not looked for.
_LONGEST_WAIT = timedelta(days=1)


def judged(facts: str, some: str) -> str:
    """SELECT of arrival, entry and the three judgements of the rows of ``some`` among ``facts``.

    A redial comes after somebody gave up waiting, shortly before. A caller is counted with the
    first call of the day. Whoever comes again, by telephone or in writing, about the same family
    of topics was not helped the first time.
    """
    limits = rules.limits_in_sql("one.arrived_at")
    return f"""
SELECT one.arrived_at, one.entry_id,
    (one.citizen_id <> 0 AND EXISTS (
        SELECT FROM {facts} other WHERE other.citizen_id = one.citizen_id
        AND other.arrived_at < one.arrived_at
        AND other.arrived_at >= one.arrived_at - {_seconds(_LONGEST_WAIT)}
        AND other.gave_up_at >= one.arrived_at - {limits[Rule.Name.REDIAL_MINUTES]}
    ))::int AS redials,
    (one.citizen_id <> 0 AND one.kind = 'call' AND NOT EXISTS (
        SELECT FROM {facts} other WHERE other.citizen_id = one.citizen_id AND other.kind = 'call'
        AND other.arrived_at >= date_trunc('day', one.arrived_at, '{ZONE}')
        AND other.arrived_at <= one.arrived_at
        AND (other.arrived_at, other.entry_id) < (one.arrived_at, one.entry_id)
    ))::int AS callers,
    (one.followable = 1 AND EXISTS (
        SELECT FROM {facts} other WHERE other.citizen_id = one.citizen_id
        AND other.kind IN ('call', 'web') AND other.family_id = one.family_id
        AND other.arrived_at > one.arrived_at
        AND other.arrived_at <= one.arrived_at + {limits[Rule.Name.FCR_DAYS]}
    ))::int AS followed
FROM {some} one
"""


def reach() -> tuple[timedelta, timedelta]:
    """How long before and after a contact others lie whose judgement it can change."""
    day = timedelta(days=1)
    after = _LONGEST_WAIT + max(day, rules.longest(Rule.Name.REDIAL_MINUTES))
    return rules.longest(Rule.Name.FCR_DAYS), after


def _seconds(span: timedelta) -> str:
    return f"interval '{span.total_seconds():.0f} seconds'"
