"""`manage.py add_team NAME --shop SHOP --person EMAIL`: agents who share a queue of cases."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.use_cases import person_named, shop_named
from support.use_cases import add_team


class Command(BaseCommand):
    """Add a team with its shops and people."""

    help = "Adds a team; its members see the team's cases and work in its shops."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name, shops, people."""
        parser.add_argument("name")
        parser.add_argument("--shop", action="append", required=True, help="A shop's reference; may be given again.")
        parser.add_argument("--person", action="append", default=[], help="An e-mail address; may be given again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Add the team, or say why not."""
        try:
            shops = [shop_named(reference) for reference in options["shop"]]
            people = [person_named(email) for email in options["person"]]
            team = add_team(name=options["name"], shops=shops, people=people)
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self.stdout.write(f"{team} works in {', '.join(options['shop'])}, with {len(people)} people.")
