"""What production refuses to start with, each broken once."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from django.db import DatabaseError, connection
from pytest_django import Settings

from accounts.tests.factories import UserFactory
from config.checks import databases, environment, tokens
from config.start import refuse_to_start_unfit

KEY = "fjK3-x8Lw_" * 5
TOKEN_KEY = "Zq0-t7Yb_m" * 5


@pytest.fixture
def production(settings: Settings) -> Settings:
    """As production should be."""
    settings.ENVIRONMENT = "production"
    settings.SECRET_KEY = KEY
    settings.JWT_SIGNING_KEY = TOKEN_KEY
    settings.ALLOWED_HOSTS = ["desk.test"]
    return settings


def ids(check: Callable[..., list[CheckMessage]], **asked: Any) -> list[str | None]:
    return [message.id for message in check(**asked)]


@pytest.mark.parametrize("name", ["demo", "development", "production"])
def test_the_three_environments_are_known(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = name
    assert ids(environment.environment_is_known) == []


@pytest.mark.parametrize("name", ["prod", "Production", "", "staging"])
def test_another_environment_is_an_error_everywhere(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = name
    assert ids(environment.environment_is_known) == ["redress.E001"]


BROKEN = [
    (environment.debug_is_off, {"DEBUG": True}, "redress.E002"),
    (environment.secret_key_is_secret, {"SECRET_KEY": ""}, "redress.E003"),
    (environment.secret_key_is_secret, {"SECRET_KEY": KEY[:49]}, "redress.E003"),
    (environment.secret_key_is_secret, {"SECRET_KEY": f"django-insecure-{KEY}"}, "redress.E003"),
    (environment.hosts_are_named, {"ALLOWED_HOSTS": []}, "redress.E004"),
    (environment.hosts_are_named, {"ALLOWED_HOSTS": ["desk.test", "*"]}, "redress.E004"),
    (
        environment.caches_do_not_unpickle,
        {"CACHES": {"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": "redis://nowhere"}}},
        "redress.E005",
    ),
    (
        environment.caches_do_not_unpickle,
        {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://no"}}},
        "redress.E005",
    ),
    (
        environment.sessions_end_in_the_database,
        {"SESSION_ENGINE": "django.contrib.sessions.backends.cache"},
        "redress.E006",
    ),
    (environment.content_security_policy_is_set, {"SECURE_CSP": {}}, "redress.E007"),
    (environment.content_security_policy_is_set, {"MIDDLEWARE": []}, "redress.E007"),
    (tokens.keys_of_tokens_are_secret, {"JWT_SIGNING_KEY": "k" * 31}, "redress.E013"),
    (tokens.keys_of_tokens_are_secret, {"JWT_SIGNING_KEY": f"insecure-{KEY}"}, "redress.E013"),
    (tokens.keys_of_tokens_are_secret, {"JWT_PREVIOUS_KEY": "k" * 31}, "redress.E013"),
    (tokens.keys_of_tokens_are_their_own, {"JWT_SIGNING_KEY": KEY}, "redress.E014"),
    (tokens.keys_of_tokens_are_their_own, {"JWT_PREVIOUS_KEY": KEY}, "redress.E014"),
    (tokens.keys_of_tokens_are_their_own, {"JWT_PREVIOUS_KEY": TOKEN_KEY}, "redress.E014"),
    (
        tokens.proxies_are_counted,
        {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "TRUSTED_PROXIES": 0},
        "redress.W002",
    ),
]


@pytest.mark.parametrize(("check", "broken", "error"), BROKEN)
def test_production_refuses_what_development_does_not_mind(
    production: Settings, check: Any, broken: dict[str, Any], error: str
) -> None:
    assert ids(check) == []
    for name, value in broken.items():
        setattr(production, name, value)
    assert ids(check) == [error]
    production.ENVIRONMENT = "development"
    assert ids(check) == []


@pytest.mark.parametrize("name", ["demo", "development", "production"])
def test_no_environment_signs_tokens_with_nothing(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = name
    assert ids(tokens.tokens_have_a_key) == []
    settings.JWT_SIGNING_KEY = ""
    assert ids(tokens.tokens_have_a_key) == ["redress.E012"]


@pytest.mark.parametrize("name", ["demo", "development", "production"])
def test_no_environment_signs_people_in_uncounted(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = name
    assert ids(tokens.every_sign_in_is_guarded) == []
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "django.contrib.auth.backends.AllowAllUsersModelBackend",
    ]
    assert ids(tokens.every_sign_in_is_guarded) == ["redress.E015"]


@pytest.mark.django_db
def test_production_refuses_people_of_the_demo(production: Settings) -> None:
    UserFactory(username="ana@example.test")
    assert ids(databases.nobody_is_of_the_demo, databases=["default"]) == []
    UserFactory(username="agent@demo.test", is_active=False)
    assert ids(databases.nobody_is_of_the_demo, databases=["default"]) == ["redress.E008"]
    production.ENVIRONMENT = "demo"
    assert ids(databases.nobody_is_of_the_demo, databases=["default"]) == []


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pragma", ["synchronous = NORMAL", "recursive_triggers = OFF"])
def test_production_refuses_a_careless_sqlite(production: Settings, pragma: str) -> None:
    assert ids(databases.sqlite_pragmas_are_in_force, databases=["default"]) == []
    connection.connection.execute(f"PRAGMA {pragma}")
    assert ids(databases.sqlite_pragmas_are_in_force, databases=["default"]) == ["redress.E009"]
    connection.close()  # the next one is careful again


@pytest.mark.postgres_only
@pytest.mark.django_db
def test_production_refuses_a_careless_postgresql(production: Settings) -> None:
    """The server of the tests is careless on purpose."""
    assert ids(databases.postgresql_is_durable, databases=["default"]) == ["redress.E010"] * 2
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    assert ids(databases.postgresql_is_durable, databases=["default"]) == ["redress.E010"]


VERSIONS = [
    ((3, 6, 23), False),
    ((3, 7, 0), True),
    ((3, 40, 1), True),
    ((3, 44, 5), True),
    ((3, 44, 6), False),
    ((3, 45, 0), True),
    ((3, 50, 6), True),
    ((3, 50, 7), False),
    ((3, 51, 2), True),
    ((3, 51, 3), False),
    ((3, 53, 4), False),
]


@pytest.mark.parametrize(("version", "has_bug"), VERSIONS)
def test_a_sqlite_with_the_wal_reset_bug_is_told(version: tuple[int, int, int], has_bug: bool) -> None:
    assert databases.has_wal_reset_bug(version) is has_bug


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["demo", "development", "production"])
def test_the_wal_reset_bug_is_a_warning_in_every_environment(settings: Settings, name: str) -> None:
    settings.ENVIRONMENT = name
    told = ids(databases.sqlite_has_no_wal_reset_bug, databases=["default"])
    bug = databases.has_wal_reset_bug(connection.Database.sqlite_version_info)
    assert told == (["redress.W001"] if bug else [])


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_an_error(production: Settings) -> None:
    def down(*args: Any) -> None:
        raise DatabaseError("down")

    with connection.execute_wrapper(down):
        assert ids(databases.nobody_is_of_the_demo, databases=["default"]) == ["redress.E011"]


@pytest.mark.django_db
def test_what_a_database_holds_is_only_looked_at_when_somebody_wants_that(production: Settings) -> None:
    UserFactory(username="agent@demo.test")
    assert "redress.E008" not in ids(run_checks)
    assert "redress.E008" in ids(run_checks, databases=["default"])


@pytest.mark.django_db
def test_a_fit_desk_starts() -> None:
    refuse_to_start_unfit()


@pytest.mark.django_db
def test_an_unfit_desk_does_not_start_and_says_why(settings: Settings) -> None:
    settings.ENVIRONMENT = "prod"
    with pytest.raises(SystemExit, match=r"redress\.E001"):
        refuse_to_start_unfit()


@pytest.mark.django_db
def test_production_starts_with_none_of_djangos_security_warnings(production: Settings) -> None:
    with pytest.raises(SystemExit) as refused:  # these settings were read for development
        refuse_to_start_unfit()
    assert "security.W008" in str(refused.value)


def in_production(database_url: str, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name == "PATH" or "COVERAGE" in name} | {
        "ENVIRONMENT": "production",
        "SECRET_KEY": KEY,
        "JWT_SIGNING_KEY": TOKEN_KEY,
        "ALLOWED_HOSTS": "desk.test",
        "DATABASE_URL": database_url,
    }
    return subprocess.run(
        [sys.executable, *command], env=environment | more, capture_output=True, text=True, check=False, timeout=60
    )


def test_check_deploy_finds_nothing_in_production(database_url: str) -> None:
    done = in_production(database_url, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.sqlite_only
def test_the_server_serves_nothing_in_production_with_a_short_key(database_url: str) -> None:
    granian = ["-m", "granian", "--interface", "wsgi", "--port", "0", "config.wsgi:application"]
    done = in_production(database_url, *granian, SECRET_KEY="short")
    assert done.returncode != 0
    assert "Redress does not start" in done.stderr + done.stdout
    assert "redress.E003" in done.stderr + done.stdout


@pytest.mark.sqlite_only
def test_the_servers_application_is_made_in_production(database_url: str) -> None:
    done = in_production(database_url, "-c", "import config.wsgi; print(config.wsgi.application)")
    assert "WSGIHandler" in done.stdout, done.stderr
