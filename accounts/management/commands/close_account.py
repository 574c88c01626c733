"""`manage.py close_account NAME`: somebody left, or a program is not used any more."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.use_cases import account_named, close_account


class Command(BaseCommand):
    """Let nobody in by an account any more."""

    help = "Lets nobody in by this account any more; its sessions and tokens end at once. What it did stays told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name."""
        parser.add_argument("name", help="A person's e-mail address, or the name of an API client.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Close it, or say why not."""
        try:
            account = account_named(options["name"])
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        close_account(user=account, now=timezone.now())
        self.stdout.write(f"{account.username} is closed.")
