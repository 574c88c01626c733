"""Who calls the API: whoever brings an access token that still counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from accounts.tokens import Access
from accounts.use_cases import bearer_of


class BearerAuthentication(JWTAuthentication):
    """`Authorization: Bearer` and an access token (RFC 6750); nothing else opens the API."""

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"

    def get_raw_token(self, header: bytes) -> bytes | None:
        """The token, whatever the case of the scheme's name (RFC 9110, 11.1); none for another scheme."""
        scheme, _, rest = header.partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        return super().get_raw_token(b"Bearer " + rest)

    def get_validated_token(self, raw_token: bytes) -> Access:
        """The token, if it is ours and its time has not passed."""
        with _refused_at_the_door():
            return Access.read(raw_token)

    def get_user(self, validated_token: Any) -> Any:
        """The account, if the token still counts."""
        with _refused_at_the_door():
            return bearer_of(access=validated_token, now=timezone.now())


@contextmanager
def _refused_at_the_door() -> Iterator[None]:
    """Say no as the framework does, which knows what a 401 asks for."""
    try:
        yield
    except Refused as refused:
        raise AuthenticationFailed(sentence(refused)) from None
