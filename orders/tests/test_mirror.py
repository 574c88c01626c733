"""The mirror: a body is taken whole, or refused whole and kept among the conflicts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.domain.body import parse_order
from orders.domain.window import WINDOW
from orders.models import Customer, MirrorConflict, Order, OrderLine
from orders.tests.factories import (
    DELIVERED,
    NOW,
    PLACED,
    charge,
    delivery,
    line,
    make_order,
    payment,
    read_order,
    sent_order,
)
from orders.use_cases import Mirrored, Outcome, mirror_order
from orders.use_cases.conflicts import keeping_conflicts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    return ShopFactory()


def mirror(shop: Shop, reference: str = "1001", now: datetime = NOW, **changes: Any) -> Mirrored:
    return mirror_order(shop=shop, reference=reference, body=read_order(**changes), now=now)


def refusal(shop: Shop, **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        mirror(shop, **changes)
    return refused.value.code


def seen(order: Order) -> dict[str, Any]:
    """All that the mirror says of an order."""
    order = Order.objects.get(pk=order.pk)
    return {
        "order": {**vars(order), "_state": None},
        "lines": list(order.lines.order_by("pk").values()),
        "shipping": list(order.shipping.order_by("pk").values()),
        "payments": list(order.payments.order_by("pk").values()),
        "deliveries": list(order.deliveries.order_by("pk").values("reference", "delivered_at", "lines__quantity")),
    }


# First sight


def test_a_first_body_makes_the_order_with_all_it_consists_of(shop: Shop) -> None:
    mirrored = mirror(shop)
    order = Order.objects.get(shop=shop, reference="1001")
    assert mirrored == Mirrored(order, Outcome.CREATED)
    assert (order.currency, order.total, order.placed_at, order.mirrored_at) == ("GBP", 3490, PLACED, NOW)
    assert (order.customer.reference, order.customer.name, order.customer.email) == (
        "K-1",
        "Kim Sample",
        "kim@example.test",
    )
    row = order.lines.get()
    assert (row.reference, row.sku, row.quantity, row.gross, row.tax) == ("L1", "CUP-L1", 3, 3000, 500)
    assert (row.delivered_quantity, row.held_quantity, row.position) == (3, 0, 1)
    assert [(each.gross, each.standard_gross) for each in order.shipping.all()] == [(490, None)]
    assert [(each.reference, each.gateway, each.captured) for each in order.payments.all()] == [("P1", "manual", 3490)]
    assert [(each.reference, each.delivered_at) for each in order.deliveries.all()] == [("D1", DELIVERED)]


def test_lines_and_shipping_get_their_window(shop: Shop) -> None:
    order = mirror(shop, shipping=[charge(standard_gross="3.90")]).order
    for row in (order.lines.get(), order.shipping.get()):
        assert (row.delivered_at, row.window_begun, row.window_closes_at) == (DELIVERED, True, DELIVERED + WINDOW)
        assert row.policy == "strict"
    assert order.shipping.get().standard_gross == 390


def test_what_has_not_arrived_has_no_window(shop: Shop) -> None:
    order = mirror(shop, deliveries=[]).order
    for row in (order.lines.get(), order.shipping.get()):
        assert (row.delivered_at, row.window_begun, row.window_closes_at) == (None, False, None)
    assert order.lines.get().delivered_quantity == 0


def test_an_order_may_have_no_payment_yet(shop: Shop) -> None:
    assert mirror(shop, payments=[]).order.payments.count() == 0


def test_an_order_level_discount_is_spread_once(shop: Shop) -> None:
    lines = [
        line("L1", gross="10.00", tax="0.00"),
        line("L2", gross="10.00", tax="0.00"),
        line("L3", gross="10.00", tax="0.00"),
    ]
    order = mirror(shop, lines=lines, deliveries=[], discount="1.00").order
    assert [each.gross for each in order.lines.order_by("position")] == [966, 967, 967]


def test_policy_zone_and_country_are_stamped_when_the_order_is_first_seen(shop: Shop) -> None:
    mirror(shop)
    Shop.objects.update(refund_policy="uk", time_zone="Asia/Tokyo", country="JP")
    shop.refresh_from_db()
    order = mirror(shop, version=1, lines=[line(gross="31.00")]).order
    order.refresh_from_db()
    assert (order.policy, order.time_zone, order.country) == ("strict", "Europe/London", "GB")
    assert order.lines.get().policy == "strict"
    assert order.lines.get().window_closes_at == DELIVERED + WINDOW


# The same again


def test_the_same_content_again_changes_nothing_but_how_old_the_mirror_is(shop: Shop) -> None:
    order = mirror(shop).order
    before = seen(order)
    mirrored = mirror(shop, now=NOW + DAY)
    after = seen(order)
    assert mirrored.outcome is Outcome.UNCHANGED
    assert after["order"].pop("mirrored_at") - before["order"].pop("mirrored_at") == DAY
    assert after == before


def test_the_same_content_in_another_sequence_changes_nothing(shop: Shop) -> None:
    lines = [line("L1"), line("L2")]
    mirror(shop, lines=lines)
    assert mirror(shop, lines=lines[::-1]).outcome is Outcome.UNCHANGED


def test_the_mirrors_age_never_runs_backward(shop: Shop) -> None:
    order = mirror(shop).order
    mirror(shop, now=NOW - DAY)
    order.refresh_from_db()
    assert order.mirrored_at == NOW


# Versions


def test_a_newer_body_is_taken(shop: Shop) -> None:
    order = mirror(shop).order
    lines = [line(gross="27.00", name=" Cup, blue", sku="CUP-B"), line("L2", 1)]
    changed = {
        "version": 1,
        "lines": lines,
        "shipping": [],
        "payments": [payment(captured="20.00"), payment("P2", captured="7.00", gateway="stripe")],
        "customer": {"reference": "K-2", "name": "Toni Sample"},
    }
    assert mirror(shop, **changed) == Mirrored(order, Outcome.CHANGED)
    order.refresh_from_db()
    assert [(each.reference, each.gross, each.name) for each in order.lines.all()] == [
        ("L1", 2700, " Cup, blue"),
        ("L2", 3000, "Cup L2"),
    ]
    assert [(each.reference, each.captured) for each in order.payments.all()] == [("P1", 2000), ("P2", 700)]
    assert order.shipping.count() == 0
    assert (order.total, order.customer.reference, order.updated_at) == (5700, "K-2", PLACED + timedelta(minutes=1))


def test_lines_charges_and_payments_that_nobody_holds_may_go(shop: Shop) -> None:
    undelivered = {"deliveries": [delivery(units={"L2": 3})]}
    order = mirror(shop, lines=[line("L1"), line("L2")], shipping=[charge("S1"), charge("S2")], **undelivered).order
    mirror(shop, version=1, lines=[line("L2")], shipping=[charge("S2")], payments=[], deliveries=[])
    assert [each.reference for each in order.lines.all()] == ["L2"]
    assert [each.reference for each in order.shipping.all()] == ["S2"]
    assert order.payments.count() == 0


def test_a_delivered_line_does_not_go_and_come_back_with_a_new_window(shop: Shop) -> None:
    order = mirror(shop, lines=[line("L1"), line("L2")], deliveries=[delivery(units={"L1": 1, "L2": 3})]).order
    before = seen(order)
    assert refusal(shop, version=1, lines=[line("L2")], deliveries=[delivery(units={"L2": 3})]) == "line_delivered"
    assert seen(order) == before


def test_a_line_that_was_delivered_in_full_does_not_grow_to_open_its_window_again(shop: Shop) -> None:
    mirror(shop, lines=[line("L1", quantity=3)], deliveries=[delivery(units={"L1": 3})])
    late = delivery("D2", {"L1": 1}, at=NOW)
    sent = {"lines": [line("L1", quantity=4)], "deliveries": [delivery(units={"L1": 3}), late]}
    assert refusal(shop, version=1, **sent) == "line_delivered"


def test_a_line_in_parts_may_still_grow(shop: Shop) -> None:
    order = mirror(shop, lines=[line("L1", quantity=3)], deliveries=[delivery(units={"L1": 2})]).order
    mirror(shop, version=1, lines=[line("L1", quantity=4)], deliveries=[])
    assert order.lines.get().quantity == 4


def test_references_that_look_the_same_are_the_same(shop: Shop) -> None:
    composed, decomposed = "K\u00e9", "Ke\u0301"
    order = mirror(shop, lines=[line(composed)], deliveries=[delivery(units={decomposed: 3})]).order
    assert mirror(shop, version=1, lines=[line(decomposed, name="New name")], deliveries=[]).outcome == "changed"
    assert (order.lines.get().reference, order.lines.get().delivered_quantity) == (composed, 3)


def test_an_older_body_never_overwrites_a_newer_one(shop: Shop) -> None:
    order = mirror(shop, version=5).order
    before = seen(order)
    assert refusal(shop, version=4, lines=[line(gross="1.00", tax="0.00")]) == "version_conflict"
    assert seen(order) == before


def test_the_same_version_with_other_content_is_a_conflict(shop: Shop) -> None:
    mirror(shop)
    assert refusal(shop, lines=[line(gross="1.00", tax="0.00")]) == "version_conflict"


def test_the_currency_never_changes(shop: Shop) -> None:
    mirror(shop)
    assert refusal(shop, version=1, currency="EUR") == "currency_frozen"


def test_the_customers_name_is_that_of_their_newest_order_whatever_comes_first(shop: Shop) -> None:
    old, new = ({"reference": "K-1", "name": name, "email": ""} for name in ("Kim Old", "Kim New"))
    mirror(shop, "1002", version=9, customer=new)
    mirror(shop, "1001", version=1, customer=old)
    assert Customer.objects.get().name == "Kim New"
    mirror(shop, "1001", version=10, customer=old)
    assert Customer.objects.get().name == "Kim Old"


def test_shops_keep_their_own_customers_and_orders(shop: Shop) -> None:
    mirror(shop)
    assert mirror(ShopFactory()).outcome is Outcome.CREATED
    assert (Customer.objects.count(), Order.objects.count()) == (2, 2)


# Deliveries in a body


def test_a_delivery_that_a_newer_body_leaves_out_stays(shop: Shop) -> None:
    order = mirror(shop).order
    assert mirror(shop, version=1, deliveries=[]).outcome is Outcome.CHANGED
    assert order.deliveries.count() == 1
    assert order.lines.get().delivered_quantity == 3


def test_a_delivery_that_turns_out_earlier_moves_the_window(shop: Shop) -> None:
    order = mirror(shop).order
    mirror(shop, version=1, deliveries=[delivery(at=DELIVERED - DAY)])
    assert order.lines.get().window_closes_at == DELIVERED - DAY + WINDOW
    assert order.shipping.get().window_closes_at == DELIVERED - DAY + WINDOW
    assert order.deliveries.get().delivered_at == DELIVERED - DAY


def test_a_delivery_that_is_sent_again_with_a_later_time_does_not_reopen_the_window(shop: Shop) -> None:
    order = mirror(shop).order
    before = seen(order)
    assert refusal(shop, version=1, deliveries=[delivery(at=DELIVERED + DAY)]) == "delivered_later"
    assert seen(order) == before


def test_another_delivery_of_the_same_units_is_refused_and_the_first_stands(shop: Shop) -> None:
    order = mirror(shop).order
    before = seen(order)
    again = [delivery(), delivery("D2", {"L1": 1}, DELIVERED + DAY)]
    assert refusal(shop, version=1, deliveries=again) == "already_delivered"
    assert seen(order) == before


def test_a_quantity_never_falls_below_what_was_delivered(shop: Shop) -> None:
    mirror(shop)
    assert refusal(shop, version=1, lines=[line(quantity=2)], deliveries=[]) == "already_delivered"


def test_a_delivery_in_the_future_is_refused_from_the_first_body_on(shop: Shop) -> None:
    ahead = NOW + timedelta(minutes=5, seconds=1)
    assert refusal(shop, deliveries=[delivery(at=ahead)]) == "delivered_in_future"
    assert Order.objects.count() == Customer.objects.count() == 0


def test_a_redelivery_opens_its_own_window(shop: Shop) -> None:
    order = mirror(shop).order
    returned = DELIVERED + DAY
    parcels = [delivery(returned_at=returned), delivery("D2", at=DELIVERED + 3 * DAY, replaces="D1")]
    mirror(shop, version=1, deliveries=parcels)
    row = order.lines.get()
    assert (row.delivered_quantity, row.delivered_at) == (3, DELIVERED + 3 * DAY)
    assert order.deliveries.get(reference="D2").replaces == order.deliveries.get(reference="D1")
    assert order.deliveries.get(reference="D1").returned_at == returned
    assert mirror(shop, version=2, deliveries=parcels).outcome is Outcome.CHANGED


# Conflicts


def test_a_refused_body_is_kept_whole_with_its_reason(shop: Shop) -> None:
    order = mirror(shop).order
    changes: dict[str, Any] = {"version": 1, "deliveries": [delivery(at=DELIVERED + DAY)], "discount": "1.00"}
    refusal(shop, **changes)
    kept = MirrorConflict.objects.get()
    assert (kept.shop, kept.order, kept.reference, kept.code) == (shop, order, "1001", "delivered_later")
    assert "D1" in kept.detail
    assert (kept.first_seen_at, kept.last_seen_at, kept.times) == (NOW, NOW, 1)
    assert parse_order(kept.body).lines == read_order(**changes).lines


def test_nothing_of_a_refused_body_is_applied(shop: Shop) -> None:
    order = mirror(shop).order
    before = seen(order)
    changed = {"lines": [line(gross="1.00", tax="0.00"), line("L2")], "shipping": [], "payments": [payment("P9")]}
    refusal(shop, version=1, deliveries=[delivery("D2", {"L1": 1})], **changed)
    assert seen(order) == before


def test_the_same_refused_body_again_is_counted(shop: Shop) -> None:
    mirror(shop, version=5)
    refusal(shop, version=1)
    refusal(shop, version=1, now=NOW + DAY)
    refusal(shop, version=2)
    again, other = MirrorConflict.objects.order_by("pk")
    assert (again.times, again.first_seen_at, again.last_seen_at) == (2, NOW, NOW + DAY)
    assert other.times == 1


def test_a_refused_first_body_is_kept_without_an_order(shop: Shop) -> None:
    refusal(shop, deliveries=[delivery(at=NOW + DAY)])
    assert MirrorConflict.objects.get().order is None


@pytest.mark.parametrize("reference", ["", "  ", "a\nb", "a\0b".replace("\0", "\x7f"), "x" * 121])
def test_a_malformed_reference_is_refused(shop: Shop, reference: str) -> None:
    assert refusal(shop, reference=reference) == "reference_malformed"
    assert MirrorConflict.objects.get().code == "reference_malformed"


@pytest.mark.parametrize("reference", ["#1001", "2026/17", "Größe 5\u00a0", "x" * 120])
def test_a_reference_may_hold_what_can_be_printed(shop: Shop, reference: str) -> None:
    assert mirror(shop, reference).order.reference == reference


def test_a_body_of_the_longest_texts_and_largest_numbers_fits(shop: Shop) -> None:
    lines = [line("r" * 120, 2**31 - 1, "90071992547409.91", "90071992547409.91", sku="s" * 120, name="n" * 255)]
    lines[0]["unit_price"] = "999999999999.999999"
    customer = {"reference": "c" * 120, "name": "n" * 255, "email": "e" * 240 + "@example.test"}
    parcels = [delivery("d" * 120, {"r" * 120: 2**31 - 1})]
    mirror(shop, lines=lines, customer=customer, shipping=[charge("s" * 120, name="n" * 255)], deliveries=parcels)
    assert OrderLine.objects.get().gross == 2**53 - 1


def test_what_the_database_refuses_is_a_refusal_too(shop: Shop) -> None:
    order = make_order(shop)
    kept = keeping_conflicts(shop=shop, reference="1001", sent=sent_order, now=NOW)
    with pytest.raises(Refused) as refused, kept, transaction.atomic():
        order.lines.update(quantity=2)
    assert refused.value.code == "line_frozen"
    assert MirrorConflict.objects.get().code == "line_frozen"


def test_a_fault_of_the_database_that_no_rule_knows_stays_an_error(shop: Shop) -> None:
    order = make_order(shop)
    kept = keeping_conflicts(shop=shop, reference="1001", sent=sent_order, now=NOW)
    with pytest.raises(IntegrityError), kept, transaction.atomic():
        order.deliveries.create(reference="D1", delivered_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert not MirrorConflict.objects.exists()
