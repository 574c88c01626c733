"""`manage.py setup_shop REFERENCE --name … --currency … --zone … --country … --policy … --threshold …`: a new shop."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from orders.domain.policy import cuts_statutory_period, policy_named
from orders.use_cases import DEFAULT_DAILY_LIMIT, DEFAULT_THRESHOLD, OFFERED_POLICY, setup_shop


class Command(BaseCommand):
    """Set up a shop whose orders will be mirrored."""

    help = "Sets up a shop: its currency, time zone, country, refund policy and approval threshold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What a shop is made of."""
        parser.add_argument("reference", help="A short name for addresses and commands, such as north-eu.")
        parser.add_argument("--name", required=True, help="The name that people read.")
        parser.add_argument("--currency", required=True, help="ISO 4217, such as EUR.")
        parser.add_argument("--zone", required=True, help="IANA time zone, such as Europe/Berlin.")
        parser.add_argument("--country", required=True, help="ISO 3166-1, such as DE.")
        parser.add_argument("--policy", default=OFFERED_POLICY, help="Refund policy; this version offers strict.")
        parser.add_argument(
            "--threshold",
            default=DEFAULT_THRESHOLD,
            help="Above this amount a second person approves; none: never (%(default)s).",
        )
        parser.add_argument(
            "--daily-limit",
            default=DEFAULT_DAILY_LIMIT,
            help="What one person may give back in 24 hours without a second; none: no limit (%(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the shop up, or say why not."""
        words = ("reference", "name", "currency", "zone", "country", "policy", "threshold", "daily_limit")
        try:
            shop = setup_shop(**{word: options[word] for word in words})
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self.stdout.write(
            f"Shop {shop.reference} is set up: {shop.currency}, {shop.time_zone}, {shop.country}, {shop.refund_policy}."
        )
        if cuts_statutory_period(policy_named(shop.refund_policy), shop.country):
            self.stderr.write(
                f"Mind: in {shop.country} “{shop.refund_policy}” cuts up to a day off the last day that the law gives."
            )
