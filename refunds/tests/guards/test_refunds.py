"""No door decides a refund past its rules, frees twice, or brings a dead refund back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from orders.models import Order
from refunds.domain.lifecycle import DEAD_REFUNDS, REFUND_MOVES
from refunds.models import Payout, Refund
from refunds.tests.factories import NOW
from refunds.tests.guards import doors
from refunds.tests.guards.scene import (
    TAX,
    UNIT,
    P,
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
from support.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def born(scene: Scene) -> dict[str, tuple[dict[str, Any], str]]:
    decided = "refund_not_requested"
    return {
        "approved": ({"status": R.APPROVED, "approved_by_rule": True}, decided),
        "succeeded": ({"status": R.SUCCEEDED, "approved_by_rule": True}, decided),
        "rejected": ({"status": R.REJECTED}, decided),
        "approved by rule": ({"approved_by_rule": True}, decided),
        "approved by somebody": ({"approver": scene.desk.supervisor}, decided),
        "decided by somebody": ({"decided_by": scene.desk.supervisor}, decided),
        "decided at a time": ({"decided_at": NOW}, decided),
        "decided for a reason": ({"decision_reason": "Because."}, decided),
        "of another order than its case": ({"order": scene.other}, "case_of_another_order"),
        "in another currency": ({"currency": "USD"}, "currency_differs"),
    }


def test_no_door_makes_a_refund_that_is_more_than_a_request(scene: Scene) -> None:
    for values, code in born(scene).values():
        for door in doors.INSERTS:
            with said_no(code):
                door(scene.unsaved_refund(**values))


def test_without_the_guards_it_would_be_made(scene: Scene) -> None:
    unguard()
    for values, _ in born(scene).values():
        saved(scene.unsaved_refund(**values))


@pytest.mark.parametrize("door", doors.INSERTS)
def test_every_door_makes_a_request(scene: Scene, door: doors.Insert) -> None:
    door(scene.unsaved_refund())
    commit()
    assert Refund.objects.get().status == R.REQUESTED


@pytest.mark.parametrize(
    "broken", [{"total": 0}, {"total": -1}, {"tax": -1}, {"tax": UNIT + 1}, {"status": "granted"}], ids=str
)
def test_a_refund_that_makes_no_sense_is_refused(scene: Scene, broken: dict) -> None:
    for door in (doors.create, doors.bulk, doors.raw):
        with pytest.raises(IntegrityError), transaction.atomic():
            door(scene.unsaved_refund(**broken))


def test_no_insert_takes_the_place_of_a_refund(scene: Scene) -> None:
    usurper = scene.unsaved_refund(pk=scene.whole(R.CANCELLED).pk)
    before = everything()
    for door in doors.INSERTS:
        if door not in (doors.raw_do_nothing, doors.bulk_ignoring):
            with said_no("append_only", "illegal_move", "refund_frozen"):
                door(usurper)
        else:
            try:
                with transaction.atomic():
                    door(usurper)
            except IntegrityError:
                pass
            assert everything() == before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_brings_no_refund_back_to_life(scene: Scene, recursive: str) -> None:
    usurper = scene.unsaved_refund(pk=scene.whole(R.CANCELLED).pk)
    with pragma("recursive_triggers", recursive), said_no("append_only"):
        doors.raw_or_replace(usurper)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_a_new_refund_has_no_lines_yet(scene: Scene, recursive: str) -> None:
    """What holds when the guard against REPLACE itself is away."""
    usurper = scene.unsaved_refund(pk=scene.whole(R.CANCELLED).pk)
    execute("DROP TRIGGER rx_refund_new")
    with pragma("recursive_triggers", recursive), said_no("append_only"):
        doors.raw_or_replace(usurper)


@pytest.mark.parametrize("seen", R)
def test_only_the_moves_of_the_table_are_made(scene: Scene, seen: R) -> None:
    refund = scene.whole(seen)
    for wanted in set(R) - REFUND_MOVES[seen] - {seen}:
        for door in doors.UPDATES:
            with said_no("illegal_move"):
                door(Refund.objects.get(pk=refund.pk), status=wanted)


@pytest.mark.parametrize("seen", R)
def test_a_refund_that_stays_where_it_is_can_be_written_again(scene: Scene, seen: R) -> None:
    refund = scene.whole(seen)
    before = everything()
    for door in doors.UPDATES:
        door(refund, status=seen)
    commit()
    assert everything() == before


@pytest.mark.parametrize("dead", sorted(DEAD_REFUNDS))
def test_a_dead_refund_frees_its_lines_once(scene: Scene, dead: R) -> None:
    scene.whole()
    held = everything()["orders_orderline"]
    refund = scene.whole(dead)
    for door in doors.UPDATES:
        door(refund, status=dead)
    commit()
    assert everything()["orders_orderline"] == held
    assert scene.payment.held == UNIT


def test_shipping_is_freed_with_the_lines(scene: Scene) -> None:
    refund = scene.refund(total=UNIT + 500, tax=TAX + 80)
    saved(scene.refund_line(refund))
    saved(scene.charge_line(refund))
    Refund.objects.update(status=R.REJECTED)
    commit()
    assert (scene.line.held_quantity, scene.charge.held_gross, scene.charge.held_tax) == (0, 0, 0)


@pytest.mark.parametrize(
    ("seen", "dead"),
    [
        (R.REQUESTED, R.REJECTED),
        (R.REQUESTED, R.CANCELLED),
        (R.APPROVED, R.REJECTED),
        (R.APPROVED, R.CANCELLED),
        (R.PROCESSING, R.FAILED),
        (R.SUCCEEDED, R.REVERSED),
    ],
)
def test_no_refund_dies_while_a_payout_lives(scene: Scene, seen: R, dead: R) -> None:
    refund = scene.whole(seen)
    for door in doors.UPDATES:
        with said_no("payout_lives"):
            door(Refund.objects.get(pk=refund.pk), status=dead)


FROZEN = {
    "total": 1,
    "tax": 1,
    "currency": "USD",
    "reason": "late",
    "requested_at": NOW - timedelta(days=30),
    "threshold": None,
    "daily_limit": 1,
    "second_person_because": "over_threshold",
    "approved_by_rule": True,
    "decided_at": NOW,
    "decision_reason": "Because.",
}


@pytest.mark.parametrize("column", FROZEN)
def test_what_was_asked_and_decided_is_fixed(scene: Scene, column: str) -> None:
    refund = scene.refund(threshold=5, daily_limit=5)
    for door in doors.UPDATES:
        with said_no("refund_frozen"):
            door(Refund.objects.get(pk=refund.pk), **{column: FROZEN[column]})


def test_what_a_refund_is_about_is_fixed(scene: Scene) -> None:
    refund = scene.refund()
    supervisor = scene.desk.supervisor
    other_case = scene.desk.case_about(scene.order)
    for values in (
        {"order": scene.other},
        {"case": other_case},
        {"requested_by": supervisor},
        {"approver": supervisor},
        {"decided_by": supervisor},
    ):
        for door in doors.UPDATES:
            with said_no("refund_frozen"):
                door(Refund.objects.get(pk=refund.pk), **values)


@pytest.mark.parametrize("key", ["id", pytest.param("rowid", marks=pytest.mark.sqlite_only)])
def test_a_refund_keeps_its_number(scene: Scene, key: str) -> None:
    scene.refund()
    with said_no("refund_frozen"):
        execute(f"UPDATE refunds_refund SET {key} = 4711")


@pytest.mark.parametrize("seen", [R.APPROVED, R.PROCESSING, R.SUCCEEDED])
def test_who_approved_is_written_with_the_approval_only(scene: Scene, seen: R) -> None:
    refund = scene.whole(seen)
    for values in ({"approver": scene.desk.supervisor}, {"approved_by_rule": False}):
        for door in doors.UPDATES:
            with said_no("refund_frozen", "approval_missing"):
                door(Refund.objects.get(pk=refund.pk), **values)
    with said_no("refund_frozen"):
        doors.update(refund, status=min(REFUND_MOVES[seen]), approver=scene.desk.supervisor)


def test_a_refund_is_approved_by_the_rule_or_by_somebody_else(scene: Scene) -> None:
    refund = scene.whole()
    with said_no("approval_missing"):
        doors.update(refund, status=R.APPROVED)
    with said_no("own_request"):
        doors.update(refund, status=R.APPROVED, approver=scene.desk.agent)
    doors.update(refund, status=R.APPROVED, approver=scene.desk.supervisor, decided_by=scene.desk.supervisor)
    commit()


def unbalanced(scene: Scene) -> dict[str, Refund]:
    """Requests whose total, lines and payouts do not agree."""
    short = {
        "lines": (scene.refund(), {}),
        "total": (scene.refund(total=UNIT + 1), {}),
        "tax": (scene.refund(tax=1), {}),
    }
    found = {}
    for name, (refund, values) in short.items():
        if name != "lines":
            saved(scene.refund_line(refund, **values))
            saved(scene.payout(refund))
        found[name] = refund
    unpaid = scene.refund()
    saved(scene.refund_line(unpaid))
    saved(scene.payout(unpaid, amount=UNIT - 1))
    return found | {"payouts": unpaid}


@pytest.mark.parametrize("part", ["lines", "total", "tax", "payouts"])
def test_a_refund_is_approved_only_when_its_books_agree(scene: Scene, part: str) -> None:
    refund = unbalanced(scene)[part]
    for door in doors.UPDATES:
        with said_no("books_differ"):
            door(Refund.objects.get(pk=refund.pk), status=R.APPROVED, approved_by_rule=True)


def test_a_payout_that_died_meanwhile_does_not_count_for_the_approval(scene: Scene) -> None:
    refund = scene.whole()
    Payout.objects.update(status=P.CANCELLED)
    with said_no("books_differ"):
        doors.update(refund, status=R.APPROVED, approved_by_rule=True)


@pytest.mark.parametrize("seen", [R.PROCESSING, R.PARTIALLY_SUCCEEDED])
def test_a_refund_succeeds_only_when_all_of_it_is_paid(scene: Scene, seen: R) -> None:
    refund = scene.whole(seen)
    for door in doors.UPDATES:
        with said_no("books_differ"):
            door(Refund.objects.get(pk=refund.pk), status=R.SUCCEEDED)


def test_a_partial_success_frees_nothing(scene: Scene) -> None:
    scene.whole(R.PARTIALLY_SUCCEEDED)
    commit()
    assert scene.line.held_quantity == 1
    assert scene.payment.held == 0


def test_without_the_guards_a_refund_would_be_moved_changed_and_deleted(scene: Scene) -> None:
    refund = scene.refund()
    unguard()
    doors.update(refund, status=R.SUCCEEDED, approver=scene.desk.supervisor, total=1, tax=1)
    doors.update(refund, status=R.CANCELLED, requested_at=NOW - timedelta(days=30))
    refund.delete()
    doors.update(scene.order, currency="USD", policy="eu")


def test_nobody_deletes_a_refund(scene: Scene) -> None:
    refund = scene.refund()
    with said_no("append_only"):
        refund.delete()
    with said_no("append_only"):
        Refund.objects.all().delete()
    with said_no("append_only"):
        execute("DELETE FROM refunds_refund")


def test_an_order_with_a_refund_stays(scene: Scene) -> None:
    scene.refund()
    with said_no("order_frozen"):
        execute(f"DELETE FROM orders_order WHERE id = {scene.order.pk}")


def test_an_order_keeps_what_it_was_first_seen_with(scene: Scene) -> None:
    shop = type(scene.desk.shop).objects.create(reference="b", name="B", currency="EUR", country="DE")
    values = {
        "currency": "USD",
        "policy": "eu",
        "time_zone": "Asia/Tokyo",
        "country": "FR",
        "reference": "9",
        "shop": shop,
    }
    for column, value in values.items():
        for door in doors.UPDATES:
            with said_no("order_frozen"):
                door(Order.objects.get(pk=scene.order.pk), **{column: value})


@pytest.mark.parametrize("key", ["id", pytest.param("rowid", marks=pytest.mark.sqlite_only)])
def test_an_order_keeps_its_number(scene: Scene, key: str) -> None:
    with said_no("order_frozen"):
        execute(f"UPDATE orders_order SET {key} = 4711 WHERE id = {scene.order.pk}")


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_gives_an_order_no_other_policy(scene: Scene, recursive: str) -> None:
    usurper = Order.objects.get(pk=scene.order.pk)
    usurper.policy = "eu"
    with pragma("recursive_triggers", recursive), said_no("order_frozen"):
        doors.raw_or_replace(usurper)


def test_an_order_that_is_known_may_be_inserted_again_and_ignored(scene: Scene) -> None:
    before = everything()
    Order.objects.bulk_create([scene.order], ignore_conflicts=True)
    assert everything() == before


def test_a_case_with_a_refund_stays(scene: Scene) -> None:
    scene.whole()
    before = everything()
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("DELETE FROM support_case")
        commit()
    assert everything() == before
    assert Case.objects.count() == 1
