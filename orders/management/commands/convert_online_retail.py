"""`manage.py convert_online_retail FILE`: sales of the Online Retail data sets as orders for `import_orders`."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import ExitStack
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError

from accounts.domain.refusal import Refused
from accounts.domain.strict_json import loads
from accounts.refusals import sentence
from orders.ndjson import numbered_lines
from orders.online_retail import order_body

MOST_DIGITS = 4


class Output(Protocol):
    """Where the orders go."""

    def write(self, text: str, /) -> object:
        """Write a line."""


class Command(BaseCommand):
    """Turn sales into order bodies, one a line."""

    help = "Turns sales of the Online Retail data sets (UCI), one JSON object a line, into orders for import_orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, days until the delivery, where to write."""
        parser.add_argument("file", help="The sales; the file may be gzipped (.gz); - reads standard input.")
        parser.add_argument("--days", type=_days, default=0, help="Delivered so many days after the sale (0).")
        parser.add_argument("--output", default="-", help="Where to write the orders; - is standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Convert line by line; a sale that cannot be converted is told with its line number and left out."""
        refused = 0
        try:
            with ExitStack() as files:
                lines = files.enter_context(numbered_lines(options["file"]))
                target = options["output"]
                output = self.stdout if target == "-" else files.enter_context(open(target, "w", encoding="ascii"))
                for number, line in lines:
                    refused += not self._convert(number, line, options["days"], output)
        except (OSError, EOFError) as error:
            raise CommandError(f"{options['file']} was not converted to its end: {error}.") from error
        if refused:
            raise CommandError(f"Sales that could not be converted: {refused}.")

    def _convert(self, number: int, line: bytes, days: int, output: Output) -> bool:
        try:
            sale = loads(line)
            if not isinstance(sale, dict):
                raise Refused("sale_malformed", field="")
            output.write(json.dumps(order_body(sale, days=days)) + "\n")
        except Refused as refused:
            self.stderr.write(f"line {number}: {refused.code}: {sentence(refused)}")
            return False
        return True


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > MOST_DIGITS:
        raise ArgumentTypeError(f"“{text}” is not a number of days")
    return int(text)
