"""Finding the right answer."""

import pytest

from knowledgebase.actions.articles import save_article
from knowledgebase.actions.imports import import_article
from knowledgebase.search import search, snippet
from knowledgebase.search.terms import fold, pairs, runs

pytestmark = pytest.mark.django_db


@pytest.fixture
def articles(bill_article):
    texts = {
        "waste": (
            "대형 폐기물 버리는 방법",
            "소파나 침대는 주민센터에 신고하고 스티커를 붙입니다.",
        ),
        "bus": ("시내버스 분실물 찾기", "버스 번호와 시각을 알려 주시면 회사에 확인합니다."),
        "english": ("Paying the water bill", "Pay online, at a bank or at a convenience store."),
    }
    for external_id, (title, body) in texts.items():
        language = "en" if external_id == "english" else "ko"
        fields = {"title": title, "body": body, "language": language}
        import_article(external_id=external_id, fields=fields)


def found(query, **options):
    return [article.external_id for article in search(query, **options).articles]


def test_cutting_knows_korean_words_and_numbers():
    assert list(pairs(runs(fold("수도요금 BILL 2장")))) == [
        "수도",
        "도요",
        "요금",
        "bill",
        "2",
        "장",
    ]


@pytest.mark.parametrize(
    "query", ["수도요금", "수도 요금이 얼마죠?", "요금납부", "수돗물 요금 조회"]
)
def test_the_bill_is_found_however_it_is_asked(articles, query):
    assert found(query)[0] == "bill"


def test_two_syllables_are_enough_and_one_finds_words_that_begin_with_it(articles):
    assert found("소파") == ["waste"]
    assert "bus" in found("버")


def test_the_title_counts_more_than_the_body(articles):
    import_article(
        external_id="aside",
        fields={"title": "기타 안내", "body": "분실물 찾기는 버스 회사에서 합니다."},
    )
    assert found("분실물 찾기") == ["bus", "aside"]


def test_the_language_narrows(articles):
    assert found("water bill") == ["english"]
    assert found("water bill", language="ko") == []


@pytest.mark.parametrize(
    "query", ["", "   ", "!!??", "ㅋㅋ", "😀", "'; DROP TABLE", "%", "_%_", "\x07"]
)
def test_senseless_queries_find_nothing_and_break_nothing(articles, query):
    assert isinstance(found(query), list)


def test_what_is_withdrawn_or_inner_is_not_found_by_the_public(articles, bill_article, sora):
    bill_article.public = False
    save_article(actor=sora, article=bill_article)
    assert "bill" not in found("수도요금")
    assert "bill" in found("수도요금", staff=True)
    bill_article.status = "withdrawn"
    save_article(actor=sora, article=bill_article)
    assert "bill" not in found("수도요금", staff=True)


def test_a_changed_article_is_found_by_its_new_words_only(bill_article, sora):
    bill_article.title, bill_article.body = "난방비 지원", "난방비를 지원합니다."
    save_article(actor=sora, article=bill_article)
    assert (found("수도요금"), found("난방비")) == ([], ["bill"])


def test_the_snippet_shows_where_the_words_stand(bill_article):
    bill_article.body = "가나다 " * 80 + "고객번호로 확인합니다. " + "라마바 " * 80
    text = snippet(bill_article, ["고객번호"])
    assert "고객번호" in text
    assert text.startswith("…")
    assert text.endswith("…")
