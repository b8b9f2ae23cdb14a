"""What supervisors do from the floor and from somebody's page: verbs, reasons, refusals."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agents.actions import queue, states, steering
from agents.models import AgentSkill, AuditEntry, BreakReason, PresenceState, QueueEntry, Shift
from callcenter import clock
from inquiries.actions import contacts
from reports.person import day_of, with_a_desk
from tests.people import (
    MORNING,
    accept_next,
    available,
    call_arrives,
    entry_now,
    phone_event,
    state_of,
)

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "An emergency."
HTMX = {"HX-Request": "true", "Accept-Language": "en"}


@pytest.fixture
def line(db):
    """Three calls in the order they came."""
    return [call_arrives(f"010-0000-300{number}").entry for number in range(3)]


@pytest.fixture
def floor_of(client):
    """Whoever is given presses a button: ``press(jun, entry, verb, …)``; the answer."""

    def press(who, entry, verb, reason=WHY, **fields):
        client.force_login(who)
        address = f"/floor/entries/{entry.pk}/steer/"
        return client.post(address, {"verb": verb, "reason": reason} | fields, headers=HTMX)

    return press


def in_order():
    return list(QueueEntry.objects.waiting())


def audited() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


# --- The line


def test_pinning_answers_with_the_floor_as_it_is_then(floor_of, line, jun):
    page = floor_of(jun, line[2], "pin").content.decode()
    assert in_order() == [line[2], line[0], line[1]]
    assert page.index(f"waits-{line[2].pk}") < page.index(f"waits-{line[0].pk}")
    assert "Pinned" in page
    assert AuditEntry.objects.get(verb="entry.pinned").detail == {"reason": WHY}


def test_each_verb_that_moves(floor_of, line, jun):
    first, second, third = line
    floor_of(jun, third, "pin")
    floor_of(jun, third, "unpin")
    assert in_order() == line
    floor_of(jun, third, "before", other=first.pk)
    assert in_order() == [third, first, second]
    floor_of(jun, third, "end")
    assert in_order() == line
    assert audited() == ["entry.pinned", "entry.unpinned", "entry.moved", "entry.moved"]


def test_giving_it_to_somebody_at_work(floor_of, line, jun, jin):
    available(jin)
    accept_next(jin)
    floor_of(jun, line[2], "reassign", agent=jin.pk)
    assert entry_now(line[2].contact).reserved_for == jin


def test_pulling_what_rings_and_what_is_in_hand(floor_of, jun, mina):
    available(mina)
    contact = call_arrives()
    assert floor_of(jun, contact.entry, "pull").status_code == 200
    accept_next(mina)
    floor_of(jun, contact.entry, "pull")
    assert (entry_now(contact).status, state_of(mina)) == ("waiting", "wrap_up")
    assert audited().count("entry.pulled") == 2


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.parametrize("verb", ["pin", "before", "end", "reassign"])
def test_without_a_reason_nothing_happens(floor_of, line, jun, jin, verb, reason):
    states.set_state(agent=jin, state="break", reason="meal")
    before = audited()
    answer = floor_of(jun, line[2], verb, reason=reason, other=line[0].pk, agent=jin.pk)
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")
    assert in_order() == line
    assert QueueEntry.objects.filter(reserved_for=None).count() == 3
    assert audited() == before


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("", {}),
        ("abandon", {}),
        ("before", {}),
        ("before", {"other": "x"}),
        ("reassign", {}),
        ("reassign", {"agent": "999999"}),
    ],
)
def test_what_cannot_be_meant_is_refused(floor_of, line, jun, verb, fields):
    assert floor_of(jun, line[0], verb, **fields).status_code == 400
    assert in_order() == line
    assert audited() == []


def test_what_has_left_the_line_is_refused_with_a_word(floor_of, line, jun):
    queue.abandon(entry_id=line[0].pk, at=clock.now())
    answer = floor_of(jun, line[0], "pin")
    assert answer.status_code == 409
    assert answer.content.decode() == "This is no longer in the line."


def test_an_entry_that_never_was(floor_of, line, jun):
    line[0].pk = 999_999
    assert floor_of(jun, line[0], "pin").status_code == 404


def test_only_supervisors_steer(floor_of, client, line, mina, operator, sora):
    for who in (mina, operator, sora):
        assert floor_of(who, line[2], "pin").status_code == 403
        assert client.get(f"/floor/entries/{line[2].pk}/").status_code == 403
    assert in_order() == line


def test_without_scripts_one_is_back_on_the_floor(client, line, jun):
    client.force_login(jun)
    answer = client.post(f"/floor/entries/{line[2].pk}/steer/", {"verb": "pin", "reason": WHY})
    assert answer.url == "/floor/"
    assert in_order()[0] == line[2]


# --- The menu


def menu(client, entry) -> str:
    return client.get(f"/floor/entries/{entry.pk}/", headers=HTMX).content.decode()


def verbs_in(page: str) -> set[str]:
    verbs = ["pin", "unpin", "before", "end", "reassign", "pull"]
    return {verb for verb in verbs if f'name="verb" value="{verb}"' in page}


def test_the_menu_offers_what_can_be_done_just_then(client, jun, mina, jin):
    client.force_login(jun)
    entry = call_arrives().entry
    assert verbs_in(menu(client, entry)) == {"pin", "end"}
    other = call_arrives("010-0000-3009").entry
    steering.pin(entry_id=entry.pk, actor=jun, reason=WHY)
    available(mina)
    rings = verbs_in(menu(client, entry))
    assert rings == {"unpin", "before", "end", "reassign", "pull"}
    accept_next(mina)
    available(jin)
    held = menu(client, entry)
    assert verbs_in(held) == {"reassign", "pull"}
    # Not to who has it.
    assert f'<option value="{mina.pk}">' not in held
    assert f'<option value="{jin.pk}">' in held
    phone_event(entry.contact.call.call_id, "ended")
    assert "pull" not in verbs_in(menu(client, entry))
    queue.abandon(entry_id=other.pk, at=clock.now())
    assert "This has left the floor." in menu(client, other)


# --- A person


def press_move(client, who, agent, state, reason=WHY):
    client.force_login(who)
    sent = {"state": state, "reason": reason}
    return client.post(f"/floor/people/{agent.pk}/move/", sent, headers=HTMX)


@pytest.mark.parametrize(
    ("sent", "state", "reason"),
    [("available", "available", ""), ("break:training", "break", "training")],
)
def test_moving_a_person_shows_them_where_they_are_then(client, jun, mina, sent, state, reason):
    page = press_move(client, jun, mina, sent).content.decode()
    mina.refresh_from_db()
    assert (mina.presence.state, mina.presence.reason) == (state, reason)
    assert f'class="presence {state}"' in page
    assert WHY in page
    assert AuditEntry.objects.get(verb="presence.moved").actor == jun


def test_moving_somebody_offline(client, jun, mina):
    available(mina)
    press_move(client, jun, mina, "offline")
    assert state_of(mina) == "offline"


@pytest.mark.parametrize(
    ("state", "reason"), [("available", " "), ("talking", WHY), ("break", WHY), ("break:x", WHY)]
)
def test_a_move_that_is_refused_moves_nobody(client, jun, mina, state, reason):
    available(mina)
    before = audited()
    assert press_move(client, jun, mina, state, reason).status_code == 400
    assert (state_of(mina), audited()) == ("available", before)


def test_only_supervisors_move_people(client, mina, jin, operator):
    available(mina)
    for who in (jin, operator):
        assert press_move(client, who, mina, "offline").status_code == 403
    assert state_of(mina) == "available"


def test_operators_read_the_page_and_get_no_form(client, operator, mina):
    client.force_login(operator)
    page = client.get(f"/floor/people/{mina.pk}/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "/move/" not in page.content.decode()


def test_who_has_no_desk_has_no_page(client, jun, sora):
    client.force_login(jun)
    assert client.get(f"/floor/people/{sora.pk}/").status_code == 404


def test_a_supervisor_has_one(client, jun):
    client.force_login(jun)
    assert client.get(f"/floor/people/{jun.pk}/").status_code == 200


@pytest.fixture
def minas_day(mina, water):
    """Signed in at 9:59:50, one call taken after 5 s and talked about for 100 s, wrap-up 20 s,
    then a meal; and a call that she has now."""
    AgentSkill.objects.create(agent=mina, name="lang.en", level=2)
    AgentSkill.objects.create(agent=mina, name="topic.water")
    AgentSkill.objects.create(agent=mina, name="caller.difficult")

    def at(seconds):
        return clock.at(MORNING + timedelta(seconds=seconds))

    with at(-10):
        available(mina)
    with at(0):
        first = call_arrives()
    with at(5):
        accept_next(mina)
        contacts.set_outcome(agent=mina, outcome="resolved")
    with at(105):
        phone_event(first.call.call_id, "ended")
    with at(125):
        contacts.finish(agent=mina)
        states.set_state(agent=mina, state=PresenceState.BREAK, reason="meal")
    with at(725):
        available(mina)
        call_arrives("010-0000-3001")
    with at(730):
        return accept_next(mina)


def test_the_day_counted_by_hand(minas_day, mina):
    with clock.at(MORNING + timedelta(seconds=800)):
        day = day_of(with_a_desk().get(pk=mina.pk))
    figures = {metric.key: value for metric, value in day.figures}
    assert figures["answered"] == 2
    assert figures["resolved"] == 1
    assert (figures["aht"], figures["talk"], figures["wrap_up"]) == (120, 100, 20)
    assert day.in_hand == minas_day
    sums = {state.value: length.total_seconds() for state, length in day.sums}
    assert sums == {"available": 10, "ringing": 10, "talking": 170, "wrap_up": 20, "break": 600}
    assert [str(spell.state) for spell in day.spells][:2] == ["talking", "ringing"]
    assert day.spells[0].until is None


def test_a_night_counts_from_midnight_on(mina):
    midnight = clock.day_bounds(MORNING.date())[0]
    with clock.at(midnight - timedelta(hours=2)):
        available(mina)
    with clock.at(midnight + timedelta(minutes=5)):
        day = day_of(with_a_desk().get(pk=mina.pk))
    assert [(str(state), length) for state, length in day.sums] == [
        ("available", timedelta(minutes=5))
    ]
    assert day.told == []


def test_the_page_says_what_they_can_and_when_they_are_to_be_there(client, jun, minas_day, mina):
    start = clock.day_bounds(MORNING.date())[0] + timedelta(hours=9)
    Shift.objects.create(agent=mina, starts_at=start, ends_at=start + timedelta(hours=9))
    client.force_login(jun)
    with clock.at(MORNING + timedelta(seconds=800)):
        page = client.get(f"/floor/people/{mina.pk}/", headers={"Accept-Language": "en"})
    text = page.content.decode()
    for said in ("second language", "Water", "specialist", "Difficult callers", "7001", "Meal"):
        assert said in text
    assert "09:00 – 18:00" in text
    assert f"/inquiries/{minas_day.inquiry.number}/" in text


def test_what_was_written_down_is_said_in_words(mina, jun):
    states.set_state(agent=mina, state=PresenceState.BREAK, reason="meal")
    steering.move_person(agent=mina, state="available", actor=jun, reason=WHY)
    day = day_of(with_a_desk().get(pk=mina.pk))
    told = [(str(line.what), str(line.why), line.actor) for line in day.told]
    assert (str(PresenceState.AVAILABLE.label), WHY, jun) in told
    assert told[-1] == (str(PresenceState.BREAK.label), str(BreakReason.MEAL.label), mina)


def test_the_page_costs_the_same_after_a_long_day(client, jun, mina):
    client.force_login(jun)

    def look():
        return client.get(f"/floor/people/{mina.pk}/", headers=HTMX)

    def queries() -> int:
        look()  # What has just changed is counted with the first look.
        with CaptureQueriesContext(connection) as asked:
            look()
        return len(asked)

    available(mina)
    few = queries()
    for _time in range(10):
        states.set_state(agent=mina, state=PresenceState.BREAK, reason="rest")
        available(mina)
    assert queries() == few
