"""Sessions are fast with Redis and right without it: nobody is signed out by it, and nobody comes back by it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory
from config import cache as config_cache
from config.cache import Breaker
from config.sessions import COPY_PREFIX, SessionStore
from config.tests.fresh import settings_in
from scripts.services import Server

pytestmark = pytest.mark.django_db

PAGE = "/password/"  # for whoever is signed in, and cheap
NEW_PASSWORD = "a quieter horse and its battery"


@pytest.fixture(autouse=True)
def redis(redis_server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Server:
    settings.CACHES = settings_in(monkeypatch, REDIS_URL=redis_server.url)["CACHES"]
    forget_outages(monkeypatch)
    return redis_server


@pytest.fixture
def ana() -> User:
    return UserFactory(username="ana@example.test")


@pytest.fixture
def tab(ana: User) -> Client:
    """Somebody signed in, with a copy of their session in Redis."""
    client = Client()
    client.post(reverse("sign-in"), {"username": ana.username, "password": PASSWORD})
    return client


def forget_outages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in another process, which has seen no outage."""
    monkeypatch.setattr(config_cache, "breaker", Breaker())


def signed_in(client: Client) -> bool:
    answer = client.get(PAGE)
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def holder_of(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


def copy_of(key: str) -> Any:
    return cache.get(COPY_PREFIX + key)


def kill(redis: Server) -> None:
    redis.process.kill()
    redis.process.wait()


def test_a_copy_spares_the_query_of_the_session(tab: Client) -> None:
    with CaptureQueriesContext(connection) as with_copy:
        assert signed_in(tab)
    cache.clear()
    with CaptureQueriesContext(connection) as without:
        assert signed_in(tab)
    assert len(without) == len(with_copy) + 1


def test_a_session_read_from_the_database_leaves_a_copy(tab: Client) -> None:
    cache.clear()
    assert signed_in(tab)
    assert copy_of(key_of(tab))["session"][SESSION_KEY]


def test_the_session_of_nobody_is_not_copied() -> None:
    session = SessionStore()
    session["colour"] = "blue"
    session.save()
    assert SessionStore(session.session_key)["colour"] == "blue"
    assert cache.get(COPY_PREFIX + session.session_key) is None


@pytest.mark.parametrize("end", [kill, Server.pause])
def test_nobody_is_signed_out_when_redis_goes(redis: Server, tab: Client, ana: User, end: Any) -> None:
    end(redis)
    assert signed_in(tab)
    late = Client()
    late.post(reverse("sign-in"), {"username": ana.username, "password": PASSWORD})
    assert signed_in(late)
    late.post(reverse("sign-out"))
    assert not signed_in(late)
    assert signed_in(tab)


def test_nobody_is_signed_out_when_redis_comes_back_empty(redis: Server, tab: Client) -> None:
    cache.clear()
    assert signed_in(tab)


def test_a_sign_out_during_a_pause_stays_one_after_it_for_every_process(
    redis: Server, tab: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(tab)
    redis.pause()
    assert signed_in(tab)  # from here on this process leaves Redis alone
    tab.post(reverse("sign-out"))
    redis.resume()
    assert not signed_in(holder_of(key))
    forget_outages(monkeypatch)
    assert copy_of(key)["session"][SESSION_KEY]  # Redis still believes in the session
    assert not signed_in(holder_of(key))


def test_a_copy_that_arrives_after_the_sign_out_signs_nobody_in(tab: Client) -> None:
    key = key_of(tab)
    copy = copy_of(key)
    tab.post(reverse("sign-out"))
    cache.set(COPY_PREFIX + key, copy)
    assert not signed_in(holder_of(key))


def test_an_old_copy_does_not_hide_what_was_changed_meanwhile(tab: Client) -> None:
    key = key_of(tab)
    old = copy_of(key)
    session = SessionStore(key)
    session["seen"] = 7
    session.save()
    cache.set(COPY_PREFIX + key, old)
    fresh = SessionStore(key)
    assert fresh.confirmed_person() is None
    assert fresh["seen"] == 7
    assert SessionStore(key).confirmed_person() is not None  # by the copy that the reading left


def test_a_copy_of_a_save_that_was_rolled_back_does_not_count(tab: Client) -> None:
    key = key_of(tab)
    copy = copy_of(key)
    copy["session"]["seen"] = 7
    copy["expires_at"] = (timezone.now() + timedelta(hours=13)).isoformat()
    cache.set(COPY_PREFIX + key, copy)
    assert SessionStore(key).confirmed_person() is None
    assert "seen" not in SessionStore(key)


def test_a_session_that_expired_is_over_whatever_its_copy_says(tab: Client) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.update(expire_date=past)
    cache.set(COPY_PREFIX + key_of(tab), copy_of(key_of(tab)) | {"expires_at": past.isoformat()})
    assert not signed_in(tab)


def test_a_new_password_ends_the_other_sessions_at_once_during_a_pause_too(
    redis: Server, tab: Client, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, elsewhere = key_of(tab), Client()
    elsewhere.force_login(ana)
    redis.pause()
    new = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert tab.post(reverse("password_change"), new).status_code == 302
    redis.resume()
    forget_outages(monkeypatch)
    assert not signed_in(holder_of(key))  # the session has another key now
    assert not signed_in(elsewhere)
    assert signed_in(tab)


def test_a_deactivated_person_is_out_at_once(tab: Client, ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert not signed_in(tab)


def test_signing_in_as_somebody_else_ends_the_session_before(tab: Client) -> None:
    key, kim = key_of(tab), UserFactory(username="kim@example.test")
    tab.post(reverse("sign-out"))
    tab.post(reverse("sign-in"), {"username": kim.username, "password": PASSWORD})
    assert signed_in(tab)
    assert not signed_in(holder_of(key))


@pytest.mark.parametrize(
    "forged",
    [
        "nonsense",
        ["list"],
        {"session": {}},
        {"session": None, "expires_at": "never"},
        {"session": {SESSION_KEY: "x"}, "expires_at": "2026-11-02T09:00:00+00:00"},
    ],
)
def test_a_copy_that_is_none_of_ours_is_overlooked(tab: Client, forged: Any) -> None:
    cache.set(COPY_PREFIX + key_of(tab), forged)
    assert signed_in(tab)


@pytest.mark.parametrize("change", [{SESSION_KEY: "other"}, {HASH_SESSION_KEY: "x"}, {"_auth_user_backend": "gone"}])
def test_who_can_write_into_redis_cannot_sign_in_as_another(tab: Client, ana: User, change: dict[str, str]) -> None:
    boss = UserFactory(role="administrator")
    copy = copy_of(key_of(tab))
    copy["session"] |= {name: str(boss.pk) if value == "other" else value for name, value in change.items()}
    cache.set(COPY_PREFIX + key_of(tab), copy)
    answer = tab.get(PAGE)
    assert answer.wsgi_request.user == ana


def test_a_session_ended_while_a_page_was_made_is_not_brought_back(tab: Client) -> None:
    session = SessionStore(key_of(tab))
    assert session.confirmed_person() is not None
    tab.post(reverse("sign-out"))
    session["seen"] = 7
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


@pytest.mark.parametrize("key", ["short", "x" * 31, "X" * 32, "\x00" + "x" * 31, "x" * 33, "ä" * 32])
def test_a_cookie_that_cannot_be_a_key_is_not_looked_up(key: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert SessionStore(key).session_key is None
        assert SessionStore(key).get("anything") is None
    assert len(queries) == 0
