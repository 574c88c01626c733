"""No door writes a counter, changes what was paid for a thing that is held, or takes away what a refund names."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from orders.models import Delivery, DeliveryLine, OrderLine, Payment, ShippingCharge
from refunds.tests.factories import DELIVERED
from refunds.tests.guards import doors
from refunds.tests.guards.scene import (
    SHIPPING,
    TAX,
    UNIT,
    R,
    Scene,
    commit,
    everything,
    execute,
    pragma,
    said_no,
    saved,
    unguard,
)

pytestmark = pytest.mark.django_db
COUNTERS = [
    (OrderLine, "held_quantity"),
    (OrderLine, "held_gross"),
    (OrderLine, "held_tax"),
    (ShippingCharge, "held_gross"),
    (ShippingCharge, "held_tax"),
    (Payment, "held"),
]


@pytest.fixture
def scene() -> Scene:
    """A refund of a unit of L1 and of most of the shipping, on one payment."""
    return with_refund(Scene())


def with_refund(scene: Scene) -> Scene:
    refund = scene.refund(total=UNIT + 400, tax=TAX + 64)
    saved(scene.refund_line(refund))
    saved(scene.charge_line(refund, gross=400, tax=64))
    saved(scene.payout(refund, amount=UNIT + 400))
    return scene


@pytest.mark.parametrize(("model", "counter"), COUNTERS)
def test_no_door_writes_a_counter(scene: Scene, model: type, counter: str) -> None:
    held = model.objects.filter(**{f"{counter}__gt": 0}).get()
    for value in (0, getattr(held, counter) - 1, getattr(held, counter) + 1):
        for door in doors.UPDATES:
            with said_no("counter_guarded", "over_held"):
                door(model.objects.get(pk=held.pk), **{counter: value})


def test_without_the_guards_counters_and_prices_would_be_written(scene: Scene) -> None:
    unguard()
    for model, counter in COUNTERS:
        model.objects.update(**{counter: 0})
    doors.update(scene.delivered(), delivered_at=DELIVERED + timedelta(days=9))
    doors.update(scene.line, gross=1, tax=0, reference="other")


@pytest.mark.parametrize(("model", "counter"), COUNTERS)
def test_no_upsert_writes_a_counter(scene: Scene, model: type, counter: str) -> None:
    held = model.objects.filter(**{f"{counter}__gt": 0}).get()
    for keys in (["id"], ["order", "reference"]):
        row = model.objects.get(pk=held.pk)
        setattr(row, counter, 0)
        if keys != ["id"]:
            row.pk = None
        with said_no("counter_guarded"):
            model.objects.bulk_create([row], update_conflicts=True, unique_fields=keys, update_fields=[counter])


@pytest.mark.parametrize(("model", "counter"), COUNTERS)
def test_a_stale_save_resets_no_counter(model: type, counter: str) -> None:
    scene = Scene()
    stale = list(model.objects.filter(order=scene.order))
    with_refund(scene)
    held = model.objects.filter(**{f"{counter}__gt": 0}).get()
    [old] = [row for row in stale if row.pk == held.pk]
    with said_no("counter_guarded"):
        old.save()
    with said_no("counter_guarded"):
        model.objects.bulk_update([old], [counter])


def test_a_save_of_what_stands_is_no_fault(scene: Scene) -> None:
    before = everything()
    for model in (OrderLine, ShippingCharge, Payment):
        for row in model.objects.all():
            row.save()
    commit()
    assert everything() == before


@pytest.mark.parametrize(("model", "counter"), COUNTERS)
def test_a_new_row_holds_nothing(scene: Scene, model: type, counter: str) -> None:
    row = model.objects.filter(**{f"{counter}__gt": 0}).get()
    row.pk, row.reference = None, "new"
    for other in {"held_quantity", "held_gross", "held_tax", "held"} - {counter}:
        if hasattr(row, other):
            setattr(row, other, 0)
    for door in doors.INSERTS:
        with said_no("counter_guarded"):
            door(row)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("settings", list(product(["ON", "OFF"], repeat=2)), ids=str)
@pytest.mark.parametrize("model", [OrderLine, ShippingCharge, Payment])
def test_replace_takes_nothing_away_that_a_refund_names(model: type, settings: tuple[str, str]) -> None:
    recursive_triggers, foreign_keys = settings
    with_refund(Scene())
    [row] = [row for row in model.objects.all() if any(getattr(row, name, 0) for name in ("held", "held_gross"))]
    for counter in ("held_quantity", "held_gross", "held_tax", "held"):
        if hasattr(row, counter):
            setattr(row, counter, 0)
    with pragma("recursive_triggers", recursive_triggers), pragma("foreign_keys", foreign_keys):
        for key in (row.pk, None):
            row.pk = key
            with said_no("line_frozen"):
                doors.raw_or_replace(row)


def test_what_was_paid_is_fixed_while_it_is_held(scene: Scene) -> None:
    facts = [
        (scene.line, {"quantity": 4}),
        (scene.line, {"gross": 3 * UNIT + 1}),
        (scene.line, {"tax": 301}),
        (scene.charge, {"gross": SHIPPING + 1}),
        (scene.charge, {"tax": 81}),
        (scene.payment, {"gateway": "fake"}),
    ]
    for row, values in facts:
        for door in doors.UPDATES:
            with said_no("line_frozen"):
                door(type(row).objects.get(pk=row.pk), **values)


def test_what_is_not_held_may_change() -> None:
    scene = Scene()
    scene.whole(R.CANCELLED)
    doors.update(scene.line, quantity=4, gross=4 * UNIT, tax=400)
    doors.update(scene.charge, gross=1, tax=0)
    doors.update(scene.payment, gateway="fake")
    commit()
    assert scene.line.quantity == 4


def test_a_thing_stays_itself(scene: Scene) -> None:
    for row in (scene.line, scene.charge, scene.payment):
        changes = {"order": scene.other, "reference": "other"} | ({"policy": "eu"} if hasattr(row, "policy") else {})
        for column, value in changes.items():
            for door in doors.UPDATES:
                with said_no("line_frozen"):
                    door(type(row).objects.get(pk=row.pk), **{column: value})


@pytest.mark.parametrize("key", ["id", pytest.param("rowid", marks=pytest.mark.sqlite_only)])
@pytest.mark.parametrize("table", ["orders_orderline", "orders_shippingcharge", "orders_payment"])
def test_a_thing_keeps_its_number(scene: Scene, table: str, key: str) -> None:
    with said_no("line_frozen"):
        execute(f"UPDATE {table} SET {key} = {key} + 4711")


def test_less_than_is_held_is_never_delivered_or_captured(scene: Scene) -> None:
    for row, values in ((scene.line, {"delivered_quantity": 0}), (scene.payment, {"captured": UNIT})):
        for door in doors.UPDATES_ON_BOTH:
            with said_no("over_held"):
                door(type(row).objects.get(pk=row.pk), **values)


def test_what_a_refund_names_stays(scene: Scene) -> None:
    refund = scene.line.refund_lines.get().refund
    refund.payouts.update(status="cancelled")
    doors.update(refund, status=R.CANCELLED)
    for row in (scene.line, scene.charge, scene.payment):
        with said_no("line_frozen"):
            execute(f"DELETE FROM {row._meta.db_table} WHERE id = {row.pk}")


def test_what_no_refund_names_may_go(scene: Scene) -> None:
    scene.other.payments.all().delete()
    scene.order.lines.get(reference="L3").delete()
    commit()
    assert scene.order.lines.count() == 2


def test_the_mirror_may_move_a_window_that_is_not_yet_used(scene: Scene) -> None:
    line = scene.line
    line.delivered_at, line.window_closes_at = DELIVERED, F("window_closes_at") - timedelta(hours=1)
    line.save(update_fields=["delivered_at", "window_closes_at"])
    commit()


def test_a_delivery_turns_out_earlier_and_never_later(scene: Scene) -> None:
    parcel = scene.delivered()
    for door in doors.UPDATES:
        with said_no("delivered_later"):
            door(Delivery.objects.get(pk=parcel.pk), delivered_at=DELIVERED + timedelta(microseconds=1))
    for values in ({"reference": "D9"}, {"order": scene.other}):
        for door in doors.UPDATES:
            with said_no("order_frozen"):
                door(Delivery.objects.get(pk=parcel.pk), **values)
    doors.update(parcel, delivered_at=DELIVERED - timedelta(days=1))
    commit()


def test_what_a_parcel_brought_stays_told(scene: Scene) -> None:
    brought = scene.delivered().lines.get()
    for door in doors.UPDATES:
        for values in ({"quantity": 2}, {"line": scene.order.lines.get(reference="L3")}):
            with said_no("order_frozen"):
                door(DeliveryLine.objects.get(pk=brought.pk), **values)
    with said_no("order_frozen"):
        brought.delete()
    with said_no("order_frozen"):
        scene.other.lines.all().delete()
    doors.update(brought, quantity=4)
    commit()


def test_a_delivery_of_a_refunded_order_stays(scene: Scene) -> None:
    parcel = scene.delivered()
    with said_no("order_frozen"):
        parcel.delete()
    Delivery.objects.create(order=scene.other, reference="D2", delivered_at=DELIVERED).delete()


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_gives_a_delivery_no_later_time(scene: Scene, recursive: str) -> None:
    parcel = scene.delivered()
    parcel.delivered_at += timedelta(days=1)
    with pragma("recursive_triggers", recursive), said_no("order_frozen"):
        doors.raw_or_replace(parcel)


@pytest.mark.parametrize(
    "table",
    [
        "orders_order",
        "orders_orderline",
        "orders_shippingcharge",
        "orders_payment",
        "orders_delivery",
        "refunds_refund",
        "refunds_refundline",
        "refunds_payout",
        "support_entry",
    ],
)
@pytest.mark.postgres_only
def test_nobody_empties_a_table(scene: Scene, table: str) -> None:
    commit()
    for how in ("CASCADE", "RESTART IDENTITY CASCADE"):
        with said_no("append_only"):
            execute(f"TRUNCATE {table} {how}")


@pytest.mark.parametrize(("model", "counter"), COUNTERS)
def test_a_counter_is_an_integer_within_its_bounds(scene: Scene, model: type, counter: str) -> None:
    wrong = ["-1", "1000000"] + (["1.5", "'one'"] if connection.vendor == "sqlite" else [])
    for value in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            execute(f"UPDATE {model._meta.db_table} SET {counter} = {value}")
            commit()
