"""How programs come to the API."""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.roles import CLIENT_SCOPES
from accounts.use_cases.people import NAME_LENGTH, let_in, save_new
from accounts.use_cases.tokens import revoke_everything

SECRET_BYTES = 32


@transaction.atomic
def add_api_client(*, name: str, scopes: list[str], shops: list[Shop]) -> tuple[User, str]:
    """Make an API client; return it with its secret of 256 random bits, of which only a digest is stored.

    Refusals: scope_unknown, client_name_malformed, client_name_taken.
    """
    for scope in scopes:
        if scope not in CLIENT_SCOPES:
            raise Refused("scope_unknown", scope=scope, known=", ".join(CLIENT_SCOPES))
    name = _client_name(name)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client = User(username=name, name=name, kind=User.Kind.CLIENT)
    client.set_secret(secret)
    save_new(client, Refused("client_name_taken", username=name))
    let_in(client, roles=[CLIENT_SCOPES[scope] for scope in scopes], shops=shops)
    return client, secret


@transaction.atomic
def rotate_client_secret(*, client: User, now: datetime) -> str:
    """Give the client another secret and return it; the old one and all tokens end at once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    client.set_secret(secret)
    client.save(update_fields=["password", "secret_digest"])
    revoke_everything(user=client, now=now)
    return secret


def client_named(name: str) -> User:
    """The API client of this name. Refusals: client_unknown."""
    try:
        return User.objects.get(username=User.normalize_username(name.strip()), kind=User.Kind.CLIENT)
    except User.DoesNotExist:
        raise Refused("client_unknown", name=name) from None


def _client_name(name: str) -> str:
    name = User.normalize_username(name.strip())
    try:
        User.username_validator(name)
        MaxLengthValidator(NAME_LENGTH)(name)
    except ValidationError as error:
        raise Refused("client_name_malformed", maximum=NAME_LENGTH) from error
    return name
