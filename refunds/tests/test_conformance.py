"""Vector cases run against the domain; ours ship with the product, others are run where they are found."""

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from refunds.domain.conformance import Result, agrees, run_case

ROOT = Path(__file__).resolve().parents[2]
OWN = ROOT / "refunds" / "conformance"
OTHERS = Path(os.environ.get("REDRESS_GOLDEN", ROOT.parent / "shared" / "golden"))

type Case = dict[str, Any]


def cases_of(folder: Path) -> list[Any]:
    """Every case of a folder's files, each under its name."""
    files = sorted(folder.glob("*.json"))
    return [
        pytest.param(case, id=f"{file.stem}-{case['id']}") for file in files for case in json.loads(file.read_text())
    ]


def own(name: str, number: str) -> Case:
    """One of our own cases, to be spoilt."""
    cases: list[Case] = json.loads((OWN / f"{name}.json").read_text())
    return deepcopy(next(case for case in cases if case["id"] == number))


def refund(request: object, expected: Case, **order: object) -> Result:
    """A case of two cups for 10.00 with 1.00 tax, and delivery for 3.00, ours to vary."""
    cup = {"sku": "CUP", "quantity": 2, "gross_paid": 1000, "tax": {"amount": 100}}
    post = {"id": "POST", "gross_paid": 300, "tax": {"amount": 30}}
    return run_case(
        {
            "id": "X",
            "kind": "sequence" if isinstance(request, list) else "refund",
            "currency": "EUR",
            "order": {"lines": [cup], "shipping": [post], **order},
            "request": request,
            "expected": expected,
        }
    )


def window(expected: Case, **changes: object) -> Result:
    """A case of a parcel of the 4th of May and a request of the 10th, ours to vary."""
    case = {
        "id": "X",
        "shop_tz": "UTC",
        "delivered_at": "2026-05-04T12:00:00Z",
        "requested_at": "2026-05-10T12:00:00Z",
        "now": "2026-05-10T12:00:00Z",
        "basis": "line",
        "expected": expected,
    }
    return run_case({**case, **changes})


ALLOWED = {"allowed": True, "code": None}
CUP = {"lines": [{"sku": "CUP", "quantity": 1}]}


@pytest.mark.parametrize("case", cases_of(OWN))
def test_our_own_cases_pass(case: Case) -> None:
    result = run_case(case)
    assert result.passed, (result.expected, result.got)


@pytest.mark.parametrize("case", cases_of(OTHERS))
def test_the_cases_of_others_pass(case: Case) -> None:
    result = run_case(case)
    assert result.passed, (result.expected, result.got)


def test_there_are_enough_cases_of_our_own() -> None:
    assert len(cases_of(OWN)) >= 45


# What fails


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("total_gross", 667),
        ("total_tax", 107),
        ("total_net", 561),
        ("fee", -1),
        ("ok", False),
        ("lines", []),
        ("lines", [{"sku": "LAMP", "quantity": 1, "gross": 667, "tax": 106, "net": 561}]),
        ("lines", [{"sku": "BULB", "quantity": 1, "gross": 666, "tax": 106, "net": 560}]),
        ("shipping", [{"id": "POST", "gross": 1, "tax": 0, "net": 1}]),
        ("something_else", 1),
    ],
)
def test_a_wrong_expectation_fails_with_what_came(key: str, value: object) -> None:
    case = own("refunds", "R01")
    case["expected"][key] = value
    result = run_case(case)
    assert (result.case, result.passed, result.expected) == ("R01", False, case["expected"])
    assert isinstance(result.got, dict)
    assert result.got["total_gross"] == 666


@pytest.mark.parametrize(
    ("key", "value"), [("error_code", "window_closed"), ("max_quantity", 3), ("sku", "MUG"), ("ok", True)]
)
def test_a_wrong_refusal_fails(key: str, value: object) -> None:
    case = own("refunds", "R11")
    case["expected"][key] = value
    assert not run_case(case).passed


def test_a_wrong_step_fails_and_so_does_a_missing_one() -> None:
    case = own("refunds", "R04")
    case["expected"]["steps"][3]["total_gross"] = 1250
    assert not run_case(case).passed
    case = own("refunds", "R04")
    case["expected"]["steps"].pop()
    assert not run_case(case).passed
    case = own("refunds", "R04")
    case["expected"]["sum_gross"] = 5001
    assert not run_case(case).passed


@pytest.mark.parametrize("number", ["R29", "R33", "R37"])
def test_a_wrong_share_fails(number: str) -> None:
    case = own("refunds", number)
    case["request"] = {**case["request"], **({"allocate": 999} if number == "R29" else {"amount": 1})}
    assert not run_case(case).passed


@pytest.mark.parametrize("rule", ["exact", "calendar", "eu_1182"])
def test_a_wrong_verdict_fails(rule: str) -> None:
    assert window({rule: ALLOWED}).passed
    assert not window({rule: {"allowed": False, "code": "OUT_OF_WINDOW"}}).passed
    assert not window({rule: {"allowed": True, "code": "OUT_OF_WINDOW"}}).passed


@pytest.mark.parametrize(
    "case", [None, [], "case", {}, {"id": "X"}, {"expected": None}, {"expected": {}}, {"expected": []}]
)
def test_what_is_no_case_fails(case: object) -> None:
    assert run_case(case) == Result("?", False, "a case with an expectation", case)


@pytest.mark.parametrize(
    "changes",
    [
        {"delivered_at": "yesterday"},
        {"requested_at": 5},
        {"basis": "moon"},
        {"shop_tz": "Mars/Olympus", "expected": {"calendar": ALLOWED}},
        {"expected": {"lunar": ALLOWED}},
        {"holidays": ["Easter"]},
    ],
)
def test_a_window_that_cannot_be_read_fails_and_says_why(changes: Case) -> None:
    result = window(**{"expected": {"exact": ALLOWED}, **changes})
    assert not result.passed
    assert ": " in str(result.got)


@pytest.mark.parametrize("name", ["delivered_at", "requested_at", "now", "shop_tz"])
def test_a_window_without_its_fields_fails(name: str) -> None:
    case = {key: value for key, value in own("windows", "W01").items() if key != name}
    assert str(run_case(case).got).startswith("KeyError")


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "exchange"},
        {"currency": "XXX"},
        {"currency": None},
        {"minor_unit_exponent": 3},
        {"order": None},
        {"request": {"lines": [{"quantity": 1}]}},
        {"request": {"lines": [{"sku": "LAMP"}]}},
        {"request": {"lines": [{"sku": "LAMP", "amount": "much"}]}},
        {"request": {"lines": [{"sku": "LAMP", "quantity": "1"}]}},
        {"prior_refunds": [{"lines": [{"sku": "LAMP", "quantity": 9}]}]},
    ],
)
def test_a_refund_that_cannot_be_read_fails(changes: Case) -> None:
    result = run_case({**own("refunds", "R01"), **changes})
    assert (result.case, result.passed, result.expected) == ("R01", False, own("refunds", "R01")["expected"])


def test_a_case_without_a_name_is_run_all_the_same() -> None:
    case = {key: value for key, value in own("refunds", "R01").items() if key != "id"}
    assert (run_case(case).case, run_case(case).passed) == ("?", True)


def test_a_prior_refund_that_is_refused_is_the_fault_of_the_case() -> None:
    case = {**own("refunds", "R01"), "prior_refunds": [{"lines": [{"sku": "LAMP", "quantity": 9}]}]}
    assert run_case(case).got == "ValueError: a prior refund is refused: quantity_exceeds_refundable"


def test_decimals_that_the_currency_does_not_have_are_the_fault_of_the_case() -> None:
    assert run_case({**own("refunds", "R01"), "minor_unit_exponent": 3}).got == "ValueError: EUR has 2 decimals"


# What agrees


def test_an_answer_may_say_more_than_is_expected() -> None:
    assert agrees({"ok": False}, {"ok": False, "error_code": "window_closed"})
    assert not agrees({"ok": False, "error_code": None}, {"ok": False, "error_code": "window_closed"})
    assert agrees({"error_code": None}, {})
    assert not agrees({"allocation": {"card": 5}}, {})
    assert not agrees({"allocation": None}, {"allocation": {"card": 5}})


def test_rows_agree_in_any_order_and_without_those_that_move_nothing() -> None:
    one, other = {"sku": "A", "quantity": 1, "gross": 5}, {"sku": "B", "quantity": 0, "gross": 3}
    still = {"sku": "C", "quantity": 0, "gross": 0}
    assert agrees({"lines": [one, other]}, {"lines": [still, other, one]})
    assert agrees({"shipping": [{"id": "S", "gross": 0}]}, {"shipping": []})
    assert not agrees({"lines": [one]}, {"lines": [one, other]})
    assert not agrees({"lines": [one, one]}, {"lines": [one, other]})
    assert not agrees({"lines": [{**one, "gross": 0}]}, {"lines": []})
    assert agrees(
        {"shipping": [{"id": "S", "gross": 1}, {"id": "T", "gross": 1}]},
        {"shipping": [{"id": "T", "gross": 1}, {"id": "S", "gross": 1}]},
    )


def test_shares_agree_in_their_order_only() -> None:
    assert agrees({"shares": [1, 2, 0]}, {"shares": [1, 2, 0]})
    assert not agrees({"shares": [1, 2, 0]}, {"shares": [2, 1, 0]})
    assert not agrees({"shares": [1, 2, 0]}, {"shares": [1, 2]})
    assert not agrees({"shares": [1]}, {"shares": None})


def test_a_sequence_is_ok_by_its_steps() -> None:
    steps = [{"ok": True}, {"ok": False}]
    assert agrees({"ok": True, "steps": steps}, {"ok": False, "steps": steps})
    assert not agrees({"ok": True, "steps": steps}, {"ok": True, "steps": [{"ok": True}, {"ok": True}]})


# What the format knows


def test_a_line_of_which_nothing_is_left_has_no_rest() -> None:
    rest = {"lines": [{"sku": "CUP", "remaining": True}]}
    two = {"lines": [{"sku": "CUP", "quantity": 2}]}
    assert refund([two, rest], {"steps": [{"ok": True}, {"ok": False, "error_code": "nothing_to_refund"}]}).passed


def test_a_rest_of_an_unknown_line_is_refused() -> None:
    assert refund(
        {"lines": [{"sku": "JUG", "remaining": True}]}, {"ok": False, "error_code": "line_unknown", "sku": "JUG"}
    ).passed


def test_an_unknown_charge_is_refused() -> None:
    assert refund(
        {"shipping": [{"id": "JET", "remaining": True}]}, {"ok": False, "error_code": "charge_unknown", "id": "JET"}
    ).passed


def test_a_failed_step_gives_back_payments_too_and_only_once() -> None:
    payments = [{"id": "card", "captured": 500}]
    steps = [CUP, CUP, {"release_step": 1}, {"release_step": 1}, CUP, {"release_step": 9}]
    refused = {"ok": False, "error_code": "payment_capacity_exceeded", "max_amount": 0, "computed": 500}
    once = {"ok": True, "total_gross": 500, "total_tax": 50, "total_net": 450}
    released = {"released_step": 1}
    expected = {
        "steps": [once, refused, released, released, once, {"released_step": 9}],
        "sum_gross": 500,
        "sum_tax": 50,
    }
    assert refund(steps, expected, payments=payments).passed


def test_a_sequence_may_be_expected_to_be_refused_somewhere() -> None:
    two = {"lines": [{"sku": "CUP", "quantity": 2}]}
    assert refund([CUP, two], {"ok": False, "error_code": "quantity_exceeds_refundable", "max_quantity": 1}).passed
    assert refund([CUP, CUP], {"ok": True, "sum_gross": 1000}).passed


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (0.5, "amount_precision"),
        (-1, "amount_not_positive"),
        (-0.5, "amount_precision"),
        (5.0, None),
        (1001, "amount_exceeds_refundable"),
    ],
)
def test_an_amount_is_whole_minor_units(asked: float, code: str | None) -> None:
    assert refund({"lines": [{"sku": "CUP", "amount": asked}]}, {"ok": code is None, "error_code": code}).passed


@pytest.mark.parametrize(
    ("fee", "code"),
    [(0.5, "amount_precision"), (-1, "amount_not_positive"), (500, "nothing_to_refund"), (499, None), (None, None)],
)
def test_a_fee_is_whole_minor_units(fee: float | None, code: str | None) -> None:
    assert refund({**CUP, "fee": fee}, {"ok": code is None, "error_code": code}).passed


def test_a_fee_comes_off_everything_that_is_left_too() -> None:
    assert refund({"full": True, "fee": 100}, {"ok": True, "fee": -100, "total_gross": 1200, "total_tax": 130}).passed


def test_half_a_minor_unit_of_a_charge_is_refused() -> None:
    assert refund({"shipping": [{"id": "POST", "amount": 1.5}]}, {"ok": False, "error_code": "amount_precision"}).passed


def test_a_line_without_tax_has_none() -> None:
    lines = [{"sku": "CUP", "quantity": 2, "gross_paid": 1000, "tax": None}]
    assert refund(CUP, {"ok": True, "total_gross": 500, "total_tax": 0}, lines=lines).passed


def split_case(request: Case, expected: Case, **more: object) -> Result:
    """A case of two payments."""
    payments = [{"id": "a", "captured": 500}, {"id": "b", "captured": 300, "refunded": 100, "reserved": 50}]
    case = {
        "kind": "split_tender",
        "currency": "EUR",
        "order": {"payments": payments},
        "request": request,
        "expected": expected,
    }
    return run_case({**case, **more})


def test_a_split_tells_what_is_left_over_and_the_maximum() -> None:
    expected = {
        "ok": False,
        "allocation": {"a": 500, "b": 150},
        "unallocated": 50,
        "error_code": "payment_capacity_exceeded",
        "max_amount": 650,
        "computed": 700,
    }
    assert split_case({"amount": 700}, expected).passed
    assert split_case({"amount": 650}, {"ok": True, "error_code": None, "unallocated": 0}).passed


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "amount_not_positive"), (-1, "amount_not_positive"), (1, None), (0.5, "amount_precision")]
)
def test_a_split_is_of_a_positive_amount(amount: float, code: str | None) -> None:
    assert split_case({"amount": amount}, {"ok": code is None, "error_code": code}).passed


def test_a_split_counts_what_went_back_before() -> None:
    prior = [{"amount": 400}]
    assert split_case({"amount": 120}, {"allocation": {"b": 120}}, prior_refunds=prior).passed
    assert split_case({"amount": 150}, {"allocation": {"b": 150}}, prior_refunds=prior).passed
    assert split_case({"amount": 100}, {"allocation": {"a": 100}}, prior_refunds=prior).passed


def test_a_split_without_payments_covers_nothing() -> None:
    assert split_case({"amount": 5}, {"allocation": {}, "unallocated": 5}, order={}).passed


def test_half_a_minor_unit_cannot_be_shared() -> None:
    case = {
        "kind": "allocation",
        "currency": "EUR",
        "request": {"allocate": 1.5, "weights": [1]},
        "expected": {"ok": False, "error_code": "amount_precision"},
    }
    assert run_case(case).passed
    assert not run_case({**case, "request": {"allocate": 1, "weights": [-1]}}).passed


def test_a_window_without_a_basis_counts_by_line() -> None:
    case = {key: value for key, value in own("windows", "W01").items() if key != "basis"}
    assert run_case(case).passed
