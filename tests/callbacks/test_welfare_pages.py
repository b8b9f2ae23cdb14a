"""The pages of the rounds: what supervisors type, what they see, and what others do not."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from agents.models import AuditEntry
from callbacks.actions import welfare, welfare_people, welfare_plan
from callbacks.models import Check, Person
from callcenter import clock
from tests.callbacks.test_welfare import at_nine, check_of, in_hand, say
from tests.callbacks.test_welfare import mrs_oh as mrs_oh
from tests.people import available, call_arrives, make_elder

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "name": "Mr. Ko",
    "language": "ko",
    "risk": "low",
    "notes": "Likes chess.",
    "days": ["0", "3"],
    "times": "9:00 18:30",
    "on_holidays": "on",
    "window_minutes": "120",
    "kind_0": "self",
    "phone_0": "010-7777-1001",
    "kind_1": "guardian",
    "contact_1": "His daughter",
    "phone_1": "010-7777-1002",
    **{f"kind_{place}": "neighbour" for place in (2, 3, 4)},
}


@pytest.fixture
def page(client, jun):
    client.force_login(jun)
    return client


def post(client, name, *args, **sent):
    return client.post(reverse(f"callbacks:{name}", args=args), sent)


def test_a_person_is_added_as_typed(page):
    answer = page.post(reverse("callbacks:welfare-add"), TYPED)
    person = Person.objects.get()
    assert answer.url == reverse("callbacks:welfare-person", args=[person.pk])
    assert (person.days, person.times) == ([0, 3], [540, 1110])
    ladder = list(person.ladder.values_list("kind", "name", "phone"))
    assert ladder == [
        ("self", "Mr. Ko", "+821077771001"),
        ("guardian", "His daughter", "+821077771002"),
    ]
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("times", "nine o'clock"),
        ("times", ""),
        ("days", []),
        ("phone_0", "no number"),
        ("phone_1", ""),
        ("window_minutes", "5"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(page, field, typed):
    answer = page.post(reverse("callbacks:welfare-add"), TYPED | {field: typed})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "Likes chess." in answer.content.decode()
    assert not Person.objects.exists()


def test_consent_withdrawal_and_pause_by_the_page(page, jun):
    person = make_elder(consent=False)
    post(
        page,
        "welfare-consent",
        person.pk,
        given_by="self",
        given_name="She",
        how="On paper",
        since=clock.today().isoformat(),
    )
    assert person.consents.get().recorded_by == jun
    day = clock.today().isoformat()
    post(page, "welfare-pause", person.pk, first_day=day, last_day=day, reason="Hospital")
    assert person.pauses.get().reason == "Hospital"
    post(page, "welfare-pause-end", person.pauses.get().pk)
    assert not person.pauses.exists()
    post(page, "welfare-withdraw", person.pk, because="Enough.")
    assert person.consents.get().withdrawn_because == "Enough."
    assert not Check.objects.open().exists()


def test_a_consent_that_is_not_complete_stays_on_the_page(page):
    person = make_elder(consent=False)
    answer = post(page, "welfare-consent", person.pk, given_by="self", given_name="She", since="x")
    assert answer.status_code == 400
    assert 'value="She"' in answer.content.decode()
    assert not person.consents.exists()


def test_whoever_reads_about_a_person_is_written_down(page, jun):
    person = make_elder()
    page.get(reverse("callbacks:welfare-person", args=[person.pk]))
    read = AuditEntry.objects.get(verb="person.read")
    assert (read.actor, read.target_id) == (jun, person.pk)
    page.get(reverse("callbacks:welfare-people"))
    assert AuditEntry.objects.filter(verb="people.listed").exists()


def test_people_are_found_by_name_and_by_the_end_of_a_number(page):
    person = make_elder("Mrs. Oh")
    make_elder("Mr. Ko")
    own = person.ladder.first().phone
    for query in ("oh", "0" + own[3:]):
        answer = page.get(reverse("callbacks:welfare-people"), {"q": query})
        assert [one.pk for one in answer.context["page"]] == [person.pk]
    with override("en"):
        answer = page.get(reverse("callbacks:welfare-people"), {"q": "nobody"})
    assert not answer.context["page"].object_list


def test_the_card_is_for_whoever_has_the_check_in_hand(mrs_oh, mina, jin, client):
    Person.objects.update(notes="She calls her cat Nabi.")
    in_hand(mina)
    for agent, sees in ((mina, True), (jin, False)):
        client.force_login(agent)
        card = client.get(reverse("callbacks:welfare-card")).content.decode()
        assert ("Nabi" in card) is sees
    assert [one.actor for one in AuditEntry.objects.filter(verb="person.card_read")] == [mina]


def test_the_card_of_a_finished_check_is_gone(mrs_oh, mina, client):
    in_hand(mina)
    say(mina, "fine")
    client.force_login(mina)
    assert client.get(reverse("callbacks:welfare-card")).content == b""


def test_nothing_at_the_desk_of_a_caller_who_is_no_check(mina, client):
    available(mina)
    call_arrives()
    client.force_login(mina)
    assert client.get(reverse("callbacks:welfare-card")).content == b""
    assert post(client, "welfare-outcome", outcome="fine").status_code == 302
    assert not Check.objects.exists()


def test_the_ladder_by_the_buttons_of_the_card(mrs_oh, mina, client):
    in_hand(mina, 85)
    client.force_login(mina)
    with at_nine(86):
        post(client, "welfare-outcome", outcome="not_reached", rung="0")
        post(client, "welfare-outcome", outcome="not_reached", rung="0")  # pressed twice
        post(client, "welfare-outcome", outcome="fine", rung="1", words="Her son is with her.")
    assert check_of(mrs_oh).status == "fine"
    assert check_of(mrs_oh).steps.count() == 2


def test_a_program_at_a_desk_says_it_too(mrs_oh, mina, client):
    in_hand(mina)
    client.force_login(mina)
    with at_nine(1):
        told = client.post("/api/v1/desk/welfare/", {"outcome": "help"}, "application/json")
        assert (told.status_code, list(told.json())) == (400, ["words"])
        told = client.post(
            "/api/v1/desk/welfare/",
            {"outcome": "help", "words": "She has fallen."},
            "application/json",
        )
    assert told.status_code == 200
    assert told.json()["contact"]["outcome"] == "resolved"
    assert check_of(mrs_oh).help_inquiry.body == "She has fallen."


@pytest.mark.parametrize(
    ("verb", "status"), [("fine", "fine"), ("help", "help"), ("cancel", "cancelled")]
)
def test_a_supervisor_decides_from_the_round(mrs_oh, page, verb, status):
    check = check_of(mrs_oh)
    post(page, "welfare-decide", check.pk, verb)
    assert check_of(mrs_oh).status == "planned"  # not without words
    post(page, "welfare-decide", check.pk, verb, words="I met her.")
    assert check_of(mrs_oh).status == status


def test_a_supervisor_has_it_called_at_once(mrs_oh, page):
    post(page, "welfare-decide", check_of(mrs_oh).pk, "now")
    assert welfare.bring_in_due() == 1


def test_an_agent_decides_nothing(mrs_oh, client, mina):
    client.force_login(mina)
    answer = post(client, "welfare-decide", check_of(mrs_oh).pk, "fine", words="I met her.")
    assert answer.status_code == 403
    assert check_of(mrs_oh).status == "planned"


def test_the_hand_over_has_what_is_open_with_what_was_tried(mrs_oh, mina, page):
    in_hand(mina)
    say(mina, "not_reached", "It rang for long.")
    with at_nine(5):
        text = page.get(reverse("callbacks:welfare-hand-over")).content.decode()
    assert "Mrs. Oh" in text
    assert "It rang for long." in text


def test_what_is_settled_is_not_handed_over(mrs_oh, mina, page):
    in_hand(mina)
    say(mina, "fine")
    with at_nine(5):
        assert "Mrs. Oh" not in page.get(reverse("callbacks:welfare-hand-over")).content.decode()


def test_a_day_without_a_plan_says_so(page):
    make_elder()
    answer = page.get(reverse("callbacks:welfare"), {"day": clock.today().isoformat()})
    assert answer.context["progress"].planned is False
    welfare_plan.plan_rounds()
    assert page.get(reverse("callbacks:welfare")).context["progress"].planned is True


def test_pages_ask_as_many_questions_for_ten_people_as_for_one(page, django_assert_max_num_queries):
    from tests.callcenter.test_house import _queries_of

    # At whatever hour this is run, somebody is to be called soon.
    times = list(range(0, 24 * 60, 60))
    make_elder(times=times)
    welfare_plan.plan_rounds()
    names = ["callbacks:welfare", "callbacks:welfare-people", "callbacks:welfare-hand-over"]
    before = {name: _queries_of(page, name) for name in names}
    for number in range(10):
        make_elder(f"Elder {number}", times=times)
    assert {name: _queries_of(page, name) <= before[name] + 1 for name in names} == dict.fromkeys(
        names, True
    )


def test_a_person_who_is_not_there(page):
    assert page.get(reverse("callbacks:welfare-person", args=[999])).status_code == 404
    assert post(page, "welfare-withdraw", 999).status_code == 302
    assert not welfare_people.Consent.objects.exists()
