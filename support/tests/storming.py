"""A program of its own: many clients make the same calls at the same moment.

    python -m support.tests.storming HOW TOKEN CASE TAG CLIENTS CALLS

It prints every answer as JSON: the call's number, the status, whether it was a replay, and the body. Django and all
addresses are loaded once, by a call that asks no database, and the processes part before any of them has a connection.
"""

import json
import os
import sys
from multiprocessing import get_context
from typing import Any


def once(client: Any, case: str, tag: str, number: int) -> Any:
    """Every second call opens a case, and the others write into one, each with a key of its own."""
    headers = {"Idempotency-Key": f"k-{number}"}
    if number % 2:
        return client.post(f"/api/v1/cases/{case}/messages/", {"kind": "note", "body": f"{number}"}, headers=headers)
    body = {"shop": "storm", "subject": f"{number}", "body": "Broken.", "category": "damaged"}
    return client.post("/api/v1/cases/", body, headers=headers)


def stale(client: Any, case: str, tag: str, number: int) -> Any:
    """Everybody changes the case as they all saw it."""
    return client.patch(f"/api/v1/cases/{case}/", {"priority": "urgent", "category": "late"}, headers={"If-Match": tag})


WAYS = {way.__name__: way for way in (once, stale)}


def _one(how: str, token: str, case: str, tag: str, calls: int, start: Any, answers: Any) -> None:
    """One client: wait for the others, then call and call again; who is told that the desk is busy tries again."""
    from rest_framework.test import APIClient

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=token)
    told = []
    start.wait()
    for number in range(calls):
        answer = WAYS[how](client, case, tag, number)
        while answer.status_code == 503:
            answer = WAYS[how](client, case, tag, number)
        told.append((number, answer.status_code, "Idempotent-Replayed" in answer, answer.json()))
    answers.put(told)


def main(how: str, token: str, case: str, tag: str, clients: str, calls: str) -> None:
    """Start them all, and gather what they were told."""
    import django

    django.setup()
    from rest_framework.test import APIClient

    APIClient().get("/api/v1/nothing/")
    context = get_context("fork")
    start, answers = context.Barrier(int(clients)), context.Queue()
    values = (how, token, case, tag, int(calls), start, answers)
    started = [context.Process(target=_one, args=values) for _ in range(int(clients))]
    for process in started:
        process.start()
    told = [answer for _ in started for answer in answers.get()]
    for process in started:
        process.join()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main(*sys.argv[1:])
