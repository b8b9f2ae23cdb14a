"""``manage.py compile_catalogues``: .po to .mo without gettext's own programs."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalogues(folder: Path) -> int:
    """Compile the catalogues below ``folder``; how many."""
    catalogues = list(folder.glob("*/LC_MESSAGES/*.po"))
    for po in catalogues:
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return len(catalogues)


class Command(BaseCommand):
    help = "Compile the translation catalogues."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            self.stdout.write(f"{compile_catalogues(Path(folder))} catalogues compiled.")
