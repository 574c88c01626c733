"""What only PostgreSQL can try: two people at once, temporary tables, somebody's own triggers, and the commit."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from accounts.domain.refusal import Refused
from accounts.guarded import as_refusals
from orders.models import OrderLine, Payment
from refunds.audit import differences
from refunds.models import Payout, Refund, RefundLine
from refunds.tests.factories import DELIVERED
from refunds.tests.guards import doors
from refunds.tests.guards.scene import UNIT, P, R, Scene, commit, execute, said_no, saved

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres_only]


@pytest.fixture
def scene() -> Scene:
    return Scene()


class Meanwhile:
    """Somebody else: another connection, whose transaction waits for ours where the rows are locked."""

    def __init__(self, verb: Callable[[], Any]) -> None:
        self.code: str | None = None
        self.verb = verb
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            with as_refusals(), transaction.atomic():
                self.verb()
        except Refused as refused:
            self.code = refused.code
        finally:
            connection.close()
            close_old_connections()

    def is_waiting(self) -> bool:
        """Whether the other one stands before a lock by now."""
        with connection.cursor() as cursor:
            while self.thread.is_alive():
                cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
                if cursor.fetchone():
                    return True
                self.thread.join(timeout=0.01)
        return False

    def answer(self) -> str | None:
        """How it ended: the code of the refusal, or nothing."""
        self.thread.join(timeout=30)
        assert not self.thread.is_alive()
        return self.code


def test_the_last_unit_is_taken_once(scene: Scene) -> None:
    OrderLine.objects.filter(pk=scene.line.pk).update(delivered_quantity=1)
    lines = [scene.refund_line(), scene.refund_line()]
    with transaction.atomic():
        saved(lines[0])
        other = Meanwhile(lambda: saved(lines[1]))
        assert other.is_waiting()
    assert other.answer() == "over_held"
    assert scene.line.held_quantity == 1


def test_a_mirror_that_moves_the_window_at_the_same_moment_is_seen(scene: Scene) -> None:
    line = scene.refund_line()
    with transaction.atomic():
        OrderLine.objects.filter(pk=scene.line.pk).update(delivered_at=DELIVERED.replace(hour=1))
        other = Meanwhile(lambda: saved(line))
        assert other.is_waiting()
    assert other.answer() == "frozen_window"


def test_a_line_does_not_slip_into_a_refund_that_is_decided_meanwhile(scene: Scene) -> None:
    refund = scene.whole()
    line = scene.charge_line(refund)
    with transaction.atomic():
        doors.update(refund, status=R.APPROVED, approved_by_rule=True)
        other = Meanwhile(lambda: saved(line))
        assert other.is_waiting()
    assert other.answer() == "refund_not_open"


def test_two_payouts_at_once_do_not_pay_twice(scene: Scene) -> None:
    refund = scene.refund()
    saved(scene.refund_line(refund))
    payouts = [scene.payout(refund), scene.payout(refund, payment=scene.order.payments.get(reference="P2"))]
    with transaction.atomic():
        saved(payouts[0])
        other = Meanwhile(lambda: saved(payouts[1]))
        assert other.is_waiting()
    assert other.answer() == "books_differ"


def test_a_payout_that_dies_meanwhile_stops_the_approval(scene: Scene) -> None:
    refund = scene.whole()
    with transaction.atomic():
        Payout.objects.filter(refund=refund).update(status=P.CANCELLED)
        other = Meanwhile(lambda: doors.update(refund, status=R.APPROVED, approved_by_rule=True))
        assert other.is_waiting()
    assert other.answer() == "books_differ"


def test_no_money_is_sent_while_the_refund_is_given_up(scene: Scene) -> None:
    refund = scene.whole(R.APPROVED)
    with transaction.atomic():
        Payout.objects.filter(refund=refund).update(status=P.CANCELLED)
        doors.update(refund, status=R.CANCELLED)
        other = Meanwhile(lambda: Payout.objects.filter(refund=refund).update(status=P.SUBMITTED))
        assert other.is_waiting()
    assert other.answer() == "illegal_move"
    assert scene.payment.held == 0


def test_a_refund_dies_once(scene: Scene) -> None:
    scene.whole()
    refund = scene.whole()
    Payout.objects.filter(refund=refund).update(status=P.CANCELLED)
    with transaction.atomic():
        doors.update(refund, status=R.CANCELLED)
        other = Meanwhile(lambda: doors.update(refund, status=R.REJECTED))
        assert other.is_waiting()
    assert other.answer() == "illegal_move"
    assert scene.line.held_quantity == 1


def test_what_was_paid_does_not_change_under_a_refund(scene: Scene) -> None:
    line = scene.refund_line()
    with transaction.atomic():
        saved(line)
        other = Meanwhile(lambda: OrderLine.objects.filter(pk=scene.line.pk).update(gross=1))
        assert other.is_waiting()
    assert other.answer() == "line_frozen"


@pytest.mark.parametrize("door", doors.ON_BOTH)
def test_a_temporary_table_swallows_nothing(scene: Scene, door: doors.Insert) -> None:
    refund = scene.refund()
    line, payout = scene.refund_line(refund), scene.payout(refund)
    for table in ("orders_orderline", "orders_shippingcharge", "orders_payment", "refunds_refund"):
        execute(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL)")
    try:
        door(line)
        door(payout)
    finally:
        execute("DISCARD TEMP")
    assert (scene.line.held_quantity, scene.payment.held) == (1, UNIT)


def test_functions_of_another_schema_are_not_called(scene: Scene) -> None:
    with pytest.raises(IntegrityError, match="rx:over_held"), transaction.atomic():
        execute("CREATE SCHEMA evil")
        execute("CREATE FUNCTION evil.pg_trigger_depth() RETURNS int LANGUAGE sql AS 'SELECT 9'")
        execute("SET LOCAL search_path = evil, pg_catalog, public")
        with pytest.raises(IntegrityError, match="rx:counter_guarded"), transaction.atomic():
            execute(f"UPDATE orders_orderline SET held_quantity = 1 WHERE id = {scene.line.pk}")
        saved(scene.refund_line(quantity=4, gross=3 * UNIT, tax=300))


def test_a_trigger_of_somebody_else_changes_no_counter(scene: Scene) -> None:
    """At depth 2 the update itself passes; the commit does not."""
    refund = scene.whole()
    execute(
        "CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN UPDATE orders_orderline SET held_quantity = 0; RETURN NULL; END$$"
    )
    execute("CREATE TRIGGER forget AFTER INSERT ON support_entry FOR EACH ROW EXECUTE FUNCTION forget()")
    try:
        with said_no("counter_guarded"):
            execute(
                "INSERT INTO support_entry (case_id, kind, body, verb, details, recorded_at)"
                f" VALUES ({refund.case_id}, 'note', 'Hm.', '', '{{}}', now())"
            )
    finally:
        execute("DROP FUNCTION forget() CASCADE")


def test_the_guards_hold_in_a_replication_role(scene: Scene) -> None:
    with transaction.atomic():
        execute("SET LOCAL session_replication_role = replica")
        with said_no("counter_guarded"):
            OrderLine.objects.filter(pk=scene.line.pk).update(held_quantity=1)
        with said_no("window_closed"):
            saved(scene.refund_line(scene.refund(), of="L2"))


def test_upserts_break_no_counter(scene: Scene) -> None:
    kept = scene.whole().lines.get()
    columns = "refund_id, order_line_id, quantity, gross, tax, judged_at, delivered_at, window_begun, window_closes_at"
    columns += ", policy, explanation"
    again = f"INSERT INTO refunds_refundline ({columns}) SELECT {columns} FROM refunds_refundline WHERE id = {kept.pk}"
    execute(f"{again} ON CONFLICT DO NOTHING")
    execute(f"{again} ON CONFLICT (refund_id, order_line_id) DO NOTHING")
    assert scene.line.held_quantity == 1
    with said_no("append_only"):
        execute(f"{again} ON CONFLICT (refund_id, order_line_id) DO UPDATE SET quantity = 3")
    line = f"SELECT * FROM orders_orderline WHERE id = {scene.line.pk}"
    with said_no("counter_guarded"):
        execute(f"INSERT INTO orders_orderline {line} ON CONFLICT (id) DO UPDATE SET held_quantity = 0")
    execute(f"INSERT INTO orders_orderline {line} ON CONFLICT (id) DO NOTHING")
    assert list(differences()) == []


def test_merge_and_copy_and_with_break_no_counter(scene: Scene) -> None:
    scene.whole()
    with said_no("counter_guarded"):
        execute(
            "MERGE INTO orders_payment USING (SELECT 1) one ON orders_payment.held > 0"
            " WHEN MATCHED THEN UPDATE SET held = 0"
        )
    with said_no("counter_guarded"):
        execute("WITH gone AS (UPDATE orders_payment SET held = 0 WHERE held > 0 RETURNING id) SELECT * FROM gone")


def test_counters_agree_also_when_constraints_are_checked_at_once(scene: Scene) -> None:
    with transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        refund = scene.whole(R.APPROVED)
        Payout.objects.filter(refund=refund).update(status=P.CANCELLED)
        doors.update(refund, status=R.CANCELLED)
    assert (scene.line.held_quantity, scene.payment.held) == (0, 0)


def test_lines_of_many_refunds_in_one_statement_are_counted(scene: Scene) -> None:
    with transaction.atomic():
        RefundLine.objects.bulk_create(scene.refund_line(scene.refund()) for _ in range(3))
        assert scene.line.held_quantity == 3
        commit()
    assert Refund.objects.count() == 3
    assert Payment.objects.filter(held__gt=0).count() == 0
