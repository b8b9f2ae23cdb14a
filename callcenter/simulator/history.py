"""The city's past: sixty days played through the same actions, with a clock of its own.

Nothing is inserted as finished: every figure a report shows of these days came about by calls
that arrived, rang, were taken and were handed in, one action after the other.
"""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from agents.actions import offers, queue, states
from agents.models import Offer, Presence, PresenceState, QueueEntry, User
from callbacks.actions import promises
from callcenter import clock
from callcenter.refusals import Refused
from callcenter.simulator.city import (
    LINES,
    PASSED_ON_BECAUSE,
    PASSED_ON_SHARE,
    REDIAL_SHARE,
    City,
    Question,
    Wish,
)
from inquiries.actions import calls, contacts, handoffs, intake, transfers
from inquiries.models import Contact, Message
from knowledgebase.search import search

DAY_SHIFT, LATE_SHIFT, NIGHT_SHIFT = (8, 17), (13, 22), (21, 33)
# The last half hour brings nothing new, so that everything is handed in when history ends.
QUIET_AT_THE_END = timedelta(minutes=30)


class History:
    """A queue of things to do, in the order of a simulated clock."""

    def __init__(self, city: City, *, agents: list[User], supervisor: User) -> None:
        self.city, self.agents, self.supervisor = city, agents, supervisor
        self.chance = random.Random(city.chance.random())
        self._todo: list[tuple[datetime, int, Callable[[], None]]] = []
        self._ids = count(1)
        self._seen_offer = 0
        self._questions: dict[int, Question] = {}
        self.contacts = 0

    def play(
        self, *, days: int, until: datetime, per_day: float, tell: Callable[[str], None]
    ) -> int:
        """Play the ``days`` before ``until`` and the part of its day so far; contacts made."""
        try:
            self._play_days(days, until, per_day, tell)
        finally:
            # However it ends, Ctrl-C included: nobody is left in mid-sentence.
            self._wind_up(until)
        return self.contacts

    def _play_days(self, days: int, until: datetime, per_day: float, tell) -> None:
        with clock.at(until):
            today = clock.today()
        for days_ago in range(days, -1, -1):
            day = today - timedelta(days=days_ago)
            start, end = clock.day_bounds(day)
            for wish in self.city.day(day, start, per_day, days_ago):
                if wish.at < until - QUIET_AT_THE_END:
                    self._at(wish.at, lambda wish=wish: self._arrive(wish))
            self._rota(start, day.toordinal())
            self._run(min(end, until))
            if days_ago % 10 == 0:
                tell(f"History: {days - days_ago} of {days} days, {self.contacts} contacts.")

    def _at(self, moment: datetime, work: Callable[[], None]) -> None:
        heapq.heappush(self._todo, (moment, next(self._ids), work))

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._at(clock.now() + timedelta(seconds=seconds), work)

    def _run(self, until: datetime) -> None:
        while self._todo and self._todo[0][0] < until:
            moment, _order, work = heapq.heappop(self._todo)
            with clock.at(moment):
                try:
                    work()
                except Refused:
                    pass  # The caller was gone, or a colleague was quicker: so is life.
                self._notice_offers()

    # --- People come and go

    def _rota(self, start: datetime, number: int) -> None:
        """Who works today: a part of everybody in turn, each language by day."""
        turned = self.agents[number * 5 % len(self.agents) :] + self.agents
        everyone = list(dict.fromkeys(turned))
        speakers = [self._speaker(everyone, language) for language in ("en", "zh", "ja")]
        day = list(dict.fromkeys([*speakers, *everyone[:3]]))
        rest = [agent for agent in everyone if agent not in day]
        for shift, people in ((DAY_SHIFT, day), (LATE_SHIFT, rest[:3]), (NIGHT_SHIFT, rest[3:5])):
            for agent in people:
                begin, end = (start + timedelta(hours=hour) for hour in shift)
                late = timedelta(seconds=self.chance.uniform(-300, 120))
                self._at(begin + late, lambda agent=agent: self._come(agent))
                self._at(end + late, lambda agent=agent: self._leave(agent))

    @staticmethod
    def _speaker(people: list[User], language: str) -> User:
        return next(one for one in people if f"lang.{language}" in one.skill_names)

    def _come(self, agent: User) -> None:
        states.set_state(agent=agent, state=PresenceState.AVAILABLE)

    def _leave(self, agent: User) -> None:
        try:
            states.set_state(agent=agent, state=PresenceState.OFFLINE)
        except Refused:
            self._later(300, lambda: self._leave(agent))

    # --- Citizens call and write

    def _arrive(self, wish: Wish, again: bool = False) -> None:
        if wish.written:
            inquiry = intake.take_in_written(
                subject=wish.question.text[:200],
                body=wish.question.text,
                language=wish.language,
                consent=True,
                phone=wish.phone,
                topic=wish.question.topic,
            )
            self._questions[inquiry.pk] = wish.question
        else:
            call_id = f"history-{next(self._ids)}"
            call = self._event(call_id, "arrived", wish.phone, LINES[wish.language])
            self._questions[call.contact.inquiry_id] = wish.question
            self._later(wish.patience, lambda: self._give_up(call_id, wish, again))
        self.contacts += 1

    def _give_up(self, call_id: str, wish: Wish, again: bool) -> None:
        contact = Contact.objects.select_related("entry").get(call__call_id=call_id)
        if contact.entry.status not in (QueueEntry.Status.WAITING, QueueEntry.Status.OFFERED):
            return
        self._event(call_id, "ended")
        if not again and self.chance.random() < REDIAL_SHARE:
            self._later(self.chance.uniform(20, 400), lambda: self._arrive(wish, again=True))

    def _event(self, call_id: str, kind: str, from_number: str = "", to_number: str = "", **more):
        call, _new = calls.record_event(
            event_id=f"{call_id}-{next(self._ids)}",
            call_id=call_id,
            kind=kind,
            at=clock.now(),
            from_number=from_number,
            to_number=to_number,
            **more,
        )
        return call

    # --- Agents answer

    def _notice_offers(self) -> None:
        new = Offer.objects.filter(pk__gt=self._seen_offer, status=Offer.Status.LIVE)
        for offer in new.select_related("agent").order_by("pk"):
            self._seen_offer = offer.pk
            if self.chance.random() < 0.02:
                self._later(12.5, lambda offer=offer: self._miss(offer))
            else:
                delay = self.chance.uniform(1.5, 6)
                self._later(delay, lambda offer=offer: self._accept(offer))

    def _miss(self, offer: Offer) -> None:
        offers.expire_offers()
        self._later(90, lambda: self._come(offer.agent))

    def _accept(self, offer: Offer) -> None:
        agent = offer.agent
        offers.accept(offer_id=offer.pk, agent=agent)
        contact = contacts.in_hand(agent)
        call_id = contact.call.call_id if hasattr(contact, "call") else None
        if call_id:
            self._event(call_id, "answered", agent=agent)
        talk = self.city.talk()
        if call_id and self.chance.random() < 0.12:
            self._later(talk * 0.3, lambda: self._event(call_id, "held"))
            self._later(talk * 0.5, lambda: self._event(call_id, "resumed"))
        self._later(talk, lambda: self._conclude(agent, call_id))

    def _conclude(self, agent: User, call_id: str | None) -> None:
        contact = contacts.in_hand(agent)
        question = self._questions.get(contact.inquiry_id)
        if question:
            self._write_up(agent, contact, question)
        if call_id and not contact.passed_on and self._passed_on(agent):
            return
        if call_id:
            self._event(call_id, "ended")
        self._end(agent, contact)
        self._later(self.city.wrap(), lambda: self._hand_in(agent))

    def _passed_on(self, agent: User) -> bool:
        """Now and then a colleague who is free knows better; True when it went there."""
        if self.chance.random() >= PASSED_ON_SHARE:
            return False
        free = Presence.objects.filter(state=PresenceState.AVAILABLE).exclude(agent=agent)
        colleague = free.values_list("agent__username", flat=True).order_by("since").first()
        if colleague is None:
            return False
        reason = self.city.pick(PASSED_ON_BECAUSE)
        transfers.transfer(agent=agent, to=f"agent:{colleague}", reason=reason)
        self._later(30, lambda: self._come(agent))
        return True

    def _write_up(self, agent: User, contact: Contact, question: Question) -> None:
        found = search(question.text, limit=1, staff=True)
        if found.articles:
            contacts.link_article(agent=agent, article_id=found.articles[0].pk)
        version = contact.inquiry.note_version
        contacts.write_note(agent=agent, note=question.text, version=version)
        contacts.set_topic(agent=agent, topic=question.topic)

    def _end(self, agent: User, contact: Contact) -> None:
        outcome = self.city.outcome()
        if contact.entry.kind == QueueEntry.Kind.CALLBACK:
            reached = self.chance.random() < 0.8
            contacts.set_outcome(agent=agent, outcome="resolved" if reached else "not_reached")
        elif outcome == "promised" and contact.inquiry.citizen_id:
            due = clock.now() + timedelta(minutes=self.chance.choice([30, 60, 120, 180]))
            promises.promise(agent=agent, due_at=due, at_any_hour=True)
            self._at(due + timedelta(seconds=2), self._bring_back)
        elif outcome == "handed_off" and contact.inquiry.topic:
            self._hand_off(agent, contact)
        else:
            contacts.set_outcome(agent=agent, outcome="resolved")

    def _hand_off(self, agent: User, contact: Contact) -> None:
        department = contact.inquiry.topic.department.code
        text = self._questions[contact.inquiry_id].text
        handoff = handoffs.hand_off(agent=agent, department=department, message=text)
        pk, by = handoff.pk, self.supervisor
        self._later(1800, lambda: handoffs.acknowledge(handoff_id=pk, actor=by))
        answered = self.chance.uniform(2, 30) * 3600
        text = "담당 부서에서 현장을 확인하고 조치하였습니다."
        self._later(answered, lambda: handoffs.answer(handoff_id=pk, actor=by, text=text))

    def _hand_in(self, agent: User) -> None:
        contact = contacts.finish(agent=agent)
        states.set_state(agent=agent, state=PresenceState.AVAILABLE)
        if contact.outcome == Contact.Outcome.NOT_REACHED:
            for minutes in (10, 30, 120):
                self._later(minutes * 60 + 5, self._bring_back)

    def _bring_back(self) -> None:
        promises.bring_back_due()

    # --- The end of the past

    def _wind_up(self, until: datetime) -> None:
        """Agents hand in and go, waiting callers hang up."""
        with clock.at(until):
            for entry in QueueEntry.objects.open().filter(kind=QueueEntry.Kind.CALL, agent=None):
                queue.abandon(entry_id=entry.pk, at=until)
            for agent in self.agents:
                self._send_home(agent)
            # Of the past, nobody is to get a message today.
            past = Message.objects.filter(state=Message.State.WAITING)
            past.update(state=Message.State.SENT, claimed_at=until, sent_at=until)

    def _send_home(self, agent: User) -> None:
        offers.expire_offers()
        for offer in agent.offers.filter(status=Offer.Status.LIVE):
            offers.decline(offer_id=offer.pk, agent=agent)
        if agent.entries.filter(status=QueueEntry.Status.TAKEN).exists():
            if not contacts.in_hand(agent).outcome:
                contacts.set_outcome(agent=agent, outcome="resolved")
            contacts.finish(agent=agent)
        states.set_state(agent=agent, state=PresenceState.OFFLINE)
