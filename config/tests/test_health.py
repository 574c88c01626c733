"""What a load balancer or a container asks."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_live_answers_without_the_database(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/health/live/")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok", 0)


def test_ready_asks_the_database_and_nothing_else(client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/health/ready/")
    assert (answer.status_code, answer.content, len(queries)) == (200, b"ok", 1)


def test_ready_says_503_while_the_database_is_away(client: Client) -> None:
    def down(*args: Any) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(down):
        assert client.get("/health/ready/").status_code == 503
        assert client.get("/health/live/").status_code == 200


@pytest.mark.parametrize("path", ["/health/live/", "/health/ready/"])
def test_health_is_asked_in_the_clear_kept_by_nobody_and_leaves_no_cookie(
    client: Client, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/"]
    answer = client.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    assert client.post(path).status_code == 405
    assert client.get("/sign-in/").status_code == 301
