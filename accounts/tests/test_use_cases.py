"""How people and API clients come to the desk, and every no they can hear."""

import pytest
from django.contrib.auth.tokens import default_token_generator

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.refusals import sentence
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from accounts.use_cases import add_api_client, add_person, one_time_link, person_named, shop_named

pytestmark = pytest.mark.django_db


def test_a_person_is_added_with_a_role_and_shops_and_without_a_password() -> None:
    shop = ShopFactory()
    ana = add_person(email=" Ana@Example.Test ", role="agent", shops=[shop], name="Ana  Moreno")
    assert (ana.username, ana.email, ana.name) == ("ana@example.test", "ana@example.test", "Ana Moreno")
    assert [group.name for group in ana.groups.all()] == ["agent"]
    assert list(Shop.objects.visible_to(ana)) == [shop]
    assert not ana.has_usable_password()


def test_a_person_without_a_name_is_called_by_their_address() -> None:
    assert add_person(email="ana.m@example.test", role="agent", shops=[]).name == "ana.m"


@pytest.mark.parametrize(
    ("role", "staff"), [("agent", False), ("senior agent", False), ("supervisor", True), ("administrator", True)]
)
def test_the_supervisors_site_is_for_supervisors_and_administrators(role: str, staff: bool) -> None:
    person = add_person(email="ana@example.test", role=role, shops=[])
    assert person.is_staff is staff
    assert not person.is_superuser


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"email": "ana"}, "email_malformed"),
        ({"email": "ana@example.test\n"}, None),
        ({"email": "ana\n@example.test"}, "email_malformed"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 40}.test"}, "email_malformed"),
        ({"role": "owner"}, "role_unknown"),
        ({"role": "API read"}, "role_unknown"),
        ({"name": "a" * 151}, "name_malformed"),
        ({"name": "Ana\x00"}, "name_malformed"),
        ({"name": "Ana\u202eMoreno"}, "name_malformed"),
        ({"email": "KIM@example.test"}, "account_exists"),
    ],
)
def test_a_person_is_refused_aloud(asked: dict[str, str], code: str | None) -> None:
    UserFactory(username="kim@example.test")
    wanted = {"email": "ana@example.test", "role": "agent", "name": "Ana"} | asked
    if code is None:
        assert add_person(shops=[], **wanted).username == "ana@example.test"
        return
    with pytest.raises(Refused) as refused:
        add_person(shops=[], **wanted)
    assert refused.value.code == code
    assert "%" not in sentence(refused.value)
    assert "_" not in sentence(refused.value)
    assert User.objects.count() == 1


def test_a_client_is_added_with_scopes_and_shops_and_a_secret_that_only_its_owner_has() -> None:
    shop = ShopFactory()
    client, secret = add_api_client(name="Warehouse", scopes=["read", "orders"], shops=[shop])
    assert (client.username, client.kind, client.is_staff) == ("warehouse", "client", False)
    assert {group.name for group in client.groups.all()} == {"API read", "API orders"}
    assert list(Shop.objects.visible_to(client)) == [shop]
    assert len(secret) >= 43
    assert secret not in client.password
    assert client.check_password(secret)


def test_two_clients_have_two_secrets() -> None:
    secrets = {add_api_client(name=name, scopes=["read"], shops=[])[1] for name in ("one", "two")}
    assert len(secrets) == 2


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"scopes": ["read", "everything"]}, "scope_unknown"),
        ({"name": ""}, "client_name_malformed"),
        ({"name": "two words"}, "client_name_malformed"),
        ({"name": "a" * 151}, "client_name_malformed"),
        ({"name": "Taken"}, "client_name_taken"),
        ({"name": "kim@example.test"}, "client_name_taken"),
    ],
)
def test_a_client_is_refused_aloud(asked: dict[str, object], code: str) -> None:
    ClientFactory(username="taken")
    UserFactory(username="kim@example.test")
    with pytest.raises(Refused) as refused:
        add_api_client(**{"name": "warehouse", "scopes": ["read"], "shops": []} | asked)
    assert refused.value.code == code
    assert "%" not in sentence(refused.value)
    assert User.objects.count() == 2


def test_a_one_time_link_holds_a_token_of_this_person() -> None:
    ana, kim = UserFactory(), UserFactory()
    token = one_time_link(ana).rstrip("/").split("/")[-1]
    assert default_token_generator.check_token(ana, token)
    assert not default_token_generator.check_token(kim, token)


def test_a_shop_is_found_by_its_reference_or_refused() -> None:
    shop = ShopFactory(reference="acme")
    assert shop_named("acme") == shop
    with pytest.raises(Refused, match="shop_unknown"):
        shop_named("other")


def test_a_person_is_found_by_their_address_and_a_client_is_none() -> None:
    ana = UserFactory(username="ana@example.test")
    ClientFactory(username="warehouse@example.test")
    assert person_named(" Ana@Example.Test") == ana
    for nobody in ("warehouse@example.test", "kim@example.test"):
        with pytest.raises(Refused, match="person_unknown"):
            person_named(nobody)
