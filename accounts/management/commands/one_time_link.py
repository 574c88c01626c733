"""`manage.py one_time_link EMAIL`: another link to a password, for whoever lost theirs or came too late."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.use_cases import one_time_link, person_named


class Command(BaseCommand):
    """Print a person's one-time link."""

    help = "Prints a one-time link at which a person chooses a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """E-mail address."""
        parser.add_argument("email")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="Where the desk is served.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link, or say why not."""
        try:
            person = person_named(options["email"])
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self.stdout.write("One-time link to choose a password, good for three days:")
        self.stdout.write(f"{options['url'].rstrip('/')}{one_time_link(person)}")
