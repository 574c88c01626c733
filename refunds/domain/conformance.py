"""Runs vector cases against the domain: does this engine answer what the case expects?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.domain.refusal import Refused
from orders.domain.policy import Basis, Clock, DeadlineRule, RefundPolicy
from orders.domain.window import IsHoliday, NaiveDatetime, judge, line_window
from refunds.domain.conformance_money import Answer, Case, run_refund


@dataclass(frozen=True, slots=True)
class Result:
    """How a case ended; what was expected, and what came."""

    case: str
    passed: bool
    expected: object
    got: object


def run_case(case: object) -> Result:
    """Run one case of either format. A case that cannot be read has failed, with the reason as its answer."""
    if not isinstance(case, Mapping) or not isinstance(case.get("expected"), Mapping) or not case["expected"]:
        return Result("?", False, "a case with an expectation", case)
    name, expected = str(case.get("id", "?")), case["expected"]
    try:
        got = run_refund(case) if "kind" in case else run_window(case)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, Refused) as problem:
        return Result(name, False, expected, f"{type(problem).__name__}: {problem}")
    return Result(name, agrees(expected, got), expected, got)


def agrees(expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Whether the answer has everything that is expected; it may say more. A sequence is ok by its steps."""
    by_steps = "steps" in expected
    return all(_same(wanted, got.get(key)) for key, wanted in expected.items() if not (by_steps and key == "ok"))


def _same(wanted: object, got: object) -> bool:
    """Equal values; of rows, their order and those that move nothing do not count."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return agrees(wanted, got)
    if isinstance(wanted, list) and isinstance(got, list):
        wanted, got = _rows(wanted), _rows(got)
        return len(wanted) == len(got) and all(map(_same, wanted, got))
    return wanted == got


def _rows(listed: list[Any]) -> list[Any]:
    """Rows of lines and charges by name, without those of no units and no money; other lists as they are."""
    if not all(isinstance(row, Mapping) and ("sku" in row or "id" in row) for row in listed):
        return listed
    moving = [row for row in listed if row.get("quantity") or row.get("gross")]
    return sorted(moving, key=lambda row: str(row.get("sku", row.get("id"))))


def run_window(case: Case) -> Answer:
    """What each deadline rule that the case names answers."""
    return {rule: _window_answer(case, DeadlineRule(rule)) for rule in case["expected"]}


def _window_answer(case: Case, rule: DeadlineRule) -> Answer:
    """One rule's verdict. A correction that came after the request, and a claimed date, are not asked for."""
    policy = RefundPolicy("of the case", rule, Basis(case.get("basis", Basis.LINE)), Clock.LODGED)
    parcels = case.get("parcels") or []
    try:
        window = line_window(
            policy,
            _moments([case["delivered_at"]]),
            order_parcels=_moments(parcels),
            complete=None not in parcels,
            zone=case["shop_tz"],
            country="",
            is_holiday=_holidays(case),
        )
        requested_at = datetime.fromisoformat(case["requested_at"])
        verdict = judge(window, requested_at, datetime.fromisoformat(case["now"]))
    except NaiveDatetime:
        return {"allowed": False, "code": "NAIVE_DATETIME"}
    code = "out_of_window" if verdict.code == "window_closed" else verdict.code
    return {"allowed": verdict.allowed, "code": code.upper() if code else None}


def _moments(texts: Iterable[str | None]) -> list[datetime]:
    """Those that have happened."""
    return [datetime.fromisoformat(text) for text in texts if text is not None]


def _holidays(case: Case) -> IsHoliday:
    """The case's own public holidays; none when it lists none."""
    return frozenset(date.fromisoformat(day) for day in case.get("holidays") or ()).__contains__
