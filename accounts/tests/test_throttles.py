"""Calls a minute: never more than the limit, however many processes and threads, and hardly a write."""

import os
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.models import Tally
from accounts.rest.throttles import MOST_PURSES, CallThrottle, Purse, Purses, purses
from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory
from accounts.tests.together import together

NOW = timezone.now()
pytestmark = pytest.mark.urls("accounts.tests.urls")


def spend(process: Purses, limit: int, after: float = 0, key: str = "warehouse") -> int:
    return process.spend(key, limit, NOW + timedelta(seconds=after))


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 2, 3, 99, 100, 199, 250])
def test_a_process_alone_lets_exactly_the_limit_through(limit: int) -> None:
    process = Purses()
    assert [spend(process, limit) for _ in range(limit + 3)] == [0] * limit + [60] * 3


@pytest.mark.django_db
def test_of_small_limits_every_process_sees_the_last_call() -> None:
    processes = [Purses() for _ in range(4)]
    passed = [spend(processes[number % 4], 10) == 0 for number in range(40)]
    assert passed == [True] * 10 + [False] * 30


@pytest.mark.django_db
def test_a_block_costs_one_write_and_the_rest_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    process = Purses()
    spend(process, 6000)
    with django_assert_num_queries(0):
        assert [spend(process, 6000) for _ in range(59)] == [0] * 59
    assert Tally.objects.get().counted == 60
    spend(process, 6000)
    assert Tally.objects.get().counted == 120


@pytest.mark.django_db
def test_what_is_refused_costs_nothing_either(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    process = Purses()
    for _ in range(3):
        spend(process, 2)
    with django_assert_num_queries(0):
        assert [spend(process, 2, after=second) for second in (1, 30, 59.1)] == [59, 30, 1]


@pytest.mark.django_db
def test_a_minute_begins_with_its_first_call_and_ends_for_what_was_taken_too() -> None:
    process = Purses()
    assert spend(process, 250) == 0
    assert spend(process, 1, after=60) == 0
    assert spend(process, 1, after=61) == 59
    assert spend(process, 1, after=120) == 0


@pytest.mark.django_db
def test_everybody_has_calls_of_their_own() -> None:
    process = Purses()
    assert [spend(process, 1, key=key) for key in ("warehouse", "shop", "warehouse", "shop")] == [0, 0, 60, 60]


@pytest.mark.django_db
def test_purses_of_the_past_are_thrown_away_when_there_are_many() -> None:
    process = Purses()
    for number in range(MOST_PURSES):
        process._purses[str(number)] = old_purse()
    spend(process, 1)
    assert list(process._purses) == ["warehouse"]


def old_purse() -> Purse:
    return Purse(0, NOW - timedelta(seconds=1), spent=True)


def test_a_process_that_parts_from_another_takes_nothing_along() -> None:
    purses._purses["warehouse"] = old_purse()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(len(purses._purses)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"0"
    assert purses._purses.pop("warehouse")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("limit", "processes"), [(30, 4), (450, 3), (500, 1)])
def test_many_threads_of_many_processes_never_pass_the_limit_together(limit: int, processes: int) -> None:
    each = [Purses() for _ in range(processes)]

    def calls(process: Purses) -> Counter[bool]:
        return Counter(spend(process, limit) == 0 for _ in range(limit))

    passed = sum(told[True] for told in together(*[partial(calls, process) for process in each * 3]))
    assert passed == limit


@pytest.mark.django_db
def test_a_client_over_its_limit_is_told_how_long_to_wait(settings: Settings) -> None:
    settings.API_CALLS_PER_MINUTE = 2
    client, other = api_client_for(ClientFactory()), api_client_for(ClientFactory())
    with time_machine.travel(timezone.now() + timedelta(seconds=1), tick=False) as clock:
        assert [client.get("/who/").status_code for _ in range(2)] == [200, 200]
        clock.shift(12.4)
        answer = client.get("/who/")
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "throttled", "48")
        assert other.get("/who/").status_code == 200
        clock.shift(48)
        assert client.get("/who/").status_code == 200


def test_whoever_brings_no_token_takes_nothing_from_anybody() -> None:
    stranger = APIView().initialize_request(APIRequestFactory().get("/"))
    stranger.user = AnonymousUser()
    throttle = CallThrottle()
    assert throttle.allow_request(stranger, APIView())
    assert not throttle.wait()


@pytest.mark.django_db
def test_all_tokens_of_a_client_count_together(settings: Settings) -> None:
    settings.API_CALLS_PER_MINUTE = 3
    client = ClientFactory()
    tokens = [api_client_for(client) for _ in range(2)]
    assert [tokens[number % 2].get("/who/").status_code for number in range(5)] == [200] * 3 + [429] * 2


@pytest.mark.django_db
def test_an_ordinary_call_asks_who_calls_and_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = api_client_for(ClientFactory())
    client.get("/who/")
    with django_assert_num_queries(2) as asked:  # who it is, and what they may
        client.get("/who/")
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
