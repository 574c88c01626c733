"""Real Redis and PostgreSQL for a while, beside a command.

    python -m scripts.services [--redis] [--postgres] -- COMMAND ...

The command sees REDIS_URL and DATABASE_URL; what stands in the environment already is taken as it is. The servers
listen on free ports of 127.0.0.1, keep their files in a temporary folder, and are gone when the command ends, also by
SIGTERM. The tests use the functions below directly.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psycopg

from scripts.programs import QUIET, postgres_binaries, redis_binary

START_SECONDS = 30
STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A server that we started: where it answers, and its process."""

    url: str
    process: subprocess.Popen[bytes]

    def pause(self) -> None:
        """Let it hang: connections open, nothing answers."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it answer again."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self, kindly: signal.Signals = signal.SIGTERM) -> None:
        """End it; a paused server is woken to hear it."""
        if self.process.poll() is None:
            self.process.send_signal(kindly)
            self.resume()
            end(self.process)


@contextmanager
def redis() -> Iterator[Server]:
    """A Redis that keeps nothing."""
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    server = Server(f"redis://127.0.0.1:{port}/0", subprocess.Popen([redis_binary(), *options], cwd="/", **QUIET))
    try:
        wait_for(server, lambda: socket.create_connection(("127.0.0.1", port), 1).close())
        yield server
    finally:
        server.stop()


@contextmanager
def postgres() -> Iterator[Server]:
    """A PostgreSQL that forgets: nothing is synced to the disk, and its files go when it goes."""
    with temporary_folder("redress-postgres-") as folder:
        binaries, owner = postgres_binaries(folder)
        data = str(folder / "data")
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        initdb = [f"{binaries}/initdb", "-D", data, "-A", "trust", "-U", "redress", "-E", "UTF8", "--no-sync"]
        subprocess.run([*initdb, f"--locale={locale}"], check=True, cwd="/", **QUIET, **owner)
        port = free_port()
        listen = ["-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", ""]
        careless = ["-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        process = subprocess.Popen([f"{binaries}/postgres", *listen, *careless], cwd="/", **QUIET, **owner)
        server = Server(f"postgres://redress@127.0.0.1:{port}/postgres", process)
        try:
            wait_for(server, lambda: psycopg.connect(server.url, connect_timeout=1).close())
            yield server
        finally:
            server.stop(signal.SIGINT)  # PostgreSQL's "fast": clients are sent away


def end(process: subprocess.Popen[bytes]) -> None:
    """See a process off that was told to go, and insist when it stays."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(server: Server, knock: Callable[[], None]) -> None:
    """Return when the knock is answered; a server that ends or stays silent is an error."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"{server.process.args!r} ended with {server.process.returncode}")
        try:
            return knock()
        except (OSError, psycopg.OperationalError):
            time.sleep(0.03)
    raise RuntimeError(f"{server.process.args!r} does not answer")


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A folder in memory where the machine has one, gone afterwards."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=prefix, dir=memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def terminated(signum: int, frame: FrameType | None) -> None:
    """Leave every `with` in order when we are told to end."""
    sys.exit(128 + signum)


def main(arguments: Sequence[str]) -> int:
    """Run the command with its services, and answer with its exit code."""
    if "--" not in arguments:
        sys.exit(__doc__)
    divider = arguments.index("--")
    wishes, command = arguments[:divider], arguments[divider + 1 :]
    signal.signal(signal.SIGTERM, terminated)
    with ExitStack() as running:
        environment = dict(os.environ)
        for wish, variable, start in (("--redis", "REDIS_URL", redis), ("--postgres", "DATABASE_URL", postgres)):
            if wish in wishes and not environment.get(variable):
                environment[variable] = running.enter_context(start()).url
        return run(command, environment)


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Wait for a command and answer with its exit code; when we are told to end, it is told too."""
    process = subprocess.Popen(command, env=environment)
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            end(process)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
