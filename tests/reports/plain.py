"""The figures in plain SQL over the raw rows, written without looking at how the product counts.

Python's own arithmetic does the rest: nothing here is shared with ``reports``.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

SEOUL = ZoneInfo("Asia/Seoul")
RAW = """
SELECT c.id, e.kind, e.status, e.after_hours, e.waiting_since, e.taken_at, e.released_at,
       e.finished_at, c.outcome, c.passed_on, call.answered_at, call.held_seconds, call.transfers,
       i.citizen_id, i.language, coalesce(parent.code, topic.code) AS family, v.code AS vendor
FROM inquiries_contact c
JOIN agents_queueentry e ON e.id = c.entry_id
JOIN inquiries_inquiry i ON i.id = c.inquiry_id
LEFT JOIN inquiries_call call ON call.contact_id = c.id
LEFT JOIN knowledgebase_topic topic ON topic.id = i.topic_id
LEFT JOIN knowledgebase_topic parent ON parent.id = topic.parent_id
LEFT JOIN agents_user u ON u.id = e.agent_id
LEFT JOIN agents_vendor v ON v.id = u.vendor_id
WHERE e.kind <> 'consult'
"""


def rows() -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def day_of(moment: datetime) -> date:
    return moment.astimezone(SEOUL).date()


def figures(
    every: list[dict], chosen: list[dict], *, target: float, short: float = 5
) -> dict[str, float | None]:
    """The measures of ``chosen`` contacts; the others are needed to know who came again."""
    answered = [one for one in chosen if _answered(one) and one["status"] != "abandoned"]
    in_hours = [one for one in chosen if not one["after_hours"]]
    hung_up = [one for one in in_hours if one["status"] == "abandoned"]
    at_once = [one for one in hung_up if _seconds(one["waiting_since"], one["finished_at"]) < short]
    lost = len(hung_up) - len(at_once)
    calls = [one for one in in_hours if one["kind"] == "call"]
    calls_answered = [one for one in calls if one in answered]
    quick = [
        one for one in calls_answered if _seconds(one["waiting_since"], _answered(one)) <= target
    ]
    done = [one for one in chosen if one["status"] == "done" and one["taken_at"]]
    talked = sum(_seconds(one["taken_at"], one["released_at"]) for one in done)
    wrapped = sum(_seconds(one["released_at"], one["finished_at"]) for one in done)
    held = sum(one["held_seconds"] or 0 for one in done)
    asked = [
        one
        for one in done
        if one["kind"] in ("call", "web") and one["citizen_id"] and one["family"]
    ]
    again = [one for one in asked if _came_again(one, every)]
    return {
        "offered": len(chosen),
        "answered": len(answered),
        "abandoned": lost,
        "short_abandons": len(at_once),
        "after_hours": len(chosen) - len(in_hours),
        "abandonment_rate": _ratio(lost, len(calls) - len(at_once)),
        "service_level": _ratio(len(quick), len(calls_answered) + lost),
        "asa": _mean([_seconds(one["waiting_since"], _answered(one)) for one in answered]),
        "aht": _ratio(talked + wrapped, len(done)),
        "talk": _ratio(talked - held, len(done)),
        "hold": _ratio(held, len(done)),
        "wrap_up": _ratio(wrapped, len(done)),
        "transfers": sum(max(one["passed_on"], one["transfers"] or 0) for one in chosen),
        "redials": sum(_redialled(one, every) for one in chosen),
        "distinct_callers": len(
            {
                (day_of(one["waiting_since"]), one["citizen_id"])
                for one in chosen
                if one["kind"] == "call" and one["citizen_id"]
            }
        ),
        "fcr": _ratio(len(asked) - len(again), len(asked)),
        **{
            outcome: sum(one["outcome"] == outcome for one in chosen)
            for outcome in ("resolved", "promised", "handed_off")
        },
    }


def by(key: str, chosen: list[dict]) -> dict[str, list[dict]]:
    groups: dict[str, list[dict]] = defaultdict(list)
    for one in chosen:
        groups[one[key] or ""].append(one)
    return groups


def _answered(one: dict) -> datetime | None:
    return one["taken_at"] or one["answered_at"]


def _seconds(start: datetime | None, end: datetime | None) -> float:
    return (end - start).total_seconds() if start and end else 0.0


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _redialled(one: dict, every: list[dict]) -> bool:
    return any(
        other["citizen_id"] == one["citizen_id"]
        and other["status"] == "abandoned"
        and other["waiting_since"] < one["waiting_since"]
        and one["waiting_since"] - other["finished_at"] <= timedelta(minutes=30)
        for other in every
        if one["citizen_id"]
    )


def _came_again(one: dict, every: list[dict]) -> bool:
    week = timedelta(days=7)
    return any(
        other["citizen_id"] == one["citizen_id"]
        and other["kind"] in ("call", "web")
        and other["family"] == one["family"]
        and one["waiting_since"] < other["waiting_since"] <= one["waiting_since"] + week
        for other in every
    )
