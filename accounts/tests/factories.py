"""Rows for tests: shops, people with a role in them, API clients.

`UserFactory(role="supervisor", shops=[shop])` may work in `shop`; `ClientFactory(scopes=["orders"], shops=[shop])` may
call the API there. Everybody's password is `PASSWORD`, and so is every client's secret.
"""

from collections.abc import Sequence
from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory
from guardian.shortcuts import assign_perm

from accounts.models import ACCESS_SHOP, Shop, User
from accounts.roles import CLIENT_SCOPES
from accounts.use_cases import STAFF_ROLES

PASSWORD = "correct horse battery staple"


class ShopFactory(DjangoModelFactory[Shop]):
    """A British shop that gives money back for 336 hours after delivery."""

    class Meta:
        model = Shop

    reference = factory.Sequence(lambda number: f"shop-{number}")
    name = factory.Sequence(lambda number: f"Shop {number}")
    currency = "GBP"
    time_zone = "Europe/London"
    country = "GB"
    refund_policy = "strict"


class UserFactory(DjangoModelFactory[User]):
    """A person with a role (`None` for no role) and grants on shops."""

    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"person{number}@example.test")
    email = factory.SelfAttribute("username")
    name = factory.Sequence(lambda number: f"Person {number}")
    password = PASSWORD
    role: str | None = "agent"
    shops: Sequence[Shop] = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        role, shops, password = fields.pop("role"), fields.pop("shops"), fields.pop("password")
        person = model_class(**{"is_staff": role in STAFF_ROLES} | fields)
        person.set_password(password)
        person.save()
        let_in(person, roles=[role] if role else [], shops=shops)
        return person


class ClientFactory(DjangoModelFactory[User]):
    """An API client with scopes and grants on shops."""

    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"client-{number}")
    name = factory.SelfAttribute("username")
    kind = User.Kind.CLIENT
    password = PASSWORD
    scopes: Sequence[str] = ("read",)
    shops: Sequence[Shop] = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        scopes, shops, password = fields.pop("scopes"), fields.pop("shops"), fields.pop("password")
        client = model_class(**fields)
        client.set_secret(password)
        client.save()
        let_in(client, roles=[CLIENT_SCOPES[scope] for scope in scopes], shops=shops)
        return client


def let_in(user: User, *, roles: Sequence[str], shops: Sequence[Shop]) -> None:
    """Give roles and shops; an unknown role is an error of the test."""
    user.groups.add(*[Group.objects.get(name=role) for role in roles])
    for shop in shops:
        assign_perm(ACCESS_SHOP, user, shop)
