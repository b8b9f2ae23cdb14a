"""What is in memory is what is committed: nothing missed, nothing kept that never was."""

import threading

import numpy as np
import pytest
from django.db import connection, transaction

from knowledgebase.actions.articles import save_article
from knowledgebase.models import Article, IndexedArticle
from knowledgebase.search import memory, search
from knowledgebase.search.index import CUT_BY, index, index_what_is_missing
from knowledgebase.search.segments import PACKED, Row, Segment

pytestmark = pytest.mark.django_db(transaction=True)


def write(title: str, **fields) -> Article:
    return save_article(actor=None, article=Article(title=title, body="안내입니다.", **fields))


def titles(query: str) -> set[str]:
    """What a search on a connection and in a thread of its own finds, as another request would."""
    found: set[str] = set()

    def look() -> None:
        try:
            found.update(article.title for article in search(query, staff=True).articles)
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return found


def test_an_article_is_found_by_the_next_search_and_gone_when_deleted():
    assert titles("난방비") == set()
    article = write("난방비 지원")
    assert titles("난방비") == {"난방비 지원"}
    article.title = "기저귀 지원"
    save_article(actor=None, article=article)
    assert (titles("난방비"), titles("기저귀")) == (set(), {"기저귀 지원"})
    Article.objects.all().delete()
    assert titles("기저귀") == set()
    assert sum(int(alive.sum()) for _part, alive in memory.INDEX.view().parts) == 0


def test_what_commits_later_with_an_older_number_is_not_missed():
    older_has_written, newer_is_seen = threading.Event(), threading.Event()

    def older() -> None:
        try:
            with transaction.atomic():
                write("난방비 지원")
                older_has_written.set()
                assert newer_is_seen.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=older)
    thread.start()
    assert older_has_written.wait(20)
    write("난방비 환급")
    assert titles("난방비") == {"난방비 환급"}
    write("난방비 문의")
    assert titles("난방비") == {"난방비 환급", "난방비 문의"}
    newer_is_seen.set()
    thread.join()
    numbers = dict(IndexedArticle.objects.values_list("article_id", "changed"))
    by_title = dict(Article.objects.values_list("title", "pk"))
    assert numbers[by_title["난방비 지원"]] < numbers[by_title["난방비 환급"]]
    assert titles("난방비") == {"난방비 지원", "난방비 환급", "난방비 문의"}


def test_what_is_not_committed_is_found_by_its_own_transaction_alone_and_forgotten_with_it():
    kept = write("난방비 지원")
    with transaction.atomic():
        write("난방비 환급")
        kept.title = "기저귀 지원"
        save_article(actor=None, article=kept)
        mine = {article.title for article in search("난방비 기저귀", staff=True).articles}
        assert mine == {"난방비 환급", "기저귀 지원"}
        assert titles("난방비") == {"난방비 지원"}
        transaction.set_rollback(True)
    assert titles("난방비 기저귀") == {"난방비 지원"}
    assert {one.title for one in search("난방비", staff=True).articles} == {"난방비 지원"}


def all_at_once(*acts) -> list[Exception]:
    """Each in a thread of its own; what went wrong."""
    failures: list[Exception] = []

    def run(act) -> None:
        try:
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_many_writers_and_many_readers_end_with_every_article_found_once():
    def writer(name: int) -> None:
        for number in range(6):
            write(f"난방비 {name} {number}")

    def reader() -> None:
        for _again in range(25):
            found = [article.pk for article in search("난방비", limit=50, staff=True).articles]
            assert len(found) == len(set(found))

    writers = [lambda name=name: writer(name) for name in range(4)]
    assert all_at_once(*writers, *[reader] * 4) == []
    found = search("난방비", limit=50, staff=True)
    assert len(found.articles) == found.count == 24


def test_a_new_process_knows_the_same_as_an_old_one():
    for number in range(12):
        write(f"난방비 {number}")
    for article in Article.objects.all()[:5]:
        article.title = f"기저귀 {article.pk}"
        save_article(actor=None, article=article)
        titles("난방비")
    old = [(one.pk, score) for one, score in _scored("난방비 기저귀")]
    memory.INDEX._forget(())
    assert [(one.pk, score) for one, score in _scored("난방비 기저귀")] == old


def _scored(query: str):
    found = search(query, limit=50, staff=True)
    return zip(found.articles, found.scores, strict=True)


def test_a_table_that_was_emptied_is_noticed():
    write("난방비 지원")
    assert titles("난방비") == {"난방비 지원"}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE knowledgebase_article, knowledgebase_indexedarticle CASCADE")
    write("난방비 환급")
    assert titles("난방비") == {"난방비 환급"}
    assert search("난방비", staff=True).count == 1


def test_articles_without_a_row_or_cut_in_an_older_way_are_indexed():
    bare = Article.objects.create(title="난방비 지원", body="안내")
    old = write("난방비 환급")
    IndexedArticle.objects.filter(article_id=old.pk).update(cut_by=CUT_BY - 1)
    assert titles("난방비") == {"난방비 환급"}
    assert index_what_is_missing() == 2
    assert titles("난방비") == {"난방비 지원", "난방비 환급"}
    assert index_what_is_missing() == 0
    assert IndexedArticle.objects.get(article_id=bare.pk).cut_by == CUT_BY


def test_two_that_index_the_same_articles_in_different_orders_do_not_block_each_other():
    articles = [write(f"난방비 {number}") for number in range(8)]

    def again(some: list[Article]) -> None:
        for _again in range(5):
            index(some)

    assert all_at_once(lambda: again(articles), lambda: again(articles[::-1])) == []
    assert search("난방비", staff=True).count == 8


# --- Segments alone


def row(article_id: int, terms: dict[int, int]) -> Row:
    packed = np.array(sorted(terms.items()), dtype=PACKED).tobytes()
    length = sum(terms.values())
    return Row(article_id, 1, "ko", True, True, None, None, 0.0, (length, length, 1), packed)


def holders(segment: Segment, term: int) -> dict[int, int]:
    place = segment.places(np.array([term], dtype=np.uint32))[0]
    if place < 0:
        return {}
    docs, times = segment.postings(place)
    articles = segment.facts.article[docs]
    return dict(zip(articles.tolist(), times.astype(int).tolist(), strict=True))


def test_merged_segments_hold_what_their_living_documents_held():
    first = Segment.of([row(1, {0: 2, 7: 1}), row(2, {7: 3}), row(3, {9: 1})])
    second = Segment.of([row(4, {7: 4, 4294967295: 1})])
    alive = first.alive.copy()
    alive[1] = False
    merged = Segment.merged([(first, alive), (second, second.alive)])
    assert holders(merged, 7) == {1: 1, 4: 4}
    assert holders(merged, 0) == {1: 2}
    assert holders(merged, 4294967295) == {4: 1}
    assert holders(merged, 8) == {}
    assert merged.facts.article.tolist() == [1, 3, 4]
    assert merged.sums == (3, 9, 9)


def test_a_segment_of_nothing_holds_nothing():
    empty = Segment.of([])
    assert (len(empty), holders(empty, 1), empty.sums) == (0, {}, (0, 0, 0))
    assert len(Segment.merged([(empty, empty.alive)])) == 0


def test_a_common_term_is_the_same_as_a_column_and_as_a_list():
    rows = [row(number, {5: number % 3 + 1} if number % 2 else {6: 1}) for number in range(200)]
    rows.append(row(200, {7: 9}))
    segment = Segment.of(rows)
    asked = np.array([0, 1, 5, 200])
    common, rare = (segment.places(_terms(number))[0] for number in (5, 7))
    assert segment.times_of(common, asked).tolist() == [0, 2, 3, 0]
    assert segment.times_of(rare, asked).tolist() == [0, 0, 0, 9]


def _terms(*numbers: int):
    return np.array(numbers, dtype=np.uint32)
