"""The people of the promises: agents who call back, and what became of each promise in the end.

Straight through the actions, like the race's. What to do next is read from the database each
time: a driver that lost its connection, or was answered nothing, goes on from what is true.
"""

import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from agents.actions import desks, offers, states
from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callbacks.actions import promises
from callbacks.models import Attempt, Callback
from callcenter import clock
from callcenter.bench import crowd, promises_checks
from callcenter.refusals import Refused
from inquiries.actions import contacts

SIGN_OF_LIFE_EVERY, LOOK_EVERY = 3.0, 0.1
# Of a hundred calls so many end like this; the others reach somebody.
NOBODY_THERE = {"no_answer": 15, "busy": 8, "wrong_number": 2}

_INQUIRIES = """
INSERT INTO inquiries_inquiry (number, tracking_key, channel, language, subject, body,
    contact_name, contact_email, status, note, note_version, reply, created_at)
SELECT %(prefix)s || n, 'bench', 'phone', 'ko', 'bench', '', '', '', 'promised', '', 0, '',
    %(now)s
FROM generate_series(1, %(many)s) n
"""
_CALLBACKS = """
INSERT INTO callbacks_callback (inquiry_id, phone, language, question, question_key, status,
    escalated_because, caller, promised_at, promised_for, until, at_any_hour, due_at)
SELECT id, '+82109' || lpad(substr(number, 2), 7, '0'), 'ko', '', 'inquiry-' || id, 'promised',
    '', 'anyone', %(now)s, due, due + interval '15 minutes', true, due
FROM (SELECT id, number, %(first)s::timestamptz
        + (row_number() OVER (ORDER BY id) - 1) * %(apart)s::interval AS due
      FROM inquiries_inquiry WHERE number LIKE %(prefix)s || '%%') AS made
"""


def prepare(agents: int, many: int, seconds: float, after: float, prefix: str = "A") -> None:
    """``agents`` hired, and ``many`` promises due over ``seconds``, the first ``after`` so many."""
    if agents:
        crowd.hire(agents)
    now = clock.now()
    told = {"prefix": prefix, "many": many, "now": now, "first": now + timedelta(seconds=after)}
    told["apart"] = timedelta(seconds=seconds / max(many, 1))
    with connection.cursor() as cursor:
        cursor.execute(_INQUIRIES, told)
        cursor.execute(_CALLBACKS, told)
        cursor.execute("ANALYZE callbacks_callback")


def drive(mine: int, of: int, give_up: float, seed: int) -> dict[str, Any]:
    """Part ``mine`` of ``of``: its share of the agents, until nothing is to be called any more."""
    driver = Driver(mine, of, seed)
    give_up_at = time.monotonic() + give_up
    while not driver.done and time.monotonic() < give_up_at:
        try:
            driver.look()
        except (OperationalError, InterfaceError) as error:
            driver.counts[type(error.__cause__ or error).__name__] += 1
            connection.close()
            time.sleep(0.3)
    return {"dialled": driver.dialled, "counts": driver.counts}


class Driver:
    def __init__(self, mine: int, of: int, seed: int) -> None:
        people = User.objects.filter(role=User.Role.AGENT).order_by("pk")
        self.people = [one for number, one in enumerate(people) if number % of == mine]
        self.chance = random.Random(seed * 1000 + mine)
        self.counts: Counter[str] = Counter()
        self.dialled: list[int] = []
        self.done, self.alive_at = False, 0.0

    def look(self) -> None:
        """Once around: everybody does what their desk asks of them."""
        if time.monotonic() - self.alive_at > SIGN_OF_LIFE_EVERY:
            desks.seen([one.pk for one in self.people])
            self.alive_at = time.monotonic()
            to_do = [Callback.Status.PROMISED, Callback.Status.QUEUED]
            promised = Callback.objects.filter(status__in=to_do).exists()
            self.done = not promised and not promises_checks.open_ones()
        places = Presence.objects.filter(agent__in=self.people).in_bulk()
        for person in self.people:
            try:
                self._act(person, places.get(person.pk))
            except Refused:
                self.counts["refused"] += 1
        time.sleep(LOOK_EVERY)

    def _act(self, person: User, place: Presence | None) -> None:
        state = place.state if place else PresenceState.OFFLINE
        if state == PresenceState.RINGING:
            offer = Offer.objects.filter(agent=person, status=Offer.Status.LIVE).first()
            if offer is not None:
                offers.accept(offer_id=offer.pk, agent=person)
        elif state == PresenceState.TALKING:
            self._call(person)
        elif state != PresenceState.AVAILABLE:
            states.set_state(agent=person, state=PresenceState.AVAILABLE)

    def _call(self, person: User) -> None:
        """Dial, or say how the call went that was dialled before; one step at a time."""
        contact = contacts.in_hand(person)
        if contact.entry.kind == QueueEntry.Kind.WELFARE and not contact.entry.settled_at:
            promises_checks.call(person, self.chance)
            return
        if contact.entry.kind != QueueEntry.Kind.CALLBACK:
            self.counts["written up"] += 1
            contacts.set_outcome(agent=person, outcome="resolved")
        else:
            attempt = Attempt.objects.get(entry=contact.entry_id)
            if attempt.dialled_at is None:
                self.dialled.append(promises.dial(agent=person).pk)
                return
            self._say(person)
        contacts.finish(agent=person)

    def _say(self, person: User) -> None:
        dice = self.chance.random() * 100
        for outcome, share in NOBODY_THERE.items():
            if dice < share:
                promises.say_unreached(agent=person, outcome=outcome)
                return
            dice -= share
        contacts.set_outcome(agent=person, outcome="resolved")


# --- The verdict


def judge(logs: list[dict[str, Any]]) -> dict[str, Any]:
    """What became of each promise, from the rows. A part, run in the bench's own center.

    ``lost``: neither kept by one call that reached somebody, nor on the supervisors' list, nor
    settled by whoever looked into it. ``doubled``: reached more than once, dialled twice for one
    try, or in the line without a try.
    """
    reached: Counter[int] = Counter(
        Attempt.objects.filter(outcome=Attempt.Outcome.REACHED).values_list("callback", flat=True)
    )
    status = dict(Callback.objects.values_list("pk", "status"))
    kept = {pk for pk, one in status.items() if one == Callback.Status.KEPT}
    over = {Callback.Status.KEPT, Callback.Status.ESCALATED, Callback.Status.CANCELLED}
    dialled = Counter(attempt for log in logs for attempt in log["dialled"])
    stray = QueueEntry.objects.filter(kind=QueueEntry.Kind.CALLBACK, attempt=None).count()
    counts: Counter[str] = Counter()
    for log in logs:
        counts.update(log["counts"])
    return {
        "kept": len(kept),
        "with a supervisor": sum(one == Callback.Status.ESCALATED for one in status.values()),
        "settled otherwise": sum(one == Callback.Status.CANCELLED for one in status.values()),
        "tries": Attempt.objects.count(),
        "lost": sum(one not in over for one in status.values()) + len(kept - set(reached)),
        "doubled": sum(n - 1 for n in (*reached.values(), *dialled.values()) if n > 1) + stray,
        "connections lost": sum(n for what, n in counts.items() if what[0].isupper()),
    } | promises_checks.judge()


# --- The ticks


def lags() -> list[float]:
    """Seconds from when each promise was due to when it entered the line."""
    rows = Attempt.objects.values_list("began_at", "callback__due_at")
    return [(began - due).total_seconds() for began, due in rows]


def time_ticks(times: int) -> list[float]:
    """Seconds of each tick that finds nothing due: bringing back, and warning."""
    took = []
    for _time in range(times):
        began = time.perf_counter()
        brought = promises.bring_back_due()
        warned = promises.warn_before_broken()
        took.append(time.perf_counter() - began)
        if brought or warned:
            raise RuntimeError("Something was due: this is not the tick that was to be measured.")
    return took
