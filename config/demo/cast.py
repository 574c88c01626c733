"""The demo's people: who they are, what they may do, and the teams they share."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import Shop, User
from accounts.roles import ADMINISTRATOR, AGENT, CLIENT_SCOPES, SUPERVISOR
from accounts.use_cases import add_api_client, add_person
from accounts.views import DEMO_DOMAIN, DEMO_PASSWORD
from orders.use_cases import setup_shop
from support.models import Team
from support.use_cases import add_team

SHOP = "demo"
SHOP_NAME = "Harbour & Hare Gifts"
CLIENT = "integrator"
PEOPLE = {
    "agent": ("Priya Nair", AGENT),
    "colleague": ("Tom Bexley", AGENT),
    "supervisor": ("Marguerite Adeyemi", SUPERVISOR),
    "second": ("Owen Sutherland", SUPERVISOR),
    "admin": ("Inés Castellanos", ADMINISTRATOR),
}
TEAMS = {"damages": "Damages and claims", "deliveries": "Deliveries"}
IN_TEAMS = ("agent", "colleague")


@dataclass(frozen=True, slots=True)
class Cast:
    """The shop with its people and teams, by the short names that the stories use."""

    shop: Shop
    people: dict[str, User]
    teams: dict[str, Team]


def username_of(name: str) -> str:
    """What somebody of the cast signs in with."""
    return f"{name}{DEMO_DOMAIN}"


def bring_in_cast() -> Cast:
    """Set the shop up and make its people, all with the demo's password."""
    shop = setup_shop(reference=SHOP, name=SHOP_NAME, currency="GBP", zone="Europe/London", country="GB")
    people = {name: _person(name, shop) for name in PEOPLE}
    known_to_all = make_password(DEMO_PASSWORD)  # hashed once: hashing is slow by design, and this keeps no secret
    User.objects.filter(pk__in=[person.pk for person in people.values()]).update(password=known_to_all)
    people[CLIENT], _ = add_api_client(name=username_of(CLIENT), scopes=list(CLIENT_SCOPES), shops=[shop])
    people[CLIENT].set_secret(DEMO_PASSWORD)
    people[CLIENT].save()
    members = [people[name] for name in IN_TEAMS]
    teams = {key: add_team(name=name, shops=[shop], people=members) for key, name in TEAMS.items()}
    return Cast(shop, people, teams)


def _person(name: str, shop: Shop) -> User:
    full_name, role = PEOPLE[name]
    return add_person(email=username_of(name), role=role, shops=[shop], name=full_name)
