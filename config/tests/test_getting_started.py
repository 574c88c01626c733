"""The getting-started page of the API runs as it is written: every command, every line of Python."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.models import Shop
from accounts.tests.factories import ClientFactory, ShopFactory
from orders.models import Order
from refunds.models import Refund

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BLOCK = re.compile(r"<!-- run: (sh|python).*?-->\n```\w+\n(.*?)```", re.DOTALL)

pytestmark = pytest.mark.django_db(transaction=True)


def written(language: str) -> str:
    """All that the page says in the language, one after another."""
    return "\n".join(code for named, code in BLOCK.findall(PAGE.read_text()) if named == language)


@pytest.fixture
def shop() -> Shop:
    """The demo's shop and its API client, as the page names them."""
    shop = ShopFactory(reference="demo", approval_threshold=10_000)
    every = ["read", "orders", "cases", "refunds"]
    ClientFactory(username="integrator@demo.test", password="redress-demo", scopes=every, shops=[shop])
    return shop


def run(command: list[str], server: LiveServer) -> list[str]:
    """What the program printed, line by line; it has to end well."""
    found = {"PATH": os.environ["PATH"], "REDRESS": server.url, "LANG": "C.UTF-8"}
    done = subprocess.run(command, env=found, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_commands_do_the_whole_job(shop: Shop, live_server: LiveServer) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not here")
    said = run(["bash", "-euo", "pipefail", "-c", written("sh")], live_server)
    assert said[:3] == ["3", "20.00", "approved"]
    assert '"outcome": "created"' in said[3]
    assert Order.objects.filter(shop=shop).count() == 2
    refund = Refund.objects.get()
    assert (refund.total, refund.case.subject, refund.requested_by.username) == (
        2000,
        "Two cups broke",
        "integrator@demo.test",
    )


def test_the_python_does_the_whole_job(shop: Shop, live_server: LiveServer) -> None:
    said = run([sys.executable, "-W", "error", "-c", written("python")], live_server)
    refund = Refund.objects.get()
    assert said == [f"R-{refund.pk} approved 20.00 GBP"]
