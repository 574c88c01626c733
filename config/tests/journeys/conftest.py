"""Browsers of people at the desk, which keep an eye on every complaint of their pages."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from config.tests.journeys.complaints import Complaints
from config.tests.journeys.scene import Scene
from config.tests.journeys.work import Work

type SignedIn = Callable[..., Page]

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Where every address starts."""
    return live_server.url


@pytest.fixture
def served(base_url: str) -> Iterator[str]:
    """The address of the desk, which finishes what it was asked before the tables are emptied."""
    work = Work()
    yield base_url
    urlopen(f"{base_url}/health/live/").close()  # whatever was sent earlier has begun now
    work.wait_for_its_end()


@pytest.fixture
def scene(served: str) -> Scene:
    """What stands in the desk."""
    return Scene()


@pytest.fixture
def complaints(served: str) -> Iterator[Complaints]:
    """What the browsers complained about; nothing, when a journey ends well."""
    complaints = Complaints(served)
    yield complaints
    assert complaints.heard == []


@pytest.fixture
def context(complaints: Complaints, new_context: Callable[..., BrowserContext]) -> BrowserContext:
    """The browser of `page`, listened to."""
    return complaints.listen(new_context())


@pytest.fixture
def signed_in(served: str, complaints: Complaints, new_context: Callable[..., BrowserContext]) -> SignedIn:
    """A page in a browser in which the person has signed in."""

    def sign_in(user: User, **options: Any) -> Page:
        context = complaints.listen(new_context(**options))
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
        return context.new_page()

    return sign_in
