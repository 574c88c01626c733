"""No door writes a refund line out of its window, beyond what is left, or for another amount than is due."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from orders.domain.window import WINDOW
from orders.models import Delivery, OrderLine, ShippingCharge
from refunds.audit import differences
from refunds.models import Refund, RefundLine
from refunds.tests.factories import DELIVERED, NOW
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
MICROSECOND = timedelta(microseconds=1)
CLOSES = DELIVERED + WINDOW


@pytest.fixture
def scene() -> Scene:
    return Scene()


def late(scene: Scene) -> RefundLine:
    return scene.refund_line(scene.refund(requested_at=CLOSES + MICROSECOND))


def moved(scene: Scene, **values) -> RefundLine:
    """A line that was prepared before the order line's window moved."""
    line = scene.refund_line()
    OrderLine.objects.filter(pk=scene.line.pk).update(**values)
    return line


def widened(scene: Scene) -> RefundLine:
    """The order line itself was given a longer window than its policy gives."""
    OrderLine.objects.filter(pk=scene.line.pk).update(window_closes_at=CLOSES + timedelta(days=1))
    return scene.refund_line()


def never_begun(scene: Scene) -> RefundLine:
    OrderLine.objects.filter(pk=scene.line.pk).update(window_begun=False, window_closes_at=None)
    return scene.refund_line()


def stale_window(scene: Scene) -> RefundLine:
    """The delivery was corrected to earlier, and a stale save wrote the longer window back."""
    parcel = scene.delivered()
    earlier = DELIVERED - timedelta(days=10)
    Delivery.objects.filter(pk=parcel.pk).update(delivered_at=earlier)
    stale = scene.line
    OrderLine.objects.filter(pk=stale.pk).update(delivered_at=earlier, window_closes_at=earlier + WINDOW)
    stale.save()
    return scene.refund_line(scene.refund(requested_at=earlier + WINDOW + timedelta(hours=1)))


def more_than_came(scene: Scene) -> RefundLine:
    """The order line was told of more units than any parcel brought."""
    OrderLine.objects.filter(pk=scene.line.pk).update(quantity=4, delivered_quantity=4, gross=4 * UNIT, tax=4 * TAX)
    return scene.refund_line(quantity=4, gross=4 * UNIT, tax=4 * TAX)


def without_deliveries(scene: Scene) -> RefundLine:
    """The order line says that it arrived, and no parcel does."""
    undelivered = scene.order.lines.filter(reference="L3")
    undelivered.update(
        delivered_quantity=1, delivered_at=DELIVERED, window_begun=True, window_closes_at=DELIVERED + WINDOW
    )
    return scene.refund_line(of="L3")


def later_shipping(scene: Scene) -> RefundLine:
    """A shipping charge was given a later window than the order's last parcel."""
    later = DELIVERED + timedelta(hours=1)
    ShippingCharge.objects.update(delivered_at=later, window_closes_at=later + WINDOW)
    return scene.charge_line()


def in_the_future(scene: Scene) -> RefundLine:
    soon = NOW + timedelta(minutes=4)
    undelivered = scene.order.lines.filter(reference="L3")
    parcel = Delivery.objects.create(order=scene.order, reference="D9", delivered_at=soon)
    parcel.lines.create(line=undelivered.get(), quantity=1)
    undelivered.update(delivered_quantity=1, delivered_at=soon, window_begun=True, window_closes_at=soon + WINDOW)
    return scene.refund_line(of="L3")


def late_shipping(scene: Scene) -> RefundLine:
    return scene.charge_line(scene.refund(requested_at=CLOSES + MICROSECOND))


def moved_shipping(scene: Scene) -> RefundLine:
    line = scene.charge_line()
    ShippingCharge.objects.update(delivered_at=F("delivered_at") - timedelta(days=1), window_closes_at=CLOSES)
    return line


FAULTS: dict[str, tuple[Callable[[Scene], RefundLine], str]] = {
    "a microsecond after its window": (late, "window_closed"),
    "of a window long shut": (lambda scene: scene.refund_line(of="L2"), "window_closed"),
    "judged before its request": (
        lambda scene: scene.refund_line(scene.refund(requested_at=CLOSES + MICROSECOND), judged_at=CLOSES),
        "judged_otherwise",
    ),
    "judged after its request": (
        lambda scene: scene.refund_line(judged_at=NOW + MICROSECOND),
        "judged_otherwise",
    ),
    "with a later deadline": (lambda scene: scene.refund_line(window_closes_at=CLOSES + WINDOW), "frozen_window"),
    "with a later delivery": (lambda scene: scene.refund_line(delivered_at=NOW), "frozen_window"),
    "with a window that has not begun": (
        lambda scene: scene.refund_line(of="L2", window_begun=False, window_closes_at=None),
        "frozen_window",
    ),
    "of another policy": (lambda scene: scene.refund_line(policy="eu"), "frozen_window"),
    "after the mirror moved the delivery": (
        lambda scene: moved(scene, delivered_at=DELIVERED - MICROSECOND, window_closes_at=CLOSES - MICROSECOND),
        "frozen_window",
    ),
    "of a line with a longer window than its policy gives": (widened, "frozen_window"),
    "of a line whose window was said not to have begun": (never_begun, "frozen_window"),
    "of a line whose window is not what its deliveries say": (stale_window, "frozen_window"),
    "not delivered": (lambda scene: scene.refund_line(of="L3"), "not_delivered"),
    "not delivered, with a made up delivery": (
        lambda scene: scene.refund_line(of="L3", delivered_at=DELIVERED, window_begun=True, window_closes_at=CLOSES),
        "not_delivered",
    ),
    "delivered after the request": (in_the_future, "delivered_in_future"),
    "of more units than were bought": (
        lambda scene: scene.refund_line(quantity=4, gross=3 * UNIT, tax=3 * TAX),
        "over_held",
    ),
    "of 2^63 - 1 units": (lambda scene: scene.refund_line(quantity=2**63 - 1), "over_held"),
    "of more units than parcels brought": (more_than_came, "over_held"),
    "of a line that no parcel brought": (without_deliveries, "frozen_window"),
    "of shipping with a window of its own": (later_shipping, "frozen_window"),
    "of more money than was paid": (lambda scene: scene.refund_line(gross=3 * UNIT + 1), "over_held"),
    "of more tax than was paid": (
        lambda scene: scene.refund_line(quantity=3, gross=3 * UNIT, tax=3 * TAX + 1),
        "over_held",
    ),
    "of more net than was paid": (lambda scene: scene.refund_line(quantity=3, gross=3 * UNIT, tax=0), "over_held"),
    "a cent too much": (lambda scene: scene.refund_line(gross=UNIT + 1), "amount_differs"),
    "a cent too little": (lambda scene: scene.refund_line(gross=UNIT - 1), "amount_differs"),
    "in a refund of another order": (
        lambda scene: scene.refund_line(
            order_line=scene.other.lines.get(), gross=UNIT, policy="strict", delivered_at=DELIVERED
        ),
        "refund_not_open",
    ),
    "in an approved refund": (lambda scene: scene.charge_line(scene.whole(R.APPROVED)), "refund_not_open"),
    "in a cancelled refund": (lambda scene: scene.charge_line(scene.whole(R.CANCELLED)), "refund_not_open"),
    "shipping a microsecond after its window": (late_shipping, "window_closed"),
    "shipping after the mirror moved the delivery": (moved_shipping, "frozen_window"),
    "shipping with a later deadline": (
        lambda scene: scene.charge_line(window_closes_at=CLOSES + WINDOW),
        "frozen_window",
    ),
    "more shipping than was paid": (lambda scene: scene.charge_line(gross=SHIPPING + 1), "over_held"),
    "more tax of shipping than was paid": (lambda scene: scene.charge_line(tax=81), "over_held"),
    "more net of shipping than was paid": (lambda scene: scene.charge_line(tax=79), "over_held"),
    "shipping of another order": (
        lambda scene: scene.charge_line(scene.refund(order=scene.other, case=scene.desk.case_about(scene.other))),
        "refund_not_open",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_door_writes_a_line(scene: Scene, fault: str) -> None:
    make, code = FAULTS[fault]
    line = make(scene)
    for door in doors.INSERTS:
        with said_no(code):
            door(line)


CHECKED_TOO = {"window_closed", "not_delivered"}


@pytest.mark.parametrize("fault", [fault for fault, (_, code) in FAULTS.items() if code not in CHECKED_TOO])
def test_without_the_guards_the_line_would_be_written(scene: Scene, fault: str) -> None:
    make, _ = FAULTS[fault]
    line = make(scene)
    unguard()
    saved(line)


@pytest.mark.parametrize("door", doors.INSERTS)
def test_every_door_writes_a_line_that_is_right(scene: Scene, door: doors.Insert) -> None:
    refund = scene.refund()
    for line in (scene.refund_line(refund), scene.charge_line(refund)):
        door(line)
    commit()
    assert (scene.line.held_quantity, scene.line.held_gross, scene.line.held_tax) == (1, UNIT, TAX)
    assert (scene.charge.held_gross, scene.charge.held_tax) == (SHIPPING, 80)


def test_the_last_instant_is_inside_the_window(scene: Scene) -> None:
    saved(scene.refund_line(scene.refund(requested_at=CLOSES)))
    commit()
    assert scene.line.held_quantity == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"quantity": 0, "gross": 0, "tax": 0},
        {"quantity": -1, "gross": -UNIT, "tax": 0},
        {"quantity": None},
        {"order_line": None},
        {"gross": -1, "tax": 0},
        {"tax": -1},
        {"tax": UNIT + 1},
    ],
    ids=str,
)
def test_a_line_that_makes_no_sense_is_refused(scene: Scene, broken: dict) -> None:
    line = scene.refund_line(**broken)
    for door in (doors.create, doors.bulk, doors.raw):
        with pytest.raises(IntegrityError), transaction.atomic():
            door(line)
    assert scene.line.held_quantity == 0


def test_a_line_is_of_a_line_or_of_shipping_never_of_both(scene: Scene) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(scene.refund_line(shipping_charge=scene.charge))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("column", ["quantity", "gross", "tax"])
def test_only_integers_are_counted(scene: Scene, column: str) -> None:
    line = scene.refund_line()
    for value in ("1.5", "'one'", "x'31'", "'1.0.0'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_with(line, column, value)
    assert scene.line.held_quantity == 0


@pytest.mark.sqlite_only
def test_only_moments_as_django_writes_them_are_compared(scene: Scene) -> None:
    line = scene.refund_line()
    for value in ("'2026-06-01T12:00:00'", "'2026-06-01'", "0", "''", "'2026-06-01 12:00:00.5'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_with(line, "judged_at", value)


def insert_with(line: RefundLine, column: str, value: str) -> None:
    """The line by raw SQL, with this text for one of its columns."""
    columns = [field.column for field in line._meta.concrete_fields if not field.primary_key]
    places = ", ".join(value if each == column else "%s" for each in columns)
    values = [
        field.get_db_prep_save(getattr(line, field.attname), connection)
        for field in line._meta.concrete_fields
        if not field.primary_key and field.column != column
    ]
    execute(f"INSERT INTO refunds_refundline ({', '.join(columns)}) VALUES ({places})", values)


def test_a_thing_is_named_once_in_a_refund(scene: Scene) -> None:
    refund = scene.refund()
    saved(scene.refund_line(refund))
    saved(scene.charge_line(refund, gross=100, tax=16))
    for door in (doors.create, doors.bulk, doors.raw):
        for line in (scene.refund_line(refund), scene.charge_line(refund, gross=1, tax=0)):
            with said_no("duplicate_line"):
                door(line)


def test_a_second_line_for_the_same_thing_changes_nothing(scene: Scene) -> None:
    refund = scene.refund()
    saved(scene.refund_line(refund))
    saved(scene.charge_line(refund, gross=100, tax=16))
    before = everything()
    for door in doors.INSERTS:
        for line in (scene.refund_line(refund), scene.charge_line(refund, gross=1, tax=0)):
            with suppress(IntegrityError), transaction.atomic():
                door(line)
            assert everything() == before


def test_no_insert_takes_the_place_of_a_line(scene: Scene) -> None:
    kept = scene.whole().lines.get()
    usurper = scene.refund_line(quantity=2, gross=2 * UNIT, tax=2 * TAX, pk=kept.pk)
    before = everything()
    for door in doors.INSERTS:
        with suppress(IntegrityError), transaction.atomic():
            door(usurper)
            commit()
        assert everything() == before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("key", ["id", "rowid", "_rowid_", "oid"])
def test_replace_finds_no_way_in_by_any_name_of_the_key(scene: Scene, key: str, recursive: str) -> None:
    kept = scene.whole().lines.get()
    columns = "refund_id, order_line_id, quantity, gross, tax, judged_at, delivered_at, window_begun, window_closes_at"
    copied = f"{columns}, policy, explanation"
    with pragma("recursive_triggers", recursive), said_no("append_only"):
        execute(
            f"INSERT OR REPLACE INTO refunds_refundline ({key}, {copied})"
            f" SELECT id, {copied} FROM refunds_refundline WHERE id = {kept.pk}"
        )


def test_no_door_changes_a_line(scene: Scene) -> None:
    line = scene.whole().lines.get()
    for door in doors.UPDATES:
        for values in ({"quantity": 2}, {"gross": 1}, {"tax": 0}, {"judged_at": DELIVERED}, {"explanation": []}):
            with said_no("append_only"):
                door(line, **values)


def test_without_the_guards_a_line_would_be_changed_and_deleted(scene: Scene) -> None:
    line = scene.whole().lines.get()
    unguard()
    doors.update(line, quantity=2)
    line.delete()


def test_nobody_deletes_a_line(scene: Scene) -> None:
    line = scene.whole(R.CANCELLED).lines.get()
    with said_no("append_only"):
        line.delete()
    with said_no("append_only"):
        execute("DELETE FROM refunds_refundline")


def test_a_bulk_insert_is_counted_line_by_line(scene: Scene) -> None:
    refunds = [scene.refund() for _ in range(3)]
    RefundLine.objects.bulk_create(scene.refund_line(refund) for refund in refunds)
    commit()
    assert scene.line.held_quantity == 3


def test_one_line_too_many_refuses_the_whole_bulk(scene: Scene) -> None:
    refunds = [scene.refund() for _ in range(4)]
    for ignoring in (False, True):
        with said_no("over_held"):
            RefundLine.objects.bulk_create([scene.refund_line(refund) for refund in refunds], ignore_conflicts=ignoring)
        assert scene.line.held_quantity == 0


def test_thirds_come_to_what_was_paid(scene: Scene) -> None:
    OrderLine.objects.filter(pk=scene.line.pk).update(gross=1000, tax=0)
    for gross in (333, 334, 333):
        saved(scene.refund_line(scene.refund(), gross=gross, tax=0))
    commit()
    assert (scene.line.held_quantity, scene.line.held_gross) == (3, 1000)


def test_amounts_too_large_to_be_counted_twice_still_have_their_limits(scene: Scene) -> None:
    huge = 2**62
    OrderLine.objects.filter(pk=scene.line.pk).update(gross=huge, tax=0)
    with said_no("over_held"):
        saved(scene.refund_line(quantity=3, gross=huge + 1, tax=0))
    saved(scene.refund_line(quantity=3, gross=huge, tax=0))
    commit()
    assert scene.line.held_gross == huge


def test_the_audit_sees_that_all_is_well(scene: Scene) -> None:
    for state in (R.APPROVED, R.CANCELLED, R.SUCCEEDED):
        scene.whole(state)
    commit()
    assert list(differences()) == []
    assert Refund.objects.count() == 3
