"""Tokens: what opens the API, for how long, and what ends it."""

import base64
import json
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.domain.refusal import Refused
from accounts.models import RefreshFamily, UsedToken, User
from accounts.tests.factories import ClientFactory, UserFactory
from accounts.tests.together import together
from accounts.tokens import Access, Refresh, name_of
from accounts.use_cases import (
    Pair,
    bearer_of,
    close_account,
    issue_tokens,
    refresh_tokens,
    revoke_everything,
    revoke_tokens,
)

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def client(db: None) -> User:
    return ClientFactory(username="warehouse")


@pytest.fixture
def pair(client: User) -> Pair:
    return issue_tokens(user=client, now=timezone.now())


def exchange(raw: str, address: str = HERE) -> Pair:
    return refresh_tokens(raw=raw, address=address, now=timezone.now())


def bearer(raw: str) -> User:
    return bearer_of(access=Access.read(raw), now=timezone.now())


def opens(raw: str) -> bool:
    try:
        return bool(bearer(raw))
    except Refused:
        return False


def refused(raw: str, address: str = HERE) -> str:
    with pytest.raises(Refused) as no:
        exchange(raw, address)
    return no.value.code


def part(raw: str, number: int) -> dict[str, Any]:
    piece = raw.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4)))


def later(moment: datetime, **more: float) -> Any:
    return time_machine.travel(moment + timedelta(**more), tick=False)


def test_a_token_names_its_key_its_account_and_its_family_and_nobody(
    client: User, pair: Pair, settings: Settings
) -> None:
    family = RefreshFamily.objects.get()
    for raw, kind, lifetime in ((pair.access, "access", 300), (pair.refresh, "refresh", 86400)):
        head, claims = part(raw, 0), part(raw, 1)
        assert head == {"alg": "HS256", "typ": "JWT", "kid": name_of(settings.JWT_SIGNING_KEY)}
        assert claims.pop("exp") - claims.pop("iat") == lifetime
        assert claims.pop("jti")
        assert claims == {
            "token_type": kind,
            "sub": str(client.uuid),
            "sv": str(client.session_version),
            "fam": str(family.uuid),
            "aud": "redress-api",
            "iss": "redress",
        }


def test_an_access_token_opens_by_one_query(
    client: User, pair: Pair, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert bearer(pair.access) == client


def test_no_token_is_kept(client: User, pair: Pair) -> None:
    exchange(pair.refresh)
    rows = str(list(User.objects.values()) + list(RefreshFamily.objects.values()) + list(UsedToken.objects.values()))
    assert not {piece for raw in (pair.access, pair.refresh) for piece in raw.split(".")} & set(rows.split("'"))


def test_an_access_token_counts_for_five_minutes(pair: Pair) -> None:
    now = timezone.now()
    with later(now, seconds=298):
        assert opens(pair.access)
    with later(now, seconds=303):
        assert not opens(pair.access)


def test_a_refresh_token_counts_for_a_day(pair: Pair) -> None:
    now = timezone.now()
    with later(now, hours=24, seconds=4):
        assert refused(pair.refresh) == "token_refused"
    with later(now, hours=23, minutes=59):
        assert opens(exchange(pair.refresh).access)


def test_a_family_ends_after_thirty_days_however_often_it_was_renewed(pair: Pair) -> None:
    start, day = timezone.now(), timedelta(hours=23)
    while (now := timezone.now() + day) < start + timedelta(days=30):
        with later(now):
            pair = exchange(pair.refresh)
        day += timedelta(hours=23)
    ends_at = RefreshFamily.objects.get().ends_at
    with later(ends_at, seconds=-60):
        pair = exchange(pair.refresh)
        assert part(pair.refresh, 1)["exp"] == part(pair.access, 1)["exp"] == int(ends_at.timestamp())
    with later(ends_at):
        assert not opens(pair.access)
        assert refused(pair.refresh) == "token_refused"


def test_a_refresh_token_is_exchanged_for_another_pair_of_its_family(client: User, pair: Pair) -> None:
    second = exchange(pair.refresh)
    assert bearer(second.access) == bearer(pair.access) == client
    assert opens(exchange(second.refresh).access)
    assert RefreshFamily.objects.count() == 1


def test_a_second_use_ends_the_family_and_is_told_to_the_log(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    second = exchange(pair.refresh)
    with caplog.at_level(logging.WARNING, "redress.security"):
        assert refused(pair.refresh) == "token_refused"
    assert not opens(pair.access)
    assert not opens(second.access)
    assert refused(second.refresh) == "token_refused"
    assert RefreshFamily.objects.get().why == "reused"
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["A refresh token was used twice"]
    assert pair.refresh not in caplog.text


def test_another_sign_in_of_the_same_client_is_not_touched_by_it(client: User, pair: Pair) -> None:
    other = issue_tokens(user=client, now=timezone.now())
    exchange(pair.refresh)
    refused(pair.refresh)
    assert opens(other.access)
    assert opens(exchange(other.refresh).access)


def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(pair: Pair) -> None:
    assert refused(pair.access) == "token_refused"
    with pytest.raises(Refused, match="token_refused"):
        Access.read(pair.refresh)


def test_a_revoked_family_is_dead_at_once_access_tokens_included(pair: Pair) -> None:
    second = exchange(pair.refresh)
    revoke_tokens(raw=pair.refresh, address=HERE, now=timezone.now())
    for access in (pair.access, second.access):
        assert not opens(access)
    assert refused(second.refresh) == "token_refused"
    assert RefreshFamily.objects.get().why == "revoked"
    revoke_tokens(raw=second.refresh, address=HERE, now=timezone.now())


def test_everything_of_an_account_ends_at_once_and_of_nobody_else(client: User, pair: Pair) -> None:
    other = issue_tokens(user=ClientFactory(), now=timezone.now())
    second = issue_tokens(user=client, now=timezone.now())
    revoke_tokens(raw=second.refresh, address=HERE, now=timezone.now())
    assert revoke_everything(user=client, now=timezone.now()) == 1
    assert not opens(pair.access)
    assert opens(other.access)
    assert opens(issue_tokens(user=client, now=timezone.now()).access)
    assert set(RefreshFamily.objects.values_list("why", flat=True)) == {"everything", "revoked", ""}


def new_password(user: User) -> None:
    user.set_password("a quieter horse and its battery")
    user.save()


def no_password(user: User) -> None:
    user.set_unusable_password()
    user.save()


def new_secret(user: User) -> None:
    user.set_secret("another")
    user.save()


def disabled(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def closed(user: User) -> None:
    close_account(user=user, now=timezone.now())


def deleted(user: User) -> None:
    user.delete()


def new_version(user: User) -> None:
    revoke_everything(user=user, now=timezone.now())


@pytest.mark.parametrize("end", [new_password, no_password, new_secret, disabled, closed, deleted, new_version])
def test_tokens_end_with_what_they_were_given_for(client: User, pair: Pair, end: Any) -> None:
    end(User.objects.get(pk=client.pk))
    assert not opens(pair.access)
    assert refused(pair.refresh) == "token_refused"


def test_an_account_that_is_opened_again_has_no_token_from_before(client: User, pair: Pair) -> None:
    close_account(user=client, now=timezone.now())
    User.objects.filter(pk=client.pk).update(is_active=True)
    assert not opens(pair.access)
    assert refused(pair.refresh) == "token_refused"


def test_whoever_signed_in_before_the_password_changed_gets_dead_tokens(db: None) -> None:
    seen = UserFactory()
    new_password(User.objects.get(pk=seen.pk))
    assert not opens(issue_tokens(user=seen, now=timezone.now()).access)


def test_a_better_hash_of_the_same_password_ends_nothing(db: None, settings: Settings) -> None:
    ana = UserFactory(password="kept all along")
    access = issue_tokens(user=ana, now=timezone.now()).access
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    before = ana.password
    assert ana.check_password("kept all along")
    assert User.objects.get(pk=ana.pk).password != before
    assert opens(access)


def test_garbage_is_counted_for_its_address_and_revoking_it_too(pair: Pair, settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 4
    assert [refused("garbage") for _ in range(2)] == ["token_refused"] * 2
    for _ in range(2):
        with pytest.raises(Refused, match="token_refused"):
            revoke_tokens(raw="garbage", address=HERE, now=timezone.now())
    assert refused("garbage") == "too_many_attempts"
    assert refused(pair.refresh) == "too_many_attempts"
    assert opens(exchange(pair.refresh, ELSEWHERE).access)


def test_what_was_a_token_once_is_not_counted(client: User, pair: Pair, settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 1
    for _ in range(5):
        used, pair = pair, exchange(pair.refresh)
    assert opens(pair.access)
    assert [refused(used.refresh) for _ in range(5)] == ["token_refused"] * 5
    assert opens(exchange(issue_tokens(user=client, now=timezone.now()).refresh).access)


def test_a_key_goes_in_two_steps_and_nobody_signs_in_again(pair: Pair, settings: Settings) -> None:
    old, settings.JWT_SIGNING_KEY = settings.JWT_SIGNING_KEY, "the next key of the tests and of nobody else"
    settings.JWT_PREVIOUS_KEY = old
    assert opens(pair.access)
    second = exchange(pair.refresh)
    assert part(second.access, 0)["kid"] == name_of(settings.JWT_SIGNING_KEY) != part(pair.access, 0)["kid"]
    settings.JWT_PREVIOUS_KEY = ""
    with pytest.raises(Refused, match="token_refused"):
        Access.read(pair.access)
    assert opens(second.access)
    assert opens(exchange(second.refresh).access)


def test_what_has_expired_is_forgotten_and_what_has_not_is_kept(
    client: User, pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    now = timezone.now()
    exchange(pair.refresh)
    with later(now, hours=12):
        fresh = issue_tokens(user=client, now=timezone.now())
        call_command("forget_old_tokens")
    with later(now, hours=24, minutes=59):
        call_command("forget_old_tokens")
    with later(now, hours=25, minutes=1):
        call_command("forget_old_tokens")
        assert opens(exchange(fresh.refresh).access)
    said = capsys.readouterr().out.splitlines()
    assert [line.split(" and ")[0] for line in said] == ["0 old tokens", "0 old tokens", "2 old tokens"]
    assert RefreshFamily.objects.count() == 1


def test_rows_of_tokens_name_themselves_by_what_is_no_secret(pair: Pair) -> None:
    exchange(pair.refresh)
    assert str(RefreshFamily.objects.get()) == part(pair.access, 1)["fam"]
    assert str(UsedToken.objects.get()) == part(pair.refresh, 1)["jti"]
    assert Refresh.read(pair.refresh).expires_at.timestamp() == part(pair.refresh, 1)["exp"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_uses_of_one_refresh_token_at_once_one_succeeds_and_then_all_is_dead() -> None:
    for _ in range(3):
        first = issue_tokens(user=ClientFactory(), now=timezone.now())
        answers = together(*[partial(exchange, first.refresh)] * 8)
        pairs = [answer for answer in answers if isinstance(answer, Pair)]
        assert len(pairs) == 1
        assert answers.count("token_refused") == 7
        assert not opens(first.access)
        assert not opens(pairs[0].access)
        assert refused(pairs[0].refresh, ELSEWHERE) == "token_refused"
        assert RefreshFamily.objects.get(pk=part(first.access, 1)["fam"]).why == "reused"


@pytest.mark.django_db(transaction=True)
def test_an_exchange_and_a_new_secret_at_once_leave_no_token_alive() -> None:
    for _ in range(5):
        client = ClientFactory()
        first = issue_tokens(user=client, now=timezone.now())
        answers = together(partial(exchange, first.refresh), partial(closed, client))
        assert not opens(first.access)
        assert not any(opens(answer.access) for answer in answers if isinstance(answer, Pair))
