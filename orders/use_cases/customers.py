"""Buyers, by the name that their newest order gives them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from accounts.models import Shop
from orders.bulk import insert_rows
from orders.domain.freeze import is_newest
from orders.domain.order_body import CustomerBody, OrderBody
from orders.models import Customer, Order

type Names = dict[str, CustomerBody]


def customer_of(shop: Shop, body: OrderBody) -> Customer:
    """The buyer of an order."""
    sent = body.customer
    customer, is_new = Customer.objects.get_or_create(
        shop=shop, reference=sent.reference, defaults={"name": sent.name, "email": sent.email}
    )
    if not is_new and _called(customer) != sent:
        newest = _newest_versions([customer]).get(sent.reference)
        if is_newest(body.updated_at, newest):
            customer.name, customer.email = sent.name, sent.email
            customer.save(update_fields=["name", "email"])
    return customer


def keys_of_customers(shop: Shop, bodies: Sequence[OrderBody]) -> dict[str, int]:
    """The keys of the buyers of new orders, by reference: as if each order had come alone, in this sequence.

    Call it in the transaction that makes the orders. Rows are locked and made by reference, so that two who do this at
    once wait for each other and never cross.
    """
    references = {body.customer.reference for body in bodies}
    locked = Customer.objects.select_for_update(no_key=True).filter(shop=shop, reference__in=references)
    known = {customer.reference: customer for customer in locked.order_by("reference")}
    names = _names(known, bodies)
    _rename(known, names)
    fresh = [names[reference] for reference in sorted(references - known.keys())]
    rows = [{"shop_id": shop.pk, "reference": one.reference, "name": one.name, "email": one.email} for one in fresh]
    made = zip((one.reference for one in fresh), insert_rows(Customer, rows), strict=True)
    return {reference: customer.pk for reference, customer in known.items()} | dict(made)


def _names(known: Mapping[str, Customer], bodies: Sequence[OrderBody]) -> Names:
    """What every buyer is called after these orders."""
    names = {reference: _called(customer) for reference, customer in known.items()}
    in_doubt = {body.customer.reference for body in bodies if names.get(body.customer.reference) != body.customer}
    versions = _newest_versions([known[reference] for reference in in_doubt & known.keys()])
    for body in bodies:
        reference = body.customer.reference
        newest = versions.get(reference)
        if reference not in names or is_newest(body.updated_at, newest):
            names[reference] = body.customer
        versions[reference] = max(newest or body.updated_at, body.updated_at)
    return names


def _rename(known: Mapping[str, Customer], names: Names) -> None:
    renamed = [customer for reference, customer in known.items() if _called(customer) != names[reference]]
    for customer in renamed:
        customer.name, customer.email = names[customer.reference].name, names[customer.reference].email
    Customer.objects.bulk_update(renamed, ["name", "email"])


def _newest_versions(customers: Sequence[Customer]) -> dict[str, datetime]:
    """The version of each buyer's newest order, by the buyer's reference; a buyer without orders has none."""
    if not customers:
        return {}
    versions = Order.objects.filter(customer__in=customers).values_list("customer__reference")
    return dict(versions.annotate(Max("updated_at")))


def _called(customer: Customer) -> CustomerBody:
    return CustomerBody(customer.reference, customer.name, customer.email)
