"""``manage.py load_demo``: people, topics, articles and sixty days of history, once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from agents.models import QueueEntry, User
from callcenter import clock
from callcenter.demo import data, life, notices, promises, welfare, words
from callcenter.simulator.city import City
from callcenter.simulator.history import History

SEED = 120


class Command(BaseCommand):
    help = "Load the demo; what is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=60, help="of history")
        parser.add_argument("--per-day", type=float, default=18, help="contacts on a usual day")

    def handle(self, *args: Any, **options: Any) -> None:
        data.load_topics()
        data.load_articles(self.stdout.write)
        words.load_words()
        data.load_people()
        life.load(self.stdout.write)
        notices.load()
        if not QueueEntry.objects.exists() and options["days"]:
            self._play_history(options["days"], options["per_day"])
        if options["days"]:
            promises.load()
            # Last, and not in history: these calls are of today.
            welfare.load_people()
        self.stdout.write("Demo data ready.")

    def _play_history(self, days: int, per_day: float) -> None:
        # History is made again if the machine fails now; waiting for the disk is not worth it.
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        history = History(
            City(list(data.written_articles()), SEED),
            agents=agents_with_skills(),
            supervisor=User.objects.get(username="jun"),
        )
        history.play(days=days, until=clock.now(), per_day=per_day, tell=self.stdout.write)


def agents_with_skills() -> list[User]:
    """The demo's agents in one order, each with ``.skill_names``."""
    agents = list(
        User.objects.filter(role=User.Role.AGENT).order_by("extension").prefetch_related("skills")
    )
    for agent in agents:
        agent.skill_names = {skill.name for skill in agent.skills.all()}
    return agents
