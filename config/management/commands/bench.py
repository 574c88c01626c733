"""`manage.py bench api|first_load`: measure speed and memory, beside the bare stack, in a scratch database."""

import sys
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.bench import api, first_load
from config.bench.scratch import run_in_scratch

MEASUREMENTS = {"api": api.main, "first_load": first_load.main}


class Command(BaseCommand):
    """Measure; nothing of the desk's own database is touched."""

    help = "Measures a part of Redress in a scratch database. What follows -- goes to the measurement: -- --help."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to measure, and what it takes."""
        parser.add_argument("what", choices=MEASUREMENTS)
        parser.add_argument("arguments", nargs="*", help="After --: arguments of the measurement.")
        parser.add_argument("--here", action="store_true", help=SUPPRESS)  # this is the scratch database

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, and end as it ends."""
        what, arguments = options["what"], options["arguments"]
        sys.exit(MEASUREMENTS[what](arguments) if options["here"] else run_in_scratch(what, arguments))
