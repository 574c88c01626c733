"""Keys of tokens, and the guard before every sign-in: what must be right before anybody is let in."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.backends import ModelBackend
from django.core import checks
from django.core.checks import CheckMessage, Error, register

from accounts.backends import GuardedBackend
from config.checks.environment import in_production

KEY_BYTES = 32  # RFC 7518, 3.2: as long as the hash
HINT = 'Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"'


@register
def tokens_have_a_key(**kwargs: Any) -> Iterator[CheckMessage]:
    """Without a key anybody could sign."""
    if not settings.JWT_SIGNING_KEY:
        yield Error("JWT_SIGNING_KEY is missing.", hint=HINT, id="redress.E012")


@register
@in_production
def keys_of_tokens_are_secret(**kwargs: Any) -> Iterator[CheckMessage]:
    """Whoever knows or guesses a key can be everybody."""
    for name in ("JWT_SIGNING_KEY", "JWT_PREVIOUS_KEY"):
        key = getattr(settings, name)
        if key and (len(key.encode()) < KEY_BYTES or "insecure" in key):
            yield Error(f"{name} is shorter than {KEY_BYTES} bytes or a sample.", hint=HINT, id="redress.E013")


@register
@in_production
def keys_of_tokens_are_their_own(**kwargs: Any) -> Iterator[CheckMessage]:
    """A key that serves two purposes is lost for both at once; and a key that was changed was changed for another."""
    keys = [key for key in (settings.SECRET_KEY, settings.JWT_SIGNING_KEY, settings.JWT_PREVIOUS_KEY) if key]
    if len(set(keys)) < len(keys):
        yield Error(
            "SECRET_KEY, JWT_SIGNING_KEY and JWT_PREVIOUS_KEY are not three different keys.",
            hint=HINT,
            id="redress.E014",
        )


@register
def every_sign_in_is_guarded(**kwargs: Any) -> Iterator[CheckMessage]:
    """A backend that compares passwords without counting lets guess without end, and hash without end."""
    for backend in get_backends():
        if isinstance(backend, ModelBackend) and not isinstance(backend, GuardedBackend):
            yield Error(
                f"{type(backend).__name__} signs in without counting tries.",
                hint="Leave AUTHENTICATION_BACKENDS alone.",
                id="redress.E015",
            )


@register
@in_production
def proxies_are_counted(**kwargs: Any) -> Iterator[CheckMessage]:
    """Behind a proxy everybody has its address, unless it is known to tell theirs."""
    if settings.SECURE_PROXY_SSL_HEADER and settings.TRUSTED_PROXIES < 1:
        yield checks.Warning(
            "A proxy stands before the desk, and TRUSTED_PROXIES does not count it: all people have one address.",
            hint="Let it add to X-Forwarded-For who asked it, and set TRUSTED_PROXIES=1.",
            id="redress.W002",
        )
