"""The simulated city: its history is whole, its chances are repeatable, its present is alive."""

from collections import Counter
from datetime import datetime

import pytest

from agents.models import PresenceState, QueueEntry, User
from callbacks.models import Callback
from callcenter.demo import data
from callcenter.management.commands.load_demo import agents_with_skills
from callcenter.simulator.city import HOURS, City
from callcenter.simulator.history import History
from inquiries.models import Contact

MIDNIGHT = datetime.fromisoformat("2026-05-04T00:00:00+09:00")
NOON = datetime.fromisoformat("2026-05-06T12:00:00+09:00")


def a_city(seed: int = 7) -> City:
    return City(list(data.written_articles()), seed)


def test_the_same_seed_is_the_same_city():
    days = [list(a_city().day(MIDNIGHT.date(), MIDNIGHT, 50)) for _ in range(2)]
    assert days[0] == days[1]
    assert days[0] != list(a_city(8).day(MIDNIGHT.date(), MIDNIGHT, 50))


def test_the_day_has_the_shape_of_the_curve():
    wishes = list(a_city().day(MIDNIGHT.date(), MIDNIGHT, 20_000))
    hours = Counter(wish.at.hour for wish in wishes)
    assert len(wishes) == pytest.approx(20_000 * 1.15, rel=0.03)
    for hour, share in enumerate(HOURS):
        expected = len(wishes) * share / sum(HOURS)
        # Five standard deviations of a Poisson count.
        assert hours[hour] == pytest.approx(expected, abs=5 * expected**0.5)


@pytest.mark.django_db(transaction=True)
def test_history_is_played_to_its_end_by_the_centers_own_rules():
    data.load_topics()
    data.load_people()
    history = History(
        a_city(), agents=agents_with_skills(), supervisor=User.objects.get(username="jun")
    )
    history.play(days=2, until=NOON, per_day=25, tell=lambda _line: None)

    entries = QueueEntry.objects.all()
    assert entries.count() > 20
    assert not entries.exclude(status__in=["done", "abandoned"]).exclude(kind="web").exists()
    assert not Contact.objects.filter(entry__status="done", outcome="").exists()
    assert not entries.filter(waiting_since__gt=NOON).exists()
    assert not Callback.objects.filter(status="queued").exists()
    at_work = User.objects.exclude(presence=None).exclude(presence__state=PresenceState.OFFLINE)
    assert not at_work.exists()


@pytest.mark.xdist_group("browser")
def test_the_live_city_talks_through_the_doors(center):
    told = center.manage(
        *("simulate", "--url", center.url, "--duration", "14", "--speed", "60", "--seed", "3")
    )
    counts = dict(part.split("=") for part in told.splitlines()[-1].split())
    assert int(counts["arrived"]) > 3
    count = "from inquiries.models import Contact as C; print(C.objects.filter(outcome='resolved'"
    count += ", inquiry__topic__isnull=False, inquiry__articles__isnull=False).count())"
    assert int(center.manage("shell", "--no-imports", "-c", count)) > 0
