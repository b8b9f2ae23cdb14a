"""``manage.py issue_token USERNAME``: a token for a program that acts as this person."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rest_framework.authtoken.models import Token

from agents.models import User


class Command(BaseCommand):
    help = "Print the API token of a user; --renew makes the old one worthless."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--renew", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no user {options['username']}.")
        if options["renew"]:
            Token.objects.filter(user=user).delete()
        token, _new = Token.objects.get_or_create(user=user)
        self.stdout.write(token.key)
