"""An order with refunds in every state, written past the use cases, so that the database alone is the judge."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from accounts.guarded import refused_from
from orders.domain.window import WINDOW
from orders.models import Delivery, OrderLine, Payment, ShippingCharge
from refunds import triggers
from refunds.domain.lifecycle import PayoutStatus, RefundStatus
from refunds.models import Payout, Refund, RefundLine
from refunds.tests.factories import DELIVERED, NOW, Desk, sold

P, R = PayoutStatus, RefundStatus
UNIT, TAX = 1000, 100
SHIPPING, SHIPPING_TAX = 500, 80
LATE = {"delivered_at": NOW - WINDOW - timedelta(hours=1)}

PATHS = {
    R.REQUESTED: [],
    R.APPROVED: [R.APPROVED],
    R.PROCESSING: [R.APPROVED, R.PROCESSING],
    R.SUCCEEDED: [R.APPROVED, R.PROCESSING, P.SUBMITTED, P.SUCCEEDED, R.SUCCEEDED],
    R.PARTIALLY_SUCCEEDED: [R.APPROVED, R.PROCESSING, P.SUBMITTED, P.FAILED, R.PARTIALLY_SUCCEEDED],
    R.FAILED: [R.APPROVED, R.PROCESSING, P.SUBMITTED, P.FAILED, R.FAILED],
    R.REVERSED: [R.APPROVED, R.PROCESSING, P.SUBMITTED, P.SUCCEEDED, R.SUCCEEDED, P.REVERSED, R.REVERSED],
    R.REJECTED: [P.CANCELLED, R.REJECTED],
    R.CANCELLED: [P.CANCELLED, R.CANCELLED],
    P.RESERVED: [R.APPROVED],
    P.SUBMITTED: [R.APPROVED, P.SUBMITTED],
    P.PENDING: [R.APPROVED, P.SUBMITTED, P.PENDING],
    P.REQUIRES_ACTION: [R.APPROVED, P.SUBMITTED, P.REQUIRES_ACTION],
    P.UNKNOWN: [R.APPROVED, P.SUBMITTED, P.UNKNOWN],
}
"""How a refund with one payout comes to a state."""

NEVER_APPROVED = (R.REJECTED, R.CANCELLED)


class Scene:
    """One order (three units of L1 delivered in time, L2 too long ago, L3 never, shipping, a payment) and another."""

    def __init__(self) -> None:
        self.desk = Desk(
            {"quantity": 3, "gross": 3 * UNIT, "tax": 3 * TAX},
            LATE,
            {"delivered": 0},
            shipping=({"gross": SHIPPING, "tax": SHIPPING_TAX},),
            payments=(4 * UNIT, UNIT),
        )
        self.order = self.desk.order
        self.other = sold(self.desk.shop, reference="1002")

    @property
    def line(self) -> OrderLine:
        return self.order.lines.get(reference="L1")

    @property
    def charge(self) -> ShippingCharge:
        return self.order.shipping.get()

    @property
    def payment(self) -> Payment:
        return self.order.payments.get(reference="P1")

    def unsaved_refund(self, **values: Any) -> Refund:
        asked = {"order": self.order, "case": self.desk.case, "reason": "damaged", "currency": "EUR"}
        money = {"total": UNIT, "tax": TAX}
        return Refund(**asked | money | {"requested_by": self.desk.agent, "requested_at": NOW} | values)

    def refund(self, **values: Any) -> Refund:
        """A request, still without lines."""
        return saved(self.unsaved_refund(**values))

    def refund_line(self, refund: Refund | None = None, of: str = "L1", **values: Any) -> RefundLine:
        """A line for one unit, not saved: as it should be, except for what is named."""
        thing = self.order.lines.get(reference=of)
        asked = {"order_line": thing, "quantity": 1, "gross": UNIT, "tax": TAX}
        return self._judged(refund or self.refund(), thing, asked | values)

    def charge_line(self, refund: Refund | None = None, **values: Any) -> RefundLine:
        """A line for all of the shipping, not saved."""
        asked = {"shipping_charge": self.charge, "gross": SHIPPING, "tax": SHIPPING_TAX}
        return self._judged(refund or self.refund(), self.charge, asked | values)

    def payout(self, refund: Refund, **values: Any) -> Payout:
        """A payout of one unit's price, not saved."""
        return Payout(**{"refund": refund, "payment": self.payment, "amount": UNIT, "gateway": "manual"} | values)

    def whole(self, state: RefundStatus | PayoutStatus = R.REQUESTED) -> Refund:
        """A refund of one unit with its payout, brought to a state of its own or of its payout."""
        refund = self.refund()
        saved(self.refund_line(refund))
        saved(self.payout(refund))
        for step in PATHS[state]:
            if isinstance(step, PayoutStatus):
                Payout.objects.filter(refund=refund).update(status=step)
            else:
                Refund.objects.filter(pk=refund.pk).update(status=step, approved_by_rule=step not in NEVER_APPROVED)
        refund.refresh_from_db()
        return refund

    def delivered(self) -> Delivery:
        """The parcel that brought L1."""
        return Delivery.objects.get(order=self.order, delivered_at=DELIVERED)

    def _judged(self, refund: Refund, thing: OrderLine | ShippingCharge, values: dict[str, Any]) -> RefundLine:
        window = {
            "delivered_at": thing.delivered_at,
            "window_begun": thing.window_begun,
            "window_closes_at": thing.window_closes_at,
            "policy": thing.policy,
        }
        return RefundLine(**{"refund": refund, "judged_at": refund.requested_at, "explanation": {}} | window | values)


def saved[M: Model](row: M) -> M:
    """The row, inserted."""
    row.save(force_insert=True)
    return row


def execute(sql: str, values: list[Any] | None = None) -> None:
    """Raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@contextmanager
def pragma(name: str, value: str) -> Iterator[None]:
    """A setting of SQLite's connection, for a while."""
    with connection.cursor() as cursor:
        before = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        cursor.execute(f"PRAGMA {name} = {value}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA {name} = {before}")


def commit() -> None:
    """What the database checks at the commit, now."""
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("SET CONSTRAINTS ALL DEFERRED")
    else:
        connection.check_constraints()


def unguard() -> None:
    """Take the guards away for the rest of the test: what they refuse must then happen, or the test has no teeth."""
    commit()
    triggers.drop(connection)


@contextmanager
def said_no(*codes: str) -> Iterator[None]:
    """The database refuses with one of these codes, and everything is as it was."""
    before = everything()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
        commit()
    refused = refused_from(caught.value)
    assert refused is not None, f"no refusal for: {caught.value}"
    assert refused.code in codes
    assert everything() == before


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row that is guarded, by table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in triggers.TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows[table] = cursor.fetchall()
    return rows
