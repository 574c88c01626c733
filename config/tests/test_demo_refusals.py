"""When the demo stays away: from a real desk, from production, and from a desk that it could fill only in part."""

import gzip
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Shop, User
from accounts.use_cases import add_person
from config.demo import orders, stories
from orders.models import Order
from orders.use_cases import setup_shop

pytestmark = pytest.mark.django_db

IMPOSSIBLE = """
[[case]]
subject = "Nobody has bought anything"
[[case.story]]
ago = "1h"
who = "agent"
customer = "Where is my parcel?"
[[case.story]]
ago = "30m"
who = "agent"
refund = { 1 = 1 }
"""


def test_a_desk_with_other_people_is_left_alone() -> None:
    add_person(email="ana@shop.example", role="agent", shops=[])
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")
    assert User.objects.count() == 1
    assert not Shop.objects.exists()


def test_a_desk_with_a_shop_is_left_alone() -> None:
    setup_shop(reference="kiosk", name="Kiosk", currency="EUR", zone="Europe/Madrid", country="ES")
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_real_shop_that_is_called_demo_is_left_alone() -> None:
    setup_shop(reference="demo", name="Demography Books", currency="EUR", zone="Europe/Madrid", country="ES")
    with pytest.raises(CommandError, match="empty"):
        call_command("demo")
    assert not User.objects.exists()


def test_production_takes_no_demo(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="production"):
        call_command("demo")
    assert not User.objects.exists()


def test_a_story_that_cannot_be_played_leaves_the_desk_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text(IMPOSSIBLE)
    monkeypatch.setattr(stories, "CASES", tmp_path)
    monkeypatch.setattr(orders, "SALES", few_sales(tmp_path))
    with pytest.raises(RuntimeError, match=r"Nobody has bought anything.*case_without_order"):
        call_command("demo")
    assert not User.objects.exists()
    assert not Order.objects.exists()


def few_sales(folder: Path) -> Path:
    """The first three of the demo's sales."""
    with gzip.open(orders.SALES, "rt", encoding="utf-8") as rows:
        few = [next(rows) for _ in range(3)]
    path = folder / "few.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(few)
    return path
