"""What start-up has to say about the shops."""

from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.checks import check_statutory_period

pytestmark = pytest.mark.django_db


def warnings(**extra: Any) -> list[str]:
    return [each.msg for each in run_checks(tags=[Tags.database], databases=["default"]) if each.id == "orders.W001"]


def test_a_shop_in_the_eea_that_keeps_strict_is_warned_of() -> None:
    ShopFactory(reference="north", country="NO")
    assert warnings() == ["Shop north is in NO and keeps the policy “strict”."]


def test_shops_outside_and_shops_with_a_policy_of_the_law_are_left_alone() -> None:
    ShopFactory(country="GB")
    ShopFactory(country="DE", refund_policy="eu")
    assert warnings() == []


def test_nothing_is_asked_of_a_database_that_nobody_named() -> None:
    ShopFactory(country="DE")
    assert check_statutory_period(databases=None) == []


def test_a_database_without_tables_is_no_reason_to_complain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shop._meta, "db_table", "accounts_shop_of_tomorrow")
    assert Shop._meta.db_table not in connection.introspection.table_names()
    assert check_statutory_period(databases=["default"]) == []
