"""Agents and contacts in any number, mixed as the demo's are."""

import random
from datetime import timedelta
from typing import Any

from agents.actions.queue import PRIORITY_OF
from agents.matching import lane_of
from agents.models import AgentSkill, Presence, QueueEntry, User, Vendor
from callcenter import clock
from callcenter.simulator.city import FAMILIES, LANGUAGES, WRITTEN_SHARE

Kind = QueueEntry.Kind
# What twelve in a row speak, as in the demo; 2 is a second language.
SPEAK = [
    "ko en2",
    "ko",
    "ko",
    "ko en",
    "ko",
    "ko ja",
    "ko",
    "ko zh",
    "ko",
    "ko en2",
    "ko",
    "ko zh2",
]
# Specialities of one agent; every so many-th is trained for difficult callers.
FAMILIES_EACH, TRAINED_EVERY = 2, 4
SHARES = {"hanbit": 60, "saesol": 40}
PROMISED_SHARE, DIFFICULT_SHARE, TOPIC_KNOWN_SHARE = 0.05, 0.03, 0.3


def hire(how_many: int, *, shares: bool = True) -> list[User]:
    """New agents of both vendors, their skills on record, nobody at work yet.

    Without ``shares``, the vendors have agreed on no parts of the work.
    """
    vendors = [
        Vendor.objects.create(code=f"bench-{code}", name=code, share=share * shares)
        for code, share in SHARES.items()
    ]
    agents = User.objects.bulk_create(
        User(
            username=f"bench{number}",
            password="!",  # noqa: S106 - nobody signs in with it
            display_name=f"상담사 {number}",
            role=User.Role.AGENT,
            vendor=vendors[number % 2],
        )
        for number in range(how_many)
    )
    AgentSkill.objects.bulk_create(
        AgentSkill(agent=agent, name=name, level=level)
        for number, agent in enumerate(agents)
        for name, level in _skills(number).items()
    )
    Presence.objects.bulk_create(Presence(agent=agent) for agent in agents)
    return agents


def _skills(number: int) -> dict[str, int]:
    languages = SPEAK[number % len(SPEAK)].split()
    skills = {f"lang.{one[:2]}": int(one[2:] or 1) for one in languages}
    families = list(FAMILIES)
    for place in range(FAMILIES_EACH):
        skills[f"topic.{families[(number * FAMILIES_EACH + place) % len(families)]}"] = 1
    if number % TRAINED_EVERY == 0:
        skills["caller.difficult"] = 1
    return skills


def asks(chance: random.Random) -> dict[str, Any]:
    """What one contact asks for, as ``agents.actions.queue.enqueue`` takes it."""
    dice = chance.random()
    kind = Kind.WEB if dice < WRITTEN_SHARE else Kind.CALL
    if dice > 1 - PROMISED_SHARE:
        kind = Kind.CALLBACK
    known = kind != Kind.CALL or chance.random() < TOPIC_KNOWN_SHARE
    return {
        "kind": kind,
        "language": _pick(chance, LANGUAGES),
        "topic": _pick(chance, FAMILIES) if known else "",
        "difficult": chance.random() < DIFFICULT_SHARE,
    }


def _pick(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def line_up(how_many: int, chance: random.Random, *, over: timedelta) -> None:
    """Entries that have been waiting, since moments spread evenly over the time ``over``."""
    now = clock.now()
    entries = [QueueEntry(**asks(chance)) for _ in range(how_many)]
    for entry in entries:
        entry.priority = PRIORITY_OF[Kind(entry.kind)]
        entry.waiting_since = entry.rank_at = now - over * chance.random()
        entry.lane = lane_of(entry)
    QueueEntry.objects.bulk_create(entries)
