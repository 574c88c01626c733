"""What nobody may slip into a request: fields that no form has, methods in disguise, and things of another shop."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.db.models import Model
from django.test import Client
from django.urls import get_resolver

from accounts.models import Shop, User
from config.tests.matrix.operations import Address, addresses
from config.tests.matrix.requests import SENT, Sent, answer_to, path_of, sent_to
from config.tests.matrix.stage import CANARY, NOWHERE, OTHER_SHOP, QUEUE, Caller, Stage
from config.tests.matrix.table import ROWS, Row
from config.tests.matrix.walk import address_of, plain, undone
from orders.models import Order
from refunds.models import Payout, Refund, RefundLine
from refunds.tests.factories import NOW
from support.models import Case, Entry

WRITTEN: tuple[type[Model], ...] = (Case, Entry, Order, Refund, RefundLine, Payout, Shop, User)
NEW_NUMBERS = {"id", "case_id", "refund_id", "date_joined", "last_login", "password", "session_version", "uuid"}
"""What differs between two rows that say the same."""
NUMBER = re.compile(r"\b[CR]-[0-9]+\b")

FORGED = {
    name: "1"
    for model in (Case, Entry, Refund, Payout, User)
    for name in (field.name for field in model._meta.concrete_fields)
} | {"status": "approved", "shop": f"{CANARY}-shop", "total": "999999", "verb": "refund_approved"}
"""A field for each column that a careless form would take."""
TAKEN = {
    "case-classification": {"category", "priority", "team"},
    "case-message": {"kind", "body"},
    "case-new": {"shop", "order", "subject", "body", "kind", "category", "priority"},
    "case-refunds": {"reason", "note", "version"},
    "case-status": {"status"},
    "case-assignment": {"assignee"},
    "password_reset": {"email"},
    "sign-in": {"username", "password"},
}
"""Those that are a form's own, or look like it."""
CALLERS = ("supervisor", "client: orders", "client: refunds")
"""Of these one comes in at every door."""
DISGUISES = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def stage(db: None) -> Stage:
    """Both shops."""
    stage = Stage()
    stage.open_other_shop()
    assert stage.callers  # they all come before anything is undone
    return stage


def everything() -> list[Address]:
    """All addresses of the desk."""
    return list(addresses(get_resolver().url_patterns))


def rows(method: str = "", *, api: bool) -> list[Row]:
    """Rows of pages or of the API."""
    return [row for row in ROWS if row.in_api == api and method in ("", row.method) and row.method != "*"]


FORMS = [row for row in rows("POST", api=False) if row.operation in SENT]
BODIES = [row for row in rows(api=True) if row.operation in SENT]


def asked(
    row: Row, stage: Stage, caller: Caller, more: Sent | None = None, *, kind: str = QUEUE, headers: Any = None
) -> Any:
    """What the caller gets for a valid request with more in it."""
    thing = stage.thing(row.about, kind, caller)
    sent = {**sent_to(row, stage, caller, thing), **(more or {})}
    return answer_to(caller, row, path_of(address_of(row, everything()), thing), sent, headers=headers)


def state() -> list[str]:
    """Every row that a request could change, without what is new in each."""
    return [
        NUMBER.sub(
            "…", f"{model.__name__} { ({name: value for name, value in row.items() if name not in NEW_NUMBERS}) }"
        )
        for model in WRITTEN
        for row in model._default_manager.order_by("pk").values()
    ]


# Fields that nobody asked for


def test_a_form_takes_nothing_but_its_own_fields(stage: Stage) -> None:
    for row in FORMS:
        caller, left = stage.callers["nobody" if row.cells["nobody"].letter == "+" else "supervisor"], []
        for more in ({}, forged(stage, row, caller)):
            with undone():
                status = asked(row, stage, caller, more).status_code
                left.append((status, set(state())))
        assert left[0] == left[1], row


def forged(stage: Stage, row: Row, caller: Caller) -> Sent:
    """Every column that is no field of the form."""
    with undone():
        own = sent_to(row, stage, caller, stage.thing(row.about, QUEUE, caller))
    return {name: value for name, value in FORGED.items() if name not in {*own, *TAKEN.get(row.operation, ())}}


@pytest.mark.parametrize("name", ["is_superuser", "approved_by", "created_at"])
def test_a_body_with_an_unknown_field_is_refused_whole(stage: Stage, name: str) -> None:
    for row in BODIES:
        caller = next(stage.callers[each] for each in CALLERS if row.cells[each].letter not in ".-")
        with undone():
            answer = asked(row, stage, caller, {name: "1"})
            if row.operation == "api:importOrders":
                assert "unknown_field" in plain(answer)
            else:
                faults = [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]
                assert (answer.status_code, faults) == (400, [(f"/{name}", "unknown_field")]), row


# Methods in disguise


@pytest.mark.parametrize("api", [False, True])
def test_a_method_in_a_header_or_a_field_is_not_looked_at(stage: Stage, api: bool) -> None:
    for row in (row for row in rows("GET", api=api) if row.about != "own-refund"):  # which is another each time
        caller = stage.callers["supervisor"]
        with undone():
            before = state()
            bare = asked(row, stage, caller)
        with undone():
            disguised = asked(row, stage, caller, headers=DISGUISES)
            assert plain(bare) == plain(disguised), row
            assert state() == before, row


def test_a_form_with_a_method_in_it_is_a_form(stage: Stage) -> None:
    row = next(row for row in ROWS if row.operation == "case-message")
    caller = stage.callers["supervisor"]
    assert asked(row, stage, caller, {"_method": "DELETE"}, headers=DISGUISES).status_code == 303
    assert asked(row, stage, caller, {"_method": "DELETE"}).status_code == 303


def test_the_api_refuses_a_method_in_the_address(stage: Stage) -> None:
    for row in rows("GET", api=True):
        if row.operation.startswith("api:"):
            assert asked(row, stage, stage.callers["supervisor"], {"_method": "DELETE"}).status_code == 400, row


# Sessions here, tokens there


def test_a_session_is_no_way_into_the_api(stage: Stage) -> None:
    supervisor = stage.callers["supervisor"]
    for row in (row for row in rows(api=True) if row.cells["nobody"].letter == "."):
        with undone():
            thing = stage.thing(row.about, QUEUE, supervisor)
            browser = Client()
            browser.cookies.load({name: each.value for name, each in supervisor.browser.cookies.items()})
            path = path_of(address_of(row, everything()), thing)
            answer = browser.generic(row.method, path, "{}", "application/json")
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), row


def test_a_token_is_no_way_into_pages(stage: Stage) -> None:
    supervisor = stage.callers["supervisor"]
    for row in (row for row in rows(api=False) if row.cells["nobody"].letter == "."):
        bare = replace(supervisor, browser=Client(), bearer="")
        with undone():
            assert asked(row, stage, bare, headers={"Authorization": supervisor.bearer}).status_code == 302, row


# Things of another shop inside a valid request


def foreign_and_missing(stage: Stage) -> dict[str, tuple[str, dict[str, Any], dict[str, Any]]]:
    """An operation, something foreign that its body could name, and the same of what there is none of."""
    theirs = stage.queues[OTHER_SHOP]
    their_line = theirs.case.order.lines.get()
    return {
        "assignee of a page": ("case-assignment", {"assignee": str(theirs.colleague.pk)}, {"assignee": "987654321"}),
        "team of a page": ("case-classification", {"team": str(theirs.team.pk)}, {"team": "987654321"}),
        "order of a page": ("case-new", {"order": f"{CANARY}-a"}, {"order": "no-order"}),
        "shop of a page": ("case-new", {"shop": theirs.shop.reference}, {"shop": "no-shop"}),
        "line of a page": ("case-refund-quote", {f"units-{their_line.pk}": "1"}, {"units-987654321": "1"}),
        "assignee": ("api:assignCase", {"assignee": theirs.colleague.username}, {"assignee": "no@example.test"}),
        "team": ("api:changeCase", {"team": theirs.team.name}, {"team": "no team"}),
        "shop": ("api:openCase", {"shop": theirs.shop.reference}, {"shop": "no-shop"}),
        "order": ("api:openCase", {"order": f"{CANARY}-a"}, {"order": "no-order"}),
        "customer": ("api:openCase", {"customer": "K-2"}, {"customer": "K-9"}),
        "quoted order": ("api:quoteRefund", {"order": f"{CANARY}-a"}, {"order": "no-order"}),
        "order to refund": ("api:requestRefund", {"order": f"{CANARY}-a"}, {"order": "no-order"}),
        "case to refund": ("api:requestRefund", {"case": theirs.case.number}, {"case": "C-987654321"}),
    }


NAMED = (
    *("assignee of a page", "team of a page", "order of a page", "shop of a page", "line of a page"),
    *("assignee", "team", "shop", "order", "customer", "quoted order", "order to refund", "case to refund"),
)


@pytest.mark.parametrize("named", NAMED)
def test_something_foreign_in_a_body_is_as_if_it_were_missing(stage: Stage, named: str) -> None:
    operation, foreign, missing = foreign_and_missing(stage)[named]
    row = next(row for row in ROWS if row.operation == operation)
    for name in ("agent", "supervisor", "client: cases", "client: refunds"):
        caller = stage.callers[name]
        if row.cells[name].letter not in ".-":
            answers = []
            for more in (foreign, missing):
                with undone():
                    answers.append(plain(asked(row, stage, caller, more), more.values()))
            assert answers[0].splitlines() == answers[1].splitlines(), name
            assert CANARY not in answers[0].lower(), name


def test_every_such_name_is_tried(stage: Stage) -> None:
    assert set(NAMED) == set(foreign_and_missing(stage))


def test_a_missing_thing_is_refused_at_every_door(stage: Stage) -> None:
    for row in (row for row in ROWS if row.about not in ("-", "reset-link") and row.method != "GET"):
        with undone():
            before = state()
            assert asked(row, stage, stage.callers["supervisor"], kind=NOWHERE).status_code in (403, 404, 422), row
            assert set(state()) == set(before), row
