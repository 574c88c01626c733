"""All of the Online Retail sales go through conversion and import without losing a line, a unit or a penny."""

import io
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from accounts.tests.factories import ShopFactory
from orders.models import Delivery, DeliveryLine, Order, OrderLine, Payment
from orders.tests.online_retail import SALES, needs_sales, read_sales

pytestmark = [pytest.mark.django_db, needs_sales]


def run(command: str, *args: str) -> str:
    output = io.StringIO()
    call_command(command, *args, stdout=output)
    return output.getvalue()


def test_no_line_unit_or_penny_is_lost_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    ShopFactory(reference="retail")
    orders = str(tmp_path / "orders.jsonl")
    sales = read_sales()
    lines = [line for sale in sales for line in sale["lines"]]
    pence = [
        int((Decimal(line["unit_price"]) * line["quantity"] * 100).quantize(Decimal(1), ROUND_HALF_UP))
        for line in lines
    ]
    units = sum(line["quantity"] for line in lines)

    run("convert_online_retail", str(SALES), "--output", orders)
    assert run("import_orders", "retail", orders) == f"{len(sales)} created, 0 changed, 0 unchanged, 0 refused.\n"

    assert OrderLine.objects.count() == DeliveryLine.objects.count() == len(lines)
    assert OrderLine.objects.aggregate(units=Sum("quantity"), pence=Sum("gross")) == {
        "units": units,
        "pence": sum(pence),
    }
    assert DeliveryLine.objects.aggregate(units=Sum("quantity")) == {"units": units}
    assert OrderLine.objects.aggregate(units=Sum("delivered_quantity")) == {"units": units}
    assert Order.objects.aggregate(pence=Sum("total")) == {"pence": sum(pence)}
    assert Payment.objects.aggregate(pence=Sum("captured")) == {"pence": sum(pence)}
    assert Delivery.objects.count() == len(sales)
    sold = [
        (sale["invoice"], line["stock_code"], line["description"], line["quantity"])
        for sale in sales
        for line in sale["lines"]
    ]
    kept = OrderLine.objects.values_list("order__reference", "sku", "name", "quantity")
    assert sorted(kept) == sorted(sold)

    assert run("import_orders", "retail", orders) == f"0 created, 0 changed, {len(sales)} unchanged, 0 refused.\n"
