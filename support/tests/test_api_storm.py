"""Twenty clients make the same calls at the same moment: each has its effect once."""

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import ClientFactory, ShopFactory
from accounts.use_cases import issue_tokens
from support.models import Case
from support.tests.api import Caller
from support.tests.factories import CaseFactory

pytestmark = [pytest.mark.storm, pytest.mark.django_db(transaction=True)]
CLIENTS, KEYS = 20, 50


@pytest.fixture
def user(transactional_db: None) -> User:
    return ClientFactory(scopes=["cases"], shops=[ShopFactory(reference="storm")])


@pytest.fixture
def case(user: User) -> Case:
    return CaseFactory(shop=user.shopuserpermission_set.get().content_object)


def storm(database_url: str, user: User, how: str, case: Case, tag: str = "", calls: int = 1) -> list[Any]:
    """Every answer: the call's number, the status, whether it was a replay, and the body."""
    token = f"Bearer {issue_tokens(user=user, now=timezone.now()).access}"
    program = [sys.executable, "-m", "support.tests.storming", how, token, case.number, tag, str(CLIENTS), str(calls)]
    environment = os.environ | {"DATABASE_URL": database_url}
    ended = subprocess.run(program, env=environment, capture_output=True, text=True, timeout=120, check=True)
    told = json.loads(ended.stdout)
    assert len(told) == CLIENTS * calls
    return told


def test_fifty_keys_have_fifty_effects_and_every_other_answer_is_the_same_again(
    database_url: str, user: User, case: Case
) -> None:
    told = storm(database_url, user, "once", case, calls=KEYS)
    assert Counter((status, replayed) for _, status, replayed, _ in told) == {
        (201, False): KEYS,
        (201, True): KEYS * (CLIENTS - 1),
    }
    assert {number for number, _, replayed, _ in told if not replayed} == set(range(KEYS))
    assert len({(number, json.dumps(body, sort_keys=True)) for number, _, _, body in told}) == KEYS
    assert Case.objects.exclude(pk=case.pk).count() == case.entries.count() == KEYS // 2


def test_of_all_who_change_the_case_as_they_saw_it_one_does(database_url: str, user: User, case: Case) -> None:
    tag = Caller(user).get("api-case", case.number)["ETag"]
    told = storm(database_url, user, "stale", case, tag)
    assert Counter(status for _, status, _, _ in told) == {200: 1, 412: CLIENTS - 1}
    assert {body["version"] for _, _, _, body in told} == {2}
    assert [entry.verb for entry in case.entries.all()] == ["category", "priority"]
