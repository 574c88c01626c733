"""Settings that production refuses to start with."""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("demo", "development", "production")
SECRET_KEY_LENGTH = 50
CSP_MIDDLEWARE = "django.middleware.csp.ContentSecurityPolicyMiddleware"
PRIVATE_CACHES = (
    "django.core.cache.backends.locmem.LocMemCache",
    "django.core.cache.backends.dummy.DummyCache",
)

type Check = Callable[..., Iterable[CheckMessage]]


def in_production(check: Check) -> Callable[..., list[CheckMessage]]:
    """Make a check that binds production only."""

    def bound(**kwargs: Any) -> list[CheckMessage]:
        return list(check(**kwargs)) if settings.ENVIRONMENT == "production" else []

    return bound


@register
def environment_is_known(**kwargs: Any) -> list[CheckMessage]:
    """A misspelt "production" must not open a desk without its protections."""
    if settings.ENVIRONMENT in ENVIRONMENTS:
        return []
    hint = f"Set it to one of: {', '.join(ENVIRONMENTS)}."
    return [Error(f"ENVIRONMENT is “{settings.ENVIRONMENT}”.", hint=hint, id="redress.E001")]


@register
@in_production
def debug_is_off(**kwargs: Any) -> Iterator[CheckMessage]:
    """Pages of DEBUG show settings and rows to everybody."""
    if settings.DEBUG:
        yield Error("DEBUG is on.", hint="Leave DEBUG out of the environment.", id="redress.E002")


@register
@in_production
def secret_key_is_secret(**kwargs: Any) -> Iterator[CheckMessage]:
    """Whoever knows the key can make sessions and one-time links."""
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's word for an empty one
        key = ""
    if len(key) < SECRET_KEY_LENGTH or "insecure" in key:
        yield Error(
            f"SECRET_KEY is missing, shorter than {SECRET_KEY_LENGTH} characters or a sample.",
            hint='Make one: python -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="redress.E003",
        )


@register
@in_production
def hosts_are_named(**kwargs: Any) -> Iterator[CheckMessage]:
    """The host decides where a one-time link leads, so not every host will do."""
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS lets every host in, or none.",
            hint="Set it to the names under which people reach the desk.",
            id="redress.E004",
        )


@register
@in_production
def caches_do_not_unpickle(**kwargs: Any) -> Iterator[CheckMessage]:
    """Unpickling runs whatever somebody wrote into a shared cache."""
    for alias, cache in settings.CACHES.items():
        serializer = cache.get("OPTIONS", {}).get("SERIALIZER", "pickle")
        if cache["BACKEND"] not in PRIVATE_CACHES and "pickle" in str(serializer).lower():
            yield Error(f"The cache “{alias}” unpickles what it reads.", hint="Use JSON.", id="redress.E005")


@register
@in_production
def sessions_end_in_the_database(**kwargs: Any) -> Iterator[CheckMessage]:
    """Where sessions live in a cache alone, everybody is signed out when it goes."""
    if not issubclass(import_module(settings.SESSION_ENGINE).SessionStore, db.SessionStore):
        yield Error(
            f"Sessions of {settings.SESSION_ENGINE} do not end in the database.",
            hint="Leave SESSION_ENGINE alone.",
            id="redress.E006",
        )


@register
@in_production
def content_security_policy_is_set(**kwargs: Any) -> Iterator[CheckMessage]:
    """The policy is what stops a script that got past the escaping."""
    if not getattr(settings, "SECURE_CSP", None) or CSP_MIDDLEWARE not in settings.MIDDLEWARE:
        yield Error("No content security policy is sent.", hint="Set SECURE_CSP and its middleware.", id="redress.E007")
