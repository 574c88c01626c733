"""Everything that must hold: style, types, templates, and all tests on SQLite, on PostgreSQL and in a browser.

    python -m scripts.test           all of it, with the coverage of all runs together
    python -m scripts.test --lint    only the quick checks
    python -m scripts.test --soak    instead of all that, many invented calls of every kind against the API

Nothing stops at the first fault; the last line counts what passed and what failed.
"""

import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from config.tests import environment
from scripts import services

ROOT = Path(__file__).resolve().parent.parent
COVERAGE_WANTED = 95
MODULE = [sys.executable, "-m"]
CHECKS = {
    "style": [*MODULE, "ruff", "check", "--quiet", "."],
    "layout": [*MODULE, "ruff", "format", "--check", "--quiet", "."],
    "types": [*MODULE, "mypy", "."],
    "templates": [*MODULE, "djlint", "--lint", "--quiet", "templates"],
    "vendored files": [*MODULE, "scripts.vendor", "--check"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
}
PYTEST = ["-m", "pytest", "--quiet", "-rfEs", "--numprocesses", "2"]
COVERAGE = [*MODULE, "coverage"]
COUNTED = [*COVERAGE, "run"]
COUNTED_BY_ENGINE = [*COUNTED, "--source=config/checks,refunds/triggers"]
UNCOUNTED = [sys.executable]
"""How the tests are run: counting lines costs a third of the time. What runs again on PostgreSQL counts those that are
written for an engine; the invented calls count none."""


@dataclass
class Count:
    """How many checks and tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0


def main() -> int:
    """Run it all; 0 when nothing failed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.chdir(ROOT)
    started, count = time.monotonic(), Count()
    if "--soak" in sys.argv:
        soak(count)
    else:
        for name, command in CHECKS.items():
            check(count, name, command)
        if "--lint" not in sys.argv:
            test_on_both_engines(count)
    print(f"\nin {time.monotonic() - started:.0f} seconds:")
    print(f"{count.passed} passed, {count.failed} failed, {count.skipped} skipped")
    return 1 if count.failed else 0


def soak(count: Count) -> None:
    """Other calls at each run, and many of them; CONTRACT_SEED makes the same ones again."""
    os.environ.setdefault("CONTRACT_EXAMPLES", "1000")
    os.environ.setdefault("CONTRACT_SEED", str(secrets.randbelow(2**32)))
    print(f"CONTRACT_SEED={os.environ['CONTRACT_SEED']}", flush=True)
    test_calls(count)


def test_calls(count: Count) -> None:
    """Invented calls against the API."""
    test(count, "invented calls against the API, on SQLite", UNCOUNTED, "contract", database=environment.SQLITE)


def test_on_both_engines(count: Count) -> None:
    """All tests, and how much of the product they reach together."""
    run([*COVERAGE, "erase"])
    test(count, "tests on SQLite", COUNTED, "not browser and not contract", database=environment.SQLITE)
    with services.postgres() as server:
        test(count, "tests on PostgreSQL", COUNTED_BY_ENGINE, "not browser and not contract", database=server.url)
    test(count, "journeys in a browser, on SQLite", COUNTED, "browser", database=environment.SQLITE)
    test_calls(count)
    run([*COVERAGE, "combine", "--quiet"])
    check(count, "coverage of lines and branches", [*COVERAGE, "report", f"--fail-under={COVERAGE_WANTED}"])


def check(count: Count, name: str, command: Sequence[str]) -> None:
    """One command that must succeed."""
    announce(name)
    if run(command) == 0:
        count.passed += 1
    else:
        count.failed += 1
        print(f"FAILED: {name}", flush=True)


def test(count: Count, name: str, python: Sequence[str], marks: str, database: str) -> None:
    """One run of pytest, its tests added up."""
    announce(name)
    with services.temporary_folder("redress-report-") as folder:
        report = folder / "report.xml"
        exit_code = run([*python, *PYTEST, "-m", marks, f"--junit-xml={report}"], DATABASE_URL=database)
        suites = list(ElementTree.parse(report).iter("testsuite")) if report.exists() else []
    failed = sum(int(suite.get(kind, 0)) for suite in suites for kind in ("failures", "errors"))
    skipped = sum(int(suite.get("skipped", 0)) for suite in suites)
    count.passed += sum(int(suite.get("tests", 0)) for suite in suites) - failed - skipped
    count.failed += failed or int(exit_code != 0)  # a run that broke off counts too
    count.skipped += skipped


def run(command: Sequence[str], **variables: str) -> int:
    """One command in the environment of the tests."""
    return services.run(command, os.environ | variables)


def announce(name: str) -> None:
    """Say what comes now."""
    print(f"\n== {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
