"""A first load: how many orders a second are imported from NDJSON, and how much memory that takes.

Run by `manage.py bench first_load`: each measurement has a process and a database of its own. With the number of orders
and the lines of each as arguments it measures that alone.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from config.bench.scratch import run_in_scratch
from orders.use_cases import Outcome, import_orders, setup_shop

MEASURED = [(10_000, 3), (100_000, 3), (10_000, 25)]
FIRST = datetime(2025, 1, 6, 9, tzinfo=UTC)
MEBIBYTE = 1024 if sys.platform == "linux" else 1024**2  # of what getrusage counts: kibibytes, elsewhere bytes


def measure(orders: int, lines: int) -> dict[str, float]:
    """Import so many orders of so many lines into the database, which should be empty."""
    shop = setup_shop(reference="north", name="North", currency="GBP", zone="Europe/London", country="GB")
    started, cpu = time.perf_counter(), time.process_time()
    taken = import_orders(shop=shop, lines=enumerate(sent(orders, lines), 1), now=timezone.now)
    created = sum(imported.outcome is Outcome.CREATED for _, imported in taken)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    if created < orders:
        sys.exit(f"Only {created} of {orders} orders were taken.")
    return {
        "orders_per_second": orders / seconds,
        "orders_per_cpu_second": orders / cpu,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE,
        "seconds": seconds,
    }


def sent(orders: int, lines: int) -> Iterator[bytes]:
    """The lines of the file, always the same: one payment, one charge, one delivery, two orders for each customer."""
    template = json.dumps(_order(lines))
    for number in range(orders):
        placed = FIRST + timedelta(minutes=number)
        told = {
            "number": f"{number:08}",
            "customer": f"{number // 2:08}",
            "placed": placed.isoformat(),
            "delivered": (placed + timedelta(days=3)).isoformat(),
        }
        yield (template % told).encode()


def _order(lines: int) -> dict[str, object]:
    names = [f"L{place}" for place in range(1, lines + 1)]
    return {
        "reference": "N-%(number)s",
        "placed_at": "%(placed)s",
        "updated_at": "%(placed)s",
        "currency": "GBP",
        "customer": {
            "reference": "K-%(customer)s",
            "name": "Kim Sample %(customer)s",
            "email": "kim%(customer)s@example.test",
        },
        "lines": [_line(name) for name in names],
        "shipping": [{"reference": "S1", "name": "Parcel", "gross": "4.90", "tax": "0.82"}],
        "payments": [{"reference": "P1", "gateway": "manual", "captured": f"{30 * lines + 4}.90"}],
        "deliveries": [
            {
                "reference": "D1",
                "delivered_at": "%(delivered)s",
                "lines": [{"line": name, "quantity": 3} for name in names],
            }
        ],
    }


def _line(name: str) -> dict[str, object]:
    return {
        "reference": name,
        "sku": f"CUP-{name}",
        "name": f"Cup {name}, 300 ml",
        "quantity": 3,
        "unit_price": "10.00",
        "gross": "30.00",
        "tax": "5.00",
    }


def main(arguments: Sequence[str]) -> int:
    """Measure what was asked for, or all that we promise something about."""
    parser = argparse.ArgumentParser(prog="bench first_load --", description=__doc__)
    parser.add_argument("orders", nargs="?", type=int)
    parser.add_argument("lines", nargs="?", type=int, default=3)
    asked = parser.parse_args(arguments)
    if asked.orders is None:
        return max(run_in_scratch("first_load", [str(orders), str(lines)]) for orders, lines in MEASURED)
    found = measure(asked.orders, asked.lines)
    told = ", ".join(f"{name} {value:,.0f}" for name, value in found.items())
    sys.stdout.write(f"{asked.orders:,} orders of {asked.lines} lines: {told}\n")
    return 0
