"""Dates: what holds, what is out of date, and what waits for its day."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from agents.models import AuditEntry
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from knowledgebase.actions import drafts, validity
from knowledgebase.models import Article
from knowledgebase.search import search
from knowledgebase.tasks import keep_articles_valid
from tests.agents.test_races import all_at_once
from tests.knowledgebase.writing import approved, changed, handed_in, published

pytestmark = pytest.mark.django_db(transaction=True)

# In Seoul it is the first of May; in UTC still the last of April.
NIGHT = datetime.fromisoformat("2026-05-01T00:30:00+09:00")
APRIL_30, MAY_1 = date(2026, 4, 30), date(2026, 5, 1)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def until_april(sora, gyuri) -> Article:
    with clock.at(NIGHT - timedelta(days=3)):
        return published(sora, gyuri, valid_until=APRIL_30)


def found(query, **options):
    return [one.pk for one in search(query, **options).articles]


def test_the_last_day_counts_and_the_next_does_not(until_april):
    with clock.at(NIGHT - timedelta(hours=1)):
        assert not until_april.is_expired
        assert Article.objects.published().count() == 1
    with clock.at(NIGHT):
        assert until_april.is_expired
        assert (until_april.expired_on(APRIL_30), until_april.expired_on(MAY_1)) == (False, True)


def test_reading_is_right_even_before_the_tick(until_april, mina):
    with clock.at(NIGHT):
        assert until_april.status == "published"
        assert not Article.objects.published().exists()
        assert not Article.objects.visible_to(AnonymousUser()).exists()
        assert list(Article.objects.readable()) == [until_april]
        assert list(Article.objects.visible_to(mina)) == [until_april]
        assert list(Article.objects.expired()) == [until_april]


def test_the_tick_marks_what_is_past_and_once_only(until_april, bill_article):
    with clock.at(NIGHT):
        assert validity.tick() == (1, 0)
        assert validity.tick() == (0, 0)
    until_april.refresh_from_db()
    bill_article.refresh_from_db()
    assert (until_april.status, bill_article.status) == ("expired", "published")
    entry = AuditEntry.objects.get(verb="article.expired")
    assert (entry.target_id, entry.actor) == (until_april.pk, None)


def test_two_ticks_at_once_share_the_work(sora, gyuri):
    with clock.at(NIGHT - timedelta(days=3)):
        for number in range(6):
            published(sora, gyuri, title=f"기간 {number}", valid_until=APRIL_30)

    def tick():
        with clock.at(NIGHT):
            return validity.tick()[0]

    assert sum(all_at_once([tick, tick, tick])) == 6
    assert AuditEntry.objects.filter(verb="article.expired").count() == 6


def test_what_is_out_of_date_comes_back_with_a_new_date_only_and_through_review(
    until_april, sora, gyuri
):
    with clock.at(NIGHT):
        validity.tick()
        with pytest.raises(Refused):
            validity.still_right(actor=sora, article_id=until_april.pk)
        draft = handed_in(changed(until_april, sora, valid_until=date(2026, 12, 31)), sora)
        approved(draft, gyuri)
        until_april.refresh_from_db()
        assert (until_april.status, until_april.is_expired) == ("published", False)


def test_a_text_that_is_out_of_date_already_is_not_handed_in(until_april, sora):
    with clock.at(NIGHT):
        draft = changed(until_april, sora, body="새 글")
        with pytest.raises(Invalid) as refusal:
            handed_in(draft, sora)
    assert refusal.value.field == "valid_until"


def test_what_holds_from_a_day_waits_for_it(sora, gyuri):
    with clock.at(NIGHT - timedelta(days=3)):
        article = published(sora, gyuri, valid_from=MAY_1)
        assert (article.status, article.revisions.get().state) == ("draft", "approved")
        assert validity.tick() == (0, 0)
        assert found("수도요금 감면", staff=True) == []
    with clock.at(NIGHT):
        assert validity.tick() == (0, 1)
        assert validity.tick() == (0, 0)
        assert found("수도요금 감면") == [article.pk]
    article.refresh_from_db()
    assert (article.status, article.edition) == ("published", 1)


def test_until_its_day_the_old_text_is_read(bill_article, sora, gyuri):
    with clock.at(NIGHT - timedelta(days=1)):
        old = bill_article.body
        draft = changed(bill_article, sora, body="새 요금입니다.", valid_from=MAY_1)
        assert approved(handed_in(draft, sora), gyuri) is False
        validity.tick()
        bill_article.refresh_from_db()
        assert bill_article.body == old
    with clock.at(NIGHT):
        keep_articles_valid()
        bill_article.refresh_from_db()
        assert bill_article.body == "새 요금입니다."
        assert list(Article.objects.published()) == [bill_article]


def test_what_waits_for_its_day_can_be_taken_back(bill_article, sora, gyuri):
    with clock.at(NIGHT - timedelta(days=1)):
        draft = changed(bill_article, sora, body="새 요금입니다.", valid_from=MAY_1)
        approved(handed_in(draft, sora), gyuri)
        with pytest.raises(Refused):
            changed(bill_article, gyuri, body="anderes")
        drafts.take_back(actor=gyuri, article_id=bill_article.pk)
    with clock.at(NIGHT):
        assert validity.tick() == (0, 0)
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_by, draft.reviewed_at) == ("draft", None, None)


def test_it_ends_no_earlier_than_it_begins(bill_article, sora):
    with pytest.raises(Invalid) as refusal:
        changed(bill_article, sora, valid_from=MAY_1, valid_until=APRIL_30)
    assert refusal.value.field == "valid_until"
    assert not bill_article.revisions.filter(state="draft").exists()


def test_still_right_is_a_look_and_not_a_change(bill_article, sora):
    before = bill_article.updated_at
    with clock.at(clock.now() + timedelta(days=40)):
        validity.still_right(actor=sora, article_id=bill_article.pk)
        bill_article.refresh_from_db()
        assert clock.now() - bill_article.reviewed_at < timedelta(seconds=1)
    assert bill_article.updated_at == before
    assert AuditEntry.objects.get(verb="article.still_right").actor == sora
