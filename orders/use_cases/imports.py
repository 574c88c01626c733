"""Importing orders, a line of a file each."""

from dataclasses import dataclass
from datetime import datetime

from accounts.domain.refusal import Refused
from accounts.models import Shop
from orders.domain.body import BodyRefused, parse_order
from orders.domain.strict_json import loads
from orders.use_cases.conflicts import keep_conflict
from orders.use_cases.mirror import Outcome, mirror_order


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a line: the order's reference as far as it can be read, and the outcome or the reason why not."""

    reference: str
    outcome: Outcome | None
    refused: Refused | None = None


def import_order(*, shop: Shop, line: bytes, now: datetime) -> Imported:
    """Mirror the order of one line: the order body of the API, with its "reference" as one more key.

    It never raises Refused: the reason is part of the answer, so that the next line gets its turn. What can be told to
    be of an order is kept as a mirror conflict.
    """
    reference = ""
    try:
        reference, body = _read(line)
        return Imported(reference, _mirrored(shop, reference, body, now))
    except Refused as refused:
        return Imported(reference, None, refused)


def _read(line: bytes) -> tuple[str, dict[str, object]]:
    document = loads(line)
    if not isinstance(document, dict):
        raise Refused("malformed_order")
    reference = document.pop("reference", None)
    if not isinstance(reference, str):
        raise Refused("reference_missing")
    return reference, document


def _mirrored(shop: Shop, reference: str, body: dict[str, object], now: datetime) -> Outcome:
    try:
        order = parse_order(body)
    except BodyRefused as refused:
        keep_conflict(shop=shop, reference=reference, sent=body, refused=refused, now=now)
        raise
    return mirror_order(shop=shop, reference=reference, body=order, now=now).outcome
