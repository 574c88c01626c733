"""Tries at the door: so many a minute for a name at an address, and for an address."""

import hashlib
import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import Tally
from accounts.use_cases.tallies import Taken, give_back, take

NETWORK_BITS = 64  # of an IPv6 address: what one household or machine has to itself

type Limits = Mapping[str, int]
"""How many tries each name has in a minute."""


@contextmanager
def counted(limits: Limits, now: datetime) -> Iterator[None]:
    """Count what goes on inside before it begins; a success, or what was not even tried, is given back.

    Exactly so many as the limits say begin in a minute. Refusals: too_many_attempts (with retry_after in seconds).
    """
    tries = _count(limits, now)
    try:
        yield
    except Refused as refused:
        if refused.code == "busy":
            _give_back(tries)
        raise
    _give_back(tries)


@contextmanager
def failures_counted(limits: Limits, now: datetime) -> Iterator[None]:
    """Count what goes on inside only if it is refused: for what costs little and must not wait for others.

    Refusals: too_many_attempts (with retry_after in seconds).
    """
    _require_some_left(limits, now)
    try:
        yield
    except Refused:
        _count(limits, now)
        raise


def network_of(address: str) -> str:
    """Whom an address stands for: whoever has one IPv6 address has 2**64."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((int(known), NETWORK_BITS), strict=False))


@guarded
def _count(limits: Limits, now: datetime) -> dict[str, Taken]:
    """Count under all names or, when one of them has none left, under none."""
    tries: dict[str, Taken] = {}
    with transaction.atomic(durable=True):
        for name, limit in limits.items():
            taken = take(key=_key(name), wanted=1, limit=limit, now=now)
            if not taken.granted:
                raise Refused("too_many_attempts", retry_after=taken.wait(now))
            tries[name] = taken
    return tries


def _give_back(tries: dict[str, Taken]) -> None:
    for name, taken in tries.items():
        give_back(key=_key(name), taken=taken)


def _require_some_left(limits: Limits, now: datetime) -> None:
    for name, limit in limits.items():
        full = Tally.objects.filter(pk=_key(name), ends_at__gt=now, counted__gte=limit).first()
        if full:
            raise Refused("too_many_attempts", retry_after=Taken(0, full.ends_at).wait(now))


def _key(name: str) -> str:
    """Names are not kept: they would tell who tried to sign in, and from where."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
