"""Groups say what the table says."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.models import ACCESS_SHOP
from accounts.roles import CLIENT_SCOPES, PEOPLE_ROLES, ROLES, write_groups
from accounts.tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


def held(role: str) -> set[str]:
    rows = Group.objects.get(name=role).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("role", ROLES)
def test_after_migrate_a_group_holds_what_the_table_says(role: str) -> None:
    assert held(role) == set(ROLES[role])


def test_every_role_and_scope_is_in_the_table() -> None:
    assert {*PEOPLE_ROLES, *CLIENT_SCOPES.values()} == set(ROLES)


def test_a_right_that_strayed_into_a_role_is_gone_after_the_next_migrate() -> None:
    Group.objects.get(name="agent").permissions.add(Permission.objects.get(codename="delete_user"))
    Group.objects.get(name="agent").permissions.remove(Permission.objects.get(codename="work_case"))
    call_command("migrate", verbosity=0)
    assert held("agent") == set(ROLES["agent"])


def test_groups_are_written_once_in_a_migrate() -> None:
    Group.objects.get(name="agent").permissions.clear()
    write_groups(apps.get_app_config("accounts"))
    assert held("agent") == set()
    write_groups(apps.get_app_config("refunds"))
    assert held("agent") == set(ROLES["agent"])


def test_a_team_keeps_its_own_rights() -> None:
    team = Group.objects.create(name="team: parcels")
    team.permissions.add(Permission.objects.get(codename="view_order"))
    write_groups(apps.get_app_config("refunds"))
    assert team.permissions.count() == 1


def test_no_role_lets_into_a_shop_or_changes_people_by_djangos_own_rights() -> None:
    named = {name for names in ROLES.values() for name in names}
    assert f"accounts.{ACCESS_SHOP}" not in named
    assert not [name for name in named if name.startswith("auth.") or name.endswith(("_user", "_shop"))]
    assert not [name for name in named if name.split(".")[1].startswith(("add_", "change_", "delete_"))]


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        ("agent", "refunds.request_refund", "refunds.approve_refund"),
        ("senior agent", "refunds.approve_refund_in_limit", "refunds.approve_refund"),
        ("supervisor", "refunds.confirm_payout", "accounts.manage_people"),
        ("administrator", "accounts.manage_people", "refunds.approve_refund"),
    ],
)
def test_a_person_may_what_their_role_may(role: str, may: str, may_not: str) -> None:
    person = UserFactory(role=role)
    assert person.has_perm(may)
    assert not person.has_perm(may_not)


def test_a_client_may_what_its_scopes_may() -> None:
    client = ClientFactory(scopes=["orders"])
    assert client.has_perm("orders.mirror_order")
    assert not client.has_perm("support.view_case")
