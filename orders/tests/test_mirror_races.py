"""Two bodies of one order at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.domain.refusal import Refused
from accounts.models import Shop
from accounts.tests.factories import ShopFactory
from orders.models import Customer, MirrorConflict, Order
from orders.tests.factories import NOW, delivery, line, make_order, read_order
from orders.tests.test_deliveries import read_delivery
from orders.use_cases import add_delivery, mirror_order

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


def together(*jobs: Callable[[], Any]) -> list[str]:
    """Run the jobs at the same moment; what each came to, or the code of its refusal."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> str:
        start.wait()
        try:
            return str(job().outcome)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def mirror(shop: Shop, **changes: Any) -> Any:
    return mirror_order(shop=shop, reference="1001", body=read_order(**changes), now=NOW)


def test_of_many_first_bodies_at_once_one_makes_the_order() -> None:
    shop = ShopFactory()
    outcomes = together(*[lambda: mirror(shop)] * WORKERS)
    assert outcomes == ["created", *["unchanged"] * (WORKERS - 1)]
    order = Order.objects.get()
    assert (order.lines.count(), order.deliveries.count(), Customer.objects.count()) == (1, 1, 1)


def test_of_two_versions_at_once_the_newer_one_stands() -> None:
    shop = ShopFactory()
    make_order(shop)
    bodies = [
        {"version": pounds, "lines": [line(gross=f"{pounds}.00", tax="0.00")]} for pounds in range(1, WORKERS + 1)
    ]
    jobs = [partial(mirror, shop, **body) for body in bodies]
    outcomes = together(*jobs)
    assert set(outcomes) <= {"changed", "version_conflict"}
    assert Order.objects.get().lines.get().gross == 100 * WORKERS
    assert sum(kept.times for kept in MirrorConflict.objects.all()) == outcomes.count("version_conflict")


def test_the_same_units_arrive_once_however_many_say_so_at_once() -> None:
    order = make_order(delivered_at=None)
    parcels = [read_delivery(delivery(f"D{number}", {"L1": 2})) for number in range(WORKERS)]
    outcomes = together(*[partial(add_delivery, order=order, delivery=parcel, now=NOW) for parcel in parcels])
    assert outcomes == ["already_delivered"] * (WORKERS - 1) + ["changed"]
    assert order.lines.get().delivered_quantity == 2


def test_the_same_conflict_at_once_is_counted_exactly() -> None:
    shop = ShopFactory()
    mirror(shop, version=9)
    assert together(*[lambda: mirror(shop)] * WORKERS) == ["version_conflict"] * WORKERS
    assert MirrorConflict.objects.get().times == WORKERS
