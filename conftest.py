"""What all tests share: a database as in life, a real Redis, and a browser that stays at home."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase

from scripts import programs, services

QUIET_CHROMIUM = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure() -> None:
    """Make passwords and pages cheap, the flush between tests possible, and SIGTERM as orderly as Ctrl-C."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_AUTOREFRESH = True  # or every test client looks through all static files
    flush = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = flush_without_triggers(flush)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the engine of this run cannot show; what asks no database is seen on SQLite."""
    on_sqlite = connection.vendor == "sqlite"
    other = "postgres_only" if on_sqlite else "sqlite_only"
    left_out = {item for item in items if item.get_closest_marker(other) or not (on_sqlite or asks_database(item))}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def asks_database(item: pytest.Item) -> bool:
    """Whether a test may use the database at all."""
    fixtures = getattr(item, "fixturenames", ())
    return bool(item.get_closest_marker("django_db")) or "db" in fixtures or "transactional_db" in fixtures


def flush_without_triggers(flush: Callable[[TransactionTestCase], None]) -> Callable[[TransactionTestCase], None]:
    """Empty the tables with the triggers away meanwhile: rightly they let nobody delete money."""

    def unguarded(case: TransactionTestCase) -> None:
        from refunds import triggers  # Django is set up by now

        guarded = [connections[alias] for alias in case._databases_names(include_mirrors=False)]
        for each in guarded:
            triggers.drop(each)
        try:
            flush(case)
        finally:
            for each in guarded:
                triggers.install(each)

    return unguarded


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Keep the SQLite test database in a file, as in life: in memory, all threads would share one transaction."""
    with services.temporary_folder("redress-tests-") as folder:
        if connection.vendor == "sqlite":
            settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(folder / "redress.sqlite3")
        yield


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database, for a process of its own."""
    one = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{one['NAME']}"
    return f"postgres://{one['USER']}:{one['PASSWORD']}@{one['HOST']}:{one['PORT']}/{one['NAME']}"


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis for the whole run."""
    with services.redis() as server:
        yield server.url


@pytest.fixture
def redis_server() -> Iterator[services.Server]:
    """A real Redis for one test, to be paused, resumed and stopped."""
    with services.redis() as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium of the machine, calling nobody."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": programs.chromium(), "args": QUIET_CHROMIUM + as_root}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """No animation, so that nothing is judged halfway."""
    return {**browser_context_args, "reduced_motion": "reduce"}
