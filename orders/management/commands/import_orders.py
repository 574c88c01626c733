"""`manage.py import_orders SHOP FILE`: mirror a file of orders, one JSON object a line."""

from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from accounts.domain.refusal import Refused
from accounts.models import Shop
from accounts.refusals import sentence
from accounts.use_cases import shop_named
from orders.ndjson import NumberedLines, numbered_lines
from orders.use_cases import Imported, Outcome, import_orders, reason_of

REFUSED = "refused"
TOLD = (*Outcome, REFUSED)


class Command(BaseCommand):
    """Mirror the orders of a file, each whole or not at all."""

    help = (
        "Mirrors orders from a file of one JSON object a line: the order body of the API with its reference as one "
        "more key. Running it again changes nothing. Ends with status 1 when an order was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Shop and file."""
        parser.add_argument("shop", help="The shop's reference.")
        parser.add_argument("file", help="The file, which may be gzipped (.gz); - reads standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file, tell each refusal as it happens, and sum up."""
        counts: Counter[str] = Counter()
        try:
            shop = shop_named(options["shop"])
            with numbered_lines(options["file"]) as lines:
                self._import(shop, lines, counts)
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        except (OSError, EOFError) as error:
            raise CommandError(f"{options['file']} was not read to its end: {error}. {_summary(counts)}") from error
        self.stdout.write(_summary(counts))
        if counts[REFUSED]:
            raise CommandError(f"Refused: {counts[REFUSED]}. Everything else is in the mirror.")

    def _import(self, shop: Shop, lines: NumberedLines, counts: Counter[str]) -> None:
        for number, imported in import_orders(shop=shop, lines=lines, now=timezone.now):
            counts[imported.outcome or REFUSED] += 1
            if imported.refused is not None:
                self._tell(number, imported, imported.refused)

    def _tell(self, number: int, imported: Imported, refused: Refused) -> None:
        reason = "; ".join(reason_of(refused).splitlines())
        with tqdm.external_write_mode():
            self.stdout.write(f"line {number}, order {imported.reference or '?'}: {refused.code}: {reason}")


def _summary(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in TOLD) + "."
