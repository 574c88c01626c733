"""Keep static/vendor as vendor.json says: other people's files, pinned and checksummed, so that nobody needs node.

vendor.py           fetch the packages with npm, take the files and draw the icons into one sprite (icons.svg)
vendor.py --check   compare the committed files with their checksums, without the network
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = FOLDER / "vendor.json"
SPRITE = "icons.svg"
SOURCE_MAP = re.compile(rb"\n?(//|/\*)[#@] sourceMappingURL=[^\n]*")  # names a file that we do not ship
DRAWING = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>\n'
)


def main() -> None:
    """Fetch, or check."""
    manifest = json.loads(MANIFEST.read_text())
    if "--check" in sys.argv:
        faults = compare(manifest["sha384"])
        sys.exit("\n".join(f"vendor: {fault}" for fault in faults) or 0)
    for package in manifest["packages"]:
        fetch(package)
    manifest["sha384"] = {name: sha384((FOLDER / name).read_bytes()) for name in sorted(names(manifest))}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")
    print(f"vendor: {len(manifest['sha384'])} files; look at `git diff` before you commit")


def compare(expected: dict[str, str], folder: Path = FOLDER) -> list[str]:
    """What is missing, changed or unknown among the committed files."""
    present = {path.name: sha384(path.read_bytes()) for path in folder.iterdir() if path != MANIFEST}
    missing = [f"{name} is missing" for name in expected.keys() - present.keys()]
    unknown = [f"{name} is not in vendor.json" for name in present.keys() - expected.keys()]
    shared = expected.keys() & present.keys()
    changed = [f"{name} is not the file that was fetched" for name in shared if present[name] != expected[name]]
    return sorted(missing + unknown + changed)


def names(manifest: dict[str, Any]) -> set[str]:
    """Every file that the packages give us."""
    taken = {name for package in manifest["packages"] for name in package["files"]}
    return taken | {SPRITE for package in manifest["packages"] if "icons" in package}


def fetch(package: dict[str, Any]) -> None:
    """Take one package's files; the bytes must be those that vendor.json knows of this version."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package['name']}@{package['version']}"
        subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", folder, wanted], check=True, stdout=subprocess.DEVNULL
        )
        archive = next(Path(folder).glob("*.tgz"))
        integrity = f"sha512-{digest(hashlib.sha512(archive.read_bytes()).digest())}"
        if package.setdefault("integrity", integrity) != integrity:
            sys.exit(f"vendor: {wanted} is not what it was; delete its integrity only if you moved its version")
        with tarfile.open(archive) as tar:
            for name, source in package["files"].items():
                (FOLDER / name).write_bytes(SOURCE_MAP.sub(b"", member(tar, source)))
            if "icons" in package:
                (FOLDER / SPRITE).write_text(sprite(tar, package["icons"]))


def sprite(tar: tarfile.TarFile, icons: dict[str, str]) -> str:
    """One drawing that holds every icon under our own name for it."""
    symbols = [symbol(name, member(tar, f"icons/outline/{source}.svg").decode()) for name, source in icons.items()]
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def symbol(name: str, drawing: str) -> str:
    """One icon of the sprite, without the empty square that only sets its size."""
    found = DRAWING.search(drawing)
    if found is None:
        sys.exit(f"vendor: the icon {name} is no drawing")
    shapes = [line.strip() for line in found["shapes"].splitlines() if "M0 0h24v24H0z" not in line]
    return SYMBOL.format(name=name, shapes="".join(shapes))


def member(tar: tarfile.TarFile, path: str) -> bytes:
    """One file of a package."""
    file = tar.extractfile(f"package/{path}")
    if file is None:
        sys.exit(f"vendor: {path} is no file")
    return file.read()


def sha384(content: bytes) -> str:
    """A checksum as browsers write it."""
    return f"sha384-{digest(hashlib.sha384(content).digest())}"


def digest(raw: bytes) -> str:
    """Bytes as text."""
    return base64.b64encode(raw).decode()


if __name__ == "__main__":
    main()
