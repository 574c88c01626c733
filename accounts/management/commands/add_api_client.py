"""`manage.py add_api_client NAME --scope SCOPE --shop SHOP`: a program that may call the API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.roles import CLIENT_SCOPES
from accounts.use_cases import add_api_client, shop_named


class Command(BaseCommand):
    """Add an API client with scopes in shops."""

    help = "Adds an API client and prints its secret once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name, scopes, shops."""
        parser.add_argument("name")
        parser.add_argument("--scope", action="append", required=True, help=f"One of: {', '.join(CLIENT_SCOPES)}.")
        parser.add_argument("--shop", action="append", required=True, help="A shop's reference; may be given again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the client, or say why not."""
        try:
            shops = [shop_named(reference) for reference in options["shop"]]
            client, secret = add_api_client(name=options["name"], scopes=options["scope"], shops=shops)
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self.stdout.write(f"{client.username} may {', '.join(options['scope'])} in {', '.join(options['shop'])}.")
        self.stdout.write("Its secret, shown this once:")
        self.stdout.write(secret)
