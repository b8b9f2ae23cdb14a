"""What agents say of articles reaches an editor, and the answer reaches the agent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from agents.models import AuditEntry
from callcenter import clock
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.actions import feedback
from knowledgebase.models import Article, Feedback
from knowledgebase.queries import feedback as queries
from tests.knowledgebase.writing import started
from tests.people import accept_next, after, available, call_arrives, make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def say(agent, article, kind="wrong", **more) -> Feedback:
    return feedback.say(actor=agent, article_id=article.pk, kind=kind, **more)


def test_one_press_is_enough(mina, bill_article):
    one = say(mina, bill_article)
    assert (one.status, one.words, one.inquiries, one.times) == ("open", "", [], 1)
    assert one.edition == 1
    assert AuditEntry.objects.filter(verb="article.feedback", actor=mina).count() == 1


def test_the_same_again_joins_what_is_open(mina, bill_article):
    say(mina, bill_article, words="요금표가 작년 것입니다.", inquiry="ABCD-2345")
    one = say(mina, bill_article, words="전화번호도요.", inquiry="EFGH-6789")
    assert Feedback.objects.count() == 1
    assert (one.times, one.inquiries) == (2, ["ABCD-2345", "EFGH-6789"])
    assert one.words == "요금표가 작년 것입니다.\n전화번호도요."


def test_another_kind_or_another_agent_is_a_row_of_its_own(mina, jin, bill_article):
    say(mina, bill_article)
    say(mina, bill_article, "outdated")
    say(jin, bill_article)
    assert Feedback.objects.count() == 3


def test_after_the_answer_the_same_is_said_anew(mina, sora, bill_article):
    first = say(mina, bill_article)
    feedback.answer(actor=sora, feedback_id=first.pk)
    assert say(mina, bill_article).pk != first.pk


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_one_row(mina, bill_article):
    def press(_number):
        try:
            return say(mina, bill_article).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as hands:
        assert len(set(hands.map(press, range(4)))) == 1
    assert Feedback.objects.get().times == 4


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "nonsense"}, Invalid),
        ({"words": "x" * 2001}, Invalid),
        ({"inquiry": "'; drop"}, Invalid),
    ],
)
def test_what_cannot_be_meant_is_refused(mina, bill_article, fields, refusal):
    with pytest.raises(refusal):
        say(mina, bill_article, **fields)
    assert not Feedback.objects.exists()


def test_of_a_draft_that_no_agent_may_read_nothing_is_said(mina, sora):
    draft = started(sora)
    with pytest.raises(Missing):
        say(mina, draft.article)


def test_the_answer_is_heard_once(mina, jin, sora, bill_article):
    one = say(mina, bill_article)
    assert list(queries.news_for(mina)) == []
    feedback.answer(actor=sora, feedback_id=one.pk, text="고쳤습니다.")
    assert [news.answer for news in queries.news_for(mina)] == ["고쳤습니다."]
    assert list(queries.news_for(jin)) == []
    feedback.hear(actor=jin, feedback_id=one.pk)
    assert queries.news_for(mina).count() == 1
    feedback.hear(actor=mina, feedback_id=one.pk)
    assert list(queries.news_for(mina)) == []
    assert [own.answer for own in queries.own(mina)] == ["고쳤습니다."]


def test_of_two_editors_one_answers(mina, sora, gyuri, bill_article):
    one = say(mina, bill_article)
    feedback.answer(actor=sora, feedback_id=one.pk, text="고쳤습니다.")
    with pytest.raises(Refused, match="Sora has answered"):
        feedback.answer(actor=gyuri, feedback_id=one.pk, text="맞는 내용입니다.")
    one.refresh_from_db()
    assert (one.answer, one.answered_by) == ("고쳤습니다.", sora)


def test_what_was_done_by_mistake_is_opened_again(mina, sora, bill_article):
    one = say(mina, bill_article)
    feedback.answer(actor=sora, feedback_id=one.pk)
    feedback.open_again(actor=sora, feedback_id=one.pk)
    assert queries.open_count() == 1
    assert list(queries.news_for(mina)) == []


def test_what_is_open_anew_is_not_opened_twice(mina, sora, bill_article):
    one = say(mina, bill_article)
    feedback.answer(actor=sora, feedback_id=one.pk)
    say(mina, bill_article)
    with pytest.raises(Refused):
        feedback.open_again(actor=sora, feedback_id=one.pk)


def test_the_editors_list_goes_by_article_the_most_said_first(
    mina, jin, sora, client, bill_article
):
    from tests.knowledgebase.writing import published

    other = published(sora, make_agent("reviewer"), title="다른 글")
    say(mina, other)
    say(mina, bill_article)
    say(jin, bill_article, "unclear")
    assert [about.article for about in queries.open_by_article()] == [bill_article, other]
    client.force_login(sora)
    page = client.get(reverse("knowledgebase:feedback")).content.decode()
    assert page.index(bill_article.title) < page.index(other.title)


def test_an_editor_answers_on_the_page_and_the_agent_reads_it(client, mina, sora, bill_article):
    one = say(mina, bill_article)
    client.force_login(sora)
    done = client.post(reverse("knowledgebase:feedback-answer", args=[one.pk]), {"answer": "고침"})
    assert done.status_code == 302
    client.force_login(mina)
    assert "고침" in client.get(reverse("knowledgebase:feedback-news")).content.decode()
    assert "고침" in client.get(reverse("knowledgebase:feedback-mine")).content.decode()
    client.post(reverse("knowledgebase:feedback-heard", args=[one.pk]))
    assert "고침" not in client.get(reverse("knowledgebase:feedback-news")).content.decode()


# --- From the desk


@pytest.mark.django_db(transaction=True)
def test_the_inquiry_in_hand_goes_along(client, mina, bill_article):
    available(mina)
    call_arrives()
    inquiry = accept_next(mina).inquiry
    client.force_login(mina)
    address = reverse("inquiries:desk-feedback", args=[bill_article.pk])
    form = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert inquiry.number in form
    client.post(address, {"kind": "outdated"}, headers={"HX-Request": "true"})
    assert Feedback.objects.get().inquiries == [inquiry.number]


def test_without_an_inquiry_it_is_said_all_the_same(client, mina, bill_article):
    client.force_login(mina)
    address = reverse("inquiries:desk-feedback", args=[bill_article.pk])
    assert client.post(address, {"kind": "unclear", "words": "어려움"}).status_code == 302
    assert Feedback.objects.get().inquiries == []


def test_what_is_refused_keeps_the_words(client, mina, bill_article):
    client.force_login(mina)
    address = reverse("inquiries:desk-feedback", args=[bill_article.pk])
    answer = client.post(address, {"kind": "", "words": "이 전화번호는 없는 번호"})
    assert answer.status_code == 400
    assert "이 전화번호는 없는 번호" in answer.content.decode()
    assert not Feedback.objects.exists()


# --- What the desk says of an article


@pytest.mark.django_db(transaction=True)
def test_a_linked_article_says_on_its_card_that_it_is_old(client, mina, sora, jun, bill_article):
    from inquiries.actions import contacts
    from knowledgebase.actions.imports import import_article
    from tests.knowledgebase.writing import approved, changed, handed_in

    fields = {"title": "Water bill", "body": "Text", "language": "en", "translation_of": "bill"}
    import_article(external_id="bill-en", fields=fields)
    available(mina)
    call_arrives()
    accept_next(mina)
    english = bill_article.translations.get()
    contacts.link_article(agent=mina, article_id=english.pk)
    contacts.link_article(agent=mina, article_id=bill_article.pk)
    client.force_login(mina)
    client.cookies["django_language"] = "en"
    assert "Older text" not in client.get(reverse("inquiries:desk")).content.decode()
    approved(handed_in(changed(bill_article, sora, body="새 본문"), sora), jun)
    assert client.get(reverse("inquiries:desk")).content.decode().count("Older text") == 1
    with after(40 * 86_400):
        last = clock.today() - timedelta(days=1)
        Article.objects.filter(pk=bill_article.pk).update(valid_until=last)
        assert client.get(reverse("inquiries:desk")).content.decode().count("Out of date") == 1
