"""What closed inquiries teach the search."""

from datetime import timedelta

import pytest

from callcenter import clock
from callcenter.refusals import Refused
from inquiries.actions import contacts
from knowledgebase.actions import learning
from knowledgebase.actions.imports import import_article
from knowledgebase.models import Article, ArticleUse, LearnedQuestion
from knowledgebase.search import search
from knowledgebase.search.learned import MOST_LIFT, lift, weight
from knowledgebase.search.private import without_personal
from tests.people import accept_next, available, call_arrives, web_inquiry

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "돈이 두 번 빠졌네요, 되돌려 주세요"


def found(query: str) -> list[str]:
    return [article.external_id for article in search(query, staff=True).articles]


def close_web_inquiry(mina, article: Article, **fields) -> None:
    available(mina)
    web_inquiry(**fields)
    accept_next(mina)
    contacts.link_article(agent=mina, article_id=article.pk)
    contacts.set_outcome(agent=mina, outcome="resolved", reply="환불해 드립니다.")
    contacts.finish(agent=mina)


def test_an_inquiry_closed_with_an_article_is_another_way_to_find_it(mina, bill_article):
    assert found(QUESTION) == []
    close_web_inquiry(mina, bill_article, subject="", body=QUESTION, language="ko")
    learned = LearnedQuestion.objects.get()
    assert (learned.text, learned.times, learned.indexed) == (QUESTION, 1, False)
    assert learning.index_learned() == 1
    assert found(QUESTION) == ["bill"]
    assert learning.index_learned() == 0


def test_of_a_call_the_first_sentence_of_the_note_is_learned(mina, bill_article):
    available(mina)
    contact = call_arrives()
    accept_next(mina)
    contacts.link_article(agent=mina, article_id=bill_article.pk)
    note = "이중납부 환불 문의. 고객번호 확인 후 안내함."
    contacts.write_note(agent=mina, note=note, version=contact.inquiry.note_version)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)
    assert LearnedQuestion.objects.get().text == "이중납부 환불 문의"


def test_an_inquiry_without_an_article_teaches_nothing(mina, bill_article):
    available(mina)
    web_inquiry()
    accept_next(mina)
    contacts.set_outcome(agent=mina, outcome="resolved", reply="안내했습니다.")
    contacts.finish(agent=mina)
    assert not LearnedQuestion.objects.exists()
    assert not ArticleUse.objects.exists()


def test_the_same_question_counts_up_whatever_its_spaces_and_marks(bill_article):
    learning.learn(question="이중 납부 환불?", articles=[bill_article.pk])
    learning.learn(question="이중납부 환불", articles=[bill_article.pk, bill_article.pk])
    learned = LearnedQuestion.objects.get()
    assert (learned.times, learned.text) == (2, "이중 납부 환불?")
    assert ArticleUse.objects.get().linked == 2


@pytest.mark.parametrize("question", ["", "  ", "010-1234-5678", "네", "?!"])
def test_too_little_is_not_learned_but_the_use_counts(question, bill_article):
    assert learning.learn(question=question, articles=[bill_article.pk]) == ""
    assert not LearnedQuestion.objects.exists()
    assert ArticleUse.objects.get().linked == 1


def test_what_an_editor_removes_is_found_no_more_nor_learned_again_until_undone(bill_article, sora):
    learning.learn(question=QUESTION, articles=[bill_article.pk])
    learning.index_learned()
    question = LearnedQuestion.objects.get()
    learning.forget(actor=sora, question_id=question.pk)
    assert found(QUESTION) == []
    with pytest.raises(Refused):
        learning.forget(actor=sora, question_id=question.pk)
    learning.learn(question=QUESTION, articles=[bill_article.pk])
    learning.index_learned()
    assert found(QUESTION) == []
    learning.remember(actor=sora, question_id=question.pk)
    assert found(QUESTION) == ["bill"]
    with pytest.raises(Refused):
        learning.remember(actor=sora, question_id=question.pk)


def test_learned_questions_outlive_a_new_text_of_the_article(bill_article):
    learning.learn(question=QUESTION, articles=[bill_article.pk])
    learning.index_learned()
    fields = {"title": "난방비", "body": "난방비 안내", "language": "ko"}
    import_article(external_id="bill", fields=fields)
    assert found(QUESTION) == ["bill"]


def test_what_agents_link_and_citizens_call_solved_rises(bill_article):
    import_article(external_id="twin", fields={"title": "수도요금 조회와 납부", "body": "같은 글"})
    import_article(external_id="other", fields={"title": "수도요금 조회와 납부", "body": "같은 글"})
    assert found("수도요금 조회").index("twin") < found("수도요금 조회").index("other")
    other = Article.objects.get(external_id="other")
    learning.praise(articles=[other.pk])
    learning.index_learned()
    assert found("수도요금 조회").index("other") < found("수도요금 조회").index("twin")


def test_questions_count_by_how_often_and_how_recently():
    now = clock.now()
    assert [weight(times, now, now) for times in (1, 3, 4, 16, 5000)] == [1, 1, 2, 3, 3]
    assert weight(4, now - timedelta(days=400), now) == 1
    assert weight(1, now - timedelta(days=400), now) == 0


def test_popularity_is_bounded():
    assert lift(linked=0, solved=0) == 0
    assert 0 < lift(linked=1, solved=0) < lift(linked=0, solved=1) < MOST_LIFT
    assert lift(linked=10**6, solved=0) == MOST_LIFT


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("010-1234-5678로 전화 주세요 수도요금 환불", "로 전화 주세요 수도요금 환불"),
        ("900101-1234567 주민번호로 확인되나요", "주민번호로 확인되나요"),
        ("park@city.example 로 답장 주세요", "로 답장 주세요"),
        ("제 이름은 김민수입니다. 여권 재발급", ". 여권 재발급"),
        ("김민수 씨 앞으로 온 고지서", "앞으로 온 고지서"),
        ("고객님 담당자님 안내", "고객님 담당자님 안내"),
        ("테헤란로 152 앞 가로등이 꺼졌어요", "테헤란로 앞 가로등이 꺼졌어요"),
        ("우리 집은 101동 1203호인데 누수", "우리 집은 인데 누수"),
        ("2호선 막차 시간", "2호선 막차 시간"),
        ("지방세 2026년 3월 30만원", "지방세 2026년 3월 30만원"),
        ("12가 3456 차량 견인", "차량 견인"),
        ("My name is John Smith and I lost my bag", "and I lost my bag"),
        ("我叫王小明，想问水费", "想问水费"),
    ],
)
def test_personal_data_is_taken_out_and_the_question_stays(said, kept):
    assert without_personal(said) == kept.strip(" ,.·-")
