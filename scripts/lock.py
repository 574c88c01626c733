"""Turn requirements.txt into requirements.lock: every package, every platform, every hash.

The lock keeps the dividing line of requirements.txt: what stands above it is the runtime, and all that the container
image installs. Versions already in the lock stay unless a pin moved; delete the lock first to renew them all.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "requirements.txt"
LOCK = ROOT / "requirements.lock"
DIVIDER = "# --- tests and tools"
HEADER = "# Made from requirements.txt by `make lock`. Above the dividing line: the runtime.\n\n# --- runtime\n"
OLDEST_PYTHON = "3.12"


def main() -> None:
    """Write the lock."""
    wanted = WANTED.read_text()
    runtime, divider, _ = wanted.partition(f"\n{DIVIDER}\n")
    if not divider:
        sys.exit(f"lock: {WANTED.name} has lost its line {DIVIDER!r}")
    packages = blocks(resolved())
    needed = {name(block) for block in blocks(resolved(runtime))}
    above = [block for block in packages if name(block) in needed]
    below = [block for block in packages if name(block) not in needed]
    LOCK.write_text(HEADER + "".join(above) + f"\n{DIVIDER}\n" + "".join(below))
    print(f"lock: {len(above)} packages for the runtime, {len(below)} for tests and tools")


def resolved(runtime: str | None = None) -> str:
    """Everything of requirements.txt, resolved and hashed; or the given part of it, at the versions of the lock."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "requirements.lock"
        command = [uv(), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON]
        command += ["--generate-hashes", "--no-header", "--no-emit-index-url", "--output-file", str(output)]
        if LOCK.exists():
            output.write_text(LOCK.read_text())
        source = WANTED.name if runtime is None else "-"
        environment = os.environ | {"UV_SYSTEM_CERTS": os.environ.get("UV_SYSTEM_CERTS", "1")}
        subprocess.run([*command, source], input=runtime, text=True, check=True, cwd=ROOT, env=environment)
        return output.read_text()


def uv() -> str:
    """The resolver: from PATH, or the one that bootstrap.sh brought."""
    found = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".tools" / "uv" / "bin"))
    return found or sys.exit("lock: uv is missing; `rm -r .venv && scripts/bootstrap.sh` brings it")


def blocks(lock: str) -> list[str]:
    """One text for each package: its pin, its hashes, and why it is there."""
    return [block for block in re.split(r"(?m)^(?=[a-z0-9])", lock) if name(block)]


def name(block: str) -> str:
    """The package that a block pins."""
    found = re.match(r"[a-z0-9][a-z0-9._-]*", block)
    return found[0] if found else ""


if __name__ == "__main__":
    main()
