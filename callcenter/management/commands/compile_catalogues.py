"""``manage.py compile_catalogues``: .po to .mo without gettext's own programs."""

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalogues(folder: Path) -> int:
    """Compile the catalogues below ``folder`` that changed; how many."""
    catalogues = [po for po in folder.glob("*/LC_MESSAGES/*.po") if _is_newer(po)]
    for po in catalogues:
        polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return len(catalogues)


def _is_newer(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


class Command(BaseCommand):
    help = "Compile translation catalogues that changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            self.stdout.write(f"{compile_catalogues(Path(folder))} catalogues compiled.")
