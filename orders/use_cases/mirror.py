"""Mirroring an order: each body is taken whole, or refused whole and kept among the conflicts."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop
from orders.domain.body import REFERENCE_LENGTH, OrderBody, digest_of
from orders.domain.freeze import require_newer, require_same_currency
from orders.domain.order_body import DeliveryBody
from orders.domain.written import written_delivery, written_order
from orders.models import Customer, Order
from orders.use_cases.conflicts import keeping_conflicts
from orders.use_cases.content import Recorded, deliver, recorded_content, replace_content


class Outcome(StrEnum):
    """What a body did to the mirror."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The order as it stands now, and what the body did to it."""

    order: Order
    outcome: Outcome


def mirror_order(*, shop: Shop, reference: str, body: OrderBody, now: datetime) -> Mirrored:
    """Make the mirror say what the shop says of an order.

    Call it outside of a transaction: a refusal undoes everything of the body and is then kept as a mirror conflict.
    Lines, charges and payments are what the newer body says; recorded deliveries stay, also when it leaves them out.
    Refusals: reference_malformed, version_conflict, currency_frozen, line_frozen, line_delivered, captured_below_held,
    payment_in_use, and those of deliveries (`add_delivery`).
    """
    with keeping_conflicts(shop=shop, reference=reference, sent=lambda: written_order(body), now=now):
        _require_wellformed(reference)
        return _mirror(shop, reference, body, now)


def add_delivery(*, order: Order, delivery: DeliveryBody, now: datetime) -> Mirrored:
    """Record that a parcel arrived, came back, or turned out to have arrived earlier; the same again changes nothing.

    Refusals (kept as mirror conflicts): line_unknown, already_delivered, delivered_below_held, delivered_later,
    delivered_in_future, delivery_changed, returned_in_future, returned_before_delivered, replaced_unknown,
    replaced_twice, replaced_not_returned, returned_too_late, redelivered_too_early.
    """
    kept = keeping_conflicts(
        shop=order.shop, reference=order.reference, sent=lambda: written_delivery(delivery), now=now
    )
    with kept, transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        order.mirrored_at = max(order.mirrored_at, now)
        order.save(update_fields=["mirrored_at"])
        changed = deliver(order, recorded_content(order), delivery, now)
    return Mirrored(order, Outcome.CHANGED if changed else Outcome.UNCHANGED)


@transaction.atomic
def _mirror(shop: Shop, reference: str, body: OrderBody, now: datetime) -> Mirrored:
    """The order is locked first, or made; of two first bodies at once, one makes it and the other finds it."""
    head = _head(body, now)
    born: dict[str, Any] = {**head, **_stamps(shop), "customer": lambda: _customer(shop, body)}
    locked = Order.objects.select_for_update(no_key=True)
    order, is_new = locked.get_or_create(shop=shop, reference=reference, defaults=born)
    if is_new:
        replace_content(order, Recorded(), body, now)
        return Mirrored(order, Outcome.CREATED)
    head["mirrored_at"] = max(order.mirrored_at, now)
    if order.digest == head["digest"]:
        return Mirrored(_updated(order, {"mirrored_at": head["mirrored_at"]}), Outcome.UNCHANGED)
    require_newer(order.updated_at, body.updated_at)
    require_same_currency(order.currency, body.currency)
    _updated(order, {**head, "customer": _customer(shop, body)})
    replace_content(order, recorded_content(order), body, now)
    return Mirrored(order, Outcome.CHANGED)


def _require_wellformed(reference: str) -> None:
    if not reference.strip() or len(reference) > REFERENCE_LENGTH or any(map(_is_control, reference)):
        raise Refused("reference_malformed", reference=reference, maximum=REFERENCE_LENGTH)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _head(body: OrderBody, now: datetime) -> dict[str, Any]:
    return {
        "currency": body.currency,
        "placed_at": body.placed_at,
        "updated_at": body.updated_at,
        "mirrored_at": now,
        "digest": digest_of(body),
        "total": sum(line.gross for line in body.lines) + sum(charge.gross for charge in body.shipping),
    }


def _stamps(shop: Shop) -> dict[str, object]:
    """What the order keeps of its shop for life: a later change of the shop holds for orders first seen after it."""
    return {"policy": shop.refund_policy, "time_zone": shop.time_zone, "country": shop.country}


def _updated(order: Order, values: Mapping[str, object]) -> Order:
    for field, value in values.items():
        setattr(order, field, value)
    order.save(update_fields=list(values))
    return order


def _customer(shop: Shop, body: OrderBody) -> Customer:
    """The buyer, by the name that their newest order gives them."""
    sent = body.customer
    customer, is_new = Customer.objects.get_or_create(
        shop=shop, reference=sent.reference, defaults={"name": sent.name, "email": sent.email}
    )
    outdated = not is_new and (customer.name, customer.email) != (sent.name, sent.email)
    if outdated and not customer.orders.filter(updated_at__gt=body.updated_at).exists():
        customer.name, customer.email = sent.name, sent.email
        customer.save(update_fields=["name", "email"])
    return customer
