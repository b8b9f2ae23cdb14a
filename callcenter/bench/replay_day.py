"""A day of calls and shifts, played through the actions with a clock of its own.

Only the queue and its agents: no inquiries, no notes. A caller waits, may hang up, is talked to
and written up; agents come, answer, and go home as the plan says.
"""

import gc
import heapq
import random
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction

from agents.actions import offers, queue, routing, states
from agents.models import Offer, PresenceState, QueueEntry, User
from callcenter import clock
from callcenter.bench import crowd
from callcenter.simulator.city import LANGUAGES, MEAN_PATIENCE, City

Kind = QueueEntry.Kind
DAY = datetime.fromisoformat("2026-03-02T00:00:00+09:00")
HOUR = timedelta(hours=1)
# When nobody suited is free now, a widening ring may let somebody in later.
TICK_SECONDS = 1.0
# After midnight nobody new comes, and what waits is served out.
TAIL_HOURS = 1


def play(
    calls: int,
    people: int,
    curve: list[float],
    staff: list[int],
    mix: bool,
    ring: tuple[float, float],
    seed: int,
) -> list[dict[str, Any]]:
    """The day; per hour, what happened and how many seconds (``wall``) it took to play.

    ``curve`` is each hour's share of ``calls``, ``staff`` how many are on the line in it,
    ``ring`` the seconds after which an agent answers: the least and the most.
    """
    with connection.cursor() as cursor:
        # The day is played again if the machine fails now; waiting for the disk is not worth it.
        cursor.execute("SET synchronous_commit = off")
    # Shares of vendors change who is asked, not how long anybody waits.
    crowd.hire(people, shares=False)
    gc.disable()
    day = Day(mix=mix, ring=ring, seed=seed)
    walls = []
    for hour, share in enumerate([*curve, *[0.0] * TAIL_HOURS]):
        began = time.monotonic()
        start = DAY + hour * HOUR
        day.call(start, calls * share)
        day.staff(start, staff[min(hour, len(staff) - 1)])
        day.run(start + HOUR)
        gc.collect()
        walls.append(time.monotonic() - began)
        sys.stdout.write(f"replay: hour {hour} played in {walls[-1]:.0f} s\n")
        sys.stdout.flush()
    walls[-TAIL_HOURS - 1] += sum(walls[-TAIL_HOURS:])
    return [what_happened(number) | {"wall": walls[number]} for number in range(len(curve))]


class Day:
    """A queue of things to do, in the order of the simulated clock.

    Who is free and what waits is kept here too, so that routing's answers are only looked for
    when there can be one.
    """

    def __init__(self, *, mix: bool, ring: tuple[float, float], seed: int) -> None:
        self.city, self.chance = City([], seed), random.Random(seed)
        self.mix, self.ring = mix, ring
        agents = User.objects.filter(role=User.Role.AGENT).prefetch_related("skills")
        self.people = {user.pk: user for user in agents.order_by("pk")}
        self._resting = deque(self.people)
        self._on_line: dict[int, None] = {}  # In the order in which they came.
        self._leaving: set[int] = set()
        self._free: set[int] = set()
        self._in_line: set[int] = set()
        self._rings_at: dict[int, int] = {}
        self._todo: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order, self._newest_offer, self._ticking = count(), 0, False

    def call(self, start: datetime, expected: float) -> None:
        """Callers of one hour: a Poisson process."""
        second = self.chance.expovariate(expected / 3600) if expected else 3600
        while second < 3600:
            self._at(start + timedelta(seconds=second), self._arrive)
            second += self.chance.expovariate(expected / 3600)

    def staff(self, moment: datetime, wanted: int) -> None:
        self._at(moment, lambda: self._bring_to(wanted))

    def run(self, until: datetime) -> None:
        while self._todo and self._todo[0][0] < until:
            moment, _order, work = heapq.heappop(self._todo)
            with clock.at(moment):
                work()
                if self._free and len(self._in_line) > len(self._rings_at):
                    self._notice_offers()

    def _at(self, moment: datetime, work: Callable[[], None]) -> None:
        heapq.heappush(self._todo, (moment, next(self._order), work))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._at(clock.now() + timedelta(seconds=seconds), work)

    # --- People come and go; the longest at work goes first, the longest away comes first

    def _bring_to(self, wanted: int) -> None:
        missing = wanted - (len(self._on_line) - len(self._leaving))
        for agent in list(self._leaving)[: max(missing, 0)]:
            self._leaving.discard(agent)
            missing -= 1
        for _one in range(missing):
            agent = self._resting.popleft()
            self._on_line[agent] = None
            self._free.add(agent)
            states.set_state(agent=self.people[agent], state=PresenceState.AVAILABLE)
        staying = [agent for agent in self._on_line if agent not in self._leaving]
        self._leaving.update(staying[: max(-missing, 0)])
        for agent in self._leaving & self._free:
            self._go(agent)

    def _go(self, agent: int) -> None:
        """Home, or to a meal."""
        states.set_state(agent=self.people[agent], state=PresenceState.OFFLINE)
        self._leaving.discard(agent)
        self._free.discard(agent)
        del self._on_line[agent]
        self._resting.append(agent)

    # --- Citizens

    def _arrive(self) -> None:
        language = self.city.pick(LANGUAGES) if self.mix else "ko"
        difficult = self.mix and self.chance.random() < crowd.DIFFICULT_SHARE
        entry = queue.enqueue(kind=Kind.CALL, language=language, difficult=difficult)
        self._in_line.add(entry.pk)
        patience = self.chance.expovariate(1 / MEAN_PATIENCE)
        self._later(patience, lambda: self._hang_up(entry.pk))

    def _hang_up(self, entry: int) -> None:
        if entry not in self._in_line:
            return
        self._in_line.discard(entry)
        if entry in self._rings_at:
            self._free.add(self._rings_at.pop(entry))
        queue.abandon(entry_id=entry, at=clock.now())

    # --- Agents

    def _notice_offers(self) -> None:
        new = Offer.objects.filter(pk__gt=self._newest_offer, status=Offer.Status.LIVE)
        for pk, entry, agent in new.order_by("pk").values_list("pk", "entry", "agent"):
            self._newest_offer = pk
            self._free.remove(agent)
            self._rings_at[entry] = agent
            self._later(
                self.chance.uniform(*self.ring),
                lambda pk=pk, entry=entry, agent=agent: self._accept(pk, entry, agent),
            )
        if self._free and len(self._in_line) > len(self._rings_at) and not self._ticking:
            self._ticking = True
            self._later(TICK_SECONDS, self._tick)

    def _tick(self) -> None:
        self._ticking = False
        if self._free and len(self._in_line) > len(self._rings_at):
            routing.route()

    def _accept(self, offer: int, entry: int, agent: int) -> None:
        if self._rings_at.get(entry) != agent:
            return  # They have hung up.
        offers.accept(offer_id=offer, agent=self.people[agent])
        del self._rings_at[entry]
        self._in_line.discard(entry)
        self._later(self.city.talk(), lambda: self._say_goodbye(entry, agent))

    def _say_goodbye(self, entry: int, agent: int) -> None:
        queue.release(entry_id=entry)
        self._later(self.city.wrap(), lambda: self._finish(entry, agent))

    def _finish(self, entry: int, agent: int) -> None:
        if agent not in self._leaving:
            queue.complete(entry_id=entry, actor=self.people[agent])
            self._free.add(agent)
            return
        with transaction.atomic():  # Else they would be asked in between.
            queue.complete(entry_id=entry, actor=self.people[agent])
            self._go(agent)


# --- What the rows say afterwards


def what_happened(hour: int) -> dict[str, Any]:
    """The calls that arrived in an hour, and how its agents spent it; times in seconds."""
    start, end = DAY + hour * HOUR, DAY + (hour + 1) * HOUR
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, [start, end])
        names = [column.name for column in cursor.description]
        calls = dict(zip(names, cursor.fetchone(), strict=True))
        cursor.execute(_TIMES, {"start": start, "end": end})
        busy, on_line = cursor.fetchone()
    return calls | {"hour": hour, "busy": busy, "on_line": on_line}


# The same measures as ``reports.metrics``: answered within 20 s, hung up before 5 s.
_CALLS = """
SELECT count(*) AS offered,
    count(taken_at) AS answered,
    count(*) FILTER (WHERE status = 'abandoned') AS abandoned,
    count(*) FILTER (WHERE status = 'abandoned'
                     AND finished_at < waiting_since + interval '5 seconds') AS short,
    count(*) FILTER (WHERE taken_at <= waiting_since + interval '20 seconds') AS in_target,
    coalesce(max(extract(epoch FROM coalesce(taken_at, finished_at) - waiting_since)), 0)::float
        AS longest,
    count(*) FILTER (WHERE status NOT IN ('done', 'abandoned')) AS unfinished
FROM agents_queueentry WHERE waiting_since >= %s AND waiting_since < %s
"""
# Seconds of work, and seconds on the line, within the hour.
_TIMES = """
SELECT coalesce(sum(s.seconds) FILTER (WHERE s.state <> 'available'), 0)::float,
    coalesce(sum(s.seconds), 0)::float
FROM (
    SELECT state, extract(epoch FROM least(coalesce(ended_at, %(end)s), %(end)s)
                                     - greatest(began_at, %(start)s)) AS seconds
    FROM agents_presencespell
    WHERE state IN ('available', 'ringing', 'talking', 'wrap_up')
        AND began_at < %(end)s AND coalesce(ended_at, %(end)s) > %(start)s
) s
"""
