"""Bring the desk up and keep it until Ctrl-C or SIGTERM: the demo with --demo, else a desk of your own.

Reads HOST, PORT and DATABASE_URL, also from `.env`. Writes `.env` with fresh keys when there is none, and never touches
one that is. Whatever this starts, it also ends.
"""

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import environ

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = ROOT / ".env"
READY_SECONDS = 30
STOP_SECONDS = 10
LONGEST_QUEUE = ["--backlog", "4096", "--backpressure", "2048"]  # connections that wait, requests that wait


def main() -> int:
    """Check the place, prepare the desk, serve it."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, leave)
    environ.Env.read_env(ENV_FILE)
    demo = "--demo" in sys.argv
    host, port = os.environ.get("HOST") or "127.0.0.1", port_wanted()
    refuse_a_busy_port(host, port)
    refuse_the_wrong_desk(demo)
    write_env()
    manage("migrate", "--verbosity", "0")
    if os.environ["ENVIRONMENT"] == "production":
        manage("collectstatic", "--noinput", "--verbosity", "0")
    if demo:
        manage("demo")
    return serve(host, port)


def leave(signum: int, frame: FrameType | None) -> NoReturn:
    """End in order, whichever step is running, and hear no second call meanwhile."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    with suppress(OSError):  # the terminal may be gone
        os.write(sys.stdout.fileno(), b"\nThe desk is closed.\n")  # print() may be at work just now
    sys.exit(0)


def port_wanted() -> int:
    """PORT, or 8000."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT={text} is no port: a number from 1 to 65535 is wanted")
    return int(text)


def refuse_a_busy_port(host: str, port: int) -> None:
    """Say so before anything else is done."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        sys.exit(f"{host}:{port} cannot be had ({fault.strerror}). Choose another: PORT={port % 65535 + 1} make run")


def refuse_the_wrong_desk(demo: bool) -> None:
    """The demo's people have a password that everybody knows: their desk and a real one never mix."""
    is_demo = os.environ.setdefault("ENVIRONMENT", "demo" if demo else "development") == "demo"
    if demo and not is_demo:
        sys.exit(
            f"ENVIRONMENT={os.environ['ENVIRONMENT']} (environment or .env) is a real desk: start it by `make serve`"
        )
    if is_demo and not demo:
        sys.exit(
            "ENVIRONMENT=demo (environment or .env): this is the demo's desk, start it by `make run`.\n"
            "For a desk of your own, move .env and redress.sqlite3 away first."
        )


def write_env() -> None:
    """Write `.env` for the first start, for the owner's eyes only."""
    try:
        file = os.open(ENV_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "w") as env:
        env.write(
            "# Written at the first start, with keys of its own: keep it secret.\n"
            "# .env.example tells what else may stand here.\n"
            f"ENVIRONMENT={os.environ['ENVIRONMENT']}\n"
            f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"JWT_SIGNING_KEY={secrets.token_urlsafe(50)}\n"
        )


def manage(*command: str) -> None:
    """One management command to its end; when it fails, so do we."""
    with started([sys.executable, "manage.py", *command]) as process:
        if process.wait() != 0:
            sys.exit(process.returncode)


def serve(host: str, port: int) -> int:
    """Serve pages until we are told to leave. Many processes only where the database likes many writers."""
    on_sqlite = os.environ.get("DATABASE_URL", "sqlite").startswith("sqlite")
    size = ["--workers", "1" if on_sqlite else "2", "--blocking-threads", "4"]
    address = ["--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port), "--log-level", "warning"]
    granian = [sys.executable, "-m", "granian", *address, *size, *LONGEST_QUEUE, "config.wsgi:application"]
    with started(granian) as process:
        wait_until_it_answers(process, host, port)
        print(f"\nThe desk is open: {url(host, port)}   (Ctrl-C closes it)", flush=True)
        return process.wait()


def wait_until_it_answers(process: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Return with the first answer; give up when the server ends or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"The server ended at once, with {process.returncode}.")
        if answers(host, port):
            return
        time.sleep(0.05)
    sys.exit(f"The desk does not answer within {READY_SECONDS} seconds.")


def answers(host: str, port: int) -> bool:
    """Whether a page comes back that is no error of the server's."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """Where to knock when the server listens everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def url(host: str, port: int) -> str:
    """The address for the browser."""
    name = reachable(host)
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


@contextmanager
def started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a process group of its own, which is gone afterwards with all its children."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        yield process
    finally:
        stop_group(process)


def stop_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, and insist."""
    for each in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, each)
            process.wait(STOP_SECONDS)
        except (ProcessLookupError, PermissionError):  # all gone already
            return
        except subprocess.TimeoutExpired:
            continue


if __name__ == "__main__":
    sys.exit(main())
