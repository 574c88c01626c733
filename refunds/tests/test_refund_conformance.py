"""The command that checks this installation against vector files."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

CASE = {
    "id": "T1",
    "kind": "allocation",
    "currency": "EUR",
    "request": {"allocate": 3, "weights": [1, 1]},
    "expected": {"ok": True, "shares": [2, 1]},
}


def run(*files: Path) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("refund_conformance", *map(str, files), stdout=out, no_color=True)
    return out.getvalue()


def written(folder: Path, name: str, cases: object) -> Path:
    """A file of cases."""
    path = folder / name
    path.write_text(json.dumps(cases), encoding="utf-8")
    return path


def test_without_a_file_our_own_cases_are_run() -> None:
    told = run()
    assert "refunds.json: 38 of 38 pass" in told
    assert "windows.json: 29 of 29 pass" in told
    assert told.endswith("All 67 cases pass.\n")


def test_files_of_cases_are_run_and_counted(tmp_path: Path) -> None:
    one, two = written(tmp_path, "one.json", [CASE]), written(tmp_path, "two.json", [CASE, CASE])
    assert run(one, two) == f"{one}: 1 of 1 pass\n{two}: 2 of 2 pass\nAll 3 cases pass.\n"


def test_a_failing_case_is_printed_with_expected_and_got(tmp_path: Path) -> None:
    failing = {**CASE, "id": "T2", "expected": {"shares": [1, 2]}}
    unreadable = {**CASE, "id": "T3", "currency": "€"}
    file, out = written(tmp_path, "cases.json", [CASE, failing, unreadable]), StringIO()
    with pytest.raises(CommandError, match="2 of 3 cases fail") as caught:
        call_command("refund_conformance", str(file), stdout=out, no_color=True)
    assert caught.value.returncode == 1
    assert out.getvalue().splitlines() == [
        f"{file}: 1 of 3 pass",
        "FAIL T2",
        '  expected {"shares": [1, 2]}',
        '  got      {"ok": true, "shares": [2, 1]}',
        "FAIL T3",
        '  expected {"ok": true, "shares": [2, 1]}',
        "  got      Refused: currency_unknown (currency=€)",
    ]


def test_no_cases_are_no_proof(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="0 of 0 cases fail"):
        run(written(tmp_path, "none.json", []))


def test_a_file_that_is_no_list_of_cases_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"object\.json is not a list of cases"):
        run(written(tmp_path, "object.json", {"cases": [CASE]}))


@pytest.mark.parametrize("raw", [b"[", b"\xff", b""])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(raw)
    with pytest.raises(CommandError, match=r"broken\.json cannot be read"):
        run(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"missing\.json cannot be read"):
        run(tmp_path / "missing.json")
