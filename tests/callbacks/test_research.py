"""What was promised is found out while the citizen waits, approved by another, and kept for all."""

import pytest
from django.db import IntegrityError, transaction

from agents.models import AuditEntry
from callbacks.actions import promises, research
from callbacks.models import Callback, Research
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts, handoffs
from inquiries.models import HandOff, Inquiry, Message
from knowledgebase.models import Article, Revision
from tests.agents.test_races import all_at_once
from tests.callbacks.making import promise_by
from tests.people import accept_next, after, available

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "They keep sand out of its eyes."


@pytest.fixture
def promise(mina):
    return promise_by(mina)


def written(promise, by, version=0, answer=ANSWER):
    return research.submit(
        callback_id=promise.pk, actor=by, version=version, notes="In the library.", answer=answer
    )


def approved(promise, by, checks):
    found = written(promise, by)
    return research.approve(callback_id=promise.pk, actor=checks, version=found.version)


def reached(promise, agent) -> None:
    with after(601):
        promises.bring_back_due()
        accept_next(agent)
        contacts.set_outcome(agent=agent, outcome="resolved")
        contacts.finish(agent=agent)
        available(agent)


def test_it_is_assigned_and_noted(promise, mina, jin):
    research.assign(callback_id=promise.pk, actor=mina, to=jin)
    saved = research.save(
        callback_id=promise.pk, actor=jin, version=0, notes="Ask the zoo.", answer=""
    )
    assert (saved.assigned_to, saved.notes, saved.version) == (jin, "Ask the zoo.", 1)


def test_two_who_write_at_once_overwrite_nothing(promise, mina, jin):
    first = {"callback_id": promise.pk, "version": 0, "answer": ""}
    research.save(**first, actor=mina, notes="Ask the zoo.")
    with pytest.raises(research.Conflict) as conflict:
        research.save(**first, actor=jin, notes="Ask the museum.")
    assert conflict.value.theirs.notes == "Ask the zoo."
    assert Research.objects.get().notes == "Ask the zoo."


def test_the_page_shows_both_texts_after_a_conflict(client, promise, mina, jin):
    research.save(callback_id=promise.pk, actor=mina, version=0, notes="The zoo.", answer="")
    client.force_login(jin)
    sent = {"notes": "The museum.", "answer": "", "version": 0, "verb": "save"}
    answer = client.post(f"/promises/{promise.pk}/research/", sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The zoo." in page
    assert "The museum." in page
    assert (
        client.post(f"/promises/{promise.pk}/research/", sent | {"version": 1}).status_code == 302
    )
    assert Research.objects.get().notes == "The museum."


def test_an_answer_that_says_nothing_is_refused_and_the_notes_stay_on_the_page(
    client, promise, mina
):
    client.force_login(mina)
    sent = {"notes": "The zoo.", "answer": " ", "version": 0, "verb": "submit"}
    answer = client.post(f"/promises/{promise.pk}/research/", sent)
    assert answer.status_code == 400
    assert "The zoo." in answer.content.decode()
    assert not Research.objects.filter(state="answered").exists()


def test_nobody_approves_what_they_wrote(promise, mina):
    found = written(promise, mina)
    with pytest.raises(Refused):
        research.approve(callback_id=promise.pk, actor=mina, version=found.version)
    found.refresh_from_db()
    assert (found.state, found.approved_by) == ("answered", None)


def test_the_database_has_four_eyes_too(promise, mina, jun):
    found = approved(promise, mina, jun)
    with pytest.raises(IntegrityError), transaction.atomic():
        Research.objects.filter(pk=found.pk).update(approved_by=mina)


def test_an_answer_changed_after_its_approval_is_not_approved(promise, mina, jun):
    found = approved(promise, mina, jun)
    changed = research.save(
        callback_id=promise.pk, actor=jun, version=found.version, notes="", answer="For beauty."
    )
    assert (changed.state, changed.approved_by) == ("open", None)


def test_of_six_who_approve_at_once_one_does(promise, mina, jun):
    found = written(promise, mina)

    def approve():
        try:
            research.approve(callback_id=promise.pk, actor=jun, version=found.version)
        except Refused:
            return 0
        return 1

    assert sum(all_at_once([approve] * 6)) == 1
    assert AuditEntry.objects.filter(verb="research.approved").count() == 1


def test_sent_back_it_says_why(promise, mina, jun):
    found = approved(promise, mina, jun)
    with pytest.raises(Invalid):
        research.send_back(callback_id=promise.pk, actor=jun, version=found.version, reason=" ")
    back = research.send_back(
        callback_id=promise.pk, actor=jun, version=found.version, reason="Which camels?"
    )
    assert back.state == "open"
    assert "Which camels?" in back.notes


def test_a_department_finds_it_out_and_the_promise_stays_ours(promise, mina, jun, waterworks):
    research.ask_department(
        callback_id=promise.pk, actor=mina, department="waterworks", question="Why?"
    )
    assert Message.objects.get().to == waterworks.email
    handoffs.answer(handoff_id=HandOff.objects.get().pk, actor=None, text=ANSWER)
    found = Research.objects.get()
    assert (found.state, found.answer, found.answered_by) == ("answered", ANSWER, mina)
    assert Callback.objects.get().status == "promised"
    assert Inquiry.objects.get().status == "promised"
    assert research.approve(callback_id=promise.pk, actor=jun, version=found.version).approved_at


def test_a_department_that_returns_the_question_gives_it_back_to_us(promise, mina, waterworks):
    research.ask_department(
        callback_id=promise.pk, actor=mina, department="waterworks", question="Why?"
    )
    handoffs.give_back(handoff_id=HandOff.objects.get().pk, actor=None, reason="Ask the zoo.")
    found = Research.objects.get()
    assert found.state == "open"
    assert "Ask the zoo." in found.notes


def test_while_a_department_is_asked_nothing_is_handed_in(promise, mina, waterworks):
    research.ask_department(
        callback_id=promise.pk, actor=mina, department="waterworks", question="Why?"
    )
    with pytest.raises(Refused):
        written(promise, mina)


def test_the_call_opens_with_the_answer(client, promise, mina, jun):
    approved(promise, mina, jun)
    Callback.objects.update(due_at=promise.promised_at)
    promises.bring_back_due()
    accept_next(mina)
    client.force_login(mina)
    page = client.get(f"/desk/promise/{promise.inquiry_id}/attempt/").content.decode()
    assert ANSWER in page


def test_once_it_is_told_it_is_offered_to_the_editors_once(promise, mina, jun):
    approved(promise, mina, jun)
    assert research.offer_articles() == 0
    reached(promise, mina)
    assert sum(all_at_once([research.offer_articles] * 6)) == 1
    draft = Revision.objects.get()
    assert (draft.state, draft.title, draft.body) == ("draft", "Why camels?", ANSWER)
    assert draft.authors == [mina.pk]
    assert Research.objects.get().article == Article.objects.get()


def test_what_is_not_meant_for_others_is_not_offered(promise, mina, jun):
    found = research.submit(
        callback_id=promise.pk, actor=mina, version=0, notes="", answer=ANSWER, for_article=False
    )
    research.approve(callback_id=promise.pk, actor=jun, version=found.version)
    reached(promise, mina)
    assert research.offer_articles() == 0
    assert not Article.objects.exists()


def test_when_the_promise_is_over_nothing_is_written_any_more(promise, mina, jun):
    promises.cancel(callback_id=promise.pk, actor=jun, reason="They found it themselves.")
    with pytest.raises(Refused):
        written(promise, mina)
    assert not Research.objects.exists()
