"""What the database says no with, as the refusals that every door knows; and the errors after which one tries again."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import IntegrityError, OperationalError, transaction

from accounts.domain.refusal import Refused

REFUSALS = {
    # Constraints by name; the triggers bring their code themselves
    "charge_money_in_bounds": "over_held",
    "order_line_money_in_bounds": "over_held",
    "order_line_units_in_bounds": "over_held",
    "payment_held_in_bounds": "over_held",
    "payout_amount_positive": "amount_not_positive",
    "payout_four_eyes": "confirmed_twice",
    "provider_reference_once": "bank_reference_used",
    "refund_charge_once": "duplicate_line",
    "refund_four_eyes": "own_request",
    "refund_is_approved": "approval_missing",
    "refund_line_in_window": "window_closed",
    "refund_line_once": "duplicate_line",
    "refunds_payout_pkey": "append_only",
    "refunds_refund_pkey": "append_only",
    "refunds_refundline_pkey": "append_only",
    "support_entry_pkey": "append_only",
    # What SQLite, and for NOT NULL also PostgreSQL, names by its columns
    "refunds_payout.gateway, refunds_payout.provider_reference": "bank_reference_used",
    "refunds_payout.id": "append_only",
    "refunds_refund.id": "append_only",
    "refunds_refundline.delivered_at": "not_delivered",
    "refunds_refundline.id": "append_only",
    "refunds_refundline.refund_id, refunds_refundline.order_line_id": "duplicate_line",
    "refunds_refundline.refund_id, refunds_refundline.shipping_charge_id": "duplicate_line",
    "support_entry.id": "append_only",
}
TRIGGER = re.compile(r"\Arx[:_]([a-z_]+)\Z")
SQLITE_FAULT = re.compile(r"\A(?:[A-Z ]+ constraint failed: )?(.+)\Z")

TRY_AGAIN = {"40001", "40P01"}  # serialization_failure, deadlock_detected
BUSY = {"55P03"}  # lock_not_available
SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
RETRIES = 3
PAUSE = 0.05  # seconds, doubled each time


def guarded[**P, R](verb: Callable[P, R]) -> Callable[P, R]:
    """Decorate a use case, outside its transaction: retry what may be retried, and say no in one way."""
    return as_refusals()(retrying(verb))


@contextmanager
def as_refusals() -> Iterator[None]:
    """Turn what the database refuses, also at the commit, into a refusal. Put it around `transaction.atomic()`.

    Refusals: the codes of the guards; `busy` when somebody else writes for too long; `contended` when people who change
    the same thing at the same moment got into each other's way.
    """
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        refused = refused_from(error)
        if refused is None:
            raise
        raise refused from error


def retrying[**P, R](verb: Callable[P, R], pause: Callable[[float], None] = time.sleep) -> Callable[P, R]:
    """Run a transaction again after a deadlock or a serialization failure, at most three times.

    Inside somebody else's transaction it runs once: there, all of that transaction would have to run again.
    """

    @wraps(verb)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for tried in range(RETRIES):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                if _sqlstate(error) not in TRY_AGAIN or transaction.get_connection().in_atomic_block:
                    raise
                pause(random.uniform(0, PAUSE * 2**tried))  # noqa: S311 (jitter is no secret)
        return verb(*args, **kwargs)

    return again


def refused_from(error: IntegrityError | OperationalError) -> Refused | None:
    """The refusal that the database's error stands for; none for what is a mistake of the program."""
    if isinstance(error, IntegrityError):
        fault = _fault(error)
        trigger = TRIGGER.match(fault)
        code = trigger[1] if trigger else REFUSALS.get(fault)
        return Refused(code) if code else None
    if _sqlstate(error) in TRY_AGAIN:
        return Refused("contended")
    sqlite_name = str(getattr(error.__cause__, "sqlite_errorname", ""))
    if _sqlstate(error) in BUSY or sqlite_name.startswith(SQLITE_BUSY):
        return Refused("busy")
    return None


def _fault(error: IntegrityError) -> str:
    """The name of what was broken. PostgreSQL names it beside the text, which carries more lines."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name or f"{diagnosis.table_name}.{diagnosis.column_name}"
    named = SQLITE_FAULT.match(str(error))
    return named[1] if named else ""


def _sqlstate(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
