"""Mirroring an order: each body is taken whole, or refused whole and kept among the conflicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop
from orders.domain.body import REFERENCE_LENGTH, OrderBody
from orders.domain.freeze import require_newer, require_same_currency
from orders.domain.order_body import DeliveryBody
from orders.domain.reading import UNSPEAKABLE
from orders.domain.written import written_delivery, written_order
from orders.models import Order
from orders.use_cases.conflicts import keeping_conflicts
from orders.use_cases.content import Recorded, deliver, recorded_content, replace_content
from orders.use_cases.customers import customer_of
from orders.use_cases.rows import order_values, stamped_values


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
        require_wellformed(reference)
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
    head = order_values(body, now)
    born = {**head, **stamped_values(shop), "customer": lambda: customer_of(shop, body)}
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
    _updated(order, {**head, "customer": customer_of(shop, body)})
    replace_content(order, recorded_content(order), body, now)
    return Mirrored(order, Outcome.CHANGED)


def require_wellformed(reference: str) -> None:
    """Whether an order can be called so. Refuses reference_malformed."""
    if not reference.strip() or len(reference) > REFERENCE_LENGTH or UNSPEAKABLE.search(reference):
        raise Refused("reference_malformed", reference=reference, maximum=REFERENCE_LENGTH)


def _updated(order: Order, values: Mapping[str, object]) -> Order:
    for field, value in values.items():
        setattr(order, field, value)
    order.save(update_fields=list(values))
    return order
