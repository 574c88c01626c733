"""The same request twice has one effect and one answer."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.tests.factories import ClientFactory, ShopFactory
from integrations.models import IdempotencyKey
from integrations.use_cases import KEPT_FOR, forget_old_keys, run_once

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ASKED: dict[str, Any] = {"route": "refunds", "body": {"lines": {"L1": 2}}, "now": NOW}


def opens_a_shop(name: str = "effect") -> Callable[[], dict[str, Any]]:
    return lambda: {"shop": ShopFactory(name=name, reference=uuid4().hex).reference}


def effects(name: str = "effect") -> int:
    return Shop.objects.filter(name=name).count()


@pytest.fixture
def caller(db: None) -> User:
    return ClientFactory()


def test_the_first_request_has_its_effect(caller: User) -> None:
    answer, again = run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)
    assert Shop.objects.filter(reference=answer["shop"]).exists()
    assert not again


def test_the_same_request_again_has_no_effect_and_the_same_answer(caller: User) -> None:
    first = run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)
    second = run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)
    assert second == (first[0], True)
    assert effects() == 1


def test_an_answer_is_the_same_json_the_first_time_as_ever_after(caller: User) -> None:
    first, _ = run_once(caller=caller, key="k-1", effect=lambda: {"lines": ("L1", "L2"), "none": None}, **ASKED)
    assert first == run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)[0]
    assert first == {"lines": ["L1", "L2"], "none": None}


def test_the_order_of_names_in_a_body_does_not_make_it_another(caller: User) -> None:
    run_once(caller=caller, key="k-1", effect=opens_a_shop(), route="refunds", body={"a": 1, "b": 2}, now=NOW)
    _, again = run_once(
        caller=caller, key="k-1", effect=opens_a_shop(), route="refunds", body={"b": 2, "a": 1}, now=NOW
    )
    assert again


@pytest.mark.parametrize("other", [{"route": "cases"}, {"body": {"lines": {"L1": 3}}}, {"body": None}])
def test_the_key_of_another_request_is_refused(caller: User, other: dict[str, Any]) -> None:
    run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)
    with pytest.raises(Refused) as refused:
        run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED | other)
    assert refused.value.code == "idempotency_key_reused"
    assert effects() == 1


def test_the_keys_of_two_callers_have_nothing_to_do_with_each_other(caller: User) -> None:
    run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)
    _, again = run_once(caller=ClientFactory(), key="k-1", effect=opens_a_shop(), **ASKED)
    assert not again
    assert effects() == 2


@pytest.mark.parametrize("key", ["", "k" * 256, "k\n1", "k\x001", "k\x7f", "schlüssel", "k\u202e1"])
def test_a_malformed_key_is_refused(caller: User, key: str) -> None:
    with pytest.raises(Refused) as refused:
        run_once(caller=caller, key=key, effect=opens_a_shop(), **ASKED)
    assert refused.value.code == "idempotency_key_malformed"
    assert effects() == 0


@pytest.mark.parametrize("key", ["k", "k" * 255, ' !"#~'])
def test_every_other_printable_key_will_do(caller: User, key: str) -> None:
    assert run_once(caller=caller, key=key, effect=opens_a_shop(), **ASKED)[1] is False


def test_a_refused_effect_leaves_no_key_and_may_be_asked_again(caller: User) -> None:
    def refuses() -> None:
        opens_a_shop()()
        raise Refused("window_closed")

    with pytest.raises(Refused):
        run_once(caller=caller, key="k-1", effect=refuses, **ASKED)
    assert not IdempotencyKey.objects.exists()
    assert effects() == 0
    assert run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED)[1] is False


def test_keys_are_forgotten_after_thirty_days_and_no_sooner(caller: User) -> None:
    for key, age in (("kept", KEPT_FOR), ("forgotten", KEPT_FOR + timedelta(seconds=1))):
        run_once(caller=caller, key=key, effect=opens_a_shop(), **ASKED | {"now": NOW - age})
    assert forget_old_keys(now=NOW) == 1
    assert IdempotencyKey.objects.get().key == "kept"


def test_the_command_says_how_many_keys_it_forgot(caller: User) -> None:
    run_once(caller=caller, key="k-1", effect=opens_a_shop(), **ASKED | {"now": datetime(2020, 1, 1, tzinfo=UTC)})
    said = StringIO()
    call_command("forget_old_keys", stdout=said)
    assert said.getvalue() == "1 old keys forgotten.\n"


@pytest.mark.django_db(transaction=True)
def test_ten_requests_each_sent_eight_times_at_once_have_ten_effects() -> None:
    caller = ClientFactory()

    def send(number: int) -> tuple[str, str]:
        key = f"k-{number % 10}"
        try:
            answer, _ = run_once(caller=caller, key=key, effect=opens_a_shop(), **ASKED | {"body": key})
            return key, answer["shop"]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(send, range(80)))
    assert effects() == 10
    assert Counter(Counter(answers).values()) == {8: 10}
