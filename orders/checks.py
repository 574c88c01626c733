"""What `manage.py check --database default` and `migrate` have to say about the shops."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from accounts.models import Shop
from orders.domain.policy import EEA, cuts_statutory_period, policy_named


def check_statutory_period(*, databases: Sequence[str] | None = None, **extra: Any) -> list[checks.CheckMessage]:
    """Warn of shops in the EEA whose policy cuts up to a day off the last day that the law gives the customer."""
    return [_warning(shop) for alias in databases or () for shop in _shops_below_the_law(alias)]


def _shops_below_the_law(alias: str) -> list[Shop]:
    if Shop._meta.db_table not in connections[alias].introspection.table_names():
        return []  # before the first migration
    shops = Shop.objects.using(alias).filter(country__in=EEA)
    return [shop for shop in shops if cuts_statutory_period(policy_named(shop.refund_policy), shop.country)]


def _warning(shop: Shop) -> checks.CheckMessage:
    return checks.Warning(
        f"Shop {shop.reference} is in {shop.country} and keeps the policy “{shop.refund_policy}”.",
        hint="In the European Economic Area the period ends with the whole last day; the shop gives up to a day less.",
        id="orders.W001",
    )
