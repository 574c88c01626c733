"""A database for one measurement: made in a temporary folder, migrated, and gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run_in_scratch(what: str, arguments: Sequence[str] = ()) -> int:
    """Run `manage.py bench --here WHAT` over an empty SQLite desk; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "ENVIRONMENT": "development",
            "REDIS_URL": "",
        }
        for command in (["migrate", "--verbosity", "0"], ["bench", "--here", what, "--", *arguments]):
            exit_code = call_manage(command, environment)
            if exit_code:
                return exit_code
    return 0


def call_manage(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """One command of ours in a process of its own; return its exit code."""
    return subprocess.call([sys.executable, "manage.py", *command], cwd=ROOT, env=environment)
