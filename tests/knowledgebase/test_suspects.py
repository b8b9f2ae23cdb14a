"""Articles that say different things about the same question come before an editor."""

import pytest
from django.urls import reverse

from callcenter import clock
from knowledgebase.actions import suspects
from knowledgebase.actions.imports import import_article
from knowledgebase.facts import differences, facts_of
from knowledgebase.models import Article, Compared, Suspect
from knowledgebase.queries import suspects as queries
from tests.people import after

pytestmark = pytest.mark.django_db


def article(name: str, title: str, body: str, **more) -> Article:
    import_article(external_id=name, fields={"title": title, "body": body} | more)
    return Article.objects.get(external_id=name)


@pytest.fixture
def pair(db) -> tuple[Article, Article]:
    return (
        article("a", "여권 재발급 수수료", "여권 재발급 수수료는 53,000원입니다. 구청에서 냅니다."),
        article("b", "여권 재발급 수수료 안내", "구청에서 내며 수수료는 5만원입니다."),
    )


def pairs() -> list[tuple[str, str]]:
    rows = Suspect.objects.filter(status=Suspect.Status.OPEN)
    return [(one.first.external_id, one.second.external_id) for one in rows]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("수수료는 5만 3천원입니다", "원", {"53000"}),
        ("53,000 won", "원", {"53000"}),
        ("02-1234-5678 또는 1588-0000", "phone", {"0212345678", "15880000"}),
        ("2026년 5월 1일까지", "date", {"2026/5/1"}),
        ("2026-05-01까지", "date", {"2026/5/1"}),
        ("5월 1일", "date", {"/5/1"}),
        ("오후 6시까지, 24시간", "time", {"18:00"}),
        ("18:30", "time", {"18:30"}),
        ("7일 이내", "일", {"7"}),
        ("within 7 days", "day", {"7"}),
        ("온라인으로 신청할 수 있습니다", "can", {"yes"}),
        ("온라인으로 신청할 수 없습니다", "can", {"no"}),
        ("Parking is free of charge", "free", {"yes"}),
    ],
)
def test_facts_are_found_whatever_their_spelling(text, kind, values):
    assert set(facts_of(text)[kind]) == values


def test_who_only_says_more_contradicts_nothing():
    assert differences("53,000원", "53,000원, 우편 5,000원") == []
    assert differences("53,000원", "전화 02-1234-5678") == []


def test_who_says_both_sides_says_neither():
    assert "can" not in facts_of("신청 가능. 단, 대리 신청은 불가")


def test_two_answers_that_differ_are_suspects(pair):
    assert suspects.look() == 2
    (one,) = Suspect.objects.all()
    assert (one.first, one.second) == pair
    assert one.differences == [{"kind": "원", "first": ["53,000원"], "second": ["5만원"]}]
    side = queries.side_by_side(one)[0]
    assert side["first"]["sentences"] == ["여권 재발급 수수료는 53,000원입니다."]


def test_a_question_of_its_own_is_none(pair):
    article("c", "자동차 등록 수수료", "자동차 등록 수수료는 1,000원입니다.")
    suspects.look()
    assert pairs() == [("a", "b")]


def test_a_translation_and_another_language_are_none(pair):
    article("a-en", "여권 재발급 수수료", "The fee is 1 won.", language="en", translation_of="a")
    suspects.look()
    assert pairs() == [("a", "b")]


def test_nothing_is_looked_at_twice_until_it_changes(pair):
    suspects.look()
    assert suspects.look() == 0
    assert Compared.objects.count() == 2
    with after(5):
        article("b", "여권 재발급 수수료 안내", "수수료는 53,000원입니다.")
    assert suspects.look() == 1
    assert pairs() == []


def test_no_conflict_is_remembered_and_taken_back(pair, sora):
    suspects.look()
    one = Suspect.objects.get()
    suspects.no_conflict(actor=sora, suspect_id=one.pk)
    with after(5):
        article("b", "여권 재발급 수수료 안내", "구청에서 내며, 수수료는 5만원입니다!")
    suspects.look()
    assert pairs() == []
    suspects.suspect_again(actor=sora, suspect_id=one.pk)
    assert pairs() == [("a", "b")]


def test_when_something_else_differs_it_is_suspected_again(pair, sora):
    suspects.look()
    suspects.no_conflict(actor=sora, suspect_id=Suspect.objects.get().pk)
    with after(5):
        article("b", "여권 재발급 수수료 안내", "수수료는 4만원입니다.")
    suspects.look()
    assert pairs() == [("a", "b")]
    assert Suspect.objects.get().settled_by is None


def test_what_is_withdrawn_is_shown_no_more(pair, sora):
    from knowledgebase.actions import validity

    suspects.look()
    validity.withdraw(actor=sora, article_id=pair[0].pk, reason="틀림")
    assert list(queries.listed("open")) == []
    assert queries.counts()["open"] == 0


def test_it_is_done_in_batches(monkeypatch, db):
    monkeypatch.setattr(suspects, "AT_ONCE", 3)
    for number in range(4):
        article(f"n{number}", f"글 {number}", "본문")
    assert [suspects.look() for _time in range(3)] == [3, 1, 0]


def test_the_page_shows_both_sides_marked(client, pair, sora):
    suspects.look()
    client.force_login(sora)
    page = client.get(reverse("knowledgebase:suspects")).content.decode()
    assert "<mark>53,000원</mark>" in page
    assert "<mark>5만원</mark>" in page
    suspect = Suspect.objects.get()
    address = reverse("knowledgebase:suspect-no-conflict", args=[suspect.pk])
    after_it = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert reverse("knowledgebase:suspect-again", args=[suspect.pk]) in after_it
    assert "<mark>" not in after_it
    suspect.refresh_from_db()
    assert (suspect.status, suspect.settled_by) == ("no_conflict", sora)
    assert suspect.settled_at <= clock.now()
