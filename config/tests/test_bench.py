"""The measurements measure what they say: whole answers, in a database of their own."""

import re

import pytest
from django.core.management import call_command

from config.bench import first_load
from config.bench.wsgi import Call, Desk
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
    monkeypatch.setattr(first_load, "MEASURED", [(4, 2)])
    assert first_load.main([]) == 0
    told = capfd.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == ["4 orders of 2 lines"]


@pytest.mark.sqlite_only
def test_the_api_is_measured_beside_bare_views(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("bench", "api", "--", "--rounds", "2", "--calls", "2", "--orders", "2")
    assert ended.value.code == 0
    told = capfd.readouterr().out
    assert len(re.findall(r"^\w.* +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$", told, re.MULTILINE)) == 7
    assert re.search(r"^request a refund +\d+ statements, \d+ rows written; 1\.00 commits", told, re.MULTILINE)


@pytest.mark.django_db
def test_a_call_that_fails_ends_the_measurement() -> None:
    with pytest.raises(SystemExit, match="GET /api/v1/orders/ answered 401"):
        Desk().send(Call("GET", "/api/v1/orders/", token="none"))
