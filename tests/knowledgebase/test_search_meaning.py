"""Questions in words that no article uses, and in languages it is not written in."""

import pytest

from knowledgebase.actions.imports import import_article
from knowledgebase.models import Article, IndexedArticle, Passage
from knowledgebase.search import meaning, search

pytestmark = pytest.mark.django_db
TEXTS = {
    "waste": (
        "대형 폐기물 버리는 방법",
        "소파나 침대는 신고하고 스티커를 붙여 버립니다.",
    ),
    "bus": ("시내버스 분실물 찾기", "버스에 두고 내린 가방은 버스 회사에서 찾습니다."),
    "passport": ("여권 신청", "여권은 구청에서 신청하고 나흘이 걸립니다."),
    "dog": ("강아지를 잃어버렸을 때", "동물보호센터에 신고하시면 찾아 드립니다."),
}


@pytest.fixture(autouse=True)
def articles(bill_article):
    for external_id, (title, body) in TEXTS.items():
        import_article(external_id=external_id, fields={"title": title, "body": body})
    meaning.loaded()
    assert meaning.understand_some() == 5


def found(query: str, **options) -> list[str]:
    return [article.external_id for article in search(query, **options).articles]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How can I get a passport?", "passport"),
        ("I left my bag on the bus", "bus"),
        ("My dog is lost", "dog"),
        ("怎么申请护照", "passport"),
        ("パスポートの申請方法", "passport"),
    ],
)
def test_a_question_in_another_language_finds_the_korean_article(question, answer):
    assert found(question)[0] == answer


def test_where_words_are_known_they_alone_decide(monkeypatch):
    asked = []
    monkeypatch.setattr(meaning, "likeness", lambda question, _near: asked.append(question) or {})
    assert found("시내버스 분실물")[0] == "bus"
    assert found("여권 신청하기")[0] == "passport"
    assert asked == []


def test_the_language_still_narrows_and_what_is_withdrawn_is_not_found(bill_article):
    assert found("How can I get a passport?", language="en") == []
    Article.objects.filter(external_id="passport").update(status="withdrawn")
    assert "passport" not in found("How can I get a passport?")


def test_a_changed_article_is_understood_anew_and_a_deleted_one_leaves_nothing():
    assert meaning.understand_some() == 0
    before = Passage.objects.filter(article__external_id="dog").count()
    fields = {"title": "고양이를 잃어버렸을 때", "body": "첫째.\n" * 100}
    IndexedArticle.objects.update(meaning_of=0)
    import_article(external_id="dog", fields=fields)
    assert meaning.understand_some() == 5
    assert Passage.objects.filter(article__external_id="dog").count() != before
    Article.objects.all().delete()
    assert not Passage.objects.exists()


def test_passages_are_bounded():
    article = Article(title="제목", body="문장입니다. " * 2000)
    pieces = meaning.passages(article)
    assert pieces[0] == "제목"
    assert len(pieces) == 1 + meaning.MOST_PASSAGES
    assert all(len(piece) <= 2 * meaning.PASSAGE_LETTERS for piece in pieces)
