"""The commands by which people and clients are let in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.factories import ShopFactory, UserFactory

pytestmark = pytest.mark.django_db


def say(*command: str) -> list[str]:
    said = StringIO()
    call_command(*command, stdout=said)
    return said.getvalue().splitlines()


def test_add_person_prints_a_one_time_link() -> None:
    ShopFactory(reference="acme")
    said = say("add_person", "ana@example.test", "--role", "agent", "--shop", "acme", "--url", "https://desk.test/")
    assert said[0] == "ana@example.test is agent in acme."
    assert said[-1].startswith("https://desk.test/password/reset/")


def test_add_person_without_a_shop_says_so() -> None:
    assert say("add_person", "ana@example.test", "--role", "agent")[0] == "ana@example.test is agent in no shop yet."


def test_add_person_says_why_not_and_adds_nobody() -> None:
    with pytest.raises(CommandError, match="There is no shop “acme”"):
        say("add_person", "ana@example.test", "--role", "agent", "--shop", "acme")
    with pytest.raises(CommandError, match="There is no role “boss”"):
        say("add_person", "ana@example.test", "--role", "boss")
    assert not User.objects.exists()


def test_add_api_client_prints_the_secret_once() -> None:
    ShopFactory(reference="acme")
    said = say("add_api_client", "warehouse", "--scope", "read", "--scope", "orders", "--shop", "acme")
    assert said[0] == "warehouse may read, orders in acme."
    assert User.objects.get(username="warehouse").check_password(said[-1])


def test_add_api_client_says_why_not() -> None:
    ShopFactory(reference="acme")
    with pytest.raises(CommandError, match="There is no scope “all”"):
        say("add_api_client", "warehouse", "--scope", "all", "--shop", "acme")


def test_one_time_link_prints_another_link_for_whoever_lost_theirs() -> None:
    UserFactory(username="ana@example.test")
    assert say("one_time_link", "Ana@example.test")[-1].startswith("http://127.0.0.1:8000/password/reset/")


def test_one_time_link_is_for_people_only() -> None:
    with pytest.raises(CommandError, match="There is nobody with the address"):
        say("one_time_link", "warehouse")
