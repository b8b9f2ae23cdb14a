"""``manage.py generate_calls``: raw rows of millions of calls, to measure reports with."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from callcenter.bench import millions
from inquiries.models import Contact


class Command(BaseCommand):
    help = "Fill an empty center with the raw rows of many calls, written directly."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calls", type=int, default=1_000_000)
        parser.add_argument("--first", type=date.fromisoformat, default=date(2025, 1, 1))
        parser.add_argument("--days", type=int, default=365)

    def handle(self, *args: Any, **options: Any) -> None:
        if Contact.objects.exists():
            raise CommandError("This center has contacts of its own. Use an empty one.")
        millions.generate(
            calls=options["calls"],
            first=options["first"],
            days=options["days"],
            tell=self.stdout.write,
        )
