"""The one table of what each role may do; where they may do it is a grant on a shop."""

from typing import Any

from django.apps import AppConfig, apps
from django.db import transaction

AGENT = "agent"
SENIOR_AGENT = "senior agent"
SUPERVISOR = "supervisor"
ADMINISTRATOR = "administrator"
API_READ = "API read"
API_ORDERS = "API orders"
API_CASES = "API cases"
API_REFUNDS = "API refunds"

PEOPLE_ROLES = (AGENT, SENIOR_AGENT, SUPERVISOR, ADMINISTRATOR)
CLIENT_SCOPES = {"read": API_READ, "orders": API_ORDERS, "cases": API_CASES, "refunds": API_REFUNDS}

SEE_CASES = ["support.view_case", "support.view_entry", "orders.view_customer"]
SEE_EVERY_CASE = ["support.view_every_case"]
WORK_CASES = ["support.work_case"]
SEE_ORDERS = [
    "orders.view_order",
    "orders.view_orderline",
    "orders.view_shippingcharge",
    "orders.view_payment",
    "orders.view_delivery",
    "orders.view_deliveryline",
]
SEE_REFUNDS = ["refunds.view_refund", "refunds.view_refundline", "refunds.view_payout"]
SEE_CONFLICTS = ["orders.view_mirrorconflict"]
REQUEST_AND_CANCEL_OWN = ["refunds.request_refund", "refunds.cancel_own_refund"]

ROLES: dict[str, list[str]] = {
    AGENT: SEE_CASES + WORK_CASES + SEE_ORDERS + SEE_REFUNDS + REQUEST_AND_CANCEL_OWN,
    SENIOR_AGENT: [
        *SEE_CASES,
        *WORK_CASES,
        *SEE_ORDERS,
        *SEE_REFUNDS,
        *REQUEST_AND_CANCEL_OWN,
        "refunds.approve_refund_in_limit",
    ],
    SUPERVISOR: [
        *SEE_CASES,
        *SEE_EVERY_CASE,
        *WORK_CASES,
        *SEE_ORDERS,
        *SEE_REFUNDS,
        *SEE_CONFLICTS,
        *REQUEST_AND_CANCEL_OWN,
        "refunds.approve_refund",
        "refunds.cancel_refund",
        "refunds.confirm_payout",
    ],
    ADMINISTRATOR: SEE_CASES + SEE_EVERY_CASE + SEE_ORDERS + SEE_REFUNDS + SEE_CONFLICTS + ["accounts.manage_people"],
    API_READ: SEE_CASES + SEE_EVERY_CASE + SEE_ORDERS + SEE_REFUNDS,
    API_ORDERS: [*SEE_ORDERS, *SEE_REFUNDS, "orders.mirror_order"],
    API_CASES: SEE_CASES + SEE_EVERY_CASE + WORK_CASES + SEE_ORDERS + SEE_REFUNDS,
    API_REFUNDS: [*SEE_ORDERS, "refunds.view_own_refund", *REQUEST_AND_CANCEL_OWN],
}


def write_groups(sender: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Make the groups say what the table says, and nothing else, once the last app that it names was migrated."""
    from django.contrib.auth.models import Group, Permission

    if sender.label != _last_app_named():
        return
    with transaction.atomic(using=using):
        rows = Permission.objects.using(using).values_list("pk", "content_type__app_label", "codename")
        there = {f"{app}.{codename}": pk for pk, app, codename in rows}
        for role, names in ROLES.items():
            group, _ = Group.objects.using(using).get_or_create(name=role)
            group.permissions.set([there[name] for name in names if name in there])  # not all are half-way back


def _last_app_named() -> str:
    named = {name.split(".")[0] for names in ROLES.values() for name in names}
    return [app.label for app in apps.get_app_configs() if app.label in named][-1]
