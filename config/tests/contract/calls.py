"""Invented calls of every kind against the API in this process: what schemathesis is told, and what it found."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import schemathesis
import yaml
from django.core.wsgi import get_wsgi_application
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from accounts.models import User
from config.management.commands.contract import FILE
from config.tests.contract.stage import Stage

EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES") or 300)
SEED = os.environ.get("CONTRACT_SEED") or "1"
OPERATIONS: dict[str, str] = {
    operation["operationId"]: path
    for path, methods in yaml.safe_load(FILE.read_text())["paths"].items()
    for operation in methods.values()
}
CALLERS = {"approveRefund": "supervisor", "rejectRefund": "supervisor", "cancelRefund": "agent"}
"""Whoever does not call as the API client, for it may not, or the refunds are not its own."""

JUDGED_AS_A_WHOLE = ("putOrder", "addDelivery")
"""Parts of these bodies have to fit together, as units that arrived to units that were bought: no schema says so, and
what does not fit is malformed (400)."""

JUDGED_BY_LINE = ("importOrders", None)
"""A malformed line is answered by a line that says so, within a success; and so in the chain of calls that has it."""

CURSORS: dict[str, str] = {}
LISTS = {"listCases": "cases", "listOrders": "orders", "listRefunds": "refunds"}

RULES_SAY_NO = [409, 412, 422]
"""A well-formed call that the rules refuse is no fault; neither is one that they refuse before its form is judged."""

KNOWN = 0.8
"""How often a name is one that means something; the other times it is invented."""

NAMES = {
    "path.shop": "shops",
    "path.number": "cases",
    "query.shop": "shops",
    "query.order": "orders",
    "query.case": "cases",
    "query.team": "teams",
    "query.assignee": "assignees",
    "body.shop": "shops",
    "body.order": "orders",
    "body.case": "cases",
    "body.team": "teams",
    "body.assignee": "assignees",
    "body.username": "users",
    "body.password": "passwords",
    "body.refresh": "refreshes",
    "body.lines[*]": "lines",
    "body.lines[*].line": "lines",
    "body.lines[*].reference": "lines",
    "body.payments[*].reference": "payments",
    "body.shipping[*].reference": "charges",
    "body.shipping[*].charge": "charges",
    "body.deliveries[*].lines[*].line": "lines",
}
DAYS = strategies.datetimes(datetime(2026, 1, 1), datetime(2026, 6, 1), timezones=strategies.just(UTC))  # noqa: DTZ001


@dataclass
class Report:
    """What came of it."""

    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def caller_of(stage: Stage, operation: str) -> User:
    """Who may do it."""
    return getattr(stage.scene, CALLERS[operation]) if operation in CALLERS else stage.client


def report(stage: Stage, by: User, operation: str | None) -> Report:
    """Call one operation in every way, or with None all of them, one after another as their answers lead."""
    document = FILE.read_text().replace("C-12", stage.cases[0].number).replace("R-58", f"R-{stage.refunds[0].pk}")
    if operation == "putOrder":
        document = document.replace("'1001'", "'1000'")  # one that is not there yet
    config = SchemathesisConfig.from_dict(told(stage, by, operation))
    schema = schemathesis.openapi.from_file(document, config=config)
    if operation:
        schema = schema.include(operation_id=operation)
    schema.app = get_wsgi_application()
    schema.hook(map_body)
    CURSORS.update({operation: stage.cursor(path, by) for operation, path in LISTS.items()})
    found = Report()
    for event in from_schema(schema).execute():
        found.faults += faults(event)
        if isinstance(event, events.ScenarioFinished):
            answers = [each.response for each in event.recorder.interactions.values()]
            found.statuses.update(answer.status_code for answer in answers if answer is not None)
    return found


def told(stage: Stage, by: User, operation: str | None) -> dict[str, Any]:
    """What schemathesis is told: all checks, many examples, and the names of things that are there."""
    names = stage.names()
    known = {place: {"dictionary": kind, "probability": KNOWN} for place, kind in NAMES.items()}
    reference = "refunds" if operation and "refunds" in OPERATIONS[operation] else "orders"
    known["path.reference"] = {"dictionary": reference, "probability": KNOWN}
    each_alone = operation is not None
    judged = [400] if operation is None or operation in JUDGED_AS_A_WHOLE else []
    return {
        "auth": {"openapi": {"bearer": {"bearer": str(stage.pair(by).access)}}},
        "dictionaries": {kind: {"values": values} for kind, values in names.items()},
        "parameters": known,
        "seed": int(SEED),
        "generation": {
            "max-examples": EXAMPLES,
            "with-security-parameters": False,
            "no-shrink": True,
            "database": "none",
        },
        "suppress-health-check": ["all"],
        "continue-on-failure": True,
        "workers": 1,
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 401, 403, 404, *RULES_SAY_NO, *judged]},
            "negative_data_rejection": {
                "enabled": operation not in JUDGED_BY_LINE,
                "expected-statuses": [400, 401, 403, 404, 413, 415, *RULES_SAY_NO],
            },
            "missing_required_header": {"expected-statuses": [400, 401, 404]},
        },
        "phases": {
            "examples": {"enabled": each_alone},
            "coverage": {"enabled": each_alone},
            "fuzzing": {"enabled": each_alone},
            "stateful": {"enabled": not each_alone},
        },
    }


def faults(event: Any) -> Iterator[str]:
    """Every fault of an event, with the call that shows it."""
    if isinstance(event, events.NonFatalError):
        yield f"{event.label}: {event.info.format()}"
    if isinstance(event, events.ScenarioFinished):
        for checks in event.recorder.checks.values():
            for check in checks:
                if check.failure_info:
                    yield f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Make well-formed what is meant to be.

    Pages begin where pages do: nobody can invent a cursor. Where only the body varies, schemathesis fills headers with
    "0", whatever their form is.
    """
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    cursor = CURSORS.get(case.operation.definition.raw["operationId"])
    if cursor and "cursor" in (case.query or {}):
        case.query["cursor"] = cursor
    if (case.headers or {}).get("If-Match") == "0":
        case.headers["If-Match"] = "*"


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: Any, value: Any) -> bytes:
    """Text as it is; whatever else is invented, as JSON."""
    return (value if isinstance(value, str) else json.dumps(value)).encode(errors="surrogatepass")


def map_body(context: Any, body: Any) -> Any:
    """Write whole numbers as such: JSON Schema takes 3.0 for an integer, and the API rightly does not."""
    if isinstance(body, dict):
        return {name: map_body(context, value) for name, value in body.items()}
    if isinstance(body, list):
        return [map_body(context, value) for value in body]
    return int(body) if isinstance(body, float) and body.is_integer() else body


schemathesis.openapi.format("date-time", DAYS.map(datetime.isoformat))
