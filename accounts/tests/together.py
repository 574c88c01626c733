"""Many at the same moment, each in a thread and a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from accounts.domain.refusal import Refused


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at once; what each came to, or the code of its refusal."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        connection.ensure_connection()
        start.wait()
        try:
            return job()
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
