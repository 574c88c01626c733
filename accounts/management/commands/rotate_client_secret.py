"""`manage.py rotate_client_secret NAME`: another secret for an API client, the day the old one was seen by others."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.use_cases import client_named, rotate_client_secret


class Command(BaseCommand):
    """Give an API client another secret."""

    help = "Gives an API client another secret and prints it once; the old one and every token end at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the secret, or say why not."""
        try:
            client = client_named(options["name"])
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        secret = rotate_client_secret(client=client, now=timezone.now())
        self.stdout.write(f"The old secret of {client.username} and every token given out for it have ended.")
        self.stdout.write("Its new secret, shown this once:")
        self.stdout.write(secret)
