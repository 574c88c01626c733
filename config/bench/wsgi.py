"""Calls through the whole of Django, without a socket: what they cost in CPU, in queries and in commits."""

import json
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.test.utils import CaptureQueriesContext

WAL_HEADER, FRAME_HEADER = 32, 24


@dataclass(frozen=True, slots=True)
class Call:
    """One request, ready to be sent again and again."""

    method: str
    path: str
    token: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None

    @property
    def environ(self) -> dict[str, Any]:
        """A fresh environment of WSGI (PEP 3333)."""
        path, _, query = self.path.partition("?")
        environ = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if self.body:
            environ |= {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(self.body))}
        return environ | {
            f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (self.headers or {}).items()
        }


class Desk:
    """The application, called in this process."""

    def __init__(self) -> None:
        self.handler = WSGIHandler()

    def send(self, call: Call) -> Any:
        """The answer's JSON. Anything but a success ends the measurement."""
        answer = self.handler.get_response(WSGIRequest(call.environ))
        body = b"".join(answer)
        answer.close()
        if not 200 <= answer.status_code < 300:
            raise SystemExit(f"{call.method} {call.path} answered {answer.status_code}: {body[:500].decode()}")
        return json.loads(body)

    def cpu_of(self, calls: list[Call]) -> float:
        """Seconds of CPU for each call, on average."""
        begun = time.process_time()
        for call in calls:
            self.send(call)
        return (time.process_time() - begun) / len(calls)

    def work_of(self, call: Call) -> tuple[int, int]:
        """How many statements one call runs, and how many rows it writes, those that triggers write included."""
        before = connection.connection.total_changes
        with CaptureQueriesContext(connection) as captured:
            self.send(call)
        said = [query["sql"] for query in captured.captured_queries]
        told = [sql for sql in said if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
        return len(told), connection.connection.total_changes - before


def commits() -> int:
    """Transactions in SQLite's write-ahead log (sqlite.org/fileformat2.html); synchronous=FULL syncs each once."""
    log = Path(f"{connection.settings_dict['NAME']}-wal").read_bytes()
    page = struct.unpack(">I", log[8:12])[0]
    frames = range(WAL_HEADER, len(log) - FRAME_HEADER + 1, FRAME_HEADER + page)
    return sum(log[at + 4 : at + 8] != bytes(4) and log[at + 8 : at + 16] == log[16:24] for at in frames)
