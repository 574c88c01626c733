"""`manage.py demo`: fills an empty desk with real orders, people, cases and refunds to look at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence
from accounts.views import DEMO_PASSWORD
from config.demo.cast import CLIENT, PEOPLE, SHOP, username_of
from config.demo.fill import SHOWN_FIRST, fill_desk
from orders.models import Order
from refunds.models import Refund
from support.models import Case

FIRST_VISIT = (
    f"For a first visit: order {SHOWN_FIRST}. Two of its three enamel jugs (line 8) can go back; what came in its\n"
    "first parcel cannot, for that window shut an hour before the desk was filled."
)


class Command(BaseCommand):
    """Fill the desk with the demo, once."""

    help = "Fills an empty desk with the demo; one that holds the demo already keeps it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill or keep, and say who can sign in."""
        if settings.ENVIRONMENT == "production":
            raise CommandError("A desk in production takes no demo: its people have a password that everybody knows.")
        try:
            filled = fill_desk(now=timezone.now())
        except Refused as refused:
            raise CommandError(sentence(refused)) from refused
        self._say_what_is_there(filled)
        self._say_who_can_sign_in()
        self.stdout.write(FIRST_VISIT)

    def _say_what_is_there(self, filled: bool) -> None:
        """How much there is to look at."""
        there = f"{Order.objects.count()} orders, {Case.objects.count()} cases, {Refund.objects.count()} refunds"
        self.stdout.write(f"The demo is ready: {there}." if filled else f"The demo is here already and stays: {there}.")

    def _say_who_can_sign_in(self) -> None:
        """Everybody with their role, and the one password."""
        roles = {username_of(name): f"{role} ({full_name})" for name, (full_name, role) in PEOPLE.items()}
        roles[username_of(CLIENT)] = "API client with every scope: fetches tokens, does not sign in"
        self.stdout.write(f"Sign in at /sign-in/ with the password {DEMO_PASSWORD}:")
        for person in User.objects.filter(username__in=roles, is_active=True).order_by("pk"):
            self.stdout.write(f"  {person.username:<22} {roles[person.username]}")
        self.stdout.write(f"The shop's reference: {SHOP}")
