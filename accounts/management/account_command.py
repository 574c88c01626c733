"""What the commands about one account have in common: whom they are about."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence
from accounts.use_cases import account_named


class AccountCommand(BaseCommand):
    """Does something to the account of this name, a person's or a program's."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name."""
        parser.add_argument("name", help="A person's e-mail address, or the name of an API client.")

    def handle(self, *args: Any, **options: Any) -> str:
        """Find it and do it, or say why not."""
        try:
            return self.do(account_named(options["name"]))
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused

    def do(self, account: User) -> str:
        """What is done, and what is said of it."""
        raise NotImplementedError
