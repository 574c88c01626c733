"""The import through the server that we ship: lines of no announced length, and answers while they still come."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import Shop, User
from accounts.tests.factories import ClientFactory, ShopFactory
from accounts.use_cases import issue_tokens
from orders.models import Order
from orders.tests.api import lines_of
from orders.tests.factories import sent_order
from orders.use_cases.imports import BATCH_LINES
from scripts import services
from scripts.programs import QUIET

TIMEOUT = 30


@pytest.fixture
def port(database_url: str) -> Iterator[int]:
    """A server on the test database."""
    port = services.free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "config.wsgi:application"]
    environment = {**os.environ, "DATABASE_URL": database_url}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, **QUIET)
    server = services.Server(f"http://127.0.0.1:{port}", process)
    try:
        services.wait_for(server, lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        yield port
    finally:
        server.stop()


@pytest.fixture
def shop(port: int) -> Shop:
    return ShopFactory(reference="north")


@pytest.fixture
def program(shop: Shop) -> User:
    return ClientFactory(scopes=["orders"], shops=[shop])


class Call:
    """An import that is sent piece by piece."""

    def __init__(self, port: int, program: User) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        token = issue_tokens(user=program, now=timezone.now()).access
        head = [
            "POST /api/v1/shops/north/orders/import/ HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Authorization: Bearer {token}",
            "Content-Type: application/x-ndjson",
            "Transfer-Encoding: chunked",
            "Connection: close",
        ]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode())

    def send(self, piece: bytes) -> None:
        """One more piece; an empty one is the end."""
        self.socket.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))

    def answered(self) -> HTTPResponse:
        """The answer, as far as it has come."""
        answer = HTTPResponse(self.socket)
        answer.begin()
        assert answer.status == 200
        return answer


def lines(first: int, last: int) -> bytes:
    return lines_of(*[{"reference": f"{number}", **sent_order(deliveries=[])} for number in range(first, last)])


def outcomes(answer: HTTPResponse) -> list[str]:
    return [json.loads(each)["outcome"] for each in answer.read().splitlines()]


def test_answers_come_while_lines_are_still_being_sent(port: int, program: User) -> None:
    call = Call(port, program)
    call.send(lines(0, 2 * BATCH_LINES))
    answer = call.answered()
    assert json.loads(answer.readline()) == {"line": 1, "reference": "0", "outcome": "created"}
    assert Order.objects.filter(reference="0").exists()
    call.send(lines(2 * BATCH_LINES, 2 * BATCH_LINES + 3))
    call.send(b"")
    assert outcomes(answer) == ["created"] * (2 * BATCH_LINES + 2)


def test_a_client_that_goes_away_leaves_whole_orders_and_what_was_answered(port: int, program: User) -> None:
    raw = lines(0, 2 * BATCH_LINES)
    call = Call(port, program)
    call.send(raw[:-100])
    first = json.loads(call.answered().readline())
    call.socket.close()
    again = Call(port, program)
    again.send(raw)
    again.send(b"")
    told = outcomes(again.answered())
    assert first["outcome"] == "created"
    assert told[:BATCH_LINES] == ["unchanged"] * BATCH_LINES
    assert set(told) <= {"unchanged", "created"}
    whole = Order.objects.filter(lines__reference="L1", payments__reference="P1")
    assert Order.objects.count() == whole.count() == 2 * BATCH_LINES
