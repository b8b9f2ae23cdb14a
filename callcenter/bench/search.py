"""How good the answers of the search are, and how quick, as the articles become many.

Good: real articles and questions (the folder CALLCENTER_SEARCH_DATA), one right article for each;
the mean of 1/rank within ten (MRR@10) and the share among the first five (recall@5), through the
API. Then half of the questions are closed at the desk with their articles, and the other half is
asked again.

Quick: agents who type all at once, a search for every syllable, through the API. The milliseconds
are the server's own, from the query to the articles; beside them the whole round trip.

Beside both, on the same rows in the same run, what people would otherwise take: ``icontains`` for
each word, and PostgreSQL's own full text in its ``simple`` configuration with a GIN index, any of
the words, ranked by ``ts_rank``. Those two are asked by one alone, without a web server.
"""

import json
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.db import connection
from django.db.models import Q

from callcenter.bench import crew, search_data
from callcenter.bench.search_data import Question
from callcenter.bench.table import Found, Row, percentiles
from callcenter.bench.web import Client
from callcenter.scratch import ScratchCenter, scratch_center
from inquiries.actions import contacts, intake

GROWTH = (1_000, 10_000, 100_000)
SEED = 120
AIMS = {"p50 ms": 8, "p95 ms": 20}
Ranks = list[int]


@dataclass(frozen=True)
class Knobs:
    """``pace``: milliseconds between two searches of an agent; ``each``: searches by agent and
    size; ``most``: articles at the end; ``asked``: questions for each of the two others."""

    agents: int = 20
    pace: int = 250
    each: int = 60
    most: int = 100_000
    asked: int = 30
    web_processes: int = 2


def measure(tell: Callable[[str], None], folder: Path, knobs: Knobs) -> Found:
    data = settings.SEARCH_DATA if search_data.is_there(settings.SEARCH_DATA) else None
    if data is None:
        tell(f"search: no data in {settings.SEARCH_DATA}; the demo's articles stand in for it")
    questions = search_data.questions(data)
    web = knobs.web_processes
    with scratch_center("bench_search", folder=folder, web_processes=web, demo=False) as center:
        here: dict[str, Any] = {"environment": center.environment, "folder": folder}
        took = crew.run(load, data=str(data or ""), **here)
        tell(
            f"search: {took['articles']} articles indexed in {took['seconds']:.0f} s,"
            f" understood in {took['understood in s']:.0f} s"
        )
        good = _goodness(tell, center, questions, here)
        rows = [_row(tell, size, center, questions, knobs, here, data) for size in _sizes(knobs)]
    notes = [*_said(good), *_aims(rows[-1], knobs)]
    if data is None:
        notes.append("Without the real data: the demo's own questions are too easy to compare.")
    totals = {"quality": good, "indexing": took}
    return Found(asdict(knobs) | {"questions": len(questions)}, rows, notes, totals)


def _sizes(knobs: Knobs) -> list[int]:
    return sorted({size for size in GROWTH if size < knobs.most} | {knobs.most})


# --- How good


def _goodness(
    tell: Callable[[str], None], center: ScratchCenter, questions: list[Question], here: dict
) -> list[Row]:
    taught, others = questions[::2], questions[1::2]
    # The two others take their time: every fifth question is enough to see where they stand.
    sent = [asdict(one) for one in questions[::5]]
    rows = [{"search": "ours, all questions"} | _score(_ranks(center, questions))]
    for name, way in (("icontains", by_icontains), ("simple full text", by_full_text)):
        tell(f"search: the questions by {name}")
        rows.append({"search": name} | _score(crew.run(way, questions=sent, **here)))
    rows.append({"search": "ours, half of them, before learning"} | _score(_ranks(center, others)))
    tell(f"search: {len(taught)} inquiries are closed at the desk")
    crew.run(teach, questions=[asdict(one) for one in taught], **here)
    rows.append({"search": "the same, after learning"} | _score(_ranks(center, others)))
    return rows


def _ranks(center: ScratchCenter, questions: list[Question]) -> Ranks:
    """The place of the right article among ten for each question; 0 for none."""
    client = Client(center.url)
    ranks = [_rank(_search(client, one.text), one.answered_by) for one in questions]
    client.close()
    return ranks


def _rank(answer: dict, wanted: str) -> int:
    names = [result["external_id"] for result in answer["results"]]
    return names.index(wanted) + 1 if wanted in names else 0


def _search(client: Client, query: str) -> dict:
    path = f"/api/v1/articles/search/?{urlencode({'q': query[:300], 'limit': 10})}"
    return json.loads(client.send("GET", path, expect=200))


def _score(ranks: Ranks) -> Row:
    return {
        "MRR@10": round(mean(1 / rank if rank else 0 for rank in ranks), 3),
        "recall@1": round(mean(rank == 1 for rank in ranks), 3),
        "recall@5": round(mean(0 < rank <= 5 for rank in ranks), 3),
    }


def _said(good: Iterable[Row]) -> list[str]:
    return [
        f"{row['search']}: MRR@10 {row['MRR@10']:.3f}, recall@1 {row['recall@1']:.3f},"
        f" recall@5 {row['recall@5']:.3f}"
        for row in good
    ]


# --- How quick


def _row(
    tell: Callable[[str], None],
    size: int,
    center: ScratchCenter,
    questions: list[Question],
    knobs: Knobs,
    here: dict,
    data: Path | None,
) -> Row:
    tell(f"search: {size:,} articles, {knobs.agents} agents type")
    crew.run(become, size=size, data=str(data or ""), **here)
    fresh = crew.run(begin_anew, **here)
    server, trip = _typing(center, questions, knobs)
    row: Row = {"articles": size} | percentiles(server)
    row |= {f"trip {name}": value for name, value in percentiles(trip).items() if "99" not in name}
    texts = [one.text for one in questions[: knobs.asked]]
    for name, way in (("icontains", time_icontains), ("simple", time_full_text)):
        spread = percentiles(crew.run(way, texts=texts, **here))
        row |= {f"{name} p50": spread["p50 ms"], f"{name} p95": spread["p95 ms"]}
    return row | fresh


def _typing(
    center: ScratchCenter, questions: list[Question], knobs: Knobs
) -> tuple[list[float], list[float]]:
    """Seconds at the server and for the round trip, over all searches of all agents."""
    _warm(center, questions, knobs)
    with ThreadPoolExecutor(knobs.agents) as crowd:
        shares = [
            crowd.submit(_type, center.url, questions[number :: knobs.agents], knobs)
            for number in range(knobs.agents)
        ]
    timed = [pair for share in shares for pair in share.result()]
    return [server for server, _trip in timed], [trip for _server, trip in timed]


def _warm(center: ScratchCenter, questions: list[Question], knobs: Knobs) -> None:
    # Each process takes in what was filled, once.
    for _again in range(8 * knobs.web_processes):
        client = Client(center.url)
        _search(client, questions[0].text)
        client.close()


def _type(url: str, questions: list[Question], knobs: Knobs) -> list[tuple[float, float]]:
    client, timed = Client(url), []
    for typed in _prefixes(questions, knobs.each):
        began = time.monotonic()
        answer = _search(client, typed)
        trip = time.monotonic() - began
        timed.append((answer["took_ms"] / 1000, trip))
        time.sleep(max(0.0, knobs.pace / 1000 - trip))
    client.close()
    return timed


def _prefixes(questions: list[Question], count: int) -> list[str]:
    typed = [one.text[:end] for one in questions for end in range(1, len(one.text) + 1)]
    return (typed * (count // max(len(typed), 1) + 1))[:count]


def _aims(row: Row, knobs: Knobs) -> list[str]:
    told = [
        f"{name} {'met' if row[name] <= aim else 'MISSED'} ({row[name]} of {aim})"
        for name, aim in AIMS.items()
    ]
    return [f"Aims with {row['articles']:,} articles, {knobs.agents} typing: {', '.join(told)}."]


# --- Parts: each runs in a process of its own


def load(data: str) -> Row:
    from knowledgebase.search import meaning

    made = search_data.articles(Path(data) if data else None)
    with connection.cursor() as cursor:
        cursor.execute(_FULL_TEXT_INDEX)
    seconds = search_data.save(made)
    began = time.monotonic()
    # The worker of the center does the same meanwhile; whoever comes first.
    while meaning.understand_some():
        pass
    understood = round(time.monotonic() - began, 1)
    return {"seconds": round(seconds, 1), "understood in s": understood, "articles": len(made)}


def teach(questions: list[dict]) -> None:
    """Each question comes in by the web form and is closed at the desk with its article."""
    from agents.actions import offers, states
    from agents.models import AgentSkill, Offer, PresenceState, User
    from knowledgebase.actions import learning
    from knowledgebase.models import Article

    agent = User.objects.create(username="taught-by", role=User.Role.AGENT)
    AgentSkill.objects.create(agent=agent, name="lang.ko")
    numbers = dict(Article.objects.values_list("external_id", "pk"))
    for one in questions:
        intake.take_in_written(
            subject="", body=one["text"], language="ko", consent=True, email="a@citizen.example"
        )
        states.set_state(agent=agent, state=PresenceState.AVAILABLE)
        offer = Offer.objects.get(agent=agent, status=Offer.Status.LIVE)
        offers.accept(offer_id=offer.pk, agent=agent)
        contacts.link_article(agent=agent, article_id=numbers[one["answered_by"]])
        contacts.set_outcome(agent=agent, outcome="resolved", reply="안내했습니다.")
        contacts.finish(agent=agent)
    learning.index_learned()


def become(size: int, data: str) -> None:
    from knowledgebase.models import Article

    if Article.objects.count() > size:
        Article.objects.filter(pk__in=Article.objects.order_by("pk")[size:].values("pk")).delete()
    real = search_data.articles(Path(data) if data else None)
    if Article.objects.count() < size:
        search_data.fill(size, search_data.Sentences(real, SEED + size), print)
    with connection.cursor() as cursor:
        cursor.execute(_FULL_TEXT_INDEX)


def begin_anew() -> Row:
    """What a new process needs until its first answer, and how much memory it then holds."""
    from knowledgebase.search import search

    began = time.monotonic()
    search("수도요금")
    seconds = time.monotonic() - began
    megabytes = psutil.Process().memory_info().rss / 1_000_000
    return {"new process s": round(seconds, 1), "its MB": round(megabytes)}


_FULL_TEXT_INDEX = """
CREATE INDEX IF NOT EXISTS bench_simple ON knowledgebase_article
    USING gin (to_tsvector('simple', title || ' ' || body));
ANALYZE knowledgebase_article;
"""
_FULL_TEXT = """
SELECT external_id FROM knowledgebase_article, to_tsquery('simple', %s) AS wanted
WHERE to_tsvector('simple', title || ' ' || body) @@ wanted
ORDER BY ts_rank(to_tsvector('simple', title || ' ' || body), wanted) DESC LIMIT 10
"""


def _icontains(text: str) -> list[str]:
    from knowledgebase.models import Article

    holds = [Q(title__icontains=word) | Q(body__icontains=word) for word in text.split()]
    found = Article.objects.filter(reduce(and_, holds)).order_by("pk")
    return list(found.values_list("external_id", flat=True)[:10])


def _full_text(text: str) -> list[str]:
    words = ["".join(filter(str.isalnum, word)) for word in text.split()]
    with connection.cursor() as cursor:
        cursor.execute(_FULL_TEXT, [" | ".join(filter(None, words))])
        return [name for (name,) in cursor.fetchall()]


def _places(questions: list[dict], way: Callable[[str], list[str]]) -> Ranks:
    found = ((way(one["text"]), one["answered_by"]) for one in questions)
    return [names.index(wanted) + 1 if wanted in names else 0 for names, wanted in found]


def by_icontains(questions: list[dict]) -> Ranks:
    return _places(questions, _icontains)


def by_full_text(questions: list[dict]) -> Ranks:
    return _places(questions, _full_text)


def _seconds(texts: list[str], way: Callable[[str], list[str]]) -> list[float]:
    spent = []
    for text in texts:
        began = time.monotonic()
        way(text)
        spent.append(time.monotonic() - began)
    return spent


def time_icontains(texts: list[str]) -> list[float]:
    return _seconds(texts, _icontains)


def time_full_text(texts: list[str]) -> list[float]:
    return _seconds(texts, _full_text)
