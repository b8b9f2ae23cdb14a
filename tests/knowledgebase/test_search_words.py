"""Words for the same, and the pages on which editors keep them and what was learned."""

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import override

from agents.models import AuditEntry
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.actions import learning, synonyms
from knowledgebase.actions.imports import import_article
from knowledgebase.models import LearnedQuestion, Synonym
from knowledgebase.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def bike(water):
    text = {"title": "공공자전거 대여 방법", "body": "앱에서 대여소를 고릅니다."}
    import_article(external_id="bike", fields=text)
    import_article(external_id="other", fields={"title": "주차 안내", "body": "따릉 소리"})


def found(query: str) -> list[str]:
    return [article.external_id for article in search(query, staff=True).articles]


def test_who_looks_for_one_word_finds_what_the_others_say(bike, sora):
    assert "bike" not in found("따릉이 빌리기")
    synonyms.write_group(actor=sora, words="따릉이, 공공 자전거", language="ko")
    assert found("따릉이 빌리기")[0] == "bike"
    assert found("따릉이")[0] == "bike"
    assert "공공 자전거" in search("따릉이", staff=True).terms


def test_the_word_itself_still_comes_first(bike, sora):
    import_article(external_id="word", fields={"title": "따릉이 안내", "body": "자전거"})
    synonyms.write_group(actor=sora, words="따릉이, 공공자전거", language="ko")
    assert found("따릉이")[:2] == ["word", "bike"]


def test_a_group_is_changed_removed_and_brought_back(bike, sora):
    group = synonyms.write_group(actor=sora, words="따릉이, 공공자전거", language="ko")
    args = {"actor": sora, "group_id": group.pk}
    synonyms.write_group(words="따릉이, 주차", language="ko", **args)
    assert "bike" not in found("따릉이")
    synonyms.write_group(words="따릉이, 공공자전거", language="ko", **args)
    assert "bike" in found("따릉이")
    synonyms.remove_group(**args)
    assert "bike" not in found("따릉이")
    with pytest.raises(Refused):
        synonyms.remove_group(**args)
    synonyms.restore_group(**args)
    assert "bike" in found("따릉이")
    with pytest.raises(Refused):
        synonyms.restore_group(**args)
    verbs = AuditEntry.objects.filter(target_type="knowledgebase.synonym").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        *["synonym.written"] * 3,
        "synonym.removed",
        "synonym.restored",
    ]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "따릉이",
        "따릉이, 따릉 이",
        ",,,",
        "가," + "나" * 41,
        ",".join("가나다라마바사아자차카타파"),
    ],
)
def test_what_is_no_group_is_refused_and_nothing_kept(words, sora):
    with pytest.raises(Invalid) as refusal:
        synonyms.write_group(actor=sora, words=words, language="ko")
    assert refusal.value.field == "words"
    assert not Synonym.objects.exists()


def test_a_language_there_is_not_and_a_group_there_is_not(sora):
    with pytest.raises(Invalid, match=r"."):
        synonyms.write_group(actor=sora, words="가나, 다라", language="xx")
    with pytest.raises(Missing):
        synonyms.remove_group(actor=sora, group_id=1)


@pytest.mark.django_db(transaction=True)
def test_words_are_known_at_once_and_those_rolled_back_never(bike, sora):
    with transaction.atomic():
        synonyms.write_group(actor=sora, words="따릉이, 공공자전거", language="ko")
        assert "bike" in found("따릉이")
        transaction.set_rollback(True)
    assert "bike" not in found("따릉이")
    synonyms.write_group(actor=sora, words="따릉이, 공공자전거", language="ko")
    assert connection.in_atomic_block is False
    assert "bike" in found("따릉이")


# --- Pages


def test_an_editor_keeps_and_removes_a_group_on_the_page(client, bike, sora):
    client.force_login(sora)
    page = reverse("knowledgebase:words")
    answer = client.post(page, {"words": "따릉이, 공공자전거", "language": "ko"}, follow=True)
    assert "따릉이, 공공자전거" in answer.content.decode()
    group = Synonym.objects.get()
    client.post(
        reverse("knowledgebase:words-change", args=[group.pk]),
        {"words": "가나, 다라", "language": "ko"},
    )
    assert Synonym.objects.get().words == ["가나", "다라"]
    assert "가나, 다라" in client.get(page, {"q": "다라"}).content.decode()
    assert "가나, 다라" not in client.get(page, {"q": "없는말"}).content.decode()
    client.post(reverse("knowledgebase:words-remove", args=[group.pk]))
    assert Synonym.objects.get().removed_at is not None
    client.post(reverse("knowledgebase:words-restore", args=[group.pk]))
    assert Synonym.objects.get().removed_at is None


def test_a_refused_group_comes_back_as_it_was_typed(client, sora):
    client.force_login(sora)
    with override("en"):
        answer = client.post(reverse("knowledgebase:words"), {"words": "따릉이", "language": "ko"})
    assert answer.status_code == 400
    assert 'value="따릉이"' in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


def test_the_preview_shows_what_each_word_finds(client, bike, sora):
    client.force_login(sora)
    page = reverse("knowledgebase:words-preview")
    text = client.get(page, {"words": "공공자전거, 없는말이다"}).content.decode()
    assert "대여 방법" in text
    assert "없는말이다" in text
    assert client.get(page, {"words": "\x00,%"}).status_code == 200


@pytest.mark.parametrize("who", ["mina", "jun", "operator"])
def test_others_keep_no_words_and_take_nothing_away(who, request, client, bike, sora, bill_article):
    group = synonyms.write_group(actor=sora, words="따릉이, 공공자전거", language="ko")
    learning.learn(question="돈이 두 번 빠졌네요", articles=[bill_article.pk])
    question = LearnedQuestion.objects.get()
    client.force_login(request.getfixturevalue(who))
    for name, args in (
        ("words", []),
        ("words-change", [group.pk]),
        ("words-remove", [group.pk]),
        ("words-restore", [group.pk]),
        ("learned-forget", [question.pk]),
        ("learned-remember", [question.pk]),
    ):
        sent = {"words": "가나, 다라", "language": "ko"}
        assert client.post(reverse(f"knowledgebase:{name}", args=args), sent).status_code == 403
    assert list(Synonym.objects.values_list("words", "removed_at")) == [(group.words, None)]
    assert LearnedQuestion.objects.get().removed_at is None


def test_an_editor_sees_what_was_learned_takes_it_away_and_undoes_that(client, sora, bill_article):
    learning.learn(question="돈이 두 번 빠졌네요", articles=[bill_article.pk])
    question = LearnedQuestion.objects.get()
    client.force_login(sora)
    page = reverse("knowledgebase:learned")
    assert "돈이 두 번 빠졌네요" in client.get(page, {"article": bill_article.pk}).content.decode()
    assert "돈이 두 번" not in client.get(page, {"article": 10**12}).content.decode()
    forget = reverse("knowledgebase:learned-forget", args=[question.pk])
    answer = client.post(forget, {"article": bill_article.pk}, follow=True)
    assert "<del>돈이 두 번 빠졌네요</del>" in answer.content.decode()
    client.post(reverse("knowledgebase:learned-remember", args=[question.pk]))
    assert LearnedQuestion.objects.get().removed_at is None
    assert (
        f"?article={bill_article.pk}"
        in client.get(reverse("knowledgebase:article", args=[bill_article.pk])).content.decode()
    )
