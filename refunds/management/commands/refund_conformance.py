"""Checks the refund rules against files of vector cases."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from refunds.domain.conformance import Result, run_case

OWN_CASES = Path(__file__).resolve().parents[2] / "conformance"


class Command(BaseCommand):
    """Run vector cases; print every failing one with what was expected and what came; exit 1 on any."""

    help = "Runs refund and window vectors against this installation; without FILE, the ones it ships with."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, or none for our own."""
        parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="a JSON list of cases")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every file, then say how it went."""
        files: list[Path] = options["files"] or sorted(OWN_CASES.glob("*.json"))
        results = [result for file in files for result in self._run(file)]
        failing = sum(not result.passed for result in results)
        if failing or not results:
            raise CommandError(f"{failing} of {len(results)} cases fail.")
        self.stdout.write(self.style.SUCCESS(f"All {len(results)} cases pass."))

    def _run(self, file: Path) -> list[Result]:
        """The results of one file, the failing ones printed."""
        results = [run_case(case) for case in _cases(file)]
        passing = sum(result.passed for result in results)
        self.stdout.write(f"{file}: {passing} of {len(results)} pass")
        for result in results:
            if not result.passed:
                self.stdout.write(
                    f"FAIL {result.case}\n  expected {_told(result.expected)}\n  got      {_told(result.got)}"
                )
        return results


def _cases(file: Path) -> list[object]:
    """The file's cases, or an error that names the file."""
    try:
        cases = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise CommandError(f"{file} cannot be read: {problem}") from problem
    if not isinstance(cases, list):
        raise CommandError(f"{file} is not a list of cases.")
    return cases


def _told(value: object) -> str:
    """One line of JSON; text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
