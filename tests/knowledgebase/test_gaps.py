"""What citizens ask and no article answers is counted, gathered by meaning, and written."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override

from callbacks.actions import promises
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from inquiries.actions import contacts
from knowledgebase.actions import gaps
from knowledgebase.actions.gaps import Question
from knowledgebase.meaning import likeness, terms_of
from knowledgebase.models import Article, Asked, Gap, SearchLog
from knowledgebase.queries import gaps as queries
from knowledgebase.search.private import without_personal
from reports import gaps as reading
from tests.knowledgebase.writing import approved, handed_in, started
from tests.people import accept_next, after, available, call_arrives

pytestmark = pytest.mark.django_db

EPISODE = "a1b2c3d4e5f6"


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


def look_for(query: str, episode: str = EPISODE, **more) -> None:
    told = {"hits": 3, "channel": "desk"} | more
    gaps.log_search(episode=episode, query=query, **told)


def question(text: str, ref: str, **more) -> Question:
    fields = {"source": "closed", "at": clock.now()} | more
    return Question(ref=ref, text=text, **fields)


# --- Searches


def test_what_is_typed_on_replaces_what_was_typed_before():
    look_for("수도")
    look_for("수도요금 감면")
    assert SearchLog.objects.get().query == "수도요금 감면"


def test_a_choice_is_kept_and_not_undone_by_later_words(bill_article):
    look_for("수도요금", opened=bill_article.pk)
    look_for("수도요금 납부")
    row = SearchLog.objects.get()
    assert (row.opened, row.chosen) == (bill_article, True)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("010-1234-5678 수도요금", "수도요금"),
        ("수도 02) 123 4567 고장", "수도 고장"),
        ("park@example.com 답장", "답장"),
        ("주민번호 900101-1234567", "주민번호"),
        ("120 다산콜 53,000원", "120 다산콜 53,000원"),
        ("수도\x00요금\n고지서", "수도 요금 고지서"),
    ],
)
def test_personal_data_is_stripped_before_it_is_written(text, left):
    assert without_personal(text) == left


def test_what_is_no_search_is_refused_and_what_is_too_short_passed_over():
    with pytest.raises(Invalid):
        look_for("수도", episode="'; drop table")
    with pytest.raises(Invalid):
        look_for("수도", channel="floor")
    look_for("수")
    look_for("010-1234-5678")
    assert not SearchLog.objects.exists()


def test_an_article_that_is_gone_is_a_choice_all_the_same():
    look_for("수도요금", opened=999_999)
    row = SearchLog.objects.get()
    assert (row.opened, row.chosen) == (None, True)


def test_searches_without_a_choice_become_gaps_when_they_rest(bill_article):
    look_for("낙타 속눈썹", episode="aa")
    look_for("수도요금", episode="bb", opened=bill_article.pk)
    assert gaps.gather_searches() == 0
    with after(660):
        assert gaps.gather_searches() == 1
        assert gaps.gather_searches() == 0
    assert [gap.title for gap in Gap.objects.all()] == ["낙타 속눈썹"]


def test_the_door_takes_what_a_page_tells(client, mina, bill_article):
    told = {"episode": EPISODE, "q": "수도요금", "hits": "4", "opened": str(bill_article.pk)}
    assert client.post(reverse("knowledgebase:searched"), told).status_code == 204
    assert SearchLog.objects.get().channel == "help"
    client.force_login(mina)
    told |= {"episode": "ff", "opened": "9" * 40, "hits": "-1"}
    assert client.post(reverse("knowledgebase:searched"), told).status_code == 204
    assert SearchLog.objects.get(episode="ff").channel == "desk"


# --- By meaning


def test_the_same_question_in_other_words_is_one_gap():
    assert gaps.gather(
        [
            question("낙타 속눈썹은 왜 길어요?", "1"),
            question("낙타의 속눈썹이 긴 이유", "2"),
            question("불꽃축제 시간 알려주세요", "3"),
        ]
    )
    assert sorted(Gap.objects.values_list("title", flat=True)) == [
        "낙타 속눈썹은 왜 길어요?",
        "불꽃축제 시간 알려주세요",
    ]


def test_how_it_is_put_makes_two_questions_not_one():
    one, other = terms_of("여권은 어떻게 신청하나요?"), terms_of("주차는 어떻게 신고하나요?")
    assert likeness(one, other) < 0.6


def test_languages_are_apart():
    gaps.gather([question("bus 741", "1", language="en"), question("bus 741", "2")])
    assert Gap.objects.count() == 2


def test_handing_one_in_again_counts_it_once():
    one = question("낙타 속눈썹", "1")
    assert gaps.gather([one, one]) == 1
    assert gaps.gather([one]) == 0
    assert Asked.objects.count() == 1


def test_what_has_no_words_is_no_gap():
    assert gaps.gather([question("???", "1"), question("010-1234-5678", "2")]) == 0
    assert not Gap.objects.exists()


def test_the_most_asked_comes_first_with_its_trend():
    week_ago = clock.now() - timedelta(days=8)
    gaps.gather(
        [question("불꽃축제 시간", f"f{number}", at=week_ago) for number in range(3)]
        + [question("낙타 속눈썹", f"c{number}") for number in range(2)]
    )
    camel, fireworks = queries.listed("open")
    assert (camel.title, camel.this_week, camel.week_before) == ("낙타 속눈썹", 2, 0)
    assert (fireworks.this_week, fireworks.week_before, fireworks.all_of_it) == (0, 3, 3)


# --- Inquiries and promises


def finished(mina, note: str, article: Article | None = None) -> None:
    call_arrives()
    accept_next(mina)
    contacts.write_note(agent=mina, note=note, version=0)
    if article:
        contacts.link_article(agent=mina, article_id=article.pk)
    contacts.set_outcome(agent=mina, outcome="resolved")
    contacts.finish(agent=mina)


@pytest.mark.django_db(transaction=True)
def test_an_inquiry_closed_without_an_article_is_a_gap_and_with_one_is_none(mina, bill_article):
    available(mina)
    finished(mina, "낙타 속눈썹이 긴 까닭을 물음")
    assert reading.gather() == 1
    assert Asked.objects.get().source == "closed"
    available(mina)
    finished(mina, "수도요금 조회", bill_article)
    assert reading.gather() == 0


@pytest.mark.django_db(transaction=True)
def test_what_was_researched_for_a_callback_brings_its_answer(mina):
    available(mina)
    call_arrives()
    contact = accept_next(mina)
    promises.promise(agent=mina, due_at=clock.now() + timedelta(seconds=2), question="낙타 속눈썹")
    contacts.finish(agent=mina)
    available(mina)
    with after(5):
        promises.bring_back_due()
        accept_next(mina)
        answer = "모래를 막으려고 깁니다. 010-9999-8888"
        version = contact.inquiry.note_version
        contacts.write_note(agent=mina, note=answer, version=version)
        contacts.set_outcome(agent=mina, outcome="resolved")
        contacts.finish(agent=mina)
        assert reading.gather() == 1
    one = Asked.objects.get()
    assert (one.source, one.text) == ("callback", "낙타 속눈썹")
    assert one.answer == "모래를 막으려고 깁니다."


# --- What an editor does


def test_an_article_is_begun_with_the_question_and_the_best_answer(client, sora):
    gaps.gather(
        [
            question("낙타 속눈썹은 왜 길어요?", "1", answer="모래 때문에."),
            question("낙타의 속눈썹", "2", source="callback", answer="모래바람을 막으려고 깁니다."),
        ]
    )
    gap = Gap.objects.get()
    client.force_login(sora)
    page = client.get(reverse("knowledgebase:gaps")).content.decode()
    assert "모래바람을 막으려고" in page
    address = f"{reverse('knowledgebase:new')}?from_gap={gap.pk}"
    form = client.get(address).context["form"]
    assert form["title"].value() == gap.title
    assert form["body"].value() == "모래바람을 막으려고 깁니다."
    assert len(form["asked"].value().splitlines()) == 2
    client.post(address, {"title": "낙타의 속눈썹", "body": "깁니다.", "language": "ko"})
    gap.refresh_from_db()
    assert (gap.status, gap.article) == ("writing", Article.objects.get())


def test_an_unknown_gap_begins_an_empty_article(client, sora):
    client.force_login(sora)
    for number in ("999", "x", "9" * 30):
        answer = client.get(reverse("knowledgebase:new"), {"from_gap": number})
        assert answer.status_code == 200


def test_what_is_not_needed_stays_so_and_can_be_taken_back(client, sora):
    gaps.gather([question("낙타 속눈썹", "1")])
    gap = Gap.objects.get()
    client.force_login(sora)
    address = reverse("knowledgebase:gap-not-needed", args=[gap.pk])
    page = client.post(address, headers={"HX-Request": "true"}).content.decode()
    assert reverse("knowledgebase:gap-open", args=[gap.pk]) in page
    gaps.gather([question("낙타의 속눈썹", "2")])
    assert list(queries.listed("open")) == []
    client.post(reverse("knowledgebase:gap-open", args=[gap.pk]))
    assert [one.all_of_it for one in queries.listed("open")] == [2]


def test_what_is_being_written_is_not_set_aside(sora, bill_article):
    gaps.gather([question("낙타 속눈썹", "1")])
    gap = Gap.objects.get()
    gaps.being_written(actor=sora, gap_id=gap.pk, article=bill_article)
    with pytest.raises(Refused):
        gaps.not_needed(actor=sora, gap_id=gap.pk)
    gap.refresh_from_db()
    assert gap.status == "writing"


def test_old_rows_are_forgotten(settings):
    settings.SEARCH_LOG_DAYS = 30
    look_for("낙타 속눈썹", episode="aa")
    gaps.gather([question("불꽃축제", "1")])
    with after(31 * 86_400):
        look_for("수도요금", episode="bb")
        assert gaps.forget_old() == 3
    assert SearchLog.objects.get().query == "수도요금"
    assert not Gap.objects.exists()


def test_what_was_begun_is_written_when_its_article_is_published(client, sora, jun):
    gaps.gather([question("낙타 속눈썹", "1")])
    gap = Gap.objects.get()
    draft = started(sora, title="낙타의 속눈썹")
    gaps.being_written(actor=sora, gap_id=gap.pk, article=draft.article)
    assert [queries.listed(name).count() for name in queries.STATES] == [0, 1, 0, 0]
    approved(handed_in(draft, sora), jun)
    assert queries.counts() == {"open": 0, "writing": 0, "written": 1, "not_needed": 0}
    client.force_login(sora)
    page = client.get(reverse("knowledgebase:gaps"), {"state": "written"}).content.decode()
    assert "낙타의 속눈썹" in page


def test_the_list_of_what_is_to_be_done_leads_to_gaps(client, sora, jun):
    client.force_login(sora)
    address = reverse("knowledgebase:to-do")
    assert client.get(address).context["beside"]["gaps"] == 0
    gaps.gather([question("낙타 속눈썹", "1")])
    page = client.get(address)
    assert page.context["beside"]["gaps"] == 1
    assert reverse("knowledgebase:gaps") in page.content.decode()
    client.force_login(jun)
    assert "beside" not in client.get(address).context
