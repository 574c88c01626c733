"""What other people wrote and we serve: as it was fetched, and with every icon that a page asks for."""

import json
import re
from pathlib import Path

from scripts import vendor

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_vendored_files_are_those_that_were_fetched() -> None:
    assert vendor.compare(json.loads(vendor.MANIFEST.read_text())["sha384"]) == []


def test_a_changed_a_lost_and_a_stray_file_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "changed.js").write_text("ours now")
    (tmp_path / "stray.js").write_text("")
    expected = {"changed.js": vendor.sha384(b"as fetched"), "lost.js": vendor.sha384(b"")}

    assert vendor.compare(expected, folder=tmp_path) == [
        "changed.js is not the file that was fetched",
        "lost.js is missing",
        "stray.js is not in vendor.json",
    ]


def test_no_vendored_file_names_a_source_map_that_we_do_not_ship() -> None:
    assert [path.name for path in vendor.FOLDER.iterdir() if b"sourceMappingURL" in path.read_bytes()] == []


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (vendor.FOLDER / vendor.SPRITE).read_text()))
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))

    assert set(re.findall(r'{% icon "([^"]+)"', pages)) - drawn == set()
