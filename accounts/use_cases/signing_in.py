"""Signing in: one verb for pages, admin and tokens, which counts before it hashes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.use_cases.tries import counted, failures_counted, network_of

AT_ONCE = 2  # hashes of passwords in one process: each takes a core and much memory
PATIENCE = 1.0  # seconds that another one waits for its turn
LONGEST_PASSWORD = 4096

hashing = BoundedSemaphore(AT_ONCE)


def sign_in(*, username: str, password: str, address: str, now: datetime, people_only: bool = False) -> User:
    """Return the active account that the name and the password (of an API client: the secret) belong to.

    Tries are counted for the name at this address, and for the address, before anything is hashed; a success does not
    count. Whatever is wrong, the refusal is the same and has cost one hash. A right secret needs none, so that it does
    not even take a try while it is looked at.
    Refusals: too_many_attempts (with retry_after in seconds), busy, sign_in_refused.
    """
    username, where = User.normalize_username(username.strip()), network_of(address)
    limits = {
        f"sign-in {username} {where}": settings.SIGN_IN_TRIES,
        f"sign-in {where}": settings.SIGN_IN_TRIES_PER_ADDRESS,
    }
    user = _account(username, people_only)
    if user is not None and user.has_secret(password):
        with failures_counted(limits, now):
            return user
    with counted(limits, now), _turn_to_hash():
        if not _is_password_of(user, password) or user is None:
            raise Refused("sign_in_refused")
    return user


def _account(username: str, people_only: bool) -> User | None:
    kinds = [User.Kind.PERSON] if people_only else User.Kind.values
    known = User.objects.filter(username=username, is_active=True, kind__in=kinds)
    return known.first() if username.isprintable() else None


@contextmanager
def _turn_to_hash() -> Iterator[None]:
    if not hashing.acquire(timeout=PATIENCE):
        raise Refused("busy")
    try:
        yield
    finally:
        hashing.release()


def _is_password_of(user: User | None, password: str) -> bool:
    """Whether it is; found out by one hash, also where there is nothing to compare with."""
    if user is None or user.secret_digest or len(password) > LONGEST_PASSWORD:
        make_password(password[:LONGEST_PASSWORD])
        return False
    is_right = user.check_password(password)
    if is_right and not user.is_person:  # of the time when secrets were kept as passwords are
        user.set_secret(password)
        user.save(update_fields=["password", "secret_digest", "session_version"])
    return is_right
