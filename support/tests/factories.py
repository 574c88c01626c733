"""Rows of support for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime

import factory
from django.contrib.auth.models import Group
from guardian.shortcuts import assign_perm

from accounts.models import ACCESS_SHOP, Shop
from accounts.tests.factories import ShopFactory
from orders.tests.factories import CustomerFactory
from support.models import Case, Entry, Team

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class TeamFactory(factory.django.DjangoModelFactory):
    """A team with its own group; `shops=[shop]` lets it work there."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Team {n}")
    group = factory.LazyAttribute(lambda team: Group.objects.create(name=f"team: {team.name}"))

    @factory.post_generation
    def shops(self, create: bool, granted: Sequence[Shop] | None) -> None:
        """Grant the shops."""
        for shop in granted or ():
            assign_perm(ACCESS_SHOP, self.group, shop)


class CaseFactory(factory.django.DjangoModelFactory):
    """A case without an order."""

    class Meta:
        model = Case

    shop = factory.SubFactory(ShopFactory)
    customer = factory.SubFactory(CustomerFactory, shop=factory.SelfAttribute("..shop"))
    subject = "Two cups arrived broken"
    opened_at = NOW
    updated_at = NOW


class EntryFactory(factory.django.DjangoModelFactory):
    """A customer's message."""

    class Meta:
        model = Entry

    case = factory.SubFactory(CaseFactory)
    kind = "customer"
    body = "Two of the cups are broken."
    recorded_at = NOW
