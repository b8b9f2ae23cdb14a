"""Draft, review, published: nobody approves what they wrote, and nothing is written over."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from agents.models import AuditEntry
from callcenter import clock
from callcenter.refusals import Invalid, Refused
from knowledgebase.actions import drafts, review, validity
from knowledgebase.actions.drafts import Conflict
from knowledgebase.models import Article, Revision
from knowledgebase.search import search
from tests.agents.test_races import all_at_once
from tests.knowledgebase.writing import approved, changed, handed_in, published, started
from tests.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def article(sora, gyuri) -> Article:
    return published(sora, gyuri)


def found(query) -> list[int]:
    return [one.pk for one in search(query, staff=True).articles]


def verbs(article_id: int) -> list[str]:
    entries = AuditEntry.objects.filter(target_type="knowledgebase.article", target_id=article_id)
    return list(entries.order_by("pk").values_list("verb", flat=True))


def test_a_draft_is_found_by_nobody_and_what_is_approved_by_the_next_keystroke(sora, gyuri):
    draft = started(sora)
    assert found("수도요금 감면") == []
    handed_in(draft, sora)
    assert found("수도요금 감면") == []
    assert approved(draft, gyuri) is True
    assert found("수도요금 감면") == [draft.article_id]
    steps = ["article.started", "article.drafted", "article.submitted", "article.published"]
    assert verbs(draft.article_id) == steps


def test_nobody_approves_what_they_wrote(sora):
    draft = handed_in(started(sora), sora)
    with pytest.raises(Refused, match="You wrote this"):
        approved(draft, sora)
    draft.refresh_from_db()
    assert (draft.state, draft.reviewed_by) == ("in_review", None)
    assert Article.objects.get().status == "draft"
    assert "article.published" not in verbs(draft.article_id)


def test_nor_does_whoever_saved_it_once(sora, gyuri, jun):
    draft = started(sora)
    draft = drafts.save_draft(
        actor=gyuri, article_id=draft.article_id, version=draft.version, fields={"body": "다른 글"}
    )
    draft = drafts.save_draft(
        actor=sora,
        article_id=draft.article_id,
        version=draft.version,
        fields={"body": "또 다른 글"},
    )
    handed_in(draft, sora)
    for author in (sora, gyuri):
        with pytest.raises(Refused):
            approved(draft, author)
    assert approved(draft, jun) is True


def test_the_database_itself_refuses_an_author_as_reviewer(sora, gyuri):
    draft = handed_in(started(sora), sora)
    decided = {"state": "published", "reviewed_at": clock.now()}
    with pytest.raises(IntegrityError, match="revision_four_eyes"), transaction.atomic():
        Revision.objects.filter(pk=draft.pk).update(reviewed_by=sora, **decided)
    Revision.objects.filter(pk=draft.pk).update(reviewed_by=gyuri, **decided)


def test_the_database_itself_refuses_a_second_open_text_and_a_second_one_in_force(article, sora):
    draft = changed(article, sora, body="하나")
    draft.pk, draft.number = None, 9
    with pytest.raises(IntegrityError, match="revision_one_open"), transaction.atomic():
        draft.save()
    draft.state, draft.reviewed_at = "published", clock.now()
    with pytest.raises(IntegrityError, match="revision_one_published"), transaction.atomic():
        draft.save()


def test_what_changed_since_it_was_read_is_not_approved(sora, gyuri):
    read = handed_in(started(sora), sora)
    drafts.take_back(actor=sora, article_id=read.article_id)
    draft = drafts.save_draft(
        actor=sora, article_id=read.article_id, version=read.version, fields={"body": "몰래 바꿈"}
    )
    handed_in(draft, sora)
    with pytest.raises(Refused, match="changed since you read it"):
        approved(read, gyuri)
    assert Article.objects.get().status == "draft"
    assert approved(draft, gyuri) is True


def test_what_is_sent_back_keeps_its_comment_and_goes_on_as_a_draft(sora, gyuri, jun):
    read = handed_in(started(sora), sora)
    where = {"article_id": read.article_id, "number": read.number, "version": read.version}
    with pytest.raises(Invalid, match="Say what is missing"):
        review.send_back(actor=gyuri, comment=" ", **where)
    draft = review.send_back(actor=gyuri, comment="금액이 빠졌습니다.", **where)
    read.refresh_from_db()
    assert (read.state, read.comment, read.reviewed_by) == ("rejected", "금액이 빠졌습니다.", gyuri)
    assert (draft.state, draft.based_on, draft.body) == ("draft", read, read.body)
    handed_in(draft, sora)
    with pytest.raises(Refused, match="You wrote this"):
        approved(draft, sora)
    # Sending it back is not writing: the same reviewer may approve the next text.
    assert approved(draft, gyuri) is True


def test_an_author_sends_nothing_back(sora):
    read = handed_in(started(sora), sora)
    with pytest.raises(Refused):
        review.send_back(
            actor=sora, article_id=read.article_id, number=1, version=read.version, comment="x"
        )
    assert Revision.objects.count() == 1


def test_while_a_change_is_worked_on_the_old_text_is_read(article, sora, gyuri):
    draft = changed(article, sora, title="난방비 감면", body="새 글입니다.")
    article.refresh_from_db()
    assert (article.title, article.edition) == ("수도요금 감면", 1)
    handed_in(draft, sora)
    approved(draft, gyuri)
    article.refresh_from_db()
    assert (article.title, article.edition) == ("난방비 감면", 2)
    assert [one.state for one in article.revisions.all()] == ["published", "superseded"]
    assert found("난방비") == [article.pk]


def test_what_is_in_review_is_not_written_to(article, sora):
    draft = handed_in(changed(article, sora, body="하나"), sora)
    with pytest.raises(Refused, match="in review"):
        drafts.save_draft(
            actor=sora, article_id=article.pk, version=draft.version, fields={"body": "둘"}
        )
    draft.refresh_from_db()
    assert draft.body == "하나"


def test_a_text_without_a_body_is_kept_but_not_handed_in(sora):
    draft = started(sora, body="")
    with pytest.raises(Invalid) as refusal:
        handed_in(draft, sora)
    assert refusal.value.field == "body"
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 301),
        ("body", "a\x00b"),
        ("body", "x" * 100_001),
        ("spoken", "x" * 2_001),
        ("links", [{"label": "x", "url": "javascript:alert(1)"}]),
        ("links", [{"label": "x", "url": "https://a b"}]),
        ("links", ["https://a"]),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(field, value, sora):
    with pytest.raises(Invalid) as refusal:
        started(sora, **{field: value})
    assert refusal.value.field == field
    assert (Article.objects.count(), Revision.objects.count()) == (0, 0)


def test_an_old_text_comes_back_as_a_draft_and_through_review(article, sora, gyuri):
    approved(handed_in(changed(article, sora, body="새 글"), sora), gyuri)
    draft = drafts.restore(actor=gyuri, article_id=article.pk, number=1)
    article.refresh_from_db()
    assert article.body == "새 글"
    assert (draft.number, draft.state, draft.authors) == (3, "draft", [gyuri.pk])
    with pytest.raises(Refused, match="draft already"):
        drafts.restore(actor=sora, article_id=article.pk, number=1)
    handed_in(draft, gyuri)
    approved(draft, sora)
    article.refresh_from_db()
    assert article.body.startswith("세 자녀")


def test_a_discarded_draft_can_be_brought_back(article, sora):
    draft = changed(article, sora, body="아직 생각 중")
    drafts.discard(actor=sora, article_id=article.pk, version=draft.version)
    assert not article.revisions.filter(state__in=Revision.OPEN).exists()
    again = drafts.restore(actor=sora, article_id=article.pk, number=draft.number)
    assert again.body == "아직 생각 중"


def test_two_editors_do_not_write_over_each_other_unknowingly(article, sora, gyuri):
    draft = changed(article, sora, body="소라의 글")
    mine = {"article_id": article.pk, "version": draft.version}
    drafts.save_draft(actor=gyuri, fields={"body": "규리의 글"}, **mine)
    with pytest.raises(Conflict, match="Gyuri") as conflict:
        drafts.save_draft(actor=sora, fields={"body": "소라의 새 글"}, **mine)
    assert conflict.value.theirs.body == "규리의 글"
    draft.refresh_from_db()
    assert draft.body == "규리의 글"


def test_a_draft_begun_on_a_text_that_is_no_longer_in_force_is_a_conflict(article, sora, gyuri):
    approved(handed_in(changed(article, sora, body="둘"), sora), gyuri)
    with pytest.raises(Conflict):
        drafts.save_draft(
            actor=gyuri, article_id=article.pk, version=0, based_on=1, fields={"body": "셋"}
        )


def test_saving_the_same_again_makes_nobody_an_author(article, sora, gyuri):
    draft = changed(article, sora, body="하나")
    again = drafts.save_draft(
        actor=gyuri, article_id=article.pk, version=draft.version, fields={"body": "하나"}
    )
    assert (again.version, again.authors) == (draft.version, [sora.pk])


def test_withdrawing_takes_one_and_a_reason_and_coming_back_takes_two(article, sora, gyuri):
    with pytest.raises(Invalid):
        validity.withdraw(actor=sora, article_id=article.pk, reason="")
    validity.withdraw(actor=sora, article_id=article.pk, reason="제도가 끝났습니다.")
    assert found("수도요금 감면") == []
    with pytest.raises(Refused):
        validity.withdraw(actor=gyuri, article_id=article.pk, reason="again")
    article.refresh_from_db()
    draft = drafts.restore(actor=sora, article_id=article.pk, number=1)
    handed_in(draft, sora)
    approved(draft, gyuri)
    assert found("수도요금 감면") == [article.pk]


# --- The same moment, many hands


def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told(sora):
    reviewers = [make_person(f"reviewer{number}", "editor") for number in range(6)]
    draft = handed_in(started(sora), sora)
    answers = all_at_once([lambda one=one: approved(draft, one) for one in reviewers])
    assert [answer for answer in answers if answer is True] == [True]
    losers = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(losers) == 5
    draft.refresh_from_db()
    assert draft.reviewed_by in reviewers
    # Each thread speaks the default language, so only the name is compared.
    assert all(str(draft.reviewed_by) in loser.message for loser in losers)
    assert verbs(draft.article_id).count("article.published") == 1


def test_approving_and_sending_back_at_once_end_in_one_of_the_two(sora, gyuri, jun):
    draft = handed_in(started(sora), sora)
    where = {"article_id": draft.article_id, "number": draft.number, "version": draft.version}
    answers = all_at_once(
        [
            lambda: approved(draft, gyuri),
            lambda: review.send_back(actor=jun, comment="nein", **where),
        ]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    draft.refresh_from_db()
    article = Article.objects.get()
    assert (draft.state, article.status) in [("published", "published"), ("rejected", "draft")]


def test_approving_and_taking_back_at_once_end_in_one_of_the_two(sora, gyuri):
    draft = handed_in(started(sora), sora)
    answers = all_at_once(
        [
            lambda: approved(draft, gyuri),
            lambda: drafts.take_back(actor=sora, article_id=draft.article_id),
        ]
    )
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    draft.refresh_from_db()
    article = Article.objects.get()
    assert (draft.state, article.status) in [("published", "published"), ("draft", "draft")]


def test_of_eight_editors_who_save_one_draft_at_once_one_wins(article, sora):
    draft = changed(article, sora, body="0")
    editors = [make_person(f"editor{number}", "editor") for number in range(8)]

    def save(editor):
        return drafts.save_draft(
            actor=editor,
            article_id=article.pk,
            version=draft.version,
            fields={"body": editor.username},
        )

    answers = all_at_once([lambda one=one: save(one) for one in editors])
    winners = [answer for answer in answers if isinstance(answer, Revision)]
    assert len(winners) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 7
    draft.refresh_from_db()
    assert (draft.body, draft.version) == (winners[0].body, 2)


def test_of_eight_who_begin_a_draft_at_once_one_does(article):
    editors = [make_person(f"editor{number}", "editor") for number in range(8)]
    works = [lambda one=one: changed(article, one, body=one.username) for one in editors]
    answers = all_at_once(works)
    assert sum(isinstance(answer, Revision) for answer in answers) == 1
    assert article.revisions.filter(state="draft").count() == 1


def test_of_eight_who_begin_the_same_translation_at_once_one_does(article, sora):
    def start():
        return drafts.start_article(
            actor=sora, language="en", translation_of=article, fields={"title": "Water bill"}
        )

    answers = all_at_once([start] * 8)
    assert sum(isinstance(answer, Revision) for answer in answers) == 1
    assert article.translations.count() == 1
