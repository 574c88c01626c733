"""Teams: making one, and where it may work."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import ACCESS_SHOP, Shop, User
from support.models import Team


@guarded
@transaction.atomic
def add_team(*, name: str, shops: Iterable[Shop], people: Iterable[User]) -> Team:
    """Make a team whose members work in these shops. Refusals: team_exists."""
    if Team.objects.filter(name=name).exists():
        raise Refused("team_exists", name=name)
    team = Team.objects.create(name=name, group=Group.objects.create(name=f"team: {name}"))
    for shop in shops:
        assign_perm(ACCESS_SHOP, team.group, shop)
    for person in people:
        person.groups.add(team.group)
    return team


def known_team(team: Team | None, shop: Shop) -> Team | None:
    """The team, if it works in the shop; no team is as good. Refusals: team_unknown."""
    if team and not Team.objects.working_in(shop).filter(pk=team.pk).exists():
        raise Refused("team_unknown")
    return team
