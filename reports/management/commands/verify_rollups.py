"""``manage.py verify_rollups``: are the sums what the raw rows say?"""

from argparse import ArgumentParser
from datetime import date
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max, Min

from callcenter import clock
from reports.ledger.checking import differences
from reports.models import Day

SHOWN = 20


class Command(BaseCommand):
    help = "Count everything again from the raw rows; fails on any difference to the sums."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first", type=date.fromisoformat, help="day, such as 2026-05-01")
        parser.add_argument("--last", type=date.fromisoformat, help="day, itself included")

    def handle(self, *args: Any, **options: Any) -> None:
        known = Day.objects.aggregate(first=Min("day"), last=Max("day"))
        first = options["first"] or known["first"] or clock.today()
        last = options["last"] or max(known["last"] or clock.today(), clock.today())
        found = differences(first, last)
        wrong = list(islice(found, SHOWN))
        for one in wrong:
            self.stderr.write(f"{one.table} {one.key}: {one.counted}, from the raw rows {one.raw}")
        more = sum(1 for _one in found)
        if wrong:
            raise CommandError(f"{len(wrong) + more} cells differ between {first} and {last}.")
        self.stdout.write(f"No difference between {first} and {last}.")
