"""Tokens: given out after a sign-in, exchanged once, and ended at any moment."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.domain.refusal import Refused
from accounts.guarded import guarded
from accounts.models import RefreshFamily, UsedToken, User
from accounts.tokens import Access, Refresh
from accounts.use_cases.tries import failures_counted, network_of

LONGEST_FAMILY = timedelta(days=30)
MARGIN = timedelta(hours=1)  # clocks differ: as long as a token might count, it is known whether it was used

log = logging.getLogger("redress.security")


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, and the refresh token that is exchanged for the next pair."""

    access: str
    refresh: str


@guarded
def issue_tokens(*, user: User, now: datetime) -> Pair:
    """Begin a family of tokens for an account that has just signed in."""
    ends_at = now + LONGEST_FAMILY
    family = RefreshFamily(user=user, started_at=now, fresh_until=now, ends_at=ends_at)
    pair, family.fresh_until = _pair(user, family, now)
    family.save()
    return pair


def bearer_of(*, access: Access, now: datetime) -> User:
    """Whose token this is, by one query: the account is active, its version the same, and the family alive.

    Refusals: token_refused.
    """
    family = RefreshFamily.objects.select_related("user").filter(pk=access.identifier("fam"))
    for alive in family:
        if alive.revoked_at is None and alive.ends_at > now and _is_still(alive.user, access):
            return alive.user
    raise Refused("token_refused")


def refresh_tokens(*, raw: str, address: str, now: datetime) -> Pair:
    """Exchange a refresh token for another pair. It works once: a second use ends its whole family (RFC 9700, 4.14.2).

    What is no token of ours counts as a try of the address. Refusals: too_many_attempts, token_refused.
    """
    pair = _exchange(_refresh_token(raw, address, now), now)
    if pair is None:
        raise Refused("token_refused")
    return pair


def revoke_tokens(*, raw: str, address: str, now: datetime) -> None:
    """End the family of a refresh token at once, access tokens included; a used or dead one may still ask for that.

    What is no token of ours counts as a try of the address. Refusals: too_many_attempts, token_refused.
    """
    token = _refresh_token(raw, address, now)
    RefreshFamily.objects.filter(pk=token.identifier("fam")).revoke(now, RefreshFamily.Why.REVOKED)


@transaction.atomic
def revoke_everything(*, user: User, now: datetime) -> int:
    """End every session and token of the account at once; return how many families of tokens were alive."""
    user.start_over()
    user.save(update_fields=["session_version"])
    alive = RefreshFamily.objects.filter(user=user)
    return alive.revoke(now, RefreshFamily.Why.EVERYTHING)


@transaction.atomic
def close_account(*, user: User, now: datetime) -> None:
    """Let nobody in by this account any more; every session and token of it ends at once."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    revoke_everything(user=user, now=now)


def forget_old_tokens(*, now: datetime) -> int:
    """Forget families of which no token can count any more, and used tokens that have expired; return how many."""
    used = UsedToken.objects.filter(expires_at__lt=now - MARGIN).delete()[0]
    return used + RefreshFamily.objects.filter(fresh_until__lt=now - MARGIN).delete()[0]


def _refresh_token(raw: str, address: str, now: datetime) -> Refresh:
    limits = {f"refresh {network_of(address)}": settings.SIGN_IN_TRIES_PER_ADDRESS}
    with failures_counted(limits, now):
        return Refresh.read(raw)


def _is_still(user: User, access: Access) -> bool:
    """Whether the account is active, and what was open when the token was given was not ended since."""
    same = (user.uuid, user.session_version) == (access.identifier("sub"), access.identifier("sv"))
    return same and user.is_active


@guarded
def _exchange(token: Refresh, now: datetime) -> Pair | None:
    """The next pair; none when the token was used before, and then its family has ended."""
    with transaction.atomic():
        family = _locked_family(token, now)
        try:
            with transaction.atomic():
                UsedToken.objects.create(pk=token.identifier("jti"), family=family, expires_at=token.expires_at)
        except IntegrityError:
            RefreshFamily.objects.filter(pk=family.pk).revoke(now, RefreshFamily.Why.REUSED)
            log.warning("A refresh token was used twice: family %s of account %s has ended.", family, family.user_id)
            return None
        pair, family.fresh_until = _pair(family.user, family, now)
        family.save(update_fields=["fresh_until"])
        return pair


def _locked_family(token: Refresh, now: datetime) -> RefreshFamily:
    """The token's family if it is alive and its account as it was; nobody else changes it meanwhile."""
    locked = RefreshFamily.objects.select_for_update(of=("self",)).select_related("user").alive(now)
    family = locked.filter(
        pk=token.identifier("fam"),
        user__uuid=token.identifier("sub"),
        user__session_version=token.identifier("sv"),
        user__is_active=True,
    ).first()
    if family is None:
        raise Refused("token_refused")
    return family


def _pair(user: User, family: RefreshFamily, now: datetime) -> tuple[Pair, datetime]:
    """A pair, and until when it can be exchanged."""
    refresh = Refresh.of(user, family, now)
    return Pair(str(Access.of(user, family, now)), str(refresh)), refresh.expires_at
