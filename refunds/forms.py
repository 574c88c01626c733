"""Reading a refund request, and keeping what was typed whatever becomes of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from accounts.domain.refusal import Refused
from orders.domain.money import to_minor
from orders.models import OrderLine, ShippingCharge
from refunds.use_cases.quote import Shipping
from support.models import Case
from support.sending import fresh_key

WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")
SHIPPING = ("none", "standard", "amount")
SEEN = "seen-"


@dataclass(frozen=True, slots=True)
class Draft:
    """A refund request as it stands in the form: texts, exactly as they were typed."""

    key: str
    reason: str
    units: Mapping[int, str] = field(default_factory=dict)
    shipping: str = "none"
    amounts: Mapping[int, str] = field(default_factory=dict)
    note: str = ""
    version: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    """The amounts that were on the screen, by `line-`, `charge-` and primary key, or `total`."""

    def lines(self, lines: Iterable[OrderLine]) -> dict[str, int]:
        """Units asked for by line reference. Refusals: quantity_not_positive."""
        asked = {line.reference: self.units.get(line.pk, "").strip() for line in lines}
        for reference, typed in asked.items():
            if typed and not WHOLE_NUMBER.fullmatch(typed):
                raise Refused("quantity_not_positive", line=reference)
        return {reference: int(typed) for reference, typed in asked.items() if typed and int(typed)}

    def shipping_of(self, charges: Iterable[ShippingCharge], currency: str) -> Shipping:
        """Nothing, the standard cost, or an amount by charge reference. Refusals: those of an amount."""
        if self.shipping == "standard":
            return "standard"
        if self.shipping != "amount":
            return "none"
        typed = {charge.reference: self.amounts.get(charge.pk, "").strip() for charge in charges}
        return {reference: to_minor(amount, currency) for reference, amount in typed.items() if amount}


@dataclass(frozen=True, slots=True)
class Tried:
    """A decision that was refused: about which refund, at which door, and the reason that was typed."""

    refund: int
    door: str
    reason: str


def fresh_draft(case: Case) -> Draft:
    """An empty request with a key of its own, so that pressing twice asks once; the reason is the case's."""
    return Draft(key=fresh_key(), reason=case.category)


def read_draft(form: QueryDict, case: Case) -> Draft:
    """What was typed; names that are no line's or charge's of the order lead nowhere later."""
    shipping = form.get("shipping", "")
    return Draft(
        key=form.get("key") or fresh_key(),
        reason=form.get("reason", case.category),
        units=_numbered(form, "units-"),
        shipping=shipping if shipping in SHIPPING else "none",
        amounts=_numbered(form, "shipping-"),
        note=form.get("note", ""),
        version=form.get("version", ""),
        seen={name.removeprefix(SEEN): form.get(name, "") for name in form if name.startswith(SEEN)},
    )


def _numbered(form: QueryDict, prefix: str) -> dict[int, str]:
    return {
        int(number): form.get(name, "")
        for name in form
        if name.startswith(prefix) and WHOLE_NUMBER.fullmatch(number := name.removeprefix(prefix))
    }
