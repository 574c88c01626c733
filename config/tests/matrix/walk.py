"""Walking through the matrix: every row as every caller about every kind of thing; what is found amiss is returned."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.cache import cache
from django.db import transaction

from config.tests.matrix.operations import METHODS, Address
from config.tests.matrix.requests import answer_to, path_of, sent_to
from config.tests.matrix.stage import CANARY, NOWHERE, OTHER_SHOP, OTHER_TEAM, QUEUE, Caller, Stage
from config.tests.matrix.table import Cell, Row

REACHED = {
    "+": {QUEUE, OTHER_TEAM, OTHER_SHOP},
    "s": {QUEUE, OTHER_TEAM},
    "q": {QUEUE},
    "n": set(),
}
"""Whose things a letter of the table reaches."""

CHANGING = re.compile(r"\b[A-Za-z0-9]{64}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|nonce-[\w+/=-]+")
"""What is new in every answer: CSRF tokens, keys of forms, nonces."""
SIGN_IN = ("Location: /sign-in/?next=", "Location: /admin/login/?next=")
"""The second leads to the first."""
UNTOLD = {"Content-Length", "Set-Cookie"}


def faults_of_list(rows: Iterable[Row], found: Sequence[Address]) -> list[str]:
    """Addresses and operations without a row, and rows of which there is no address any more."""
    rowed = {row.operation for row in rows}
    there = {name for each in found for name in (each.operations.values() or [each.name])}
    missing = [f"{name} has no row" for name in sorted(there - rowed)]
    return missing + [f"{name} has a row and no address" for name in sorted(rowed - there)]


def faults_of_walk(stage: Stage, rows: Sequence[Row], found: Sequence[Address], caller: Caller) -> list[str]:
    """Everything that the caller meets otherwise than the table says."""
    return [fault for row in rows for fault in _faults_of_row(stage, row, address_of(row, found), caller)]


def faults_of_methods(stage: Stage, rows: Sequence[Row], found: Iterable[Address], caller: Caller) -> list[str]:
    """Methods without a row that are not refused."""
    return [fault for each in found for fault in _faults_of_methods(stage, rows, each, caller)]


def expected(row: Row, caller: Caller, kind: str) -> int:
    """The status that the table promises to this caller for such a thing."""
    cell = _cell(row, caller)
    if cell.letter == ".":
        return 401 if row.in_api else 302
    if cell.letter == "-":
        return 403
    if row.about == "-":
        return cell.yes
    reached = REACHED[cell.letter] if caller.has_shop or cell.letter == "+" else set()
    return cell.yes if kind in reached else cell.no


def plain(answer: Any, names: Iterable[str] = ()) -> str:
    """The whole answer without what is new each time, and without the names that the request itself brought."""
    headers = [f"{name}: {value}" for name, value in sorted(answer.headers.items()) if name not in UNTOLD]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = "\n".join([str(answer.status_code), *headers, *sorted(answer.cookies), body.decode()])
    for name in sorted((name for name in names if not name.isdigit()), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", text)
    return CHANGING.sub("…", text)


def address_of(row: Row, found: Iterable[Address]) -> Address:
    """Where the operation of the row is."""
    return next(each for each in found if row.operation in (each.operations.values() or [each.name]))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    around = transaction.atomic()
    around._from_testcase = True  # what must be the outermost transaction counts as such inside
    with around:
        yield
        transaction.set_rollback(True)
    cache.clear()


def _cell(row: Row, caller: Caller) -> Cell:
    """Whoever has all of Django's rights comes in wherever anybody does; a program opens pages no more than nobody."""
    if caller.all_rights:
        cells = [row.cells["supervisor"], *row.cells.values()]
        return next((cell for cell in cells if cell.letter not in ".-"), cells[0])
    if caller.no_scope and not row.in_api:
        return row.cells["nobody"]
    return row.cells[caller.column]


def _faults_of_row(stage: Stage, row: Row, address: Address, caller: Caller) -> Iterator[str]:
    methods = METHODS if row.method == "*" else [row.method]
    for method in methods:
        answers = {kind: _asked(stage, row, address, caller, kind, method) for kind in stage.kinds(row.about)}
        for kind, (status, text) in answers.items():
            yield from _faults_of_answer(row, caller, kind, status, text)
        yield from _differences(row, caller, answers)


def _asked(stage: Stage, row: Row, address: Address, caller: Caller, kind: str, method: str) -> tuple[int, str]:
    """The status, and the answer as it can be compared."""
    with undone():
        thing = stage.thing(row.about, kind, caller)
        sent = {} if method == "GET" else sent_to(row, stage, caller, thing)
        path = path_of(address, thing)
        answer = answer_to(caller, row, path, sent, method)
        return answer.status_code, plain(answer, [path, *thing.names])


def _faults_of_answer(row: Row, caller: Caller, kind: str, status: int, text: str) -> Iterator[str]:
    promised = expected(row, caller, kind)
    where = f"{row}, {caller.name}, {kind}"
    if status != promised:
        yield f"{where}: {status} instead of {promised}"
    if CANARY in text.lower():
        yield f"{where}: tells of the other shop"
    if _cell(row, caller).letter == "." and not row.in_api and not any(door in text for door in SIGN_IN):
        yield f"{where}: leads elsewhere than to the sign-in page"


def _differences(row: Row, caller: Caller, answers: dict[str, tuple[int, str]]) -> Iterator[str]:
    """What is not reached must not be told from what is missing."""
    for kind, (status, text) in answers.items():
        foreign = kind != NOWHERE and expected(row, caller, kind) == expected(row, caller, NOWHERE) != 302
        if foreign and status == answers[NOWHERE][0] and text != answers[NOWHERE][1]:
            yield f"{row}, {caller.name}, {kind}: differs from what is missing: {_first_difference(text, answers)}"


def _first_difference(text: str, answers: dict[str, tuple[int, str]]) -> str:
    lines = zip(text.splitlines(), answers[NOWHERE][1].splitlines(), strict=False)
    return next((f"{one!r} and {other!r}" for one, other in lines if one != other), "one is longer")


def _faults_of_methods(stage: Stage, rows: Sequence[Row], address: Address, caller: Caller) -> Iterator[str]:
    """Methods without a row: whoever comes in is told that there is no such method."""
    names = {*address.operations.values(), address.name}
    own = [row for row in rows if row.operation in names]
    if not own or any(row.method == "*" for row in own):
        return
    for method in sorted({*METHODS} - {row.method for row in own}):
        with undone():
            path = path_of(address, stage.thing(own[0].about, QUEUE, caller))
            status = answer_to(caller, own[0], path, {}, method).status_code
        letters = {_cell(row, caller).letter for row in own}
        kept_out = {302, 401} if letters == {"."} else {403} if letters <= {"-", "."} else set()
        if status not in {405, *kept_out}:
            yield f"{address.name} {method}, {caller.name}: {status} instead of 405"
