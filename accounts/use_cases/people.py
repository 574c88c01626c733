"""How people come to the desk, and how accounts and shops are found."""

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from guardian.shortcuts import assign_perm

from accounts.domain.refusal import Refused
from accounts.models import ACCESS_SHOP, Shop, User
from accounts.roles import ADMINISTRATOR, PEOPLE_ROLES, SUPERVISOR

NAME_LENGTH = 150  # of names and usernames alike
STAFF_ROLES = (SUPERVISOR, ADMINISTRATOR)


@transaction.atomic
def add_person(*, email: str, role: str, shops: list[Shop], name: str = "") -> User:
    """Make an account with a role in these shops; it has no password until its owner chooses one by a one-time link.

    Refusals: email_malformed, name_malformed, role_unknown, account_exists.
    """
    if role not in PEOPLE_ROLES:
        raise Refused("role_unknown", role=role, known=", ".join(PEOPLE_ROLES))
    email = _address(email)
    name = _name(name or email.split("@")[0])
    person = User(username=email, email=email, name=name, is_staff=role in STAFF_ROLES)
    person.set_unusable_password()
    save_new(person, Refused("account_exists", username=email))
    let_in(person, roles=[role], shops=shops)
    return person


def one_time_link(person: User) -> str:
    """The path at which the person chooses a password; it works once and for three days."""
    who = urlsafe_base64_encode(force_bytes(person.pk))
    return reverse("password_reset_confirm", args=[who, default_token_generator.make_token(person)])


def shop_named(reference: str) -> Shop:
    """The shop of this reference. Refusals: shop_unknown."""
    try:
        return Shop.objects.get(reference=reference)
    except Shop.DoesNotExist:
        raise Refused("shop_unknown", reference=reference) from None


def person_named(email: str) -> User:
    """The person of this e-mail address. Refusals: person_unknown."""
    try:
        return User.objects.get(username=User.normalize_username(email.strip()), kind=User.Kind.PERSON)
    except User.DoesNotExist:
        raise Refused("person_unknown", email=email) from None


def account_named(name: str) -> User:
    """The person or API client of this name. Refusals: account_unknown."""
    try:
        return User.objects.get(username=User.normalize_username(name.strip()))
    except User.DoesNotExist:
        raise Refused("account_unknown", name=name) from None


def save_new(user: User, taken: Refused) -> None:
    """Save a new account, or say that its name is taken."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise taken from None


def let_in(user: User, *, roles: list[str], shops: list[Shop]) -> None:
    """Give roles, and grants on shops."""
    user.groups.add(*Group.objects.filter(name__in=roles))
    for shop in shops:
        assign_perm(ACCESS_SHOP, user, shop)


def _address(email: str) -> str:
    email = User.normalize_username(email.strip())
    try:
        validate_email(email)
        MaxLengthValidator(NAME_LENGTH)(email)
    except ValidationError as error:
        raise Refused("email_malformed", email=email, maximum=NAME_LENGTH) from error
    return email


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
        raise Refused("name_malformed", maximum=NAME_LENGTH)
    return name
