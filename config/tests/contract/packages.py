"""Packages of npm for tests, fetched once into a folder that git does not see."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = settings.BASE_DIR / ".tools" / "npm"
PATIENCE = 180


def fetched(*packages: str) -> Path:
    """The folder `node_modules` with these packages; skips the test where there is no node, npm or network."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not here")
    folder = FOLDER / hashlib.sha256(" ".join(packages).encode()).hexdigest()[:16]
    if not (folder / "whole").exists():
        _fetch(folder, packages)
    return folder / "node_modules"


def _fetch(folder: Path, packages: tuple[str, ...]) -> None:
    """Only with all of it there the folder says so: a broken fetch is done again."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", *packages]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode:
        pytest.skip(f"npm could not fetch {', '.join(packages)}: {done.stderr.strip().splitlines()[-1:]}")
    (folder / "whole").touch()
