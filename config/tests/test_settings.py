"""Settings are read from the environment, and `.env.example` tells all of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.tests.fresh import settings_in

READ = re.compile(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"')
TOLD = re.compile(r"^#?([A-Z_]+)=", re.MULTILINE)
READ_ELSEWHERE = {"HOST", "PORT", "POSTGRES_PASSWORD"}


def test_env_example_tells_every_variable_that_is_read_and_no_other() -> None:
    read = set(READ.findall((settings.BASE_DIR / "config/settings.py").read_text()))
    told = TOLD.findall((settings.BASE_DIR / ".env.example").read_text())
    assert set(told) == read | READ_ELSEWHERE
    assert len(told) == len(set(told))


def test_every_variable_of_env_example_has_a_comment() -> None:
    lines = (settings.BASE_DIR / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if TOLD.match(line):
            assert lines[number - 1].startswith("# "), line


def test_without_redis_the_cache_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_in(monkeypatch, REDIS_URL=None)
    assert found["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")
    assert found["SESSION_ENGINE"] == "config.sessions"


def test_redis_is_switched_on_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = settings_in(monkeypatch, REDIS_URL="redis://cache.test:6379/1")["CACHES"]["default"]
    assert cache["LOCATION"] == "redis://cache.test:6379/1"
    assert cache["OPTIONS"]["CLIENT_CLASS"] == "config.cache.BreakerClient"
    assert "json" in cache["OPTIONS"]["SERIALIZER"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (None, settings.BASE_DIR / "redress.sqlite3"),
        ("sqlite:///desk.sqlite3", settings.BASE_DIR / "desk.sqlite3"),
        ("sqlite:////var/lib/desk.sqlite3", Path("/var/lib/desk.sqlite3")),
    ],
)
def test_sqlite_is_one_file_from_whatever_folder(monkeypatch: pytest.MonkeyPatch, url: str | None, name: Path) -> None:
    database = settings_in(monkeypatch, DATABASE_URL=url)["DATABASES"]["default"]
    assert database["NAME"] == name
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_postgresql_is_switched_on_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgres://desk:secret@db.test:5432/redress?sslmode=verify-full"
    database = settings_in(monkeypatch, DATABASE_URL=url)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["NAME"], database["HOST"], database["OPTIONS"]) == (
        "redress",
        "db.test",
        {"sslmode": "verify-full"},
    )


def test_only_development_has_a_key_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings_in(monkeypatch, ENVIRONMENT="development", SECRET_KEY=None)["SECRET_KEY"]
    for name in ("production", "demo", "prod"):
        assert settings_in(monkeypatch, ENVIRONMENT=name, SECRET_KEY=None)["SECRET_KEY"] == ""


def test_only_development_signs_tokens_by_a_key_that_everybody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    known = settings_in(monkeypatch, ENVIRONMENT="development", JWT_SIGNING_KEY=None)["JWT_SIGNING_KEY"]
    assert len(known) >= 32
    assert "insecure" in known
    for name in ("production", "demo", "prod"):
        assert settings_in(monkeypatch, ENVIRONMENT=name, JWT_SIGNING_KEY=None)["JWT_SIGNING_KEY"] == ""


def test_production_speaks_tls_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_in(monkeypatch, ENVIRONMENT="production")
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["CSRF_COOKIE_SECURE"]
    assert found["SECURE_HSTS_SECONDS"] == 31536000
    assert "SECURE_PROXY_SSL_HEADER" not in found


def test_only_a_proxy_that_we_were_told_of_is_believed_about_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_in(monkeypatch, ENVIRONMENT="production", BEHIND_TLS_PROXY="on")
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_mail_goes_by_smtp_in_production_and_into_the_log_else(monkeypatch: pytest.MonkeyPatch) -> None:
    mailer = settings_in(monkeypatch, ENVIRONMENT="production", EMAIL_URL=None)["MAILERS"]["default"]
    assert (mailer["BACKEND"].split(".")[-2], mailer["OPTIONS"]["host"]) == ("smtp", "localhost")
    mailer = settings_in(monkeypatch, ENVIRONMENT="demo", EMAIL_URL=None)["MAILERS"]["default"]
    assert mailer == {"BACKEND": "django.core.mail.backends.console.EmailBackend"}


def test_mail_goes_where_its_address_says(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "smtp+tls://desk%40example.com:p%3Aw@mail.test:587"
    options = settings_in(monkeypatch, EMAIL_URL=url)["MAILERS"]["default"]["OPTIONS"]
    asked = (options["host"], options["port"], options["username"], options["password"], options["use_tls"])
    assert asked == ("mail.test", 587, "desk@example.com", "p:w", True)
