"""``manage.py rebuild_rollups``: all sums anew from the raw rows."""

from typing import Any

from django.core.management.base import BaseCommand

from reports.ledger.rebuilding import rebuild


class Command(BaseCommand):
    help = "Count everything anew from the raw rows, after a restore for example."

    def handle(self, *args: Any, **options: Any) -> None:
        made = rebuild(self.stdout.write)
        self.stdout.write(f"{made:,} contacts counted.")
