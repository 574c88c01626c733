"""A program of its own: many processes want the same few units at the same moment.

    python -m refunds.tests.guards.storming HOW CASE PROCESSES ATTEMPTS

It prints how often each answer was given, as JSON. Django is loaded once, and the processes part before any of them
has a connection.
"""

import json
import os
import sys
from collections import Counter
from importlib import import_module
from multiprocessing import get_context
from typing import Any
from uuid import uuid4


def request(case: Any, number: int) -> None:
    """By the use case, as people do."""
    from refunds.tests.factories import NOW
    from refunds.use_cases import request_refund

    request_refund(case=case, by=_agent(case), lines={"L1": 1}, reason="damaged", now=NOW)


def bulk(case: Any, number: int) -> None:
    """By bulk_create alone, past every rule in Python; every second time it says that conflicts do not matter."""
    from django.db import transaction

    from accounts.guarded import as_refusals
    from refunds.models import Payout, RefundLine

    with as_refusals(), transaction.atomic():
        refund, line, payout = _rows(case)
        refund.save()
        RefundLine.objects.bulk_create([line], ignore_conflicts=number % 2 == 0)
        Payout.objects.bulk_create([payout], ignore_conflicts=number % 2 == 0)


def give_and_take(case: Any, number: int) -> None:
    """By the use cases, two lines in either order, and every refund is given up again."""
    from refunds.tests.factories import NOW
    from refunds.use_cases import cancel_refund, request_refund

    lines = {"L1": 1, "L2": 1} if number % 2 else {"L2": 1, "L1": 1}
    refund = request_refund(case=case, by=_agent(case), lines=lines, reason="damaged", now=NOW)
    cancel_refund(refund=refund, by=refund.requested_by, reason="no", now=NOW)


def call(case: Any, number: int) -> None:
    """By the API, as programs do; each call with a key of its own."""
    shop, order = case.shop.reference, case.order.reference
    body = {"shop": shop, "order": order, "lines": [{"line": "L1", "quantity": 1}], "reason": "damaged"}
    _answered(_agent(case), "/api/v1/refunds/", body, 201)


def approve(case: Any, number: int) -> None:
    """By the API, the one refund of the case."""
    _answered(_agent(case), f"/api/v1/refunds/{case.refunds.get().reference}/approval/", {}, 200)


WAYS = {way.__name__: way for way in (request, bulk, give_and_take, call, approve)}


def _answered(by: Any, path: str, body: dict[str, Any], status: int) -> None:
    """Call, and say no as the API does."""
    from accounts.domain.refusal import Refused
    from accounts.tests.api import api_client_for

    headers = {"Host": "localhost", "Idempotency-Key": str(uuid4())}
    answer = api_client_for(by).post(path, body, headers=headers)
    if answer.status_code != status:
        raise Refused(f"{answer.status_code} {answer.json()['code']}")


def _agent(case: Any) -> Any:
    from accounts.models import User

    return User.objects.get(pk=case.assignee_id)


def _rows(case: Any) -> tuple[Any, Any, Any]:
    """A refund of one unit of the first line, on the first payment."""
    from refunds.models import Payout, Refund, RefundLine
    from refunds.tests.factories import NOW

    order, thing, payment = case.order, case.order.lines.first(), case.order.payments.first()
    money = {"tax": 0, "currency": order.currency}
    who = {"requested_by": _agent(case), "requested_at": NOW}
    refund = Refund(order=order, case=case, reason="damaged", total=1000, **money, **who)
    line = RefundLine(
        refund=refund,
        order_line=thing,
        quantity=1,
        gross=1000,
        tax=0,
        judged_at=NOW,
        delivered_at=thing.delivered_at,
        window_begun=thing.window_begun,
        window_closes_at=thing.window_closes_at,
        policy=thing.policy,
        explanation={},
    )
    return refund, line, Payout(refund=refund, payment=payment, amount=1000, gateway=payment.gateway)


def _one(how: str, case_id: int, attempts: int, start: Any, answers: Any) -> None:
    """One process: wait for the others, then try again and again."""
    from accounts.domain.refusal import Refused
    from support.models import Case

    told: Counter[str] = Counter()
    case = Case.objects.get(pk=case_id)
    start.wait()
    for number in range(attempts):
        try:
            WAYS[how](case, number)
            told["done"] += 1
        except Refused as refused:
            told[refused.code] += 1
        except Exception as error:
            told[f"{type(error).__name__}: {error}"] += 1
    answers.put(told)


def main(how: str, case_id: str, processes: str, attempts: str) -> None:
    """Start them all, and add up what they were told."""
    import django

    django.setup()
    import_module("config.urls")  # once, and not in each of the processes
    context = get_context("fork")
    start, answers = context.Barrier(int(processes)), context.Queue()
    values = (how, int(case_id), int(attempts), start, answers)
    started = [context.Process(target=_one, args=values) for _ in range(int(processes))]
    for process in started:
        process.start()
    told: Counter[str] = sum((answers.get() for _ in started), Counter())
    for process in started:
        process.join()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main(*sys.argv[1:])
