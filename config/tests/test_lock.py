"""The lock says what requirements.txt asks for, and parts the runtime from the tools for the container image."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DIVIDER = "\n# --- tests and tools\n"
PIN = re.compile(r"(?m)^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)")

WANTED = (ROOT / "requirements.txt").read_text().split(DIVIDER)
LOCKED = (ROOT / "requirements.lock").read_text().split(DIVIDER)


def pins(part: str) -> dict[str, str]:
    return {name.lower(): version for name, version in PIN.findall(part)}


@pytest.mark.parametrize("part", [0, 1])
def test_each_pin_is_locked_in_its_own_part(part: int) -> None:
    assert pins(WANTED[part])
    assert pins(WANTED[part]).items() <= pins(LOCKED[part]).items()


def test_every_locked_package_has_hashes() -> None:
    packages = re.split(r"(?m)^(?=[a-z0-9])", LOCKED[0] + LOCKED[1])[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_names_no_server() -> None:
    assert "://" not in LOCKED[0] + LOCKED[1]


def test_the_image_cuts_the_lock_at_its_dividing_line() -> None:
    assert f"sed '/^{DIVIDER.strip()}/,$d' requirements.lock" in (ROOT / "Dockerfile").read_text()
