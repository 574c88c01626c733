"""A database for one measurement: made in a temporary folder, migrated, and gone afterwards."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def run_in_scratch(module: str, arguments: Sequence[str] = ()) -> int:
    """Run a module of ours as a program over an empty SQLite desk; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="redress-bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "ENVIRONMENT": "development",
            "REDIS_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        for command in (["manage.py", "migrate", "--verbosity", "0"], ["-m", module, *arguments]):
            done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=False)  # noqa: S603
            if done.returncode:
                return done.returncode
    return 0
