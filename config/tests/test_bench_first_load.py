"""The measurement of a first load measures one."""

import sys

import pytest

from config.bench import first_load
from orders.models import Customer, Order, OrderLine


@pytest.mark.django_db
def test_it_imports_as_many_orders_as_it_says() -> None:
    found = first_load.measure(5, 2)
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (5, 10, 3)
    assert {*found} == {"orders_per_second", "orders_per_cpu_second", "peak_rss_mb", "seconds"}
    assert all(value > 0 for value in found.values())


@pytest.mark.django_db
def test_it_measures_no_refusals() -> None:
    first_load.measure(5, 2)
    with pytest.raises(SystemExit, match="Only 0 of 5 orders were taken"):
        first_load.measure(5, 2)


@pytest.mark.sqlite_only
def test_it_runs_in_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["first_load"])
    monkeypatch.setattr(first_load, "MEASURED", [(4, 2)])
    assert first_load.main() == 0
    told = capfd.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == ["4 orders of 2 lines"]
