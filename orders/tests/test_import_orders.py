"""`manage.py import_orders`: a file of orders, each whole or not at all."""

import gzip
import io
import json
import os
import pty
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.strict_json import MAX_BYTES
from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.models import MirrorConflict, Order
from orders.tests.factories import line, sent_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.jsonl"


def packed(reference: str = "1001", **changes: Any) -> bytes:
    return json.dumps({"reference": reference, **sent_order(**changes)}).encode()


def run(file: object, shop: str = "north") -> str:
    """What the command says of a file that it takes."""
    output = io.StringIO()
    call_command("import_orders", shop, str(file), stdout=output)
    return output.getvalue()


def refused_run(file: object, shop: str = "north") -> list[str]:
    """What the command says of a file that it does not take, line by line, and at last how it ends."""
    output = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("import_orders", shop, str(file), stdout=output)
    assert ended.value.returncode == 1
    return [*output.getvalue().splitlines(), str(ended.value)]


@pytest.mark.usefixtures("shop")
def test_a_file_is_imported_and_a_second_time_unchanged(file: Path) -> None:
    file.write_bytes(b"\n".join([packed("1001"), packed("1002"), b"", b"  "]))
    assert run(file) == "2 created, 0 changed, 0 unchanged, 0 refused.\n"
    assert run(file) == "0 created, 0 changed, 2 unchanged, 0 refused.\n"
    file.write_bytes(packed("1001", version=1) + b"\r\n" + packed("1002") + b"\r\n")
    assert run(file) == "0 created, 1 changed, 1 unchanged, 0 refused.\n"


@pytest.mark.usefixtures("shop")
def test_the_file_may_be_gzipped(file: Path) -> None:
    packed_file = file.with_suffix(".jsonl.gz")
    packed_file.write_bytes(gzip.compress(packed() + b"\n"))
    assert run(packed_file) == "1 created, 0 changed, 0 unchanged, 0 refused.\n"


@pytest.mark.usefixtures("shop")
def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed() + b"\n" + packed("1002"))))
    assert run("-") == "2 created, 0 changed, 0 unchanged, 0 refused.\n"


@pytest.mark.usefixtures("shop")
def test_each_refusal_is_told_with_its_line_and_reason_and_the_others_are_taken(file: Path) -> None:
    wrong = sent_order(lines=[line(gross="1.001", quantity=0)])
    rows = [
        packed("1001", version=5),
        packed("1001", version=4),
        json.dumps({"reference": "1002", **wrong}).encode(),
        b"{",
        b"[1, 2]",
        json.dumps(sent_order()).encode(),
        b'{"reference": "1003", "reference": "1004"}',
        b"\xff",
        packed("1005"),
    ]
    file.write_bytes(b"\n".join(rows))
    *told, summary, ended = refused_run(file)
    assert [words.split(": ")[:2] for words in told] == [
        ["line 2, order 1001", "version_conflict"],
        ["line 3, order 1002", "malformed_order"],
        ["line 4, order ?", "json_malformed"],
        ["line 5, order ?", "malformed_order"],
        ["line 6, order ?", "reference_missing"],
        ["line 7, order ?", "json_duplicate_key"],
        ["line 8, order ?", "json_encoding"],
    ]
    assert "/lines/0/gross: The amount is finer" in told[1]
    assert "/lines/0/quantity: The quantity is between" in told[1]
    assert summary == "2 created, 0 changed, 0 unchanged, 7 refused."
    assert ended == "Refused: 7. Everything else is in the mirror."
    assert [order.reference for order in Order.objects.order_by("pk")] == ["1001", "1005"]


@pytest.mark.usefixtures("shop")
def test_what_was_refused_of_an_order_is_kept_as_it_was_sent(file: Path) -> None:
    wrong = sent_order(lines=[line(gross="1.001")])
    file.write_bytes(json.dumps({"reference": "1002", **wrong}).encode())
    refused_run(file)
    refused_run(file)
    kept = MirrorConflict.objects.get()
    assert (kept.reference, kept.code, kept.times, kept.body) == ("1002", "malformed_order", 2, wrong)
    assert kept.detail == "/lines/0/gross: The amount is finer than the currency's minor unit."


@pytest.mark.usefixtures("shop")
def test_a_line_that_is_too_long_is_refused_and_the_next_one_taken(file: Path) -> None:
    file.write_bytes(b"[" + b" " * (2 * MAX_BYTES + 3) + b"]\n" + packed() + b"\n")
    told, summary, _ = refused_run(file)
    assert told.startswith("line 1, order ?: body_too_large")
    assert summary == "1 created, 0 changed, 0 unchanged, 1 refused."


@pytest.mark.usefixtures("shop")
def test_the_longest_order_that_is_read_is_taken(file: Path) -> None:
    row = packed()
    file.write_bytes(row[:-1] + b" " * (MAX_BYTES - len(row)) + b"}\r\n" + packed("1002"))
    assert run(file) == "2 created, 0 changed, 0 unchanged, 0 refused.\n"


@pytest.mark.usefixtures("shop")
def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert "was not read to its end: [Errno 2]" in refused_run(tmp_path / "nothing.jsonl")[-1]


@pytest.mark.usefixtures("shop")
def test_a_gzip_that_ends_early_keeps_what_was_read_and_says_so(tmp_path: Path) -> None:
    rows = [packed(f"{number}", version=number) for number in range(40)]
    whole = gzip.compress(b"\n".join(rows))
    (tmp_path / "torn.gz").write_bytes(whole[:-20])
    (ended,) = refused_run(tmp_path / "torn.gz")
    assert f"{Order.objects.count()} created, 0 changed, 0 unchanged, 0 refused." in ended
    (tmp_path / "no.gz").write_bytes(b"nothing packed")
    assert "Not a gzipped file" in refused_run(tmp_path / "no.gz")[-1]


def test_a_shop_that_is_not_there_is_said_so(file: Path) -> None:
    file.touch()
    assert refused_run(file) == ["There is no shop “north”."]


@pytest.mark.usefixtures("shop")
def test_an_empty_file_is_fine(file: Path) -> None:
    file.touch()
    assert run(file) == "0 created, 0 changed, 0 unchanged, 0 refused.\n"


def test_a_terminal_sees_the_progress_and_a_log_does_not(database_url: str, file: Path) -> None:
    ShopFactory(reference="north")
    file.write_bytes(packed() + b"\n" + packed())
    command = [sys.executable, "manage.py", "import_orders", "--skip-checks", "north", str(file)]
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    settings = {**os.environ, "DATABASE_URL": database_url}
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=theirs, env=settings, check=True)
    os.close(theirs)
    assert "100%" in os.read(ours, 10_000).decode()
    os.close(ours)
    again = subprocess.run(command, capture_output=True, env=settings, check=True, text=True)
    assert (again.stdout, again.stderr) == ("0 created, 0 changed, 2 unchanged, 0 refused.\n", "")
