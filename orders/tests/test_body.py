"""An order body is read strictly, and every problem is told at once."""

import copy
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.domain.body import (
    BodyRefused,
    ChargeBody,
    CustomerBody,
    DeliveredUnits,
    DeliveryBody,
    LineBody,
    OrderBody,
    PaymentBody,
    digest_of,
    parse_order,
)

type Json = dict[str, object]

CUSTOMER = {"reference": "K-7", "name": "Ana Ruiz", "email": "ana@example.org"}
LINE = {
    "reference": "L1",
    "sku": "LAMP",
    "name": "Lamp",
    "quantity": 3,
    "unit_price": "6.663333",
    "gross": "19.99",
    "tax": "3.19",
}
OTHER_LINE = {**LINE, "reference": "L2", "quantity": 1, "gross": "5.00", "tax": "0.80"}
CHARGE = {"reference": "S1", "name": "Express", "gross": "12.00", "tax": "1.92", "standard_gross": "4.00"}
PAYMENT = {"reference": "P1", "gateway": "stripe", "captured": "36.99"}
DELIVERY = {"reference": "D1", "delivered_at": "2026-05-04T12:00:00Z", "lines": [{"line": "L1", "quantity": 2}]}


def body(**changes: object) -> Json:
    """A whole order, with some fields changed."""
    order = {
        "placed_at": "2026-05-01T10:00:00+02:00",
        "updated_at": "2026-05-02T10:00:00.5Z",
        "currency": "EUR",
        "customer": CUSTOMER,
        "lines": [LINE, OTHER_LINE],
        "shipping": [CHARGE],
        "payments": [PAYMENT],
        "deliveries": [DELIVERY],
    }
    return copy.deepcopy({**order, **changes})


def problems_of(order: object) -> list[tuple[str, str]]:
    """Where and why a body is refused."""
    with pytest.raises(BodyRefused) as caught:
        parse_order(order)
    assert caught.value.code == "malformed_order"
    for problem in caught.value.problems:
        assert (problem.detail[0].isupper(), problem.detail.isupper(), problem.detail[-1]) == (True, False, ".")
    return [(problem.pointer, problem.code) for problem in caught.value.problems]


def line_with(**changes: object) -> Json:
    """A whole order of one line, with some of its fields changed."""
    return body(lines=[{**LINE, **changes}], deliveries=[])


# What is read


def test_an_order_is_read_in_minor_units_and_utc() -> None:
    assert parse_order(body()) == OrderBody(
        placed_at=datetime(2026, 5, 1, 8, tzinfo=UTC),
        updated_at=datetime(2026, 5, 2, 10, 0, 0, 500_000, tzinfo=UTC),
        currency="EUR",
        customer=CustomerBody("K-7", "Ana Ruiz", "ana@example.org"),
        lines=(
            LineBody("L1", "LAMP", "Lamp", 3, Decimal("6.663333"), 1999, 319),
            LineBody("L2", "LAMP", "Lamp", 1, Decimal("6.663333"), 500, 80),
        ),
        discount=0,
        shipping=(ChargeBody("S1", "Express", 1200, 192, 400),),
        payments=(PaymentBody("P1", "stripe", 3699),),
        deliveries=(DeliveryBody("D1", datetime(2026, 5, 4, 12, tzinfo=UTC), None, None, (DeliveredUnits("L1", 2),)),),
    )


def test_an_order_may_have_no_shipping_payment_or_delivery() -> None:
    bare = {key: value for key, value in body().items() if key not in ("shipping", "payments", "deliveries")}
    order = parse_order(bare)
    assert (order.shipping, order.payments, order.deliveries) == ((), (), ())


@pytest.mark.parametrize("name", ["standard_gross", "returned_at", "replaces", "discount"])
def test_what_is_optional_may_be_null(name: str) -> None:
    order = parse_order(
        body(
            shipping=[{**CHARGE, "standard_gross": None}],
            deliveries=[{**DELIVERY, "returned_at": None, "replaces": None}],
            discount=None,
        )
    )
    told = {
        "standard_gross": order.shipping[0].standard_gross,
        "returned_at": order.deliveries[0].returned_at,
        "replaces": order.deliveries[0].replaces,
        "discount": order.discount or None,
    }
    assert told[name] is None


def test_a_charge_without_a_standard_cost_is_read() -> None:
    charge = {key: value for key, value in CHARGE.items() if key != "standard_gross"}
    assert parse_order(body(shipping=[charge])).shipping[0].standard_gross is None


@pytest.mark.parametrize("email", [None, ""])
def test_a_customer_may_have_no_address(email: str | None) -> None:
    assert parse_order(body(customer={**CUSTOMER, "email": email})).customer.email == ""
    assert parse_order(body(customer={"reference": "K-7", "name": "Ana"})).customer == CustomerBody("K-7", "Ana", "")


def test_texts_survive_exactly_as_given() -> None:
    line = parse_order(line_with(sku="  A 1 ", name=" Lamp, “großer” ‮ ", reference=" L1 ")).lines[0]
    assert (line.sku, line.name, line.reference) == ("  A 1 ", " Lamp, “großer” ‮ ", " L1 ")


@pytest.mark.parametrize(("currency", "gross", "minor"), [("JPY", "1999", 1999), ("KWD", "19.999", 19999)])
def test_money_has_the_decimals_of_its_currency(currency: str, gross: str, minor: int) -> None:
    order = line_with(gross=gross, tax="0")
    assert parse_order({**order, "currency": currency, "shipping": [], "payments": []}).lines[0].gross == minor


def test_a_redelivery_names_what_it_replaces() -> None:
    first = {**DELIVERY, "returned_at": "2026-05-06T12:00:00Z"}
    second = {**DELIVERY, "reference": "D2", "delivered_at": "2026-05-09T12:00:00Z", "replaces": "D1"}
    order = parse_order(body(deliveries=[first, second]))
    assert order.deliveries[0].returned_at == datetime(2026, 5, 6, 12, tzinfo=UTC)
    assert order.deliveries[1].replaces == "D1"


def test_a_delivery_names_its_lines_as_the_order_does() -> None:
    composed, decomposed = "Größe", "Gro\u0308ße"
    order = body(
        lines=[{**LINE, "reference": composed}],
        deliveries=[{**DELIVERY, "lines": [{"line": decomposed, "quantity": 1}]}],
    )
    assert parse_order(order).deliveries[0].lines == (DeliveredUnits(composed, 1),)


def test_a_parcel_may_come_back_the_moment_it_arrives() -> None:
    delivery = {**DELIVERY, "returned_at": DELIVERY["delivered_at"]}
    assert parse_order(body(deliveries=[delivery])).deliveries[0].returned_at is not None


# Shape


@pytest.mark.parametrize("order", [None, [], "order", 1, True])
def test_a_body_is_an_object(order: object) -> None:
    assert problems_of(order) == [("", "wrong_type")]


@pytest.mark.parametrize("name", ["placed_at", "updated_at", "currency", "customer", "lines"])
def test_what_every_order_has_may_not_be_missing(name: str) -> None:
    order = {key: value for key, value in body(deliveries=[]).items() if key != name}
    assert problems_of(order) == [(f"/{name}", "missing_field")]


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ("lines", ["reference", "sku", "name", "quantity", "unit_price", "gross", "tax"]),
        ("shipping", ["reference", "name", "gross", "tax"]),
        ("payments", ["reference", "gateway", "captured"]),
        ("deliveries", ["reference", "delivered_at", "lines"]),
    ],
)
def test_what_every_part_has_may_not_be_missing(part: str, names: list[str]) -> None:
    assert problems_of(body(**{part: [{}]})) == [(f"/{part}/0/{name}", "missing_field") for name in names]


def test_what_a_customer_and_a_delivered_line_have_may_not_be_missing() -> None:
    assert problems_of(body(customer={})) == [
        ("/customer/reference", "missing_field"),
        ("/customer/name", "missing_field"),
    ]
    assert problems_of(body(deliveries=[{**DELIVERY, "lines": [{}]}])) == [
        ("/deliveries/0/lines/0/line", "missing_field"),
        ("/deliveries/0/lines/0/quantity", "missing_field"),
    ]


def test_unknown_fields_are_refused_everywhere() -> None:
    order = body(
        status="paid",
        customer={**CUSTOMER, "phone": "1"},
        lines=[{**LINE, "shop/a~b": 1}],
        shipping=[{**CHARGE, "held": 1}],
        payments=[{**PAYMENT, "held": 0}],
        deliveries=[{**DELIVERY, "source": "x", "lines": [{"line": "L1", "quantity": 1, "sku": "LAMP"}]}],
    )
    assert problems_of(order) == [
        ("/status", "unknown_field"),
        ("/customer/phone", "unknown_field"),
        ("/lines/0/shop~1a~0b", "unknown_field"),
        ("/shipping/0/held", "unknown_field"),
        ("/payments/0/held", "unknown_field"),
        ("/deliveries/0/source", "unknown_field"),
        ("/deliveries/0/lines/0/sku", "unknown_field"),
    ]


@pytest.mark.parametrize("wrong", [None, 1, "x", True, 1.5])
def test_parts_are_objects_and_lists(wrong: object) -> None:
    for name in ("customer", "lines", "shipping", "payments", "deliveries"):
        assert problems_of(body(**{"deliveries": [], name: wrong})) == [(f"/{name}", "wrong_type")]
    for name in ("lines", "shipping", "payments"):
        assert problems_of(body(**{"deliveries": [], name: [wrong]})) == [(f"/{name}/0", "wrong_type")]


def test_an_order_has_a_line_and_a_parcel_has_one_too() -> None:
    assert problems_of(body(lines=[], deliveries=[])) == [("/lines", "out_of_range")]
    assert problems_of(body(deliveries=[{**DELIVERY, "lines": []}])) == [("/deliveries/0/lines", "out_of_range")]


@pytest.mark.parametrize(
    ("name", "most"), [("lines", 5000), ("shipping", 100), ("payments", 100), ("deliveries", 1000)]
)
def test_a_list_has_its_limit(name: str, most: int) -> None:
    assert problems_of(body(**{"deliveries": [], name: [1] * (most + 1)})) == [(f"/{name}", "out_of_range")]
    assert problems_of(body(**{"deliveries": [], name: [1] * most}))[0] == (f"/{name}/0", "wrong_type")


def test_a_parcel_has_the_limit_of_the_lines() -> None:
    many = body(deliveries=[{**DELIVERY, "lines": [1] * 5001}])
    assert problems_of(many) == [("/deliveries/0/lines", "out_of_range")]
    many["deliveries"] = [{**DELIVERY, "lines": [1] * 5000}]
    assert problems_of(many)[0] == ("/deliveries/0/lines/0", "wrong_type")


def test_the_first_five_hundred_problems_are_told() -> None:
    told = problems_of(body(**{f"field{number}": 1 for number in range(501)}))
    assert (len(told), told[0], told[-1]) == (500, ("/field0", "unknown_field"), ("/field499", "unknown_field"))


def test_a_problem_says_what_would_be_right() -> None:
    order = body(
        currency=None,
        customer={**CUSTOMER, "name": 1},
        payments=[{**PAYMENT, "gateway": "cash"}, {**PAYMENT, "gateway": 1}],
    )
    with pytest.raises(BodyRefused) as caught:
        parse_order(order)
    assert [problem.detail for problem in caught.value.problems] == [
        "This is not a currency of ISO 4217.",
        "A text is expected.",
        "Use one of: fake, manual, stripe.",
        "A text is expected.",
    ]


def test_every_problem_is_told_at_once_and_each_once() -> None:
    order = body(
        placed_at="yesterday",
        currency="XXX",
        customer={**CUSTOMER, "name": " "},
        lines=[{**LINE, "quantity": 0, "gross": 5}, {**OTHER_LINE, "tax": "NaN"}],
        deliveries=[{**DELIVERY, "lines": [{"line": "unseen", "quantity": 1}]}],
    )
    assert problems_of(order) == [
        ("/currency", "currency_unknown"),
        ("/placed_at", "time_malformed"),
        ("/customer/name", "text_blank"),
        ("/lines/0/gross", "wrong_type"),
        ("/lines/0/quantity", "out_of_range"),
    ]


def test_problems_can_be_read_again_after_a_copy() -> None:
    with pytest.raises(BodyRefused) as caught:
        parse_order(body(currency=1))
    assert copy.copy(caught.value).problems == caught.value.problems


# Values


@pytest.mark.parametrize("quantity", [True, False, 1.0, 1.5, "1", "١٢", None, [], {}])
def test_a_quantity_is_a_json_integer(quantity: object) -> None:
    assert problems_of(line_with(quantity=quantity)) == [("/lines/0/quantity", "wrong_type")]


@pytest.mark.parametrize("quantity", [0, -1, 2**31, 2**63, 10**18])
def test_a_quantity_has_a_range(quantity: int) -> None:
    assert problems_of(line_with(quantity=quantity)) == [("/lines/0/quantity", "out_of_range")]


@pytest.mark.parametrize("quantity", [1, 2**31 - 1])
def test_a_quantity_reaches_its_limits(quantity: int) -> None:
    assert parse_order(line_with(quantity=quantity)).lines[0].quantity == quantity


@pytest.mark.parametrize("name", ["gross", "tax", "unit_price"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        *[(value, "wrong_type") for value in (19.99, 1999, True, None, [], {})],
        *[(value, "amount_malformed") for value in ("", "-1.00", "-0", "1e2", "NaN", "Infinity", " 1", "1,5", "١٢")],
        ("0.0000001", "amount_precision"),
        ("9" * 30, "amount_too_large"),
    ],
)
def test_money_is_a_plain_decimal_string(name: str, value: object, code: str) -> None:
    assert problems_of(line_with(**{name: value})) == [(f"/lines/0/{name}", code)]


@pytest.mark.parametrize(("name", "part"), [("captured", "payments"), ("standard_gross", "shipping")])
def test_money_of_payments_and_charges_is_read_as_strictly(name: str, part: str) -> None:
    fields = PAYMENT if part == "payments" else CHARGE
    assert problems_of(body(**{part: [{**fields, name: "1.001"}]})) == [(f"/{part}/0/{name}", "amount_precision")]
    assert problems_of(body(**{part: [{**fields, name: 1}]})) == [(f"/{part}/0/{name}", "wrong_type")]


def test_money_of_an_unknown_currency_is_not_judged() -> None:
    assert problems_of({**line_with(gross="1.23456"), "currency": "eur"}) == [("/currency", "currency_unknown")]


@pytest.mark.parametrize("currency", [None, 1, "", "eur", "XAU"])
def test_a_currency_is_known(currency: object) -> None:
    assert problems_of(body(currency=currency)) == [("/currency", "currency_unknown")]


def test_tax_is_inside_what_was_paid() -> None:
    assert problems_of(line_with(gross="3.18")) == [("/lines/0/tax", "tax_exceeds_gross")]
    assert problems_of(body(shipping=[{**CHARGE, "tax": "12.01"}])) == [("/shipping/0/tax", "tax_exceeds_gross")]
    assert parse_order(line_with(gross="3.19")).lines[0].gross == 319


def test_a_standard_cost_may_be_above_what_was_paid() -> None:
    assert parse_order(body(shipping=[{**CHARGE, "standard_gross": "12.01"}])).shipping[0].standard_gross == 1201


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *[(value, "wrong_type") for value in (None, 1, True, [], {})],
        *[(value, "text_blank") for value in ("", " ", "\t\n", "\u3000")],
        *[(value, "text_forbidden") for value in ("a\x00", "a\nb", "x\r\nBcc: all@evil", "\x7fa", "a\x85b", "a\ud800")],
    ],
)
def test_a_text_says_something_on_one_line(value: object, code: str) -> None:
    for name in ("reference", "sku", "name"):
        assert problems_of(line_with(**{name: value})) == [(f"/lines/0/{name}", code)]
    assert problems_of(body(customer={**CUSTOMER, "name": value})) == [("/customer/name", code)]


@pytest.mark.parametrize(("name", "longest"), [("reference", 120), ("sku", 120), ("name", 255)])
def test_a_text_has_its_length(name: str, longest: int) -> None:
    assert problems_of(line_with(**{name: "ß" * (longest + 1)})) == [(f"/lines/0/{name}", "text_too_long")]
    assert parse_order(line_with(**{name: "ß" * longest})).lines[0]


@pytest.mark.parametrize(
    ("part", "name", "longest"),
    [("shipping", "reference", 120), ("shipping", "name", 255), ("payments", "reference", 120)],
)
def test_the_texts_of_other_parts_have_their_lengths(part: str, name: str, longest: int) -> None:
    fields = {"shipping": CHARGE, "payments": PAYMENT}[part]
    assert problems_of(body(**{part: [{**fields, name: "x" * (longest + 1)}]})) == [
        (f"/{part}/0/{name}", "text_too_long")
    ]
    parse_order(body(**{part: [{**fields, name: "x" * longest}]}))


@pytest.mark.parametrize(("name", "longest"), [("reference", 120), ("name", 255), ("email", 254)])
def test_the_texts_of_a_customer_have_their_lengths(name: str, longest: int) -> None:
    longer = "a@" + "x" * (longest - 1)
    assert problems_of(body(customer={**CUSTOMER, name: longer})) == [(f"/customer/{name}", "text_too_long")]
    parse_order(body(customer={**CUSTOMER, name: longer[:-1]}))


@pytest.mark.parametrize(
    ("name", "field"), [("reference", "reference"), ("replaces", "replaces"), ("line", "lines/0/line")]
)
def test_the_references_of_a_delivery_have_their_length(name: str, field: str) -> None:
    def delivery(text: str) -> Json:
        return {**DELIVERY, "lines": [{"line": text, "quantity": 1}]} if name == "line" else {**DELIVERY, name: text}

    assert problems_of(body(deliveries=[delivery("x" * 121)])) == [(f"/deliveries/0/{field}", "text_too_long")]
    lines = [{**LINE, "reference": "x" * 120}, LINE]
    parse_order(body(lines=lines, deliveries=[delivery("x" * 120)]))


@pytest.mark.parametrize("email", ["ana", "@example.org", "ana@", "a b@example.org", "a@b@c", "ana@example.org "])
def test_an_address_looks_like_one(email: str) -> None:
    assert problems_of(body(customer={**CUSTOMER, "email": email})) == [("/customer/email", "email_malformed")]


@pytest.mark.parametrize(("email", "code"), [(1, "wrong_type"), (" ", "text_blank"), ("a@b\x00", "text_forbidden")])
def test_an_address_is_a_text(email: object, code: str) -> None:
    assert problems_of(body(customer={**CUSTOMER, "email": email}))[0] == ("/customer/email", code)


@pytest.mark.parametrize("gateway", ["paypal", "", "Stripe"])
def test_a_gateway_is_one_of_ours(gateway: str) -> None:
    assert problems_of(body(payments=[{**PAYMENT, "gateway": gateway}])) == [("/payments/0/gateway", "unknown_choice")]


@pytest.mark.parametrize("gateway", ["stripe", "manual", "fake"])
def test_our_gateways_are_known(gateway: str) -> None:
    assert parse_order(body(payments=[{**PAYMENT, "gateway": gateway}])).payments[0].gateway == gateway


def test_a_gateway_is_a_text() -> None:
    assert problems_of(body(payments=[{**PAYMENT, "gateway": 1}])) == [("/payments/0/gateway", "wrong_type")]


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-05-04", "2026-05-04T12:00:00", "2026-05-04 12:00:00Z", "2026-05-04T12:00Z", "20260504T120000Z"),
        *("2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z", "2026-05-04T24:00:00Z", "2026-05-04T12:00:60Z"),
        *(
            "2026-05-04T12:00:00.1234567Z",
            "2026-05-04T12:00:00.Z",
            "2026-05-04T12:00:00+0200",
            "2026-05-04T12:00:00+24:00",
        ),
        *(
            "2026-05-04T12:00:00+02:60",
            "2026-W19-1T12:00:00Z",
            "٢٠٢٦-05-04T12:00:00Z",
            "2026-05-04T12:00:00Z\n",
            "0000-01-01T00:00:00Z",
        ),
    ],
)
def test_a_time_is_rfc_3339_with_an_offset(text: str) -> None:
    assert problems_of(body(placed_at=text)) == [("/placed_at", "time_malformed")]


@pytest.mark.parametrize("value", [None, 1777888800, 1.5, True, []])
def test_a_time_is_a_text(value: object) -> None:
    assert problems_of(body(updated_at=value)) == [("/updated_at", "wrong_type")]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"]
)
def test_a_time_is_of_our_age(text: str) -> None:
    assert problems_of(body(placed_at=text)) == [("/placed_at", "out_of_range")]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-04t12:00:00z", datetime(2026, 5, 4, 12, tzinfo=UTC)),
        ("2026-05-04T12:00:00.123456-11:30", datetime(2026, 5, 4, 23, 30, 0, 123456, tzinfo=UTC)),
        ("2026-05-04T12:00:00-00:00", datetime(2026, 5, 4, 12, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2199-12-31T23:59:59Z", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_to_the_microsecond_in_utc(text: str, moment: datetime) -> None:
    read = parse_order(body(placed_at=text)).placed_at
    assert read == moment
    assert read.tzinfo is UTC


# Parts that fit each other


@pytest.mark.parametrize("part", ["lines", "shipping", "payments", "deliveries"])
def test_a_reference_is_unique_in_its_list(part: str) -> None:
    fields = {"lines": LINE, "shipping": CHARGE, "payments": PAYMENT, "deliveries": DELIVERY}[part]
    order = body(**{part: [fields, fields]})
    assert problems_of(order) == [(f"/{part}/1/reference", "duplicate_reference")]


def test_references_that_look_the_same_are_the_same() -> None:
    lines = [{**LINE, "reference": "Größe"}, {**LINE, "reference": "Gro\u0308ße"}]
    assert problems_of(body(lines=lines, deliveries=[])) == [("/lines/1/reference", "duplicate_reference")]


def test_one_reference_may_serve_a_line_and_a_payment() -> None:
    assert parse_order(body(payments=[{**PAYMENT, "reference": "L1"}])).payments[0].reference == "L1"


def test_a_parcel_names_each_line_once() -> None:
    delivery = {**DELIVERY, "lines": [{"line": "L1", "quantity": 1}, {"line": "L1", "quantity": 1}]}
    assert problems_of(body(deliveries=[delivery])) == [("/deliveries/0/lines/1/line", "duplicate_line")]


def test_a_parcel_holds_what_the_order_has() -> None:
    delivery = {**DELIVERY, "reference": "D2", "lines": [{"line": "L3", "quantity": 1}, {"line": "L2", "quantity": 2}]}
    assert problems_of(body(deliveries=[DELIVERY, delivery])) == [
        ("/deliveries/1/lines/0/line", "line_unknown"),
        ("/deliveries/1/lines/1/quantity", "quantity_exceeds_line"),
    ]


def test_a_parcel_may_hold_the_whole_line() -> None:
    delivery = {**DELIVERY, "lines": [{"line": "L1", "quantity": 3}]}
    assert parse_order(body(deliveries=[delivery])).deliveries[0].lines == (DeliveredUnits("L1", 3),)


def test_units_over_several_parcels_are_for_the_mirror_to_count() -> None:
    parcels = [DELIVERY, {**DELIVERY, "reference": "D2"}]
    assert len(parse_order(body(deliveries=parcels)).deliveries) == 2


def test_a_delivery_does_not_replace_itself() -> None:
    delivery = {**DELIVERY, "reference": "Gr\u00f6\u00dfe", "replaces": "Gro\u0308\u00dfe"}
    assert problems_of(body(deliveries=[delivery])) == [("/deliveries/0/replaces", "replaces_itself")]


def test_a_parcel_comes_back_after_it_was_delivered() -> None:
    delivery = {**DELIVERY, "returned_at": "2026-05-04T11:59:59Z"}
    assert problems_of(body(deliveries=[delivery])) == [("/deliveries/0/returned_at", "out_of_range")]
    soon = {**DELIVERY, "returned_at": "soon"}
    assert problems_of(body(deliveries=[soon])) == [("/deliveries/0/returned_at", "time_malformed")]


# The discount


def test_a_discount_lowers_gross_and_tax_once() -> None:
    order = parse_order(body(discount="2.50"))
    # 2.50 over 19.99 and 5.00: 2.0 and 0.5 by weight, with the larger remainder of 499/2499 and 2000/2499
    assert [(line.gross, line.tax) for line in order.lines] == [(1999 - 200, 287), (500 - 50, 72)]
    assert order.discount == 250


def test_a_discount_may_take_everything_and_no_more() -> None:
    assert [(line.gross, line.tax) for line in parse_order(body(discount="24.99")).lines] == [(0, 0), (0, 0)]
    assert problems_of(body(discount="25.00")) == [("/discount", "discount_exceeds_lines")]


def test_a_discount_leaves_free_lines_alone() -> None:
    order = parse_order(body(lines=[LINE, {**OTHER_LINE, "gross": "0", "tax": "0"}], discount="1.00"))
    assert [(line.gross, line.tax) for line in order.lines] == [(1899, 303), (0, 0)]


def test_no_discount_over_free_lines_is_read() -> None:
    assert parse_order({**line_with(gross="0", tax="0"), "discount": "0.00"}).lines[0].gross == 0


@pytest.mark.parametrize(
    ("value", "code"), [(1, "wrong_type"), ("-1", "amount_malformed"), ("0.001", "amount_precision")]
)
def test_a_discount_is_money(value: object, code: str) -> None:
    assert problems_of(body(discount=value)) == [("/discount", code)]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 100)), min_size=1, max_size=8), st.data())
def test_what_is_left_after_a_discount_sums_exactly(paid: list[tuple[int, int]], data: st.DataObject) -> None:
    total = sum(gross for gross, _ in paid)
    discount = data.draw(st.integers(0, total))
    lines = [
        {**LINE, "reference": str(place), "gross": str(gross), "tax": str(gross * percent // 100)}
        for place, (gross, percent) in enumerate(paid)
    ]
    order = body(lines=lines, discount=str(discount), currency="JPY", shipping=[], payments=[], deliveries=[])
    read = parse_order(order).lines
    assert sum(line.gross for line in read) == total - discount
    assert all(0 <= line.tax <= line.gross <= gross for line, (gross, _) in zip(read, paid, strict=True))


# The same content


def test_the_same_content_has_the_same_digest_in_any_order() -> None:
    parcel = {**DELIVERY, "lines": [{"line": "L1", "quantity": 2}, {"line": "L2", "quantity": 1}]}
    one = body(deliveries=[parcel], payments=[PAYMENT, {**PAYMENT, "reference": "P2"}])
    other = body(
        lines=[OTHER_LINE, {**LINE, "unit_price": "6.66333300", "gross": "19.990"}],
        payments=[{**PAYMENT, "reference": "P2"}, PAYMENT],
        deliveries=[{**parcel, "lines": list(reversed(parcel["lines"]))}],
        placed_at="2026-05-01T08:00:00Z",
    )
    assert digest_of(parse_order(one)) == digest_of(parse_order(other))
    assert len(digest_of(parse_order(one))) == 64


@pytest.mark.parametrize(
    "changes",
    [
        {"placed_at": "2026-05-01T08:00:01Z"},
        {"updated_at": "2026-05-03T10:00:00Z"},
        {"customer": {**CUSTOMER, "name": "Ana"}},
        {"lines": [{**LINE, "tax": "3.18"}, OTHER_LINE]},
        {"shipping": []},
        {"payments": []},
        {"deliveries": []},
        {"deliveries": [{**DELIVERY, "lines": [{"line": "L1", "quantity": 1}]}]},
        {"discount": "1.00"},
    ],
)
def test_other_content_has_another_digest(changes: Json) -> None:
    assert digest_of(parse_order(body())) != digest_of(parse_order(body(**changes)))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(sorted(body())), anything)
def test_no_value_of_any_field_is_worse_than_refused(name: str, value: object) -> None:
    with suppress(BodyRefused):
        parse_order(body(**{name: value}))


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(["lines", "shipping", "payments", "deliveries"]), st.data())
def test_no_value_inside_a_part_is_worse_than_refused(part: str, data: st.DataObject) -> None:
    fields = {"lines": LINE, "shipping": CHARGE, "payments": PAYMENT, "deliveries": DELIVERY}[part]
    name, value = data.draw(st.sampled_from(sorted(fields))), data.draw(anything)
    with suppress(BodyRefused):
        parse_order(body(**{part: [{**fields, name: value}]}))


def test_an_order_does_not_come_to_more_than_an_amount_can_be() -> None:
    dear = [{**LINE, "reference": f"L{number}", "gross": "90071992547409.91"} for number in range(1100)]
    assert problems_of(body(lines=dear, deliveries=[])) == [("/lines", "amount_too_large")]
