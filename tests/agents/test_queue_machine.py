"""Whatever happens in whatever order, nothing is lost, doubled or skipped.

Hypothesis makes up histories of a small center; after every step the real database is looked at.
Who may be asked is worked out here a second time, the slow and plain way.
"""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from agents import queries
from agents.actions import desks, offers, passing, queue, routing, states, steering
from agents.matching import USUAL_RINGS
from agents.models import (
    AuditEntry,
    BreakReason,
    DeskSeen,
    Offer,
    Presence,
    PresenceSpell,
    PresenceState,
    QueueEntry,
    User,
)
from callcenter import clock
from callcenter.refusals import Refused
from tests.people import MORNING, make_agent, make_person

Status = QueueEntry.Status
STAFF = {
    "mina": ["lang.ko:1", "topic.water:1"],
    "jin": ["lang.ko:1", "caller.difficult:1"],
    "li": ["lang.ko:1", "lang.zh:1", "topic.transport:1"],
    "yuna": ["lang.ko:1", "lang.zh:2"],
}
people = st.sampled_from([*STAFF, "jun"])
some = st.integers(min_value=0, max_value=5)
WHY = "A test."


class Center(RuleBasedStateMachine):
    """Four agents and a supervisor; the clock is ours."""

    def __init__(self) -> None:
        super().__init__()
        for model in (Offer, Presence, PresenceSpell, DeskSeen, AuditEntry, QueueEntry):
            model.objects.all().delete()
        self.people = {user.username: user for user in User.objects.all()}
        self.now, self.here, self.seen_offer = MORNING, set(self.people), 0

    def do(self, action, **arguments):
        """What is refused changes nothing, and is a part of life."""
        self.now += timedelta(milliseconds=100)
        waiting = list(QueueEntry.objects.waiting())
        with clock.at(self.now):
            desks.seen(self.people[name].pk for name in self.here)
            try:
                action(**arguments)
            except Refused:
                pass
        self.check_order(waiting)

    def pick(self, entries, number):
        found = list(entries.order_by("pk"))
        return found[number % len(found)].pk if found else None

    def held_by(self, name):
        return QueueEntry.objects.filter(agent=self.people[name], status=Status.TAKEN).first()

    # --- What happens

    @rule(
        kind=st.sampled_from(["call", "web", "callback"]),
        language=st.sampled_from(["ko", "ko", "zh", "ja"]),
        topic=st.sampled_from(["", "water", "transport"]),
        difficult=st.booleans(),
        preferred=st.sampled_from([None, *STAFF]),
    )
    def arrives(self, kind, language, topic, difficult, preferred):
        who = self.people.get(preferred)
        asks = {
            "language": language,
            "topic": topic,
            "difficult": difficult,
            "preferred_id": who and who.pk,
        }
        self.do(queue.enqueue, kind=QueueEntry.Kind(kind), **asks)

    @rule(name=people)
    def becomes_available(self, name):
        self.here.add(name)
        self.do(states.set_state, agent=self.people[name], state="available")

    @rule(name=people, state=st.sampled_from(["break", "offline"]))
    def leaves(self, name, state):
        self.do(states.set_state, agent=self.people[name], state=state, reason="rest")

    @rule(name=people, answer=st.sampled_from([offers.accept, offers.accept, offers.decline]))
    def answers(self, name, answer):
        offer = Offer.objects.filter(agent=self.people[name], status="live").first()
        if offer:
            self.do(answer, offer_id=offer.pk, agent=self.people[name])

    @rule(number=some)
    def hangs_up(self, number):
        entry = self.pick(QueueEntry.objects.open(), number)
        if entry:
            self.do(queue.abandon, entry_id=entry, at=self.now)
            self.do(queue.release, entry_id=entry)

    @rule(name=people)
    def hands_in(self, name):
        if entry := self.held_by(name):
            self.do(queue.settle, entry_id=entry.pk)

    @rule(
        name=people, to=st.sampled_from([None, *STAFF]), skill=st.sampled_from(["", "supervisor"])
    )
    def passes_on(self, name, to, skill):
        if entry := self.held_by(name):
            target = {"to": self.people.get(to)} if to else {"skills": [skill] if skill else []}
            self.do(passing.pass_on, entry_id=entry.pk, agent=self.people[name], **target)

    @rule(name=people, to=st.sampled_from(list(STAFF)))
    def asks_a_colleague(self, name, to):
        if entry := self.held_by(name):
            asked = {"entry_id": entry.pk, "agent": self.people[name], "to": self.people[to]}
            self.do(passing.ask_colleague, **asked)

    @rule(number=some, other=some, name=people)
    def a_supervisor_steers(self, number, other, name):
        entry = self.pick(QueueEntry.objects.open(), number)
        second = self.pick(QueueEntry.objects.open(), other)
        if entry is None:
            return
        said = {"entry_id": entry, "actor": self.people["jun"], "reason": WHY}
        self.do(steering.move_before, other_id=second, **said)
        if number == 0:
            self.do(steering.pin, **said)
        elif number == 1:
            self.do(steering.pull, **said)
        elif number == 2:
            self.do(steering.reassign, agent=self.people[name], **said)

    @rule(name=people, state=st.sampled_from(["available", "break", "offline"]))
    def a_supervisor_moves_somebody(self, name, state):
        moved = {"agent": self.people[name], "state": state, "break_reason": BreakReason.TRAINING}
        self.do(steering.move_person, actor=self.people["jun"], reason=WHY, **moved)

    @rule(name=people)
    def a_browser_vanishes(self, name):
        self.here.discard(name)

    @rule(seconds=st.sampled_from([1, 5, 11, 13, 31, 61, 120]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)
        for tick in (
            offers.expire_offers,
            states.end_wrap_ups_over,
            passing.open_reservations_over,
            desks.let_go_of_vanished,
            routing.route,
        ):
            self.do(tick)

    # --- What must hold

    @invariant()
    def everything_is_in_one_place(self):
        presences = {one.entry_id: one for one in Presence.objects.exclude(entry=None)}
        live = {offer.entry_id: offer for offer in Offer.objects.filter(status="live")}
        for entry in QueueEntry.objects.open():
            presence, offer = presences.pop(entry.pk, None), live.pop(entry.pk, None)
            if entry.status == Status.WAITING:
                assert presence is None
                assert offer is None
            elif entry.status == Status.OFFERED:
                assert offer
                assert (presence.state, presence.agent_id) == ("ringing", offer.agent_id)
            else:
                assert offer is None
                assert presence.agent_id == entry.agent_id
                assert presence.state in ("talking", "wrap_up")
        assert presences == {}
        assert live == {}

    @invariant()
    def spells_say_what_presences_say(self):
        now = {one.agent_id: one.state for one in Presence.objects.exclude(state="offline")}
        spells = PresenceSpell.objects.filter(ended_at=None).exclude(state="offline")
        assert dict(spells.values_list("agent", "state")) == now

    @invariant()
    def nobody_waits_while_somebody_suited_is_free(self):
        free = self._at(PresenceState.AVAILABLE)
        waiting = list(QueueEntry.objects.waiting())
        assert [(one.pk, who) for one in waiting for who in free if self._may_ask(who, one)] == []

    def check_order(self, before):
        """Nobody was asked past somebody who waited all the while and had a better place."""
        still = QueueEntry.objects.waiting().exclude(offers__closed_at=self.now)
        waited = [one for one in still if one in before]
        new = Offer.objects.filter(pk__gt=self.seen_offer, status="live").select_related("entry")
        for offer in new.order_by("pk"):
            self.seen_offer = offer.pk
            name = next(who for who, user in self.people.items() if user.pk == offer.agent_id)
            passed = [one for one in waited if _rank(one) < _rank(offer.entry)]
            assert [one.pk for one in passed if self._may_ask(name, one)] == []

    # --- The rules once more

    def _at(self, *wanted):
        found = Presence.objects.filter(state__in=wanted).values_list("agent__username", flat=True)
        return list(found)

    def _may_ask(self, name, entry):
        mine = self._grade(name, entry)
        recently = self.now - timedelta(seconds=60)
        passed = entry.offers.filter(agent=self.people[name], closed_at__gt=recently)
        if mine is None or passed.exclude(status="withdrawn").exists():
            return False
        others = [self._grade(who, entry) for who in self._at(*Presence.SERVING)]
        better = any(other is not None and other < mine for other in others)
        needed = USUAL_RINGS[mine]["after_seconds"] if better and not entry.reserved_for_id else 0
        return (self.now - entry.waiting_since).total_seconds() >= needed

    def _grade(self, name, entry):
        user = self.people[name]
        if entry.reserved_for_id:
            return 0 if entry.reserved_for_id == user.pk else None
        supervisor = user.role == User.Role.SUPERVISOR
        if ("supervisor" in entry.skills) != supervisor:
            return None
        for place, ring in enumerate(USUAL_RINGS):
            if self._admits(ring, STAFF.get(name, []), entry):
                return place
        return None

    @staticmethod
    def _admits(ring, skills, entry):
        speaks = {
            1: f"lang.{entry.language}:1" in skills,
            2: any(one.startswith(f"lang.{entry.language}:") for one in skills),
            0: entry.kind in ("call", "callback"),
        }[ring["language_level"]]
        knows = f"topic.{entry.topic}:1" in skills or not entry.topic or not ring.get("specialist")
        calm = "caller.difficult:1" in skills or not entry.difficult or not ring.get("difficult")
        return speaks and knows and calm


def _rank(entry):
    return (entry.pinned_at is None, entry.priority, entry.rank_at, entry.pk)


@pytest.mark.django_db(transaction=True)
def test_whatever_happens_nothing_is_lost_doubled_or_skipped():
    for name, skills in STAFF.items():
        agent = make_agent(name, "none")
        agent.skills.all().delete()
        for skill in skills:
            skill_name, _colon, level = skill.partition(":")
            agent.skills.create(name=skill_name, level=int(level))
    make_person("jun", User.Role.SUPERVISOR)
    assert [ring.after_seconds for ring in queries.rings()] == [0, 10, 20, 45]
    run_state_machine_as_test(
        Center,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES", "40")),
            stateful_step_count=40,
            deadline=None,
            # A history shrinks for minutes, and says in its length what it is about.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
