"""The form that the API tells of orders is the one that is read, and the one that is answered."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from rest_framework import serializers

from accounts.domain.refusal import Refused
from accounts.tests.factories import ShopFactory, UserFactory
from orders.answers import import_answer, order_answer, order_summary
from orders.api import examples
from orders.domain.body import (
    MOST_CHARGES,
    MOST_DELIVERIES,
    MOST_LINES,
    MOST_PAYMENTS,
    BodyRefused,
    Problem,
    parse_order,
)
from orders.domain.delivery_body import parse_delivery
from orders.domain.money import MAX_PRICE
from orders.models import Order, Payment
from orders.queries import order_told, with_clock
from orders.serializers import (
    DeliveryBody,
    ImportedOrderAnswer,
    MirroredOrderAnswer,
    OrderAnswer,
    OrderBody,
    OrderSummaryAnswer,
    asked,
)
from orders.tests.factories import NOW, charge, delivery, line, make_order, payment, sent_order
from orders.use_cases import Imported, Outcome

PARTS: dict[tuple[Any, ...], type[serializers.Serializer[Any]]] = {
    (): OrderBody,
    ("customer",): asked.CustomerBody,
    ("lines", 0): asked.OrderLineBody,
    ("shipping", 0): asked.ShippingChargeBody,
    ("payments", 0): asked.PaymentBody,
    ("deliveries", 0): DeliveryBody,
    ("deliveries", 0, "lines", 0): asked.DeliveredUnitsBody,
}
ODD_VALUES: list[Any] = [
    None,
    True,
    0,
    1,
    -1,
    1.0,
    2**31 - 1,
    2**31,
    "",
    " ",
    "x",
    "1",
    "1.00",
    "1.0000000000000000000000000000000000000000",
    "-1",
    "01",
    "1e2",
    "x" * 120,
    "x" * 121,
    "x" * 255,
    "x" * 256,
    "a@b",
    "a@b@c",
    "a b@c",
    "a@" + "b" * 252,
    "a@" + "b" * 253,
    "a\nb",
    "\x7f",
    "stripe",
    "Stripe",
    "EUR",
    "eur",
    "XAU",
    "2026-05-04T12:00:00Z",
    "2026-05-04T12:00:00",
    "2026-05-04 12:00:00Z",
    "1969-12-31T23:59:59Z",
    "2200-01-01T00:00:00Z",
    [],
    {},
    [1],
]
WHOLE_SENTENCES = {  # what no field says alone: how it fits the others, or the currency
    "amount_precision",
    "amount_too_large",
    "discount_exceeds_lines",
    "duplicate_line",
    "duplicate_reference",
    "line_unknown",
    "quantity_exceeds_line",
    "replaces_itself",
    "tax_exceeds_gross",
}


def whole_order() -> dict[str, Any]:
    """A body with everything that a body can have, of amounts that fit whatever is changed."""
    return sent_order(
        discount="0.00",
        lines=[line(gross="1.00", tax="0.00", quantity=2**31 - 1)],
        shipping=[charge(gross="1.00", tax="0.00", standard_gross="1.00")],
        deliveries=[delivery(units={"L1": 1}, returned_at=NOW, replaces="D0")],
    )


def inside(body: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        body = body[step]
    return body


def changed(path: tuple[Any, ...], change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    body = copy.deepcopy(whole_order())
    change(inside(body, path))
    return body


def variants(path: tuple[Any, ...], name: str) -> Iterator[dict[str, Any]]:
    """The body with a field of a part left out, and set to each odd value."""
    yield changed(path, lambda part: part.pop(name))
    for value in ODD_VALUES:
        yield changed(path, lambda part, v=value: part.update({name: v}))


def is_told_as_readable(body: object, form: type[serializers.Serializer[Any]] = OrderBody) -> bool:
    return form(data=body).is_valid()


def is_read(body: object, read: Callable[[object], object] = parse_order) -> bool:
    try:
        read(body)
    except BodyRefused as refused:
        return {problem.code for problem in refused.problems} <= WHOLE_SENTENCES
    return True


def test_a_body_with_everything_is_in_form_and_is_read() -> None:
    assert is_told_as_readable(whole_order())
    parse_order(whole_order())


FIELDS = [(path, name) for path in PARTS for name in inside(whole_order(), path)]


@pytest.mark.parametrize(("path", "name"), FIELDS)
def test_what_is_told_of_a_field_is_what_is_read(path: tuple[Any, ...], name: str) -> None:
    for body in variants(path, name):
        part = inside(body, path)
        assert is_told_as_readable(part, PARTS[path]) == is_read(body), part


@pytest.mark.parametrize("path", PARTS)
def test_no_part_has_fields_that_are_not_told(path: tuple[Any, ...]) -> None:
    body = changed(path, lambda part: part.update(colour="red"))
    assert is_told_as_readable(body) is is_read(body) is False


@pytest.mark.parametrize("path", PARTS)
def test_the_parts_are_told_as_parts_of_the_whole(path: tuple[Any, ...]) -> None:
    for name, field in PARTS[path]().fields.items():
        if field.required:
            assert not is_told_as_readable(changed(path, lambda part, n=name: part.pop(n)))


@pytest.mark.parametrize(
    ("name", "most", "make", "least"),
    [
        ("lines", MOST_LINES, line, 1),
        ("shipping", MOST_CHARGES, charge, 0),
        ("payments", MOST_PAYMENTS, payment, 0),
        ("deliveries", MOST_DELIVERIES, lambda reference: delivery(reference, {"0": 1}), 0),
    ],
)
def test_lists_have_the_length_that_is_told(name: str, most: int, make: Any, least: int) -> None:
    for number in (0, 1, most, most + 1):
        body = sent_order(deliveries=[]) | {name: [make(f"{each}") for each in range(number)]}
        assert is_told_as_readable(body) == is_read(body) == (least <= number <= most)


@pytest.mark.parametrize("body", [None, [], "order", 7, {}])
def test_what_is_no_order_is_told_and_read_as_none(body: object) -> None:
    assert is_told_as_readable(body) is is_read(body) is False


@pytest.mark.parametrize(("path", "name"), [each for each in FIELDS if each[0][:1] == ("deliveries",)])
def test_what_is_told_of_a_delivery_is_what_is_read(path: tuple[Any, ...], name: str) -> None:
    for body in variants(path, name):
        sent = body["deliveries"][0]
        assert is_told_as_readable(sent, DeliveryBody) == is_read(sent, parse_delivery), sent


@pytest.mark.parametrize("body", [None, [], 7, {}])
def test_what_is_no_delivery_is_told_and_read_as_none(body: object) -> None:
    assert is_told_as_readable(body, DeliveryBody) is is_read(body, parse_delivery) is False


def test_a_delivery_cannot_replace_itself() -> None:
    with pytest.raises(BodyRefused) as refused:
        parse_delivery(delivery(replaces="D1"))
    assert refused.value.code == "malformed_delivery"
    assert refused.value.problems == (Problem("/replaces", "replaces_itself", "Name another delivery."),)


def test_the_gateways_that_are_told_are_those_that_are_read() -> None:
    for gateway in (*Payment.Gateway.values, "paypal"):
        body = sent_order(payments=[payment(gateway=gateway)])
        assert is_told_as_readable(body) == is_read(body) == (gateway in Payment.Gateway.values)


def test_a_unit_price_is_told_as_an_amount() -> None:
    body = sent_order(lines=[line(unit_price=f"{MAX_PRICE}.000000")])
    assert is_told_as_readable(body) == is_read(body) is True


def told_fields(form: serializers.Serializer[Any]) -> dict[str, Any]:
    """The names that are told, with those of the parts inside."""
    return {name: told_parts(field) for name, field in form.fields.items()}


def told_parts(field: Any) -> Any:
    if isinstance(field, serializers.ListSerializer):
        return [told_fields(field.child)]
    return told_fields(field) if isinstance(field, serializers.Serializer) else None


def names_of(value: Any) -> Any:
    if isinstance(value, list):
        return [names_of(value[0])]
    return {name: names_of(each) for name, each in value.items()} if isinstance(value, dict) else None


@pytest.mark.django_db
def test_an_order_is_answered_in_the_form_that_is_told() -> None:
    shop = ShopFactory()
    make_order(shop, delivered_at=None)
    make_order(shop, reference="1002")
    reader = UserFactory(shops=[shop])
    late = order_answer(order_told(reader, shop=shop.reference, reference="1001"), NOW)
    whole = order_answer(order_told(reader, shop=shop.reference, reference="1002"), NOW)
    whole["lines"] = late["lines"]
    assert names_of(whole) == told_fields(OrderAnswer())
    assert list(whole) == list(OrderAnswer().fields)
    assert {**told_fields(OrderAnswer()), "outcome": None} == told_fields(MirroredOrderAnswer())


@pytest.mark.django_db
def test_a_row_of_the_list_is_answered_in_the_form_that_is_told() -> None:
    make_order()
    row = with_clock(Order.objects.all(), NOW).get()
    assert OrderSummaryAnswer(row).data == order_summary(row)
    assert names_of(order_summary(row)) == told_fields(OrderSummaryAnswer())


def test_a_line_of_an_import_is_answered_in_the_form_that_is_told() -> None:
    form = told_fields(ImportedOrderAnswer())
    refused = BodyRefused([Problem("/lines", "out_of_range", "The list has between 1 and 5000 items.")])
    assert names_of(import_answer(1, Imported("1001", None, refused))) == form
    assert set(import_answer(1, Imported("1001", None, Refused("line_frozen", line="L1")))) == set(form) - {"errors"}
    assert set(import_answer(1, Imported("1001", Outcome.CREATED))) == {"line", "reference", "outcome"}


def test_the_examples_have_the_form_that_is_told() -> None:
    assert is_told_as_readable(examples.ORDER_SENT)
    parse_order(examples.ORDER_SENT)
    parse_delivery(examples.DELIVERY_SENT)
    shown = copy.deepcopy(examples.ORDER)
    shown["lines"][0]["refusal"] = {"code": "nothing_left", "detail": "x"}
    assert names_of(shown) == told_fields(OrderAnswer())
    assert names_of(examples.SUMMARY) == told_fields(OrderSummaryAnswer())
