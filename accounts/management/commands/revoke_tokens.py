"""`manage.py revoke_tokens NAME`: whoever works in the name of this account now is out at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.use_cases import account_named, revoke_everything


class Command(BaseCommand):
    """End every session and token of a person or an API client."""

    help = "Ends every session and token of a person or an API client at once; they may sign in again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name."""
        parser.add_argument("name", help="A person's e-mail address, or the name of an API client.")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them, or say why not."""
        try:
            account = account_named(options["name"])
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        families = revoke_everything(user=account, now=timezone.now())
        self.stdout.write(f"Every session of {account.username} and {families} families of tokens have ended.")
