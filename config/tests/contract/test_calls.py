"""The API keeps its contract whatever is sent to it: no mistake of the program, no undocumented answer, no open door.

Schemathesis makes the calls: 300 of each operation here, 1,000 in `make soak`; well-formed and malformed, one by one
and as answers lead to the next call, with every check that it has.
"""

import logging
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from schemathesis.transport.wsgi import WSGITransport

from config.tests.contract.calls import OPERATIONS, Report, caller_of, report
from config.tests.contract.stage import Stage

pytestmark = [pytest.mark.contract, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]

NETWORK = ("max_redirects", "verify", "cert", "proxies")


@pytest.fixture
def stage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A desk without throttles, which says nothing of refused calls."""
    settings.API_CALLS_PER_MINUTE = settings.SIGN_IN_TRIES = settings.SIGN_IN_TRIES_PER_ADDRESS = 10**9
    monkeypatch.setattr(logging.getLogger("django.request"), "level", logging.CRITICAL)
    monkeypatch.setattr(WSGITransport, "send", without_network(WSGITransport.send))
    return Stage()


def without_network(send: Any) -> Any:
    """Calls within a process know no redirects and no certificates, but the probes of schemathesis name them."""

    def within(self: Any, case: Any, *, session: Any = None, **options: Any) -> Any:
        if session is None:
            options = {name: value for name, value in options.items() if name not in NETWORK}
        return send(self, case, session=session, **options)

    return within


def require_none(found: Report) -> None:
    """Fail with every fault in full; without a single success the calls have shown nothing."""
    if found.faults:
        pytest.fail("\n\n".join(dict.fromkeys(found.faults)), pytrace=False)
    assert any(200 <= status < 300 for status in found.statuses), found.statuses


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_keeps_its_contract(stage: Stage, operation: str) -> None:
    require_none(report(stage, caller_of(stage, operation), operation))


@pytest.mark.parametrize("who", ["a client", "a supervisor"])
def test_one_call_after_another_keeps_the_contract(stage: Stage, who: str) -> None:
    require_none(report(stage, stage.client if who == "a client" else stage.scene.supervisor, None))
