"""`manage.py add_person EMAIL --role ROLE --shop SHOP`: a new colleague, and the link to a first password."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.roles import PEOPLE_ROLES
from accounts.use_cases import add_person, one_time_link, shop_named


class Command(BaseCommand):
    """Add a person with a role in shops."""

    help = "Adds a person and prints a one-time link at which they choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """E-mail address, role, shops, name."""
        parser.add_argument("email")
        parser.add_argument("--role", required=True, help=f"One of: {', '.join(PEOPLE_ROLES)}.")
        parser.add_argument("--shop", action="append", default=[], help="A shop's reference; may be given again.")
        parser.add_argument("--name", default="", help="The name that colleagues read.")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="Where the desk is served.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the person, or say why not."""
        try:
            shops = [shop_named(reference) for reference in options["shop"]]
            person = add_person(email=options["email"], role=options["role"], shops=shops, name=options["name"])
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self.stdout.write(f"{person.email} is {options['role']} in {', '.join(options['shop']) or 'no shop yet'}.")
        self.stdout.write("One-time link to choose a password, good for three days:")
        self.stdout.write(f"{options['url'].rstrip('/')}{one_time_link(person)}")
