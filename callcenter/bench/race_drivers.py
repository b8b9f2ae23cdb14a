"""The people of the race: agents who accept, decline, let ring and vanish, and callers.

One process drives its share of the agents and of the entries, straight through the actions. What
to do next is read from the database each time, never remembered: a driver that lost its
connection, or was answered nothing, goes on from what is true.
"""

import random
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from agents.actions import desks, offers, passing, queue, states
from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callcenter import clock
from callcenter.bench import crowd
from callcenter.refusals import Refused

LOOK_EVERY, SIGN_OF_LIFE_EVERY, COUNT_EVERY = 0.1, 3.0, 0.5
# How likely each is, where nothing else is said: of an offer, of a conversation, of an entry.
DECLINES, LETS_RING, VANISHES, PASSES_ON, HANGS_UP, KNOWN = 0.08, 0.03, 0.01, 0.05, 0.03, 0.1
RESTS, TRIES_ANOTHERS = 0.03, 0.2
# At most so many seconds pass before somebody acts in this state.
HESITATION = {
    PresenceState.RINGING: 0.5,
    PresenceState.TALKING: 0.5,
    PresenceState.WRAP_UP: 0.3,
    PresenceState.BREAK: 2.0,
    PresenceState.OFFLINE: 1.0,
    PresenceState.AVAILABLE: 3.0,
}
NEVER = float("inf")


@dataclass
class Person:
    """One agent. ``due``: when they act on what they saw; until ``back`` they are not heard of."""

    user: User
    saw: tuple[str, datetime] | None = None
    due: float = 0.0
    back: float = 0.0


@dataclass
class Log:
    """What a driver knows that the database does not say."""

    entries: list[int] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    stolen: list[int] = field(default_factory=list)
    passed_on: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def drive(
    mine: int, of: int, entries: int, line: int, seconds: float, give_up: float, seed: int
) -> dict[str, Any]:
    """Part ``mine`` of ``of``: its share of the agents, and ``entries`` of its own.

    New ones come while fewer than ``line`` wait in the whole center, spread over ``seconds`` at
    least. Ends when nothing is open anywhere and all have put in theirs, or after ``give_up``.
    """
    driver = Driver(mine, of, entries, line, seconds, seed)
    give_up_at = time.monotonic() + give_up
    while not driver.done and time.monotonic() < give_up_at:
        try:
            driver.look()
        except (OperationalError, InterfaceError) as error:
            # A deadlock would come here too, and is to be seen in the figures.
            driver.log.count(type(error.__cause__ or error).__name__)
            connection.close()
            time.sleep(0.3)
        time.sleep(LOOK_EVERY)
    return vars(driver.log)


class Driver:
    def __init__(
        self, mine: int, of: int, entries: int, line: int, seconds: float, seed: int
    ) -> None:
        self.chance = random.Random(seed * 1000 + mine)
        everybody = list(User.objects.filter(presence__isnull=False).order_by("pk"))
        self.everybody = {user.pk: user for user in everybody}
        self.people = {user.pk: Person(user) for user in everybody[mine::of]}
        self.of, self.entries, self.line, self.seconds = of, entries, line, seconds
        self.log, self.done = Log(), False
        self._began = time.monotonic()
        self._counted = self._seen = 0.0
        self._hang_ups: list[tuple[float, int]] = []

    @property
    def misbehaves(self) -> bool:
        """Only while there is more to come: at the end everything is to be finished."""
        return len(self.log.entries) < self.entries

    def look(self) -> None:
        now = time.monotonic()
        self._give_signs_of_life(now)
        self._let_arrive(now)
        self._hang_up(now)
        ringing = self._live_offers()
        rows = Presence.objects.filter(agent__in=self.people).select_related("entry")
        for presence in rows:
            person = self.people[presence.agent_id]
            if now >= person.back:
                self._attend(person, presence, ringing.get(presence.agent_id), now)
        self._try_anothers(ringing)

    # --- Callers

    def _let_arrive(self, now: float) -> None:
        if now - self._counted < COUNT_EVERY:
            return
        self._counted = now
        waiting = QueueEntry.objects.filter(status=QueueEntry.Status.WAITING).count()
        in_time = self.entries * (now - self._began) / self.seconds if self.seconds else NEVER
        left = min(self.entries, in_time) - len(self.log.entries)
        missing = -(-(self.line - waiting) // self.of)
        for _one in range(int(min(left, max(missing, 0)))):
            self._enqueue(now)
        self.done = not self.misbehaves and self._all_over()

    def _enqueue(self, now: float) -> None:
        knows = self.chance.random() < KNOWN
        preferred = self.chance.choice(list(self.everybody)) if knows else None
        entry = queue.enqueue(**crowd.asks(self.chance), preferred_id=preferred)
        self.log.entries.append(entry.pk)
        if self.chance.random() < HANGS_UP:
            self._hang_ups.append((now + self.chance.uniform(0, 5), entry.pk))

    def _hang_up(self, now: float) -> None:
        for due, entry_id in [one for one in self._hang_ups if one[0] <= now]:
            queue.abandon(entry_id=entry_id, at=clock.now())
            self._hang_ups.remove((due, entry_id))

    def _all_over(self) -> bool:
        expected = self.entries * self.of
        some_open = QueueEntry.objects.filter(finished_at=None).exists()
        return not some_open and QueueEntry.objects.count() >= expected

    # --- Agents

    def _give_signs_of_life(self, now: float) -> None:
        if now - self._seen >= SIGN_OF_LIFE_EVERY:
            desks.seen(pk for pk, person in self.people.items() if now >= person.back)
            self._seen = now

    def _live_offers(self) -> dict[int, int]:
        live = Offer.objects.filter(status=Offer.Status.LIVE)
        return dict(live.values_list("agent", "pk"))

    def _attend(self, person: Person, presence: Presence, offer: int | None, now: float) -> None:
        """Notice what is new, and act when its time has come."""
        saw = (presence.state, presence.since)
        if person.saw != saw:
            person.saw, person.due = saw, now + self._hesitation(presence.state)
            if self.misbehaves and self.chance.random() < VANISHES:
                person.back = now + settings.DESK_GRACE_SECONDS + self.chance.uniform(2, 6)
                self.log.count("vanished")
        elif now >= person.due:
            # Whatever comes of it, it is looked at anew.
            person.saw = None
            try:
                self._act(person, presence, offer)
            except Refused:
                self.log.count("refused")

    def _hesitation(self, state: str) -> float:
        seconds = self.chance.uniform(0, HESITATION[PresenceState(state)])
        if state == PresenceState.AVAILABLE and self.chance.random() > RESTS:
            return NEVER
        if state == PresenceState.RINGING and self.misbehaves and self.chance.random() < LETS_RING:
            self.log.count("let ring")
            return NEVER
        return seconds

    def _act(self, person: Person, presence: Presence, offer: int | None) -> None:
        agent, state = person.user, presence.state
        if state in (PresenceState.OFFLINE, PresenceState.BREAK):
            states.set_state(agent=agent, state=PresenceState.AVAILABLE)
        elif state == PresenceState.AVAILABLE:
            reason = self.chance.choice(["rest", "meal"])
            states.set_state(agent=agent, state=PresenceState.BREAK, reason=reason)
        elif state == PresenceState.RINGING and offer:
            self._answer(agent, offer)
        elif state == PresenceState.TALKING:
            self._talk(agent, presence.entry)
        elif state == PresenceState.WRAP_UP:
            self._wrap_up(agent, presence.entry)

    def _answer(self, agent: User, offer: int) -> None:
        if self.chance.random() < DECLINES:
            offers.decline(offer_id=offer, agent=agent)
            self.log.count("declined")
        else:
            offers.accept(offer_id=offer, agent=agent)
            self.log.accepted.append(offer)

    def _talk(self, agent: User, entry: QueueEntry) -> None:
        dice = self.chance.random()
        if dice < PASSES_ON and self.misbehaves:
            # Written down before: it may be done although we never hear of it.
            self.log.passed_on.append(entry.pk)
            passing.pass_on(entry_id=entry.pk, agent=agent, **self._to_whom(entry))
        elif dice < 0.5:
            queue.release(entry_id=entry.pk)
        else:
            queue.settle(entry_id=entry.pk)

    def _to_whom(self, entry: QueueEntry) -> dict[str, Any]:
        """A colleague, anybody, or (in Korean, where there are some) who is specially trained."""
        dice = self.chance.random()
        if dice < 0.4:
            return {"to": self.chance.choice(list(self.everybody.values()))}
        return {"skills": ["caller.difficult"]} if dice < 0.7 and entry.language == "ko" else {}

    def _wrap_up(self, agent: User, entry: QueueEntry | None) -> None:
        """Three ways out of a wrap-up that is on record; the third is the tick's."""
        if entry is not None and entry.settled_at is None:
            queue.settle(entry_id=entry.pk)
        elif entry is None or self.chance.random() < 0.4:
            states.set_state(agent=agent, state=PresenceState.AVAILABLE)
        elif self.chance.random() < 0.7:
            queue.complete(entry_id=entry.pk, actor=agent)

    # --- What must not succeed twice

    def _try_anothers(self, ringing: dict[int, int]) -> None:
        """Take what rings at another process's agent: for one of ours, or as that very agent.

        The first must be refused. The second is the same person in two windows: once at the most.
        """
        others = [agent for agent in ringing if agent not in self.people]
        if not others or self.chance.random() > TRIES_ANOTHERS:
            return
        agent = self.chance.choice(others)
        thief = self.chance.random() < 0.5
        who = (
            self.chance.choice(list(self.people.values())).user if thief else self.everybody[agent]
        )
        self.log.count("tried another's")
        try:
            offers.accept(offer_id=ringing[agent], agent=who)
            (self.log.stolen if thief else self.log.accepted).append(ringing[agent])
        except Refused:
            self.log.count("another's refused")
