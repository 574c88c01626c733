"""`manage.py bench api|first_load`: measure speed and memory beside the bare stack, in a scratch database."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.bench.scratch import run_in_scratch

MODULES = {"api": "config.bench.api", "first_load": "config.bench.first_load"}


class Command(BaseCommand):
    """Measure; nothing of the desk's own database is touched."""

    help = "Measures a part of Redress in a scratch database. Further arguments go to the measurement: --help tells."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to measure, and what it takes."""
        parser.add_argument("what", choices=MODULES)
        parser.add_argument("arguments", nargs="*", help="After --: arguments of the measurement.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, and end as it ends."""
        sys.exit(run_in_scratch(MODULES[options["what"]], options["arguments"]))
