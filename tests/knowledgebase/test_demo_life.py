"""The demo has an article in every state of its life, and loading it again changes nothing."""

import pytest

from callcenter.demo import data, life
from knowledgebase.models import Article, Asked, Feedback, Gap, Revision, Suspect
from knowledgebase.queries.todo import todo

pytestmark = pytest.mark.django_db


def load() -> None:
    data.load_topics()
    data.load_articles(lambda _line: None)
    people = data.load_people()
    assert people >= 0
    life.load(lambda _line: None)


def rows() -> list[int]:
    kinds = (Article, Revision, Feedback, Gap, Asked, Suspect)
    return [kind.objects.count() for kind in kinds]


def test_every_state_is_there_and_loading_again_changes_nothing():
    load()
    before = rows()
    load()
    assert rows() == before
    sora = data.User.objects.get(username="sora")
    counts = {heap.name: heap.count for heap in todo(sora)}
    for name in ("my_drafts", "waiting", "expired", "review_due", "stale", "scheduled"):
        assert counts[name] >= 1, name
    gyuri = data.User.objects.get(username="gyuri")
    assert {heap.name: heap.count for heap in todo(gyuri)}["to_review"] >= 1
    assert Article.objects.published().exclude(spoken="").exclude(script="").count() >= 3
    # What is read aloud was added, and the translations looked at: one article's alone are older.
    originals = Article.objects.stale().values_list("translation_of__external_id", flat=True)
    assert set(originals) == {"demo-water-moving"}
    assert Suspect.objects.count() == 1
    assert Feedback.objects.open().count() == 3
    camel = Gap.objects.get(title__startswith="낙타")
    assert camel.asked.exclude(answer="").count() == 1
