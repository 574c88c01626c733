"""Signing in: counted before hashed, with one refusal for whatever is wrong."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.domain.refusal import Refused
from accounts.models import Tally, User
from accounts.tests.factories import PASSWORD, ClientFactory, UserFactory
from accounts.tests.hashers import CountedHasher
from accounts.tests.together import together
from accounts.use_cases import sign_in
from accounts.use_cases.signing_in import hashing
from accounts.use_cases.tries import network_of

NOW = timezone.now()
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def come(username: str, password: str = PASSWORD, address: str = HERE, after: float = 0, **more: bool) -> User:
    now = NOW + timedelta(seconds=after)
    return sign_in(username=username, password=password, address=address, now=now, **more)


def said(username: str, password: str = PASSWORD, address: str = HERE, after: float = 0, **more: bool) -> str:
    """Who came in, or why not."""
    try:
        return come(username, password, address, after, **more).username
    except Refused as refused:
        return str(refused)


@pytest.fixture
def hashed(settings: Settings) -> Iterator[list[str]]:
    settings.PASSWORD_HASHERS = ["accounts.tests.hashers.CountedHasher"]
    yield CountedHasher.seen
    CountedHasher.seen.clear()


@pytest.fixture
def ana(db: None) -> User:
    return UserFactory(username="ana@example.test")


def test_people_and_clients_come_in_by_name_and_secret(ana: User) -> None:
    client = ClientFactory(username="warehouse")
    assert come(" Ana@Example.Test ") == ana
    assert come("Warehouse") == client


def test_clients_come_in_where_people_only_may_by_no_means(ana: User) -> None:
    ClientFactory(username="warehouse")
    assert come("ana@example.test", people_only=True) == ana
    assert said("warehouse", people_only=True) == "sign_in_refused"
    assert authenticate(username="warehouse", password=PASSWORD) is None
    assert authenticate(username="ana@example.test", password=PASSWORD) == ana
    assert authenticate(username="ana@example.test", password=None) is None


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("nobody@example.test", PASSWORD),
        ("ana@example.test", "wrong"),
        ("ana@example.test", "x" * 5000),
        ("gone@example.test", PASSWORD),
        ("gone@example.test", "wrong"),
        ("new@example.test", PASSWORD),
        ("warehouse", "wrong"),
        ("closed", PASSWORD),
        ("ana@example.test\x00", PASSWORD),
        ("\ud800", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_whatever_is_wrong_takes_one_hash_and_is_refused_alike(
    ana: User, hashed: list[str], username: str, password: str
) -> None:
    UserFactory(username="gone@example.test", is_active=False)
    UserFactory(username="new@example.test", password=None)
    ClientFactory(username="warehouse")
    ClientFactory(username="closed", is_active=False)
    User.objects.filter(pk=ana.pk).update(password=make_password(PASSWORD))
    hashed.clear()
    assert said(username, password) == "sign_in_refused"
    assert len(hashed) == 1


def test_a_right_secret_takes_no_hash_and_a_right_password_takes_one(hashed: list[str], db: None) -> None:
    ClientFactory(username="warehouse")
    UserFactory(username="ana@example.test")
    hashed.clear()
    come("warehouse")
    assert hashed == []
    come("ana@example.test")
    assert len(hashed) == 1


def test_a_secret_that_was_kept_as_a_password_still_opens_and_is_kept_as_a_digest_then(db: None) -> None:
    client = ClientFactory(username="warehouse")
    User.objects.filter(pk=client.pk).update(secret_digest="", password=make_password(PASSWORD))
    assert said("warehouse", "wrong") == "sign_in_refused"
    assert come("warehouse") == client
    client.refresh_from_db()
    assert client.has_secret(PASSWORD)
    assert not client.has_usable_password()
    assert come("warehouse") == client


def test_the_sixth_try_in_a_minute_is_refused_before_anything_is_hashed(ana: User, hashed: list[str]) -> None:
    tries = [said("ana@example.test", "wrong") for _ in range(5)]
    hashed.clear()
    assert tries == ["sign_in_refused"] * 5
    assert said("ana@example.test", after=20) == "too_many_attempts (retry_after=40)"
    assert said("ana@example.test", after=59.5) == "too_many_attempts (retry_after=1)"
    assert hashed == []
    assert come("ana@example.test", after=60) == ana


def test_what_was_refused_unseen_does_not_make_the_wait_longer(ana: User) -> None:
    for second in range(30):
        said("ana@example.test", "wrong", after=second)
    assert come("ana@example.test", after=60) == ana


def test_a_client_waits_like_everybody_even_with_the_right_secret(db: None) -> None:
    ClientFactory(username="warehouse")
    for _ in range(5):
        assert said("warehouse", "wrong") == "sign_in_refused"
    assert said("warehouse") == "too_many_attempts (retry_after=60)"
    assert said("warehouse", after=60) == "warehouse"


def test_others_and_other_addresses_are_not_meant(ana: User) -> None:
    kim = UserFactory(username="kim@example.test")
    for _ in range(6):
        said("ana@example.test", "wrong")
    assert come("kim@example.test") == kim
    assert come("ana@example.test", address=ELSEWHERE) == ana
    assert said("ana@example.test").startswith("too_many_attempts")


def test_many_names_from_one_address_are_one_guesser(ana: User) -> None:
    tries = [said(f"person{number}@example.test", "wrong") for number in range(25)]
    assert tries.count("sign_in_refused") == 20
    assert said("ana@example.test").startswith("too_many_attempts")
    assert come("ana@example.test", address=ELSEWHERE) == ana


def test_a_try_that_the_address_has_not_left_is_not_the_names_fault(ana: User, settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 1
    said("kim@example.test", "wrong")
    for _ in range(9):
        said("ana@example.test", "wrong")
    settings.SIGN_IN_TRIES_PER_ADDRESS = 100
    assert come("ana@example.test") == ana


def test_who_signs_in_often_and_rightly_is_never_refused(ana: User) -> None:
    for _ in range(30):
        assert come("ana@example.test") == ana


def test_a_success_gives_back_its_own_try_and_no_other(ana: User) -> None:
    for _ in range(4):
        said("ana@example.test", "wrong")
    come("ana@example.test")
    assert said("ana@example.test", "wrong") == "sign_in_refused"
    assert said("ana@example.test", "wrong").startswith("too_many_attempts")


def test_a_success_after_the_minute_gives_nothing_back_to_the_next(ana: User) -> None:
    said("ana@example.test", "wrong")
    tally = Tally.objects.order_by("key").first()
    Tally.objects.update(ends_at=NOW - timedelta(seconds=1))
    come("ana@example.test")
    tally.refresh_from_db()
    assert tally.counted == 0
    assert "ana" not in str(tally)


def test_a_clock_that_was_set_back_locks_nobody_out_for_long(ana: User) -> None:
    for _ in range(6):
        said("ana@example.test", "wrong", after=3600)
    assert come("ana@example.test") == ana


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("unknown", "unknown", True),
        ("unknown", "", False),
    ],
)
def test_an_ipv6_network_is_one_guesser(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_nobody_waits_for_ever_for_their_turn_to_hash(ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.use_cases.signing_in.PATIENCE", 0.01)
    with hashing, hashing:
        assert [said("ana@example.test") for _ in range(9)] == ["busy"] * 9
    assert come("ana@example.test") == ana


def test_old_counts_are_forgotten_and_running_ones_kept(ana: User, capsys: pytest.CaptureFixture[str]) -> None:
    said("ana@example.test", "wrong", after=-120)
    said("kim@example.test", "wrong", address=ELSEWHERE, after=30)
    call_command("forget_old_tokens")
    assert capsys.readouterr().out == "0 old tokens and 2 old counts forgotten.\n"
    assert Tally.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_fifty_guesses_at_once_five_are_looked_at(hashed: list[str]) -> None:
    UserFactory(username="ana@example.test")
    hashed.clear()
    answers = together(*[partial(come, "ana@example.test", "wrong")] * 50)
    assert (answers.count("sign_in_refused"), answers.count("too_many_attempts")) == (5, 45)
    assert len(hashed) == 5


@pytest.mark.django_db(transaction=True)
def test_twenty_programs_of_one_client_come_in_at_once() -> None:
    client = ClientFactory(username="warehouse")
    assert together(*[partial(come, "warehouse")] * 20) == [client] * 20
