"""The committed contract is what the code gives, valid, complete, and clean by a linter that others wrote."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.test import Client
from openapi_spec_validator import validate

from accounts.rest.describe import describe, description_of
from accounts.rest.problems import MEDIA_TYPE
from config.api import contract as made
from config.api.contract import ContractError, contract, document
from config.api.parameters import path_parameter
from config.api.schema import Described, UndescribedError
from config.management.commands import contract as command
from config.management.commands.contract import FILE
from config.tests.contract.packages import fetched

RULES = Path(__file__).with_name("redocly.yaml")
COMMITTED: dict[str, Any] = yaml.safe_load(FILE.read_text())


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with the name that a reader finds it by."""
    for path, methods in COMMITTED["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def each(name: str) -> Any:
    """One test for each operation."""
    found = list(operations())
    return pytest.mark.parametrize(name, [one for _, one in found], ids=[label for label, _ in found])


def examples(media: dict[str, Any]) -> list[Any]:
    """The examples of a body or an answer."""
    return [media["example"]] if "example" in media else [each["value"] for each in media.get("examples", {}).values()]


def test_the_committed_document_is_what_the_code_gives() -> None:
    assert FILE.read_bytes() == contract(), "The API has changed: look at the change, then renew it by `make contract`"


def test_the_document_is_the_same_every_time() -> None:
    assert document() == document()


def test_the_document_is_valid_openapi_3_1() -> None:
    assert COMMITTED["openapi"].startswith("3.1.")
    validate(COMMITTED)


def test_a_linter_finds_nothing_to_say() -> None:
    redocly = fetched("@redocly/cli@2.77.0") / "@redocly" / "cli" / "bin" / "cli.js"
    quiet = {**os.environ, "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "REDOCLY_TELEMETRY": "off", "CI": "true"}
    lint = ["node", str(redocly), "lint", str(FILE), f"--config={RULES}", "--format=json"]
    found = subprocess.run(lint, capture_output=True, text=True, check=False, env=quiet, timeout=120)
    assert json.loads(found.stdout)["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, found.stdout


@each("operation")
def test_an_operation_says_what_it_is(operation: dict[str, Any]) -> None:
    assert all(operation[name] for name in ("operationId", "summary", "description"))
    assert operation["operationId"].isidentifier()
    assert len(operation["tags"]) == 1
    assert set(operation["tags"]) <= {tag["name"] for tag in COMMITTED["tags"]}
    assert all(parameter["description"] for parameter in operation.get("parameters", []))


@each("operation")
def test_an_operation_shows_what_is_sent_and_what_comes_back(operation: dict[str, Any]) -> None:
    for media in operation.get("requestBody", {}).get("content", {}).values():
        assert examples(media)
    done = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    assert done
    for answer in done:
        assert all(examples(media) for media in answer.get("content", {}).values())


@each("operation")
def test_an_operation_shows_every_error(operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    wanted = {"400", "429", "503"}
    wanted |= {"401", "403"} if operation["security"] else set()
    wanted |= {"413", "415"} if "requestBody" in operation else set()
    headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
    wanted |= {"422"} if "Idempotency-Key" in headers else set()
    wanted |= {"412"} if "If-Match" in headers else set()
    wanted |= {"304"} if "If-None-Match" in headers else set()
    assert wanted <= set(answers)
    for status, answer in answers.items():
        if status >= "4":
            shown = examples(answer["content"][MEDIA_TYPE])
            assert shown
            assert {problem["status"] for problem in shown} == {int(status)}
    assert all("Retry-After" in answers[status]["headers"] for status in ("429", "503"))


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len(names) == len(set(names))


def test_the_document_is_served_as_it_is_committed() -> None:
    answer = Client().get("/api/v1/schema/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/yaml")
    assert answer.content == FILE.read_bytes()
    again = Client().get("/api/v1/schema/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_command_writes_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    file = tmp_path / "docs" / "openapi.yaml"
    monkeypatch.setattr(command, "FILE", file)
    monkeypatch.setattr(command.settings, "BASE_DIR", tmp_path)
    call_command("contract")
    assert file.read_bytes() == contract()
    assert "docs/openapi.yaml" in capsys.readouterr().out


def test_a_warning_of_the_generator_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def warns(self: Any, **options: Any) -> dict[str, Any]:
        made.GENERATOR_STATS.emit("What is this?", "warning")
        return {}

    monkeypatch.setattr(made.SchemaGenerator, "get_schema", warns)
    with pytest.raises(ContractError, match="What is this"):
        document()
    made.GENERATOR_STATS.reset()


def test_the_command_says_what_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> bytes:
        raise ContractError("What is this?")

    monkeypatch.setattr(command, "contract", fails)
    with pytest.raises(CommandError, match="What is this"):
        call_command("contract")


def test_a_method_that_says_nothing_of_itself_is_an_error() -> None:
    class Silent:
        def get(self) -> None:
            """Nothing."""

    schema = Described()
    schema.view, schema.method, schema.path = Silent(), "GET", "/api/v1/silence/"  # type: ignore[assignment]
    with pytest.raises(UndescribedError, match="GET /api/v1/silence/"):
        _ = schema.description


def test_a_part_of_an_address_needs_a_meaning() -> None:
    with pytest.raises(KeyError):
        path_parameter("moon", "/api/v1/planets/{moon}/")


def test_a_description_stands_beside_the_method() -> None:
    @describe("readMoon", "Read the moon")
    def get() -> None:
        """The moon."""

    found = description_of(get)
    assert found is not None
    assert (found.operation, found.statuses) == ("readMoon", (200,))
    assert description_of(len) is None
