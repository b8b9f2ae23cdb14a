"""``manage.py export_articles FILE``: every article as CSV or JSON, by the file's ending."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from knowledgebase.exchange import as_csv, as_json
from knowledgebase.models import Article


class Command(BaseCommand):
    help = "Write every article to a CSV or JSON file that import_articles reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--no-bom", action="store_true", help="no mark for spreadsheets")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        articles = Article.objects.all()
        if path.suffix == ".json":
            lines = as_json(articles)
        elif path.suffix == ".csv":
            lines = as_csv(articles, bom=not options["no_bom"])
        else:
            raise CommandError("The file is called something.csv or something.json.")
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
        self.stdout.write(f"{articles.count()} articles in {path}.")
