"""The commands by which people and clients are let in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import RefreshFamily, User
from accounts.tests.factories import PASSWORD, ClientFactory, ShopFactory, UserFactory
from accounts.use_cases import issue_tokens

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


def test_rotate_client_secret_prints_another_secret_once_and_ends_the_old_one() -> None:
    client = ClientFactory(username="warehouse")
    issue_tokens(user=client, now=timezone.now())
    said = say("rotate_client_secret", " Warehouse")
    assert said[0] == "The old secret of warehouse and every token given out for it have ended."
    changed = User.objects.get(pk=client.pk)
    assert changed.has_secret(said[-1])
    assert not changed.has_secret(PASSWORD)
    assert changed.session_version != client.session_version
    assert RefreshFamily.objects.get().why == "everything"


def test_rotate_client_secret_is_for_clients_only() -> None:
    UserFactory(username="ana@example.test")
    with pytest.raises(CommandError, match=r"There is no API client named ana@example\.test"):
        say("rotate_client_secret", "ana@example.test")


@pytest.mark.parametrize("name", ["warehouse", "Ana@example.test"])
def test_revoke_tokens_ends_what_is_open_of_people_and_clients(name: str) -> None:
    for account in (UserFactory(username="ana@example.test"), ClientFactory(username="warehouse")):
        issue_tokens(user=account, now=timezone.now())
    assert say("revoke_tokens", name) == [f"Every session of {name.lower()} and 1 families of tokens have ended."]
    assert RefreshFamily.objects.exclude(revoked_at=None).get().user.username == name.lower()


@pytest.mark.parametrize("command", ["revoke_tokens", "close_account"])
def test_an_account_that_is_not_there_is_told(command: str) -> None:
    with pytest.raises(CommandError, match="There is no account named nobody"):
        say(command, "nobody")


def test_close_account_lets_nobody_in_any_more() -> None:
    client = ClientFactory(username="warehouse")
    assert say("close_account", "warehouse") == ["warehouse is closed."]
    client.refresh_from_db()
    assert not client.is_active
