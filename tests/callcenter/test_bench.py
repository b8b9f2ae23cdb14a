"""The benchmarks' own arithmetic: what they print must be what happened."""

import json
import threading
import time
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection

from agents.matching import USUAL_RINGS, lane_of
from agents.models import PresenceState, QueueEntry, Ring
from callcenter.bench import (
    crew,
    latency,
    promises,
    race,
    replay,
    replay_day,
    search,
    search_data,
    throughput,
)
from callcenter.bench.load import Load
from callcenter.bench.race_verdict import (
    NOT_YET,
    Asked,
    Race,
    doubles,
    holdings,
    lost,
    overlaps,
    rings_and_holdings,
    skips,
)
from callcenter.bench.sockets import sign_in
from callcenter.bench.table import Found, percentiles, publish
from callcenter.servers import postgres, valkey
from callcenter.simulator import city
from knowledgebase.models import Article, IndexedArticle, LearnedQuestion
from knowledgebase.search.index import index
from tests.people import MORNING, accept_next, available, call_arrives


def test_every_act_gets_numbers_of_its_own_over_all_rounds():
    seen, lock = [], threading.Lock()

    def act(number: int) -> None:
        with lock:
            seen.append(number)

    load = Load("door")
    load.press([act, act, act], each=4)
    load.press([act, act, act], each=4)
    assert sorted(seen) == list(range(24))
    assert load.row()["sent"] == 24


def test_a_door_that_refuses_ends_the_benchmark():
    def refused(_number: int) -> None:
        raise RuntimeError("503")

    with pytest.raises(RuntimeError, match="503"):
        Load("door").press([refused], each=2)


def test_percentiles_are_milliseconds_of_the_sorted_durations():
    spread = {"p50 ms": 50.0, "p95 ms": 95.0, "p99 ms": 99.0}
    assert percentiles([n / 1000 for n in range(101)]) == spread


def test_the_table_and_the_file_say_the_same(tmp_path):
    rows = [{"door": "form", "sent": 1440}, {"door": "call events", "sent": 7}]
    found = Found({"clients": 8}, rows, ["So be it."], {"lost": 3}, "3 are lost.")
    text = publish("intake", found, folder=tmp_path, load_before=1.5)
    kept = json.loads((tmp_path / "intake.json").read_text())
    assert kept["rows"] == rows
    assert (kept["lost"], kept["load_before"]) == (3, 1.5)
    assert kept["commit"] in text
    assert kept["machine"] in text
    assert [line for line in text.splitlines() if line.startswith("  ")] == [
        "  door          sent",
        "  form         1,440",
        "  call events      7",
    ]
    assert text.endswith("So be it.\n3 are lost.")
    assert (tmp_path / "intake.txt").read_text() == f"{text}\n"


def test_a_knob_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(CommandError, match=r"nonsense.*clients=8"):
        call_command("bench", "intake", "nonsense=1")


# --- Parts in processes of their own


def say_when(name: str) -> list:
    return [name, time.time()]


def fail() -> None:
    raise ValueError("This part has failed.")


def test_parts_begin_together_and_answer_in_order(tmp_path):
    said = [{"name": "one"}, {"name": "two"}, {"name": "three"}]
    with crew.at_work(say_when, said, environment={}, folder=tmp_path) as hands:
        answers = hands.results(within=30)
    names, moments = zip(*answers, strict=True)
    assert names == ("one", "two", "three")
    assert max(moments) - min(moments) < 1


def test_a_part_that_fails_ends_the_benchmark_with_its_words(tmp_path):
    with pytest.raises(RuntimeError, match="This part has failed"):
        crew.run(fail, environment={}, folder=tmp_path)


def test_a_killed_server_is_back_at_its_address_with_what_was_committed(tmp_path):
    with postgres.serving(tmp_path) as database, valkey.serving(tmp_path) as broker:
        with (
            closing(psycopg2.connect(database.url)) as session,
            session,
            session.cursor() as cursor,
        ):
            cursor.execute("CREATE TABLE kept AS SELECT 120 AS number")
        for server in (database, broker):
            server.kill()
            server.start_again()
        with closing(psycopg2.connect(database.url)) as session, session.cursor() as cursor:
            cursor.execute("SELECT number FROM kept")
            assert cursor.fetchone() == (120,)
        assert redis.Redis.from_url(broker.url).ping()


# --- The race's verdict, on histories made up here

MINA, JIN = 1, 2


def at(seconds: float):
    return MORNING + timedelta(seconds=seconds)


def call(pk: int, seconds: float, status: str = "done", **fields) -> QueueEntry:
    """A Korean call that has waited since then, and is done by Mina a minute after."""
    fields = {"language": "ko", "priority": 2, "kind": "call", "topic": ""} | fields
    if status == "done":
        fields = {"agent_id": MINA, "finished_at": at(seconds + 60)} | fields
    times = {"waiting_since": at(seconds), "rank_at": at(seconds)}
    entry = QueueEntry(pk=pk, status=status, **times, **fields)
    entry.lane = lane_of(entry)
    return entry


def made_up(entries: list[QueueEntry], asked: list[Asked], talks=()) -> Race:
    return Race(
        entries={entry.pk: entry for entry in entries},
        asked=asked,
        talks=dict(talks),
        skills={MINA: ("lang.ko:1",), JIN: ("lang.ko:1", "lang.zh:2")},
        rings=[Ring(**ring) for ring in USUAL_RINGS],
    )


def offer(entry: int, agent: int, begin: float, end: float, status: str = "accepted") -> Asked:
    return Asked(entry, agent, at(begin), at(end), status)


def test_one_owner_each_is_as_it_should_be():
    story = made_up([call(1, 0), call(2, 1)], [offer(1, MINA, 2, 3), offer(2, MINA, 60, 61)])
    held = holdings(story)
    assert [one.until for one in held] == [at(60), at(61)]
    assert lost(story) == set()
    assert doubles(story, held) == 0
    assert overlaps(rings_and_holdings(story, held)) == 0


def test_what_is_not_over_is_lost_and_so_is_what_nobody_did():
    story = made_up([call(1, 0, status="waiting"), call(2, 0), call(3, 0, status="abandoned")], [])
    assert lost(story) == {1, 2}


def test_an_entry_in_two_hands_at_once_is_doubled():
    asked = [offer(1, JIN, 1, 2), offer(1, MINA, 5, 6)]
    still_talking = made_up([call(1, 0)], asked, {(JIN, at(2)): at(10)})
    assert doubles(still_talking, holdings(still_talking)) == 1
    passed_on = made_up([call(1, 0)], asked, {(JIN, at(2)): at(5)})
    assert doubles(passed_on, holdings(passed_on)) == 0
    no_end = made_up([call(1, 0)], asked)
    assert holdings(no_end)[0].until == NOT_YET


def test_an_entry_done_by_another_than_who_took_it_last_is_doubled():
    story = made_up([call(1, 0, agent_id=JIN)], [offer(1, JIN, 1, 2), offer(1, MINA, 5, 6)])
    story.talks = {(JIN, at(2)): at(4), (MINA, at(6)): at(8)}
    assert doubles(story, holdings(story)) == 1


def test_an_agent_rung_while_busy_is_over_capacity():
    story = made_up([call(1, 0), call(2, 0)], [offer(1, MINA, 1, 2), offer(2, MINA, 30, 61)])
    assert overlaps(rings_and_holdings(story, holdings(story))) == 1


def skipped(story) -> list[tuple]:
    return [
        (one.wait.entry, one.offer.agent, one.offer.at) for one in skips(story, holdings(story))
    ]


def test_who_was_asked_for_the_second_while_the_first_waited_skipped_it():
    entries = [call(1, 0), call(2, 5)]
    story = made_up(entries, [offer(2, MINA, 8, 9), offer(1, MINA, 70, 71)])
    assert skipped(story) == [(1, MINA, at(8))]
    just_come = made_up([call(1, 7.5), call(2, 7.6)], story.asked)
    assert skipped(just_come) == []


def test_nobody_skips_what_they_do_not_suit_or_have_just_let_pass():
    chinese = made_up([call(1, 0, "waiting", language="zh"), call(2, 5)], [offer(2, JIN, 8, 9)])
    assert skipped(chinese) == []
    later = made_up([call(1, 0, "waiting", language="zh"), call(2, 5)], [offer(2, JIN, 25, 26)])
    assert skipped(later) == [(1, JIN, at(25))]
    declined = [offer(1, MINA, 1, 2, "declined"), offer(2, MINA, 8, 9)]
    passed = made_up([call(1, 0, status="waiting"), call(2, 5)], declined)
    assert skipped(passed) == []


@pytest.mark.xdist_group("browser")
def test_a_small_race_ends_with_nothing_lost_doubled_overfilled_or_skipped(tmp_path):
    knobs = race.Knobs(processes=4, entries=160, agents=12, line=12, minutes=4)
    row = race.play("small", print, tmp_path, knobs, redis_number=6)
    assert {name: row[name] for name in race.MUST_BE_ZERO} == dict.fromkeys(race.MUST_BE_ZERO, 0)
    assert row["done"] + row["hung up"] == row["entries"] == 160
    assert row["offers"] >= row["done"]


@pytest.mark.xdist_group("browser")
def test_a_small_chaos_loses_and_doubles_no_promise_and_no_check(tmp_path):
    sizes = {"promises": 60, "checks": 20, "agents": 8, "processes": 2}
    knobs = promises.Knobs(seconds=40, every=8, minutes=4, **sizes)
    row = promises.keep(print, tmp_path, knobs, redis_number=7)
    zero = dict.fromkeys(promises.MUST_BE_ZERO, 0)
    assert {name: row[name] for name in promises.MUST_BE_ZERO} == zero
    assert row["alarms"] >= 1
    assert row["kept"] + row["with a supervisor"] + row["settled otherwise"] == 60
    assert row["kills"] >= 3


# --- The others, in small


@pytest.mark.django_db(transaction=True)
def test_throughput_counts_the_offers_that_were_made():
    throughput.hire(agents=12)
    for state, way in [("available", "all at once"), ("wrap_up", "each by finishing")]:
        throughput.prepare(waiting=30, agents=12, state=PresenceState(state), seed=1)
        took = throughput.WAYS[way][1](0, 1)
        assert throughput.count_offers() == 12
        assert took["end"] > took["begin"]
        assert len(took["routing"]) >= 1
    throughput.prepare(waiting=30, agents=12, state=PresenceState.BREAK, seed=1)
    throughput.naively(0, 1)
    assert throughput.count_offers() == 12
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_entry, bare_offer, bare_agent")


def test_the_steep_curve_has_its_peak_and_is_still_a_whole_day():
    shares = replay.steepened(city.HOURS, 0.125)
    assert sum(shares) == pytest.approx(1)
    assert max(shares) == pytest.approx(0.125)
    order = sorted(range(24), key=lambda hour: city.HOURS[hour])
    assert [shares[hour] for hour in order] == sorted(shares)


def test_the_plan_spends_all_hours_and_leaves_nobody_alone_at_night():
    staff = replay.plan(replay.Knobs(people=500, on_line=70))
    assert sum(staff) == pytest.approx(500 * 9 * 0.7, rel=0.01)
    assert min(staff) >= 4


@pytest.mark.django_db(transaction=True)
def test_a_replayed_hour_is_told_as_its_rows_are():
    said = {"calls": 40, "people": 8, "curve": [1.0], "staff": [4], "mix": True}
    (hour,) = replay_day.play(**said, ring=(1, 4), seed=3)
    entries = QueueEntry.objects.all()
    assert hour["offered"] == entries.count()
    assert hour["answered"] == entries.filter(status="done").count()
    assert hour["answered"] + hour["abandoned"] == hour["offered"]
    assert hour["unfinished"] == 0
    assert hour["on_line"] == pytest.approx(4 * 3600, rel=0.01)
    assert 0 < hour["busy"] < hour["on_line"]
    foreseen = replay.predict(hour)
    assert 0 < foreseen["service_level"] <= 1
    assert 0 <= foreseen["abandonment"] < 1


@pytest.mark.django_db
def test_a_session_made_in_the_database_is_one(client, jun):
    name, _is, key = sign_in([jun])[0].partition("=")
    client.cookies[name] = key
    assert client.get("/floor/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_made_up_articles_are_indexed_as_if_they_had_been_written_and_learning_goes_by_the_desk():
    search_data.save(search_data.articles(None)[:20])
    search_data.fill(40, search_data.Sentences(search_data.articles(None)[:20], seed=1), print)
    made = Article.objects.filter(external_id__startswith="made-")
    assert made.count() == 20
    quick = dict(IndexedArticle.objects.values_list("article_id", "words"))
    article = made.first()
    index([article])
    written = IndexedArticle.objects.get(article_id=article.pk)
    assert written.words == pytest.approx(quick[article.pk], rel=0.2)
    one = search_data.questions(None)[0]
    search.teach([{"text": one.text, "answered_by": one.answered_by}])
    assert LearnedQuestion.objects.get().article.external_id == one.answered_by
    asked = [{"text": article.title.split()[0], "answered_by": article.external_id}]
    assert search.by_icontains(asked)[0] > 0
    assert search.by_full_text(asked)[0] > 0


def test_ranks_become_means_and_shares():
    score = search._score([1, 2, 0, 5])
    assert score == {"MRR@10": 0.425, "recall@1": 0.25, "recall@5": 0.75}


def test_agents_type_one_letter_after_the_other():
    asked = [search_data.Question("수도", ""), search_data.Question("물", "")]
    assert search._prefixes(asked, 4) == ["수", "수도", "물", "수"]


@pytest.mark.django_db(transaction=True)
def test_latency_is_from_the_event_to_the_first_offers_message(mina):
    available(mina)
    contact = call_arrives()
    accept_next(mina)
    made = contact.entry.offers.get()
    received = contact.call.events.get().received_at
    ways = latency.on_the_way({str(made.pk): received.timestamp() + 0.2})
    assert ways["event"] == [pytest.approx(0.2)]
    assert ways["offer"][0] < 0.2
    assert latency.on_the_way({}) == {"event": [], "offer": []}
