"""The API's signed tokens (JWT, RFC 7519): what they say, and by whose key they are known.

Every token names its key in the header `kid`. The key before the present one still verifies, so that keys can be
changed without ending anybody's work; nothing is signed by it any more.
"""

import hashlib
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Self, cast
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import datetime_from_epoch

from accounts.domain.refusal import Refused
from accounts.models import RefreshFamily, User

REQUIRED = ["aud", "exp", "fam", "iat", "iss", "jti", "sub", "sv", "token_type"]
IDENTIFIERS = ("fam", "jti", "sub", "sv")
LAST_MOMENT = 2**32


class KeyRing(TokenBackend):
    """Signs by the present key; verifies by the key that the token names, if it is one of ours."""

    def __init__(self) -> None:
        """By the settings of this moment."""
        super().__init__(
            "HS256", audience=api_settings.AUDIENCE, issuer=api_settings.ISSUER, leeway=api_settings.LEEWAY
        )
        self.signing_key = settings.JWT_SIGNING_KEY
        keys = [key for key in (settings.JWT_PREVIOUS_KEY, self.signing_key) if key]
        self.keys = {name_of(key): key for key in keys}

    def encode(self, payload: dict[str, Any]) -> str:
        """The signed token."""
        claims = {**payload, "aud": self.audience, "iss": self.issuer}
        return jwt.encode(claims, self.signing_key, self.algorithm, headers={"kid": name_of(self.signing_key)})

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """What the token says, once everything about it is right. Raises TokenBackendError."""
        try:
            claims = jwt.decode(
                token,
                self._key_named_in(token),
                algorithms=[self.algorithm],
                audience=self.audience,
                issuer=self.issuer,
                leeway=self.get_leeway(),
                options={"require": REQUIRED, "strict_aud": True},
            )
            _require_shape(claims)
        except (jwt.InvalidTokenError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise TokenBackendError("Token is invalid") from error
        return claims

    def _key_named_in(self, token: Any) -> str:
        header = jwt.get_unverified_header(token)
        if "crit" in header:  # RFC 7515, 4.1.11: it demands what we do not know
            raise jwt.InvalidTokenError
        return self.keys[header["kid"]]


class OurToken(Token):
    """What access and refresh tokens have in common."""

    lifetime: timedelta

    @classmethod
    def read(cls, raw: str | bytes) -> Self:
        """The token, if it is ours and its time has not passed. Refusals: token_refused."""
        try:
            return cls(cast("Any", raw))
        except TokenError:
            raise Refused("token_refused") from None

    def get_token_backend(self) -> TokenBackend:
        """By the keys of the settings."""
        return KeyRing()

    @classmethod
    def of(cls, user: User, family: RefreshFamily, now: datetime) -> Self:
        """A new token; none lives longer than its family."""
        token = cls()
        token.payload |= {
            "sub": str(user.uuid),
            "sv": str(user.session_version),
            "fam": str(family.uuid),
            "jti": str(uuid4()),
        }
        token.set_iat(at_time=now)
        token.set_exp(from_time=min(now + cls.lifetime, family.ends_at), lifetime=timedelta())
        return token

    def identifier(self, claim: str) -> UUID:
        """One of the identifiers that it carries: `sub`, `sv`, `fam` or `jti`."""
        return UUID(self.payload[claim])

    @property
    def expires_at(self) -> datetime:
        """Until when it counts."""
        return datetime_from_epoch(self.payload["exp"])


class Access(OurToken):
    """Opens the API for five minutes."""

    token_type = "access"
    lifetime = api_settings.ACCESS_TOKEN_LIFETIME


class Refresh(OurToken):
    """Is exchanged once, within a day, for another pair."""

    token_type = "refresh"
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


@lru_cache(maxsize=8)
def name_of(key: str) -> str:
    """What a token calls the key: it tells keys apart and nothing about them."""
    return hashlib.sha256(b"kid:" + key.encode()).hexdigest()[:16]


def _require_shape(claims: dict[str, Any]) -> None:
    """Moments are whole numbers, identifiers are UUIDs in their usual form. Raises TypeError, ValueError."""
    for name in ("exp", "iat"):
        if type(claims[name]) is not int or not 0 < claims[name] < LAST_MOMENT:
            raise ValueError(name)
    for name in IDENTIFIERS:
        if not isinstance(claims[name], str) or str(UUID(claims[name])) != claims[name]:
            raise ValueError(name)
