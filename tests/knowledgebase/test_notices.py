"""Event mode: what is pinned on every desk, from when until when, and who says so."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from agents.models import AuditEntry
from callcenter import clock, live
from callcenter.refusals import Invalid, Missing, Refused
from knowledgebase.actions import notices as actions
from knowledgebase.models import FoldedNotice, Notice, NoticeTemplate
from knowledgebase.queries import notices as queries
from tests.knowledgebase.noticing import make_notice, times
from tests.people import after

pytestmark = pytest.mark.django_db
WORDS = {"title_ko": "불꽃축제", "text_ko": "여의도 통제"}


@pytest.fixture
def told(monkeypatch):
    """The names of the topics that were pushed to, as they are handed over after commit."""
    topics = []
    monkeypatch.setattr(live, "_hand_over", lambda event, names: topics.extend(names))
    return topics


def titles(notices) -> list[str]:
    return [notice.title_ko for notice in notices]


# --- When it runs


def test_a_notice_runs_from_its_start_until_its_end_and_not_longer(jun, mina):
    make_notice(jun, begins=60, lasts=60)
    for seconds, runs in [(59, False), (61, True), (119, True), (121, False)]:
        with after(seconds):
            assert queries.running_at(mina).exists() == runs, seconds


def test_the_latest_stands_first(jun, mina):
    make_notice(jun, begins=-60, title_ko="먼저")
    make_notice(jun, title_ko="나중")
    assert titles(queries.running_at(mina)) == ["나중", "먼저"]


def test_whether_it_runs_is_asked_of_the_clock_not_of_a_tick(jun, mina):
    notice = make_notice(jun, begins=60)
    with after(61):
        assert notice.phase == Notice.Phase.RUNNING
        assert Notice.objects.get().told == Notice.Phase.PLANNED
        assert titles(queries.running_at(mina)) == ["호우 특보"]


def test_the_page_is_told_in_how_many_seconds_something_begins_or_ends(jun, mina):
    assert queries.pinned_on(mina)["next_in"] is None
    make_notice(jun, begins=-10, lasts=100)
    assert 85 < queries.pinned_on(mina)["next_in"] <= 90
    make_notice(jun, begins=30)
    assert 25 < queries.pinned_on(mina)["next_in"] <= 30


# --- Who is told


def test_making_changing_ending_and_undoing_tell_the_desks(
    jun, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notice = make_notice(jun)
    assert told == ["notices"]
    with django_capture_on_commit_callbacks(execute=True):
        actions.end_notice(actor=jun, notice_id=notice.pk)
    with django_capture_on_commit_callbacks(execute=True):
        actions.undo_end(actor=jun, notice_id=notice.pk)
    with django_capture_on_commit_callbacks(execute=True):
        fields = WORDS | times()
        actions.change_notice(actor=jun, notice_id=notice.pk, version=1, fields=fields)
    assert told == ["notices"] * 4


def test_the_tick_tells_of_a_beginning_and_of_an_end_once_each(
    jun, told, django_capture_on_commit_callbacks
):
    make_notice(jun, begins=60, lasts=60)
    assert actions.tell() == 0
    with after(61), django_capture_on_commit_callbacks():
        assert (actions.tell(), actions.tell()) == (1, 0)
    with after(121):
        assert (actions.tell(), actions.tell()) == (1, 0)


def test_the_tick_says_nothing_of_what_somebody_ended(jun):
    notice = make_notice(jun, begins=60, lasts=60)
    actions.end_notice(actor=jun, notice_id=notice.pk)
    with after(61):
        assert actions.tell() == 0
    with after(200):
        assert actions.tell() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_ticks_at_once_one_tells(jun):
    make_notice(jun, begins=-1)
    Notice.objects.update(told=Notice.Phase.PLANNED)
    at_once, found = Barrier(2), []

    def tick() -> None:
        at_once.wait()
        found.append(actions.tell())
        connection.close()

    both = [Thread(target=tick) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(found) == [0, 1]


# --- What is refused


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title_ko": " "}, "title_ko"),
        ({"text_ko": ""}, "text_ko"),
        ({"title_en": "Storm"}, "text_en"),
        ({"text_ja": "大雨"}, "title_ja"),
        ({"lasts": 0}, "ends_at"),
        ({"lasts": 93 * 86400}, "ends_at"),
        ({"begins": -7200, "lasts": 3600}, "ends_at"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name_and_leaves_nothing(jun, fields, field):
    with pytest.raises(Invalid) as refusal:
        make_notice(jun, **fields)
    assert refusal.value.field == field
    assert not Notice.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_database_refuses_an_end_before_the_start_too(jun):
    notice = make_notice(jun)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(ends_at=notice.starts_at)


def test_two_who_change_it_at_once_do_not_write_over_each_other(jun, sora):
    notice = make_notice(jun)
    fields = WORDS | times()
    actions.change_notice(actor=sora, notice_id=notice.pk, version=1, fields=fields)
    with pytest.raises(Refused):
        actions.change_notice(
            actor=jun, notice_id=notice.pk, version=1, fields=fields | {"title_ko": "다른 말"}
        )
    assert Notice.objects.get().title_ko == "불꽃축제"


def test_ending_twice_is_refused_and_a_notice_that_is_not_there_is_missing(jun):
    notice = make_notice(jun)
    actions.end_notice(actor=jun, notice_id=notice.pk)
    with pytest.raises(Refused):
        actions.end_notice(actor=jun, notice_id=notice.pk)
    with pytest.raises(Missing):
        actions.end_notice(actor=jun, notice_id=notice.pk + 1)
    assert AuditEntry.objects.filter(verb="notice.ended").count() == 1


# --- Ending early, and back


def test_ended_early_it_is_gone_and_can_be_brought_back_until_its_time_is_over(jun, mina, sora):
    notice = make_notice(jun, lasts=600)
    actions.end_notice(actor=sora, notice_id=notice.pk)
    assert not queries.running_at(mina).exists()
    assert Notice.objects.get().ended_by == sora
    actions.undo_end(actor=jun, notice_id=notice.pk)
    assert titles(queries.running_at(mina)) == ["호우 특보"]
    actions.end_notice(actor=sora, notice_id=notice.pk)
    with after(601), pytest.raises(Refused):
        actions.undo_end(actor=jun, notice_id=notice.pk)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == [
        *("notice.made", "notice.ended", "notice.brought_back"),
        "notice.ended",
    ]


def test_a_planned_one_that_is_called_off_never_begins(jun, mina):
    notice = make_notice(jun, begins=60)
    actions.end_notice(actor=jun, notice_id=notice.pk)
    with after(61):
        assert not queries.running_at(mina).exists()


# --- Folded to one line, never gone


def test_an_agent_folds_it_for_their_own_desk_and_a_new_text_is_whole_again(client, jun, mina, li):
    notice = make_notice(jun)
    client.force_login(mina)
    address = reverse("knowledgebase:notice-fold", args=[notice.pk])
    assert client.post(address, {"version": 1, "folded": "1"}).status_code == 204
    assert queries.running_at(mina).get().folded_version == 1
    assert queries.running_at(li).get().folded_version is None
    assert b"<details" in client.get(reverse("knowledgebase:notices-running")).content
    assert b" open>" not in client.get(reverse("knowledgebase:notices-running")).content
    actions.change_notice(actor=jun, notice_id=notice.pk, version=1, fields=WORDS | times())
    assert b" open>" in client.get(reverse("knowledgebase:notices-running")).content
    client.post(address, {"version": 2, "folded": "1"})
    client.post(address, {"version": 2, "folded": "1"})
    assert FoldedNotice.objects.count() == 1
    client.post(address, {"version": 2, "folded": "0"})
    assert not FoldedNotice.objects.exists()


# --- Above the results of its topic


def test_it_stands_above_what_is_found_of_its_topic_and_above_nothing_else(
    client, jun, mina, water, bill_article
):
    notice = make_notice(jun, title_ko="단수 안내", topic=water)
    client.force_login(mina)
    find = reverse("inquiries:desk-find")
    assert f'data-event="{notice.pk}"' in client.get(find, {"q": "수도요금"}).content.decode()
    assert "data-event" not in client.get(find, {"q": "여권"}).content.decode()
    Notice.objects.update(topic=None)
    assert "data-event" not in client.get(find, {"q": "수도요금"}).content.decode()
    notice.articles.add(bill_article)
    assert "data-event" in client.get(find, {"q": "수도요금"}).content.decode()


def test_a_word_of_its_title_is_enough_where_nothing_else_is_found(jun, client, mina):
    make_notice(jun, title_ko="불꽃축제 교통 통제")
    client.force_login(mina)
    answer = client.get(reverse("inquiries:desk-find"), {"q": "불꽃"}).content.decode()
    assert "불꽃축제 교통 통제" in answer


# --- Languages, citizens


def test_it_is_shown_in_the_language_of_the_page_or_in_korean(jun):
    notice = make_notice(jun, title_en="Heavy rain", text_en="Stay away from underpasses.")
    with override("en"):
        assert (notice.title, notice.language) == ("Heavy rain", "en")
    with override("ja"):
        assert (notice.title, notice.language) == ("호우 특보", "ko")


def test_citizens_see_only_what_is_meant_for_them(client, jun):
    make_notice(jun, title_ko="직원만")
    make_notice(jun, title_ko="모두에게", public=True)
    make_notice(jun, title_ko="내일", public=True, begins=86400)
    page = client.get(reverse("inquiries:ask")).content.decode()
    assert "모두에게" in page
    assert "직원만" not in page
    assert "내일" not in page


# --- The page


def test_the_usual_ones_are_there_in_four_languages():
    codes = set(NoticeTemplate.objects.values_list("code", flat=True))
    assert codes == {"storm", "snow", "heat", "fireworks", "lottery", "water", "subway"}
    for template in NoticeTemplate.objects.all():
        assert all(getattr(template, name) for name in actions.WORDS)


def test_from_a_template_to_the_desks(client, jun, mina, water, bill_article):
    client.force_login(jun)
    page = client.get(reverse("knowledgebase:notice-new"), {"template": "storm"})
    form = page.context["form"]
    assert "호우" in form.initial["title_ko"]
    sent = {name: form.initial[name] for name in actions.WORDS} | {"template": "storm"}
    local = [form.initial[name] for name in ("starts_at", "ends_at")]
    starts, ends = (f"{clock.timezone.localtime(one):%Y-%m-%dT%H:%M}" for one in local)
    sent |= {"starts_at": starts, "ends_at": ends, "topic": water.pk}
    sent |= {"articles": [bill_article.pk]}
    refused = client.post(reverse("knowledgebase:notice-new"), sent)
    assert refused.status_code == 400
    assert "[지역]" in str(refused.context["form"].errors["text_ko"])
    sent |= {name: re.sub(r"\[.*?\]", "서울", sent[name]) for name in actions.WORDS}
    answer = client.post(reverse("knowledgebase:notice-new"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    notice = queries.running_at(mina).get()
    assert (notice.template.code, notice.made_by, notice.topic) == ("storm", jun, water)
    assert list(notice.articles.all()) == [bill_article]


def test_a_form_that_is_sent_back_has_everything_that_was_typed(client, jun, bill_article):
    client.force_login(jun)
    sent = {"title_ko": "안내", "text_ko": "", "articles": [bill_article.pk]}
    sent |= {"starts_at": "2026-01-02T10:00", "ends_at": "2026-01-02T09:00"}
    answer = client.post(reverse("knowledgebase:notice-new"), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="안내"' in page
    assert "2026-01-02T09:00" in page
    assert bill_article.title in page
    assert not Notice.objects.exists()


def test_a_conflict_keeps_what_was_typed_and_the_next_try_goes_through(client, jun, sora):
    notice = make_notice(jun)
    client.force_login(jun)
    address = reverse("knowledgebase:notice", args=[notice.pk])
    local = clock.timezone.localtime(notice.ends_at)
    sent = WORDS | {"starts_at": "2026-01-02T10:00", "ends_at": f"{local:%Y-%m-%dT%H:%M}"}
    sent["starts_at"] = f"{local - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    fields = {"title_ko": "소라", "text_ko": "소라의 글"} | times()
    actions.change_notice(actor=sora, notice_id=notice.pk, version=1, fields=fields)
    answer = client.post(address, sent | {"version": 1})
    assert answer.status_code == 409
    assert "불꽃축제" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    assert Notice.objects.get().title_ko == "소라"
    assert client.post(address, sent | {"version": 2}).status_code == 302
    assert Notice.objects.get().title_ko == "불꽃축제"


def test_what_meets_is_said(client, jun, water):
    make_notice(jun, title_ko="단수", topic=water)
    make_notice(jun, title_ko="누수", topic=water, begins=1800)
    make_notice(jun, title_ko="다음 주", begins=7 * 86400)
    found = queries.board()
    assert titles(found["running"]) == ["단수"]
    assert titles(found["running"][0].meets) == ["누수"]
    assert [titles(one.meets) for one in found["planned"]] == [["단수"], []]
    client.force_login(jun)
    with override("en"):
        page = client.get(reverse("knowledgebase:notices"), headers={"Accept-Language": "en"})
    assert "At the same time, about the same: 누수" in page.content.decode()


def test_an_agent_may_not_make_change_or_end_one(client, jun, mina):
    notice = make_notice(jun)
    client.force_login(mina)
    for name in ("notice-end", "notice-undo-end", "notice"):
        assert client.post(reverse(f"knowledgebase:{name}", args=[notice.pk])).status_code == 403
    assert client.post(reverse("knowledgebase:notice-new"), WORDS).status_code == 403
    assert Notice.objects.get().version == 1
    assert Notice.objects.get().ended_at is None


def test_a_template_that_is_changed_changes_the_next_one(client, sora):
    template = NoticeTemplate.objects.get(code="snow")
    client.force_login(sora)
    sent = {name: getattr(template, name) for name in actions.WORDS} | {"hours": 6}
    address = reverse("knowledgebase:notice-template", args=[template.pk])
    assert client.post(address, sent | {"text_ko": ""}).status_code == 400
    assert client.post(address, sent | {"title_ko": "폭설"}).status_code == 302
    page = client.get(reverse("knowledgebase:notice-new"), {"template": "snow"})
    assert page.context["form"].initial["title_ko"] == "폭설"


def test_pinned_notices_cost_the_same_however_many(client, jun, mina, django_assert_num_queries):
    client.force_login(mina)
    address = reverse("knowledgebase:notices-running")
    make_notice(jun)
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address)
    for _ in range(5):
        make_notice(jun)
    with django_assert_num_queries(6):
        client.get(address)
