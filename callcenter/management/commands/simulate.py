"""``manage.py simulate``: a city calls, and simulated agents answer, through the public doors."""

import asyncio
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rest_framework.authtoken.models import Token

from agents.models import User
from callcenter.demo.data import written_articles
from callcenter.simulator.city import City
from callcenter.simulator.live import Doors, LiveCity

# Left for the person at the screen.
NOT_SIMULATED = "mina"


class Command(BaseCommand):
    help = "Play a city's day against the running system."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument("--speed", type=float, default=6.0, help="of conversations")
        parser.add_argument("--agents", type=int, default=14, help="how many are simulated")
        parser.add_argument("--seed", type=int, default=None)
        parser.add_argument("--duration", type=float, default=0, help="seconds; 0: until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(0))
        tokens = _tokens(options["agents"])
        city = City(list(written_articles()), options["seed"])
        doors = Doors(options["url"], settings.TELEPHONY_KEY)
        live = LiveCity(city, doors, speed=options["speed"], agents=len(tokens))
        asyncio.run(live.run(tokens, seconds=options["duration"], tell=self._tell))

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _tokens(how_many: int) -> list[str]:
    """Tokens of agents of both vendors in turn, languages well mixed."""
    agents = User.objects.filter(role=User.Role.AGENT, is_active=True)
    agents = agents.exclude(username=NOT_SIMULATED).order_by("extension")
    if not agents:
        raise CommandError("There are no agents. Run: python manage.py load_demo")
    half = len(agents) // 2
    mixed = [one for pair in zip(agents[:half], agents[half:], strict=False) for one in pair]
    return [Token.objects.get_or_create(user=agent)[0].key for agent in mixed[:how_many]]
