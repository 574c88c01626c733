"""What signing in at the API asks and answers."""

from typing import Any

from rest_framework import serializers

from accounts.rest.fields import Text
from accounts.rest.serializers import Body
from accounts.use_cases import LONGEST_PASSWORD, NAME_LENGTH

LONGEST_TOKEN = 2000


class SignInBody(Body):
    """A name, and what proves it."""

    username = Text(max_length=NAME_LENGTH, help_text="The name of the API client, or a person's e-mail address.")
    password = Text(max_length=LONGEST_PASSWORD, help_text="The client's secret, or the person's password.")


class RefreshBody(Body):
    """A refresh token."""

    refresh = Text(max_length=LONGEST_TOKEN, help_text="The newest refresh token of the family.")


class TokensAnswer(serializers.Serializer[Any]):
    """A pair of tokens."""

    access = serializers.CharField(help_text="Sent with each call as `Authorization: Bearer …`; good for 5 minutes.")
    refresh = serializers.CharField(help_text="Exchanged once, within 24 hours, for the next pair.")
