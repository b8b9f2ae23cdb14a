"""Raw rows of millions of calls, written by PostgreSQL itself.

What the actions would leave behind of each call, without the way there: inquiry, queue entry,
contact and call, with times that follow the hours of the day and the days of the week, callers
who give up and call again, and topics asked as often as in Seoul. Triggers and foreign keys are
off while it runs, and indexes are made afterwards: needs a superuser and an empty center.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import accumulate, pairwise

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from agents.models import User, Vendor
from callcenter.demo import data
from callcenter.simulator.city import HOURS
from knowledgebase.models import Topic

AGENTS, CALLS_OF_A_CITIZEN = 500, 4
TABLES = ["inquiries_citizen", "inquiries_inquiry", "agents_queueentry"]
TABLES += ["inquiries_contact", "inquiries_call"]
_INDEXES = """
SELECT indexdef, indexname FROM pg_indexes i
WHERE tablename = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM pg_constraint WHERE conname = i.indexname
)
"""

# One call a row, everything about it decided.
_DRAW = """
CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT n, citizen, topic, language, agent, arrived, gives_up,
    arrived + CASE WHEN gives_up THEN patience ELSE waits END AS next_at,
    CASE WHEN NOT gives_up THEN arrived + waits + talk END AS released,
    CASE WHEN NOT gives_up THEN arrived + waits + talk + wrap END AS finished,
    CASE WHEN random() < 0.1 THEN (random() * 90)::int ELSE 0 END AS held,
    CASE WHEN random() < 0.04 THEN 1 ELSE 0 END AS passed,
    CASE WHEN random() < 0.9 THEN 'resolved' WHEN random() < 0.5 THEN 'promised'
        ELSE 'handed_off' END AS outcome
FROM (
    SELECT %(from)s + number AS n,
        1 + (random() ^ 2 * (%(citizens)s - 1))::int AS citizen,
        (%(topics)s::bigint[])[1 + floor(random() ^ 2 * %(count)s)::int] AS topic,
        CASE WHEN random() < 0.94 THEN 'ko' WHEN random() < 0.5 THEN 'en'
            WHEN random() < 0.6 THEN 'zh' ELSE 'ja' END AS language,
        (%(agents)s::bigint[])[1 + floor(random() * %(hands)s)::int] AS agent,
        %(start)s::timestamptz + make_interval(
            hours => width_bucket(random(), %(hours)s::float8[]),
            secs => random() * 3600) AS arrived,
        random() < 0.08 AS gives_up,
        make_interval(secs => -ln(1 - random()) * 60) AS patience,
        make_interval(secs => -ln(1 - random()) * 14) AS waits,
        make_interval(secs => exp(4.9 + 0.6 * sqrt(-2 * ln(1 - random())) * cos(6.2832 * random())))
            AS talk,
        make_interval(secs => 5 + random() * 40) AS wrap
    FROM generate_series(1, %(calls)s) number
) drawn
"""
_WRITE = """
INSERT INTO inquiries_inquiry (id, number, tracking_key, channel, language, subject, body,
    citizen_id, contact_name, contact_email, consent_at, topic_id, status, note, note_version,
    reply, created_at, closed_at, closed_by_id)
SELECT n, 'B' || n, 'b' || n, 'phone', language, '', '', citizen, '', '', NULL, topic, 'closed',
    '', 0, '', arrived, coalesce(finished, next_at), CASE WHEN NOT gives_up THEN agent END
FROM made;

INSERT INTO agents_queueentry (id, kind, status, priority, language, topic, difficult, skills,
    lane, asked, waiting_since, rank_at, after_hours, agent_id, taken_at, released_at, settled_at,
    finished_at)
SELECT n, 'call', CASE WHEN gives_up THEN 'abandoned' ELSE 'done' END, 2, language, '', false,
    '{}', '', 1, arrived, arrived, false, CASE WHEN NOT gives_up THEN agent END,
    CASE WHEN NOT gives_up THEN next_at END, released, released, coalesce(finished, next_at)
FROM made;

INSERT INTO inquiries_contact (id, outcome, briefing, passed_on, entry_id, inquiry_id)
SELECT n, CASE WHEN gives_up THEN 'abandoned' ELSE outcome END, '', passed, n, n FROM made;

INSERT INTO inquiries_call (id, call_id, contact_id, from_number, to_number, agent_id, arrived_at,
    answered_at, ended_at, held_seconds, transfers)
SELECT n, 'bench-' || n, n, '', '120', CASE WHEN NOT gives_up THEN agent END, arrived,
    CASE WHEN NOT gives_up THEN next_at END, coalesce(released, next_at), held, passed FROM made;
"""
_CITIZENS = """
INSERT INTO inquiries_citizen (id, phone, created_at, difficult)
SELECT n, '+8210' || lpad(n::text, 8, '0'), now(), false FROM generate_series(1, %s) n
"""
_NEXT = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), (SELECT max(id) FROM {0}))"
# Monday to Sunday.
_WEEK = (1.25, 1.15, 1.1, 1.1, 1.15, 0.7, 0.55)


def generate(*, calls: int, first: date, days: int, tell: Callable[[str], None]) -> None:
    """``calls`` calls over ``days`` days from ``first`` on."""
    data.load_topics()
    _hire()
    shares = [_WEEK[(first + timedelta(days=number)).weekday()] for number in range(days)]
    edges = [round(calls * edge / sum(shares)) for edge in accumulate(shares, initial=0)]
    fixed = _fixed(calls)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET synchronous_commit = off")
        dropped = _drop_indexes(cursor)
        cursor.execute(_CITIZENS, [fixed["citizens"]])
        for number, (so_far, until) in enumerate(pairwise(edges)):
            day = first + timedelta(days=number)
            asked = {"from": so_far, "calls": until - so_far, "start": f"{day} 00:00+09"}
            cursor.execute("BEGIN")
            cursor.execute(_DRAW, fixed | asked)
            cursor.execute(_WRITE)
            cursor.execute("COMMIT")
            if day.day == 1:
                tell(f"{day}: {so_far:,} of {calls:,} calls")
        for position, statement in enumerate(dropped, start=1):
            tell(f"Index {position} of {len(dropped)}")
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(_NEXT.format(table))
            cursor.execute(f"ANALYZE {table}")
        cursor.execute("SET session_replication_role = origin")
    tell(f"{calls:,} calls of {days} days.")


def _fixed(calls: int) -> dict:
    """What calls are drawn from."""
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    agents = list(User.objects.filter(username__startswith="bench").values_list("pk", flat=True))
    return {
        "citizens": max(1, calls // CALLS_OF_A_CITIZEN),
        "topics": topics,
        "count": len(topics),
        "agents": agents,
        "hands": len(agents),
        "hours": [edge / sum(HOURS) for edge in accumulate(HOURS[:-1])],
    }


class Arriving:
    """Calls that go on coming in after a year was generated, with every trigger at work."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(id) FROM agents_queueentry")
            (self._last,) = cursor.fetchone()
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_batch (last bigint, at timestamptz)")
        self._fixed = _fixed(self._last)

    def commit(self, calls: int) -> None:
        """So many calls of this hour in one transaction."""
        start = timezone.now().replace(minute=0, second=0)
        asked = {"from": self._last, "calls": calls, "start": start, "hours": [2.0]}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DRAW, self._fixed | asked)
            cursor.execute(_WRITE)
            cursor.execute("DROP TABLE made")
        self._last += calls
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_batch VALUES (%s, clock_timestamp())", [self._last])

    @staticmethod
    def newly_counted() -> list[float]:
        """Seconds from the commit of each batch that has been counted by now, told once."""
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM bench_batch WHERE NOT EXISTS (SELECT 1 FROM reports_touchedcontact"
                " WHERE entry_id <= last) RETURNING extract(epoch FROM clock_timestamp() - at)"
            )
            return [float(age) for (age,) in cursor.fetchall()]


def _drop_indexes(cursor) -> list[str]:
    """Drop those that no constraint needs; the statements that make them again."""
    cursor.execute(_INDEXES, [TABLES])
    found = cursor.fetchall()
    for _statement, name in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for statement, _name in found]


def _hire() -> None:
    vendors = [
        Vendor.objects.get_or_create(code=code, defaults={"name": code.title()})[0]
        for code in ("hana", "duri")
    ]
    nobody = make_password(None)
    User.objects.bulk_create(
        User(username=f"bench{number}", password=nobody, vendor=vendors[number % 5 < 2])
        for number in range(AGENTS)
    )
