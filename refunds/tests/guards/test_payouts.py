"""No door pays more than was asked or captured, sends unapproved money, or frees a payment twice."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from orders.models import Payment
from refunds.domain.lifecycle import DEAD_PAYOUTS, PAYOUT_MOVES
from refunds.models import Payout, Refund
from refunds.tests.factories import NOW
from refunds.tests.guards import doors
from refunds.tests.guards.scene import UNIT, P, R, Scene, commit, everything, execute, pragma, said_no, saved, unguard

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return Scene()


def asked(scene: Scene) -> Refund:
    """A request with its line, and no payout yet."""
    refund = scene.refund()
    saved(scene.refund_line(refund))
    return refund


def second(scene: Scene, **values) -> Payout:
    """Another payout for a request that has all it needs."""
    return scene.payout(scene.whole(), **values)


def exhausted(scene: Scene) -> Payout:
    """The payment has less left than the request asks for."""
    Payment.objects.filter(pk=scene.payment.pk).update(captured=UNIT - 1)
    return scene.payout(asked(scene))


def missing_part(scene: Scene, **values) -> Payout:
    """A payout for the part of a refund that failed."""
    return scene.payout(scene.whole(R.PARTIALLY_SUCCEEDED), **values)


FAULTS: dict[str, tuple[Callable[[Scene], Payout], str]] = {
    **{
        f"born {status}": (
            lambda scene, status=status: scene.payout(asked(scene), status=status),
            "payout_not_reserved",
        )
        for status in P
        if status not in {P.RESERVED, P.EXTERNAL}
    },
    "born with a reference": (lambda scene: scene.payout(asked(scene), provider_reference="B"), "payout_not_reserved"),
    "born confirmed": (
        lambda scene: scene.payout(asked(scene), confirmed_by=scene.desk.supervisor),
        "payout_not_reserved",
    ),
    "of nothing": (lambda scene: scene.payout(asked(scene), amount=0), "amount_not_positive"),
    "of less than nothing": (lambda scene: scene.payout(asked(scene), amount=-1), "amount_not_positive"),
    "of an approved refund": (lambda scene: scene.payout(scene.whole(R.APPROVED)), "refund_not_open"),
    "of a cancelled refund": (lambda scene: scene.payout(scene.whole(R.CANCELLED)), "refund_not_open"),
    "of a failed part, with the old number": (missing_part, "refund_not_open"),
    "of a failed part, with more than is missing": (
        lambda scene: missing_part(scene, attempt=2, amount=UNIT + 1),
        "books_differ",
    ),
    "on a payment of another order": (
        lambda scene: scene.payout(asked(scene), payment=scene.other.payments.get()),
        "payment_of_another_order",
    ),
    "of more than was captured": (exhausted, "over_held"),
    "of 2^63 - 1": (lambda scene: scene.payout(asked(scene), amount=2**63 - 1), "over_held"),
    "of more than the lines": (lambda scene: scene.payout(asked(scene), amount=UNIT + 1), "books_differ"),
    "of a refund without lines": (lambda scene: scene.payout(scene.refund(), amount=1), "books_differ"),
    "beside one that pays it all": (lambda scene: second(scene, amount=1), "books_differ"),
    "external, beside one that pays it all": (
        lambda scene: second(scene, amount=1, status=P.EXTERNAL),
        "books_differ",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_door_writes_a_payout(scene: Scene, fault: str) -> None:
    make, code = FAULTS[fault]
    payout = make(scene)
    for door in doors.INSERTS:
        with said_no(code):
            door(payout)


@pytest.mark.parametrize("fault", [fault for fault, (_, code) in FAULTS.items() if code != "amount_not_positive"])
def test_without_the_guards_the_payout_would_be_written(scene: Scene, fault: str) -> None:
    make, _ = FAULTS[fault]
    payout = make(scene)
    unguard()
    saved(payout)


@pytest.mark.parametrize("door", doors.INSERTS)
def test_every_door_writes_a_payout_that_is_right(scene: Scene, door: doors.Insert) -> None:
    refund = asked(scene)
    door(scene.payout(refund, amount=UNIT - 300))
    door(scene.payout(refund, amount=300, payment=scene.order.payments.get(reference="P2"), status=P.EXTERNAL))
    commit()
    assert list(scene.order.payments.values_list("held", flat=True)) == [UNIT - 300, 300]


def test_the_missing_part_gets_a_new_attempt(scene: Scene) -> None:
    saved(missing_part(scene, attempt=2))
    commit()
    assert scene.payment.held == UNIT


def test_no_insert_takes_the_place_of_a_payout(scene: Scene) -> None:
    usurper = scene.payout(asked(scene), pk=scene.whole(P.SUBMITTED).payouts.get().pk)
    before = everything()
    for door in doors.INSERTS:
        with suppress(IntegrityError), transaction.atomic():
            door(usurper)
            commit()
        assert everything() == before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replace_takes_no_payout_away_by_its_reference(scene: Scene, recursive: str) -> None:
    paid = scene.whole(R.SUCCEEDED).payouts.get()
    doors.update(paid, provider_reference="BANK-1")
    open_one = scene.whole(P.SUBMITTED).payouts.get()
    usurper = scene.payout(asked(scene), status=P.EXTERNAL, provider_reference="BANK-1")
    with pragma("recursive_triggers", recursive):
        with said_no("bank_reference_used"):
            doors.raw_or_replace(usurper)
        with said_no("bank_reference_used"):
            doors.raw_update_or_replace(open_one, provider_reference="BANK-1")


def test_a_bank_reference_belongs_to_one_payout(scene: Scene) -> None:
    paid = scene.whole(R.SUCCEEDED).payouts.get()
    doors.update(paid, provider_reference="BANK-1")
    open_one = scene.whole(P.SUBMITTED).payouts.get()
    for door in (doors.save, doors.update, doors.raw_update):
        with said_no("bank_reference_used"):
            door(Payout.objects.get(pk=open_one.pk), provider_reference="BANK-1")


def at(scene: Scene, seen: P) -> Payout:
    """A payout in this state."""
    if seen == P.EXTERNAL:
        return saved(scene.payout(asked(scene), status=P.EXTERNAL))
    by_refund = {P.SUCCEEDED: R.SUCCEEDED, P.FAILED: R.FAILED, P.REVERSED: R.REVERSED, P.CANCELLED: R.CANCELLED}
    return scene.whole(by_refund.get(seen, seen)).payouts.get()


@pytest.mark.parametrize("seen", P)
def test_only_the_moves_of_the_table_are_made(scene: Scene, seen: P) -> None:
    payout = at(scene, seen)
    for wanted in set(P) - PAYOUT_MOVES[seen] - {seen}:
        for door in doors.UPDATES:
            with said_no("illegal_move"):
                door(Payout.objects.get(pk=payout.pk), status=wanted)


@pytest.mark.parametrize("dead", sorted(DEAD_PAYOUTS))
def test_a_dead_payout_frees_its_payment_once(scene: Scene, dead: P) -> None:
    scene.whole()
    payout = at(scene, dead)
    for door in doors.UPDATES:
        door(payout, status=dead)
    commit()
    assert scene.payment.held == UNIT


@pytest.mark.parametrize("wanted", [P.SUBMITTED])
def test_no_money_is_sent_before_the_approval(scene: Scene, wanted: P) -> None:
    payout = scene.whole().payouts.get()
    for door in doors.UPDATES:
        with said_no("refund_not_approved"):
            door(Payout.objects.get(pk=payout.pk), status=wanted)
    doors.update(payout, status=P.CANCELLED)
    commit()


def test_what_a_payout_pays_is_fixed(scene: Scene) -> None:
    payout = scene.whole().payouts.get()
    other = scene.refund()
    for values in (
        {"amount": 1},
        {"attempt": 2},
        {"gateway": "fake"},
        {"payment": scene.order.payments.get(reference="P2")},
        {"refund": other},
    ):
        for door in doors.UPDATES:
            with said_no("payout_frozen"):
                door(Payout.objects.get(pk=payout.pk), **values)


@pytest.mark.parametrize("key", ["id", pytest.param("rowid", marks=pytest.mark.sqlite_only)])
def test_a_payout_keeps_its_number(scene: Scene, key: str) -> None:
    scene.whole()
    with said_no("payout_frozen"):
        execute(f"UPDATE refunds_payout SET {key} = 4711")


LATER = NOW.replace(hour=20)


def confirmed(scene: Scene) -> Payout:
    """A payout that one person confirmed, and that waits for a second one."""
    payout = scene.whole(P.PENDING).payouts.get()
    doors.save(payout, provider_reference="BANK-1", confirmed_by=scene.desk.supervisor, confirmed_at=NOW)
    return payout


def test_a_confirmation_is_written_once(scene: Scene) -> None:
    payout, third = confirmed(scene), scene.desk.person("supervisor")
    doors.save(payout, countersigned_by=scene.desk.second, countersigned_at=NOW)
    changes = (
        {"provider_reference": "BANK-2"},
        {"provider_reference": None},
        {"confirmed_by": third},
        {"confirmed_at": LATER},
        {"countersigned_by": third},
        {"countersigned_by": None},
        {"countersigned_at": LATER},
    )
    for status in (P.PENDING, P.SUCCEEDED):
        doors.update(payout, status=status)
        for values in changes:
            for door in doors.UPDATES:
                with said_no("payout_frozen"):
                    door(Payout.objects.get(pk=payout.pk), **values)


def test_a_confirmation_is_corrected_only_while_it_waits_for_the_second_person(scene: Scene) -> None:
    payout, third = confirmed(scene), scene.desk.person("supervisor")
    doors.update(payout, provider_reference="BANK-2", confirmed_by=third, confirmed_at=LATER)
    for values in (
        {"provider_reference": None},
        {"confirmed_by": None},
        {"confirmed_at": None},
        {"provider_reference": "BANK-3", "countersigned_by": scene.desk.second, "countersigned_at": LATER},
        {"provider_reference": "BANK-3", "status": P.SUCCEEDED},
    ):
        for door in doors.UPDATES:
            with said_no("payout_frozen"):
                door(Payout.objects.get(pk=payout.pk), **values)
    commit()


def test_whoever_asked_confirms_nothing_and_nobody_confirms_twice(scene: Scene) -> None:
    payout = scene.whole(P.PENDING).payouts.get()
    with said_no("confirmed_own_request"):
        doors.update(payout, confirmed_by=scene.desk.agent)
    doors.update(payout, confirmed_by=scene.desk.supervisor)
    with said_no("confirmed_own_request"):
        doors.update(payout, countersigned_by=scene.desk.agent)
    with said_no("confirmed_twice"):
        doors.update(payout, countersigned_by=scene.desk.supervisor)


def test_without_the_guards_a_payout_would_be_moved_changed_and_deleted(scene: Scene) -> None:
    payout = scene.whole(R.CANCELLED).payouts.get()
    unguard()
    doors.update(payout, status=P.SUCCEEDED, amount=1, confirmed_by=scene.desk.agent)
    payout.delete()


def test_nobody_deletes_a_payout(scene: Scene) -> None:
    payout = scene.whole(R.CANCELLED).payouts.get()
    with said_no("append_only"):
        payout.delete()
    with said_no("append_only"):
        execute("DELETE FROM refunds_payout")


@pytest.mark.parametrize("broken", [{"status": "sent"}, {"amount": None}], ids=str)
def test_a_payout_that_makes_no_sense_is_refused(scene: Scene, broken: dict) -> None:
    payout = scene.payout(asked(scene), **broken)
    for door in (doors.create, doors.bulk, doors.raw):
        with pytest.raises(IntegrityError), transaction.atomic():
            door(payout)
