"""Files of orders as shops send them when everything goes wrong: for tests that compare two ways of taking them."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from accounts.models import Shop
from orders.models import Customer, Delivery, DeliveryLine, MirrorConflict, Order, OrderLine, Payment, ShippingCharge
from orders.tests.factories import DELIVERED, NOW, charge, delivery, line, payment, sent_order
from orders.use_cases import Imported

REFERENCES = ["1001", "1002", "1003", "1004", "1005", "1006"]
TOLD = {
    Customer: ["reference", "name", "email"],
    Order: [
        *["reference", "customer__reference", "currency", "placed_at", "updated_at", "mirrored_at", "digest", "total"],
        *["policy", "time_zone", "country"],
    ],
    OrderLine: [
        *["order__reference", "reference", "position", "sku", "name", "quantity", "unit_price", "gross", "tax"],
        *["delivered_quantity", "delivered_at", "window_begun", "window_closes_at", "policy"],
        *["held_quantity", "held_gross", "held_tax"],
    ],
    ShippingCharge: [
        *["order__reference", "reference", "position", "name", "gross", "tax", "standard_gross"],
        *["delivered_at", "window_begun", "window_closes_at", "policy", "held_gross", "held_tax"],
    ],
    Payment: ["order__reference", "reference", "gateway", "captured", "held"],
    Delivery: ["order__reference", "reference", "delivered_at", "returned_at", "replaces__reference"],
    DeliveryLine: ["delivery__order__reference", "delivery__reference", "line__reference", "quantity"],
    MirrorConflict: [
        *["reference", "order__reference", "code", "digest", "detail", "body", "first_seen_at", "last_seen_at", "times"]
    ],
}
SHOP_OF = {Customer: "shop", Order: "shop", MirrorConflict: "shop", DeliveryLine: "delivery__order__shop"}


def rows_of(shop: Shop) -> dict[str, list[str]]:
    """All that the mirror holds of a shop, but for the keys that the database gave."""
    return {
        model.__name__: sorted(
            map(repr, model._default_manager.filter(**{SHOP_OF.get(model, "order__shop"): shop}).values_list(*columns))
        )
        for model, columns in TOLD.items()
    }


def columns_left_out() -> dict[str, set[str]]:
    """The columns that `rows_of` does not compare."""
    return {
        model.__name__: {field.name for field in model._meta.concrete_fields}
        - {column.partition("__")[0] for column in columns}
        for model, columns in TOLD.items()
    }


def answer_of(imported: Imported) -> tuple[object, ...]:
    """An answer as something that can be compared."""
    refused = imported.refused
    told = refused and (refused.code, sorted(map(repr, refused.parameters.items())), getattr(refused, "problems", ()))
    return imported.reference, imported.outcome, told


def parcels() -> st.SearchStrategy[list[dict[str, Any]]]:
    """What arrived: nothing, all, in two parcels, too much, too early, or again after it came back."""
    first = delivery("D1", {"L1": 2})
    came_back = delivery("D1", {"L1": 3}, returned_at=DELIVERED + timedelta(days=2))
    again = delivery("D2", {"L1": 3}, at=DELIVERED + timedelta(days=3), replaces="D1")
    return st.sampled_from(
        [
            [],
            [delivery("D1", {"L1": 3})],
            [first, delivery("D2", {"L1": 1}, at=DELIVERED + timedelta(hours=5))],
            [first, delivery("D2", {"L1": 2})],
            [delivery("D1", {"L1": 3}, at=NOW + timedelta(days=1))],
            [came_back],
            [came_back, again],
            [delivery("D1", {"L1": 3}), again],
            [delivery("D1", {"L9": 1})],
        ]
    )


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """An order body: three cups and perhaps a bowl, of few customers whose names are told in different ways."""
    customer = {"reference": draw(st.sampled_from("KLM")), "name": draw(st.sampled_from(["Kim", "Toni"]))}
    lines = [line(gross=draw(st.sampled_from(["30.00", "30.01", "1.001"])))]
    body = sent_order(
        version=draw(st.integers(0, 3)),
        customer=customer | draw(st.sampled_from([{}, {"email": "kim@example.test"}])),
        lines=lines + draw(st.sampled_from([[], [line("L2", gross="7.00", tax="0.00")]])),
        shipping=draw(st.sampled_from([[], [charge()], [charge(standard_gross="3.90")]])),
        payments=draw(st.sampled_from([[], [payment()], [payment(), payment("P2", gateway="fake")]])),
        deliveries=draw(parcels()),
    )
    return body | draw(st.sampled_from([{}, {}, {"discount": "3.33"}, {"currency": "EUR"}, {"discount": "99.00"}]))


def good_lines() -> st.SearchStrategy[bytes]:
    """Orders that fit, of references that come again."""
    plain = st.builds(
        lambda version, name: sent_order(version=version, customer={"reference": "K", "name": name}),
        st.integers(0, 3),
        st.sampled_from(["Kim", "Toni"]),
    )
    return st.builds(written, st.sampled_from(REFERENCES), plain)


def any_lines() -> st.SearchStrategy[bytes]:
    """Orders of every kind, and what is none."""
    names = st.sampled_from([*REFERENCES, "", " ", "x" * 121, "10\n01", "Å-1", "Å-1", 1001, None])
    torn = [b"{", b"[1]", b"\xff", b'{"a": 1, "a": 2}', b'{"reference": "1001"}', b"{}", written("1001", {"lines": 1})]
    return st.one_of(good_lines(), good_lines(), st.builds(written, names, bodies()), st.sampled_from(torn))


def written(reference: object, body: dict[str, Any]) -> bytes:
    """A line of the file."""
    return json.dumps({"reference": reference, **body}).encode()


def many_orders(number: int, *, begins: int = 0) -> list[bytes]:
    """Orders that are all new and all different."""
    return [
        written(f"N-{place}", sent_order(customer={"reference": f"K-{place // 2}", "name": f"Kim {place}"}))
        for place in range(begins, begins + number)
    ]
