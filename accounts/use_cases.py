"""How people and API clients come to the desk."""

import secrets

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
from accounts.roles import ADMINISTRATOR, CLIENT_SCOPES, PEOPLE_ROLES, SUPERVISOR

SECRET_BYTES = 32
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
    _save_new(person, Refused("account_exists", username=email))
    _let_in(person, roles=[role], shops=shops)
    return person


@transaction.atomic
def add_api_client(*, name: str, scopes: list[str], shops: list[Shop]) -> tuple[User, str]:
    """Make an API client; return it with its secret of 256 random bits, which is stored only as a hash.

    Refusals: scope_unknown, client_name_malformed, client_name_taken.
    """
    for scope in scopes:
        if scope not in CLIENT_SCOPES:
            raise Refused("scope_unknown", scope=scope, known=", ".join(CLIENT_SCOPES))
    name = _client_name(name)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client = User(username=name, name=name, kind=User.Kind.CLIENT)
    client.set_password(secret)
    _save_new(client, Refused("client_name_taken", username=name))
    _let_in(client, roles=[CLIENT_SCOPES[scope] for scope in scopes], shops=shops)
    return client, secret


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


def _client_name(name: str) -> str:
    name = User.normalize_username(name.strip())
    try:
        User.username_validator(name)
        MaxLengthValidator(NAME_LENGTH)(name)
    except ValidationError as error:
        raise Refused("client_name_malformed", maximum=NAME_LENGTH) from error
    return name


def _save_new(user: User, taken: Refused) -> None:
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise taken from None


def _let_in(user: User, *, roles: list[str], shops: list[Shop]) -> None:
    user.groups.add(*Group.objects.filter(name__in=roles))
    for shop in shops:
        assign_perm(ACCESS_SHOP, user, shop)
