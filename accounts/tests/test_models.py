"""People, clients and shops: who is who, and who sees which shop."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from guardian.shortcuts import assign_perm, remove_perm
from pytest_django import DjangoAssertNumQueries

from accounts.models import ACCESS_SHOP, Shop, ShopGroupPermission, ShopUserPermission, User
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_sees_the_shops_that_they_were_granted_and_no_other() -> None:
    own, _foreign = ShopFactory(), ShopFactory()
    assert list(Shop.objects.visible_to(UserFactory(shops=[own]))) == [own]


def test_a_person_sees_the_shops_of_their_team() -> None:
    shop, team = ShopFactory(), Group.objects.create(name="team: parcels")
    assign_perm(ACCESS_SHOP, team, shop)
    member, other = UserFactory(), UserFactory()
    member.groups.add(team)
    assert list(Shop.objects.visible_to(member)) == [shop]
    assert not Shop.objects.visible_to(other).exists()


def test_a_shop_granted_twice_is_seen_once() -> None:
    shop, team = ShopFactory(), Group.objects.create(name="team: parcels")
    assign_perm(ACCESS_SHOP, team, shop)
    member = UserFactory(shops=[shop])
    member.groups.add(team)
    assert Shop.objects.visible_to(member).count() == 1


@pytest.mark.parametrize("rank", [{"is_superuser": True, "is_staff": True}, {"role": "administrator"}])
def test_nobody_sees_all_shops_by_rank(rank: dict[str, object]) -> None:
    ShopFactory()
    assert not Shop.objects.visible_to(UserFactory(**rank)).exists()


def test_the_permission_without_a_shop_opens_no_shop() -> None:
    ShopFactory()
    person = UserFactory()
    person.user_permissions.add(Permission.objects.get(codename=ACCESS_SHOP))
    assert not Shop.objects.visible_to(person).exists()


def test_an_inactive_person_and_nobody_see_no_shop() -> None:
    shop = ShopFactory()
    assert not Shop.objects.visible_to(UserFactory(shops=[shop], is_active=False)).exists()
    assert not Shop.objects.visible_to(AnonymousUser()).exists()


def test_a_grant_taken_back_counts_at_once() -> None:
    shop = ShopFactory()
    person = UserFactory(shops=[shop])
    remove_perm(ACCESS_SHOP, person, shop)
    assert not Shop.objects.visible_to(person).exists()


def test_visible_shops_are_found_by_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    shop = ShopFactory()
    person = UserFactory(shops=[shop])
    list(Shop.objects.visible_to(person))  # content types are looked up once in a process
    with django_assert_num_queries(1):
        assert list(Shop.objects.visible_to(person)) == [shop]


def test_grants_stand_in_tables_of_their_own_and_go_with_the_shop() -> None:
    shop, team = ShopFactory(), Group.objects.create(name="team: parcels")
    assign_perm(ACCESS_SHOP, team, shop)
    UserFactory(shops=[shop])
    assert (ShopUserPermission.objects.count(), ShopGroupPermission.objects.count()) == (1, 1)
    shop.delete()
    assert (ShopUserPermission.objects.count(), ShopGroupPermission.objects.count()) == (0, 0)


@pytest.mark.parametrize("typed", ["Ana@Example.Test", "ＡＮＡ@example.test"])
def test_names_that_read_the_same_are_the_same_account(typed: str) -> None:
    superuser = User.objects.create_superuser(username=typed, email=typed, name="Ana", password="x")
    assert superuser.username == "ana@example.test"


def test_a_person_is_called_by_their_name_else_by_their_address() -> None:
    person = UserFactory(name="Ana Moreno")
    assert (str(person), person.get_full_name(), person.get_short_name()) == ("Ana Moreno", "Ana Moreno", "Ana")
    assert str(UserFactory(name="", username="kim@example.test")) == "kim@example.test"


@pytest.mark.parametrize("right", [{"is_staff": True}, {"is_superuser": True}])
def test_the_database_refuses_an_api_client_as_staff(right: dict[str, bool]) -> None:
    with pytest.raises(IntegrityError):
        ClientFactory(**right)


def test_the_database_refuses_a_third_kind_of_account() -> None:
    with pytest.raises(IntegrityError):
        UserFactory(kind="robot")


@pytest.mark.parametrize("limit", ["approval_threshold", "daily_limit"])
def test_the_database_refuses_a_negative_limit(limit: str) -> None:
    with pytest.raises(IntegrityError):
        ShopFactory(**{limit: -1})


@pytest.mark.parametrize("wrong", [{"reference": "a b"}, {"reference": "-a"}, {"currency": "gbp"}, {"country": "GBR"}])
def test_a_shop_with_a_malformed_code_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ShopFactory.build(**wrong).full_clean()


def test_a_shop_is_called_by_its_name() -> None:
    assert str(ShopFactory(name="Acme Gifts")) == "Acme Gifts"
