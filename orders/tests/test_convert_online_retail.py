"""`manage.py convert_online_retail`: sales of the Online Retail data sets as order bodies."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from orders.domain.body import parse_order


def sold(**changes: Any) -> dict[str, Any]:
    """A line of an invoice."""
    line = {"line_no": 1, "stock_code": "22041", "description": "RECORD FRAME", "quantity": 6, "unit_price": "2.55"}
    return {**line, **changes}


def sale(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A sale of the source."""
    return {
        "invoice": "536365",
        "sold_at": "2010-12-01T08:26:00",
        "customer_id": "17850",
        "country": "United Kingdom",
        "currency": "GBP",
        "lines": list(lines or [sold()]),
        "credits": [],
        **changes,
    }


def convert(tmp_path: Path, *sales: Any, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The orders that the sales become."""
    file = tmp_path / "sales.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in sales))
    output = io.StringIO()
    call_command("convert_online_retail", str(file), *options, stdout=output)
    return [json.loads(row) for row in output.getvalue().splitlines()]


def problems(tmp_path: Path, *sales: Any) -> list[str]:
    """What is told of sales that cannot be converted, and how it ends."""
    file = tmp_path / "sales.jsonl"
    file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in sales))
    errors = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("convert_online_retail", str(file), stdout=io.StringIO(), stderr=errors)
    return [*errors.getvalue().splitlines(), str(ended.value)]


def test_a_sale_becomes_an_order_that_can_be_read(tmp_path: Path) -> None:
    (order,) = convert(tmp_path, sale())
    assert order == {
        "reference": "536365",
        "placed_at": "2010-12-01T08:26:00+00:00",
        "updated_at": "2010-12-01T08:26:00+00:00",
        "currency": "GBP",
        "customer": {"reference": "17850", "name": "Customer 17850"},
        "lines": [
            {
                "reference": "1",
                "sku": "22041",
                "name": "RECORD FRAME",
                "quantity": 6,
                "unit_price": "2.55",
                "gross": "15.30",
                "tax": "0.00",
            }
        ],
        "shipping": [],
        "payments": [{"reference": "536365", "gateway": "manual", "captured": "15.30"}],
        "deliveries": [
            {
                "reference": "536365",
                "delivered_at": "2010-12-01T08:26:00+00:00",
                "lines": [{"line": "1", "quantity": 6}],
            }
        ],
    }
    order.pop("reference")
    assert parse_order(order).lines[0].gross == 1530


@pytest.mark.parametrize(
    ("quantity", "price", "gross"),
    [(1, "0.001", "0.00"), (4, "0.001", "0.00"), (5, "0.001", "0.01"), (3, "0.335", "1.01"), (7, "2.105", "14.74")],
)
def test_a_lines_gross_is_rounded_half_up(tmp_path: Path, quantity: int, price: str, gross: str) -> None:
    (order,) = convert(tmp_path, sale(sold(quantity=quantity, unit_price=price)))
    assert order["lines"][0]["gross"] == order["payments"][0]["captured"] == gross
    assert order["lines"][0]["unit_price"] == price


def test_the_quirks_of_the_source_survive(tmp_path: Path) -> None:
    lines = [
        sold(line_no=1, stock_code="POST", description="POSTAGE", unit_price="18.00"),
        sold(line_no=2, description=" WHITE CHERRY LIGHTS "),
        sold(line_no=3, description=" WHITE CHERRY LIGHTS "),
        sold(line_no=4, stock_code="M", description=None),
        sold(line_no=5, stock_code="D", description="  "),
    ]
    (order,) = convert(tmp_path, sale(*lines))
    assert [(line["reference"], line["sku"], line["name"]) for line in order["lines"]] == [
        ("1", "POST", "POSTAGE"),
        ("2", "22041", " WHITE CHERRY LIGHTS "),
        ("3", "22041", " WHITE CHERRY LIGHTS "),
        ("4", "M", "M"),
        ("5", "D", "D"),
    ]
    order.pop("reference")
    assert len(parse_order(order).lines) == 5


@pytest.mark.parametrize("customer", [None, ""])
def test_a_sale_without_a_customer_is_a_guests(tmp_path: Path, customer: str | None) -> None:
    (order,) = convert(tmp_path, sale(customer_id=customer))
    assert order["customer"] == {"reference": "guest-536365", "name": "Guest of sale 536365"}


def test_times_are_londons(tmp_path: Path) -> None:
    (order,) = convert(tmp_path, sale(sold_at="2010-07-01T08:26:00"))
    assert order["placed_at"] == "2010-07-01T08:26:00+01:00"


def test_days_until_the_delivery_have_24_hours_each(tmp_path: Path) -> None:
    (order,) = convert(tmp_path, sale(sold_at="2010-03-27T12:00:00"), options=("--days", "2"))
    assert order["deliveries"][0]["delivered_at"] == "2010-03-29T13:00:00+01:00"
    assert order["placed_at"] == "2010-03-27T12:00:00+00:00"


@pytest.mark.parametrize("days", ["-1", "1.5", "x", "99999"])
def test_other_days_are_refused(tmp_path: Path, days: str) -> None:
    with pytest.raises(CommandError, match="is not a number of days"):
        convert(tmp_path, sale(), options=(f"--days={days}",))


@pytest.mark.parametrize(("currency", "gross"), [("JPY", "15"), ("KWD", "15.300")])
def test_the_currency_decides_what_is_rounded_to(tmp_path: Path, currency: str, gross: str) -> None:
    (order,) = convert(tmp_path, sale(currency=currency))
    assert order["lines"][0]["gross"] == gross


def test_the_file_may_be_packed_and_the_orders_may_go_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "sales.gz").write_bytes(gzip.compress(json.dumps(sale(total="15.30")).encode()))
    call_command("convert_online_retail", str(tmp_path / "sales.gz"), "--output", str(tmp_path / "orders"))
    assert json.loads((tmp_path / "orders").read_text())["reference"] == "536365"


WRONG: list[tuple[Any, str]] = [
    ("{", "json_malformed"),
    ("[]", "sale_malformed"),
    ({}, "sale_malformed: The field “currency”"),
    (sale(invoice=7), "sale_malformed: The field “invoice”"),
    (sale(sold_at="yesterday"), "sale_malformed: The field “sold_at”"),
    (sale(currency="XYZ"), "currency_unknown"),
    (sale(lines="none"), "sale_malformed: The field “lines”"),
    (sale(lines=[1]), "sale_malformed: The field “lines”"),
    (sale(sold(quantity=-6)), "sale_malformed: The field “quantity”"),
    (sale(sold(quantity=True)), "sale_malformed: The field “quantity”"),
    (sale(sold(line_no="1")), "sale_malformed: The field “line_no”"),
    (sale(sold(description=7)), "sale_malformed: The field “description”"),
    (sale(sold(stock_code="")), "sale_malformed: The field “stock_code”"),
    (sale(sold(unit_price=2.55)), "sale_malformed: The field “unit_price”"),
    (sale(sold(unit_price="-2.55")), "amount_malformed"),
    (sale(sold(unit_price="0.0000001")), "amount_precision"),
    (sale(total="15.31"), "total_differs: The total is 15.31, but the lines come to 15.30."),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG)
def test_what_cannot_be_converted_is_told_with_its_line(tmp_path: Path, wrong: Any, told: str) -> None:
    first, ended = problems(tmp_path, sale(), wrong, sale())
    assert first.startswith(f"line 2: {told}")
    assert ended == "Sales that could not be converted: 1."


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="was not converted to its end"):
        call_command("convert_online_retail", str(tmp_path / "nothing"))
