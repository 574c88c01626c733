"""Importing orders, a line of a file each: one at a time, or as many as fit into a batch."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet

from accounts.domain.refusal import Refused
from accounts.domain.strict_json import loads
from accounts.guarded import guarded
from accounts.models import Shop
from orders.domain.body import BodyRefused, OrderBody, digest_of, parse_order
from orders.models import Order
from orders.use_cases.conflicts import keep_conflict
from orders.use_cases.first_load import NewOrder, is_simple, new_order, write_new_orders
from orders.use_cases.mirror import Outcome, mirror_order

BATCH_LINES = 500
BATCH_BYTES = 1_048_576
"""A batch is full once it holds so many lines or bytes: it is small in memory, and others wait for it only shortly."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a line: the order's reference as far as it can be read, and the outcome or the reason why not."""

    reference: str
    outcome: Outcome | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A line, read: its order, or why it has none; of a body that is refused also what was sent."""

    number: int
    reference: str
    order: OrderBody | Refused
    body: object = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An order that the mirror holds with the same content already."""

    reference: str
    digest: str


type Simple = NewOrder | Unchanged
"""What is taken together with others: no such line changes what another one of another reference finds."""


def import_order(*, shop: Shop, line: bytes, now: datetime) -> Imported:
    """Mirror the order of one line: the order body of the API, with its "reference" as one more key.

    It never raises Refused: the reason is part of the answer, so that the next line gets its turn. What can be told to
    be of an order is kept as a mirror conflict.
    """
    return _alone(shop, _read(0, line), now)


def import_orders(
    *, shop: Shop, lines: Iterable[tuple[int, bytes]], now: Callable[[], datetime]
) -> Iterator[tuple[int, Imported]]:
    """Mirror the order of each numbered line, and say with its number what became of it, in the same sequence.

    It comes to the same as `import_order` for one line after the other, but reads a batch ahead (and asks the clock
    once for it) and writes new orders with a few statements. What is answered is on the disk. An error of `lines` is
    raised after what was read before it has been taken.
    """
    for batch in _batches(lines):
        yield from _taken(shop, [_read(number, line) for number, line in batch], now())


def _batches(lines: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    batch: list[tuple[int, bytes]] = []
    size = 0
    try:
        for number, line in lines:
            batch.append((number, line))
            size += len(line)
            if len(batch) >= BATCH_LINES or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    except Exception:
        yield batch
        raise
    yield batch


def _read(number: int, line: bytes) -> Sent:
    reference, document = "", None
    try:
        reference, document = _opened(line)
        return Sent(number, reference, parse_order(document))
    except Refused as refused:
        # Without its traceback: that would keep, with every line of the batch, all that was read on the way.
        return Sent(number, reference, refused.with_traceback(None), document)


def _opened(line: bytes) -> tuple[str, dict[str, object]]:
    document = loads(line)
    if not isinstance(document, dict):
        raise Refused("malformed_order")
    reference = document.pop("reference", None)
    if not isinstance(reference, str):
        raise Refused("reference_missing")
    return unicodedata.normalize("NFC", reference), document


def _taken(shop: Shop, batch: Sequence[Sent], now: datetime) -> Iterator[tuple[int, Imported]]:
    """Simple lines are taken together until one comes that is not: it finds everything before it in the mirror."""
    references = {sent.reference for sent in batch if isinstance(sent.order, OrderBody)}
    known = dict(_orders(shop, references).values_list("reference", "digest"))
    together: list[tuple[Sent, Simple]] = []
    met: set[str] = set()
    for sent in batch:
        simple = None if sent.reference in met else _simple(shop, sent, known, now)
        met.add(sent.reference)
        if simple:
            together.append((sent, simple))
        else:
            yield from _together(shop, together, now)
            together = []
            yield sent.number, _alone(shop, sent, now)
    yield from _together(shop, together, now)


def _orders(shop: Shop, references: Iterable[str]) -> QuerySet[Order]:
    return Order.objects.filter(shop=shop, reference__in=references)


def _simple(shop: Shop, sent: Sent, known: Mapping[str, str], now: datetime) -> Simple | None:
    """The line as one to be taken together with others, if it can be."""
    if isinstance(sent.order, Refused):
        return None
    if sent.reference in known:
        digest = digest_of(sent.order)
        return Unchanged(sent.reference, digest) if known[sent.reference] == digest else None
    if not is_simple(sent.order):
        return None
    try:
        return new_order(shop=shop, reference=sent.reference, body=sent.order, now=now)
    except Refused:
        return None


def _together(shop: Shop, lines: Sequence[tuple[Sent, Simple]], now: datetime) -> Iterator[tuple[int, Imported]]:
    """Lines that the database does not take together are taken one after the other, so that each finds its reason."""
    taken = len(lines) > 1 and _is_written(shop, [simple for _, simple in lines], now)
    for sent, simple in lines:
        outcome = Outcome.CREATED if isinstance(simple, NewOrder) else Outcome.UNCHANGED
        yield sent.number, Imported(sent.reference, outcome) if taken else _alone(shop, sent, now)


def _is_written(shop: Shop, lines: Sequence[Simple], now: datetime) -> bool:
    """Take them in one transaction; orders that are there are locked first, as `mirror_order` does it."""
    unchanged = {line.reference: line.digest for line in lines if isinstance(line, Unchanged)}
    try:
        with transaction.atomic():
            if not _are_heard_of(shop, unchanged, now):
                return False
            write_new_orders(shop=shop, orders=[line for line in lines if isinstance(line, NewOrder)])
    except (IntegrityError, OperationalError):
        return False
    return True


def _are_heard_of(shop: Shop, unchanged: Mapping[str, str], now: datetime) -> bool:
    """Note that the shop said the same again, unless somebody has changed one of these orders since."""
    locked = _orders(shop, unchanged).select_for_update(no_key=True).order_by("reference")
    if dict(locked.values_list("reference", "digest")) != unchanged:
        return False
    _orders(shop, unchanged).filter(mirrored_at__lt=now).update(mirrored_at=now)
    return True


def _alone(shop: Shop, sent: Sent, now: datetime) -> Imported:
    try:
        return Imported(sent.reference, _mirrored(shop, sent, now))
    except Refused as refused:
        return Imported(sent.reference, None, refused)


@guarded
def _mirrored(shop: Shop, sent: Sent, now: datetime) -> Outcome:
    if isinstance(sent.order, BodyRefused):
        keep_conflict(shop=shop, reference=sent.reference, sent=sent.body, refused=sent.order, now=now)
    if isinstance(sent.order, Refused):
        raise sent.order
    return mirror_order(shop=shop, reference=sent.reference, body=sent.order, now=now).outcome
