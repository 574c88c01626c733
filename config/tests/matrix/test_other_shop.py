"""No byte crosses between shops: what happens in one changes nothing that people and programs of another can read."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import time_machine
from django.urls import get_resolver
from pytest_django import Settings

from config.tests.matrix.operations import Address, addresses
from config.tests.matrix.requests import answer_to, path_of
from config.tests.matrix.stage import CANARY, NOWHERE, OTHER_SHOP, QUEUE, Caller, Stage
from config.tests.matrix.table import ROWS, Row
from config.tests.matrix.walk import address_of, plain
from refunds.tests.factories import NOW

READERS = ("agent", "supervisor", "client: read", "client: refunds")
LEFT_OUT = {"reset-link", "own-refund"}
"""Made anew for each request."""
WORDS = (f"{CANARY}-a", f"{CANARY}.kim@example.test", f"{CANARY} subject", f"{CANARY}-bank")
SHARED = ("queue-a", "queue Kim")
"""Names that the other shop has too."""
SHOP, TEAM, COLLEAGUE = f"{CANARY}-shop", f"{CANARY} team", f"{CANARY}@example.test"

QUERIES = {
    "case-list": [
        *[f"q={quote(words)}" for words in WORDS + SHARED],
        *["tab=all", "tab=refunds", "tab=closing", "sort=value", f"shop={SHOP}", f"shop={SHOP}&tab=all"],
    ],
    "case-new": [f"shop={SHOP}&order={CANARY}-a", f"shop=ours&order={CANARY}-a", "shop=ours&order=queue-a"],
    "order-list": [f"shop={SHOP}", "window=open", *[f"q={quote(words)}" for words in WORDS + SHARED]],
    "admin:orders_order_changelist": [f"shop={SHOP}", *[f"q={quote(words)}" for words in WORDS + SHARED]],
    "admin:orders_mirrorconflict_changelist": [f"shop={SHOP}", f"q={CANARY}-conflict"],
    "admin:support_case_changelist": [f"shop={SHOP}", *[f"q={quote(words)}" for words in WORDS + SHARED]],
    "admin:refunds_refund_changelist": [f"shop={SHOP}", *[f"q={quote(words)}" for words in WORDS]],
    "admin:refunds_payout_changelist": [f"shop={SHOP}", *[f"q={quote(words)}" for words in WORDS]],
    "api:listOrders": [
        *[f"shop={SHOP}", f"shop={SHOP}&q=queue-a", "customer=K-1", "customer=K-2", "window=open", "limit=1"],
        *[f"q={quote(words)}" for words in WORDS + SHARED],
    ],
    "api:listCases": [
        *[f"shop={SHOP}", f"team={quote(TEAM)}", f"assignee={COLLEAGUE}", f"order={CANARY}-a", "limit=1"],
        *[f"q={quote(words)}" for words in WORDS + SHARED],
    ],
    "api:listRefunds": [f"shop={SHOP}", f"order={CANARY}-b", "order=queue-a", "status=requested", "limit=1"],
}
"""What lists are asked for beside nothing: everything by which the other shop could be found."""

NUMBERED = {
    "case-list": "q={case}",
    "admin:support_case_changelist": "q={case}",
    "admin:refunds_refund_changelist": "q={refund}",
    "admin:refunds_payout_changelist": "q={refund}",
    "api:listCases": "q={case}",
    "api:listRefunds": "case={case}",
}
"""Lists that find things by number."""


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


def everything() -> list[Address]:
    """All addresses of the desk."""
    return list(addresses(get_resolver().url_patterns))


def read_by(caller: Caller) -> list[Row]:
    """What the caller may knock at: programs open no pages."""
    rows = [row for row in ROWS if row.method == "GET" and row.about not in LEFT_OUT]
    return [row for row in rows if row.in_api or not caller.is_client]


def everything_read_by(stage: Stage, caller: Caller, found: list[Address]) -> Iterator[tuple[str, str]]:
    """Every page and every answer that the caller can ask for about our queue, with each query."""
    for row in read_by(caller):
        path = path_of(address_of(row, found), stage.thing(row.about, QUEUE, caller))
        yield from ((f"{row} {query}", got) for query, got in answers_to(caller, row, path))


def answers_to(caller: Caller, row: Row, path: str) -> Iterator[tuple[str, str]]:
    """The answers with and without queries."""
    for query in ("", *QUERIES.get(row.operation, [])):
        yield query, plain(answer_to(caller, row, f"{path}?{query}" if query else path, {}))


@pytest.mark.django_db
@pytest.mark.parametrize("name", READERS)
def test_what_happens_in_another_shop_changes_no_byte_of_what_anybody_reads(name: str) -> None:
    stage, found = Stage(), everything()
    caller = stage.callers[name]
    before = dict(everything_read_by(stage, caller, found))
    stage.open_other_shop()
    after = dict(everything_read_by(stage, caller, found))
    assert [(which, got, before[which]) for which, got in after.items() if got != before[which]] == []
    assert len(before) > len(read_by(caller))


@pytest.mark.django_db
def test_a_byte_that_crosses_is_found(settings: Settings) -> None:
    settings.ROOT_URLCONF = "config.tests.matrix.seeded"
    stage = Stage()
    caller, row = stage.callers["agent"], next(row for row in ROWS if row.operation == "order-list")
    before = dict(answers_to(caller, row, "/orders/"))
    stage.open_other_shop()
    assert all(got != before[query] for query, got in answers_to(caller, row, "/orders/"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", READERS)
def test_a_foreign_number_finds_as_little_as_a_missing_one(name: str) -> None:
    stage, found = Stage(), everything()
    caller = stage.callers[name]
    stage.open_other_shop()
    theirs = stage.queues[OTHER_SHOP]
    foreign = {"case": theirs.case.number, "refund": theirs.refund.reference}
    missing = {"case": "C-987654321", "refund": "R-987654321"}
    for row in (row for row in read_by(caller) if row.operation in NUMBERED):
        path, query = "/" + address_of(row, found).route, NUMBERED[row.operation]
        got = [
            plain(answer_to(caller, row, f"{path}?{query.format(**named)}", {}), named.values())
            for named in (foreign, missing)
        ]
        assert got[0] == got[1], row


def test_every_list_is_asked_for_the_other_shop() -> None:
    names = {row.operation for row in ROWS}
    assert {name for name in names if name.endswith("list") or name.startswith("api:list")} <= set(QUERIES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["agent without shop", "supervisor without shop", "somebody with all rights"])
def test_whoever_has_no_shop_reads_of_none(name: str) -> None:
    stage, found = Stage(), everything()
    caller = stage.callers[name]
    for row in read_by(caller):
        got = plain(
            answer_to(caller, row, path_of(address_of(row, found), stage.thing(row.about, NOWHERE, caller)), {})
        )
        assert "queue" not in got.lower(), row
