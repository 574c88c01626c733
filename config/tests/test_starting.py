"""`make run` and `make serve`, from a fresh copy of the desk to the last process gone."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import services

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A copy without keys and records, in a folder whose name has a space."""
    ignored = shutil.ignore_patterns(".*", "*.sqlite3*", "__pycache__", "staticfiles")
    return shutil.copytree(ROOT, tmp_path / "a fresh desk", ignore=ignored)


def start(desk: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """The supervisor of `make run`, in a bare environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "scripts.run", *arguments],
        cwd=desk,
        env={"PATH": os.defpath, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@contextmanager
def opened(desk: Path, *arguments: str, **variables: str) -> Iterator[tuple[str, str]]:
    """Address of a desk that is open, and what was said before; closed afterwards by SIGTERM, as it should close."""
    process = start(desk, *arguments, PORT=str(services.free_port()), **variables)
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "The desk is open" in line:
            break
    try:
        assert "The desk is open" in said[-1], "".join(said)
        yield said[-1].split()[4], "".join(said)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert process.returncode == 0


def test_the_demo_opens_closes_and_opens_again_with_the_same_keys_and_records(desk: Path) -> None:
    with opened(desk, "--demo") as (url, said):
        page = urllib.request.urlopen(f"{url}sign-in/").read().decode()
    keys = (desk / ".env").read_text()
    records = (desk / "redress.sqlite3").stat().st_ino
    with opened(desk, "--demo"):
        pass

    assert "agent@demo.test" in said
    assert "agent@demo.test" in page
    assert stat.S_IMODE((desk / ".env").stat().st_mode) == 0o600
    assert (desk / ".env").read_text() == keys
    assert (desk / "redress.sqlite3").stat().st_ino == records


def test_a_desk_of_your_own_opens_without_the_demo_and_leaves_its_port(desk: Path) -> None:
    with opened(desk) as (url, said):
        page = urllib.request.urlopen(f"{url}sign-in/").read().decode()

    assert "demo.test" not in said
    assert "demo.test" not in page
    assert "ENVIRONMENT=development" in (desk / ".env").read_text()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))) != 0


def test_a_busy_port_is_told_before_anything_is_done(desk: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said, _ = start(desk, "--demo", PORT=str(other.getsockname()[1])).communicate()

    assert "Choose another: PORT=" in said
    assert not (desk / ".env").exists()


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٨"])
def test_a_port_that_is_none_is_refused(desk: Path, port: str) -> None:
    said, _ = start(desk, PORT=port).communicate()

    assert "is no port" in said


@pytest.mark.parametrize(("environment", "arguments"), [("demo", []), ("production", ["--demo"])])
def test_the_demo_and_a_desk_of_your_own_never_mix(desk: Path, environment: str, arguments: list[str]) -> None:
    process = start(desk, *arguments, PORT=str(services.free_port()), ENVIRONMENT=environment)
    said, _ = process.communicate()

    assert process.returncode == 1
    assert f"ENVIRONMENT={environment}" in said
    assert not (desk / ".env").exists()
