"""Which payments carry a refund: the fewest payouts that cover it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentState:
    """A captured payment, what living payouts and refunds made elsewhere hold of it, and what its gateway takes."""

    reference: str
    captured: int
    held: int = 0
    refundable: bool = True
    partial: bool = True
    """Whether less than all that is left can go back."""

    @property
    def left(self) -> int:
        """What can still go back on it, in minor units."""
        return max(0, self.captured - self.held) if self.refundable else 0


@dataclass(frozen=True, slots=True)
class Share:
    """One payout to be: so much on that payment."""

    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class Split:
    """The payouts of a refund, and what no payment can carry."""

    shares: tuple[Share, ...]
    unallocated: int

    @property
    def covered(self) -> int:
        """What the payments carry together: the maximum when they do not carry all."""
        return sum(share.amount for share in self.shares)


def split(amount: int, payments: Sequence[PaymentState]) -> Split:
    """Spread an amount over payments.

    One that covers exactly, else the smallest that covers, else the largest first; the rule is applied anew to what
    remains. A tie goes to the earlier payment. What stays `unallocated` makes the refund impossible.
    """
    shares: list[Share] = []
    waiting = [payment for payment in payments if payment.left > 0]
    while amount > 0 and (chosen := _next_payment(amount, waiting)):
        waiting.remove(chosen)
        shares.append(Share(chosen.reference, min(amount, chosen.left)))
        amount -= shares[-1].amount
    return Split(tuple(shares), max(0, amount))


def _next_payment(amount: int, waiting: Sequence[PaymentState]) -> PaymentState | None:
    """The payment to draw on next: exact, smallest that covers, or largest that is used up."""
    covering = [payment for payment in waiting if payment.left == amount or (payment.partial and payment.left > amount)]
    if covering:
        return min(covering, key=lambda payment: payment.left)
    smaller = [payment for payment in waiting if payment.left < amount]
    return max(smaller, key=lambda payment: payment.left, default=None)
