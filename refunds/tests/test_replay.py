"""The credits that a real merchant gave, asked for again: yes exactly in time and while units are left, to the penny.

What must come out is worked out here anew, from the sales alone, without a line of the rules under test.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from accounts.domain.refusal import Refused
from accounts.models import Shop
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.body import parse_order
from orders.models import Order
from orders.online_retail import order_body
from orders.tests.online_retail import needs_sales, read_sales
from orders.use_cases import mirror_order
from refunds.domain.lifecycle import RefundStatus
from refunds.models import Refund
from refunds.use_cases import approve_refund, request_refund
from support.models import Case

pytestmark = [pytest.mark.django_db, needs_sales]

EVERY = 4
"""One sale of so many is replayed: some nine hundred credits."""

FORTNIGHT = timedelta(hours=336)
LONDON = ZoneInfo("Europe/London")


@dataclass
class Sold:
    """A line of a sale, and what was given back of it so far."""

    units: int
    pence: Decimal
    returned: int = 0
    paid_back: Decimal = Decimal(0)


@dataclass
class Replay:
    """A sale whose credits are asked for one by one."""

    sale: dict[str, Any]
    lines: dict[int, Sold] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.sale["lines"]:
            pence = _whole(Decimal(line["unit_price"]) * 100 * line["quantity"])
            self.lines[line["line_no"]] = Sold(line["quantity"], pence)

    @property
    def credits(self) -> list[dict[str, Any]]:
        """The credits as they came in."""
        return sorted(self.sale["credits"], key=lambda credit: credit["credited_at"])

    def expected(self, credit: dict[str, Any]) -> str | Decimal:
        """The pence that this credit is worth, or the reason why it is refused; what is paid is counted."""
        line, units = self.lines[credit["line_no"]], credit["quantity"]
        if _instant(credit["credited_at"]) - _instant(self.sale["sold_at"]) > FORTNIGHT:
            return "window_closed"
        if line.returned + units > line.units:
            return "quantity_exceeds_refundable"
        pence = _whole(line.pence * (line.returned + units) / line.units) - line.paid_back
        if pence == 0:
            return "nothing_to_refund"
        line.returned += units
        line.paid_back += pence
        return pence


def _whole(pence: Decimal) -> Decimal:
    return pence.quantize(Decimal(1), ROUND_HALF_UP)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


class Desk:
    """A British shop, an agent who asks, and a supervisor who approves what the rule does not."""

    def __init__(self) -> None:
        self.shop: Shop = ShopFactory(approval_threshold=10_000, daily_limit=200_000)
        self.agent = UserFactory(shops=[self.shop])
        self.supervisor = UserFactory(role="supervisor", shops=[self.shop])

    def case_about(self, sale: dict[str, Any]) -> Case:
        """The sale, mirrored, and a case about it."""
        sent = order_body(sale)
        reference, now = sent.pop("reference"), _instant(sale["sold_at"])
        order = mirror_order(shop=self.shop, reference=reference, body=parse_order(sent), now=now).order
        return Case.objects.create(shop=self.shop, order=order, subject="Credit", opened_at=now, updated_at=now)

    def ask(self, case: Case, credit: dict[str, Any]) -> str | Decimal:
        """Ask for the credit at its time; the pence given back, or the reason why not."""
        now = _instant(credit["credited_at"])
        lines = {str(credit["line_no"]): credit["quantity"]}
        try:
            refund = request_refund(case=case, by=self.agent, lines=lines, reason="other", now=now)
        except Refused as refused:
            return refused.code
        if refund.status == RefundStatus.REQUESTED:
            refund = approve_refund(refund=refund, by=self.supervisor, now=now)
        assert refund.status == RefundStatus.APPROVED
        return Decimal(refund.total)


def test_the_credits_of_real_sales_come_out_to_the_penny() -> None:
    desk = Desk()
    sales = read_sales()[::EVERY]
    replays = [Replay(sale) for sale in sales]
    answers = []
    for replay in replays:
        case = desk.case_about(replay.sale)
        for credit in replay.credits:
            answer = desk.ask(case, credit)
            assert answer == replay.expected(credit), (replay.sale["invoice"], credit)
            answers.append(answer)
    assert len(answers) == sum(len(sale["credits"]) for sale in sales) > 500
    assert {"window_closed"} < {*answers}
    assert sum(refund.total for refund in Refund.objects.all()) == sum(
        line.paid_back for replay in replays for line in replay.lines.values()
    )
    for replay in replays:
        _same_held(Order.objects.get(reference=replay.sale["invoice"]), replay)


def _same_held(order: Order, replay: Replay) -> None:
    """The counters of the database say what was worked out here."""
    held = {row.reference: (row.held_quantity, Decimal(row.held_gross)) for row in order.lines.all()}
    assert held == {str(number): (line.returned, line.paid_back) for number, line in replay.lines.items()}
    assert order.payments.get().held == sum(line.paid_back for line in replay.lines.values())
