"""Pages of a list by keyset: a cursor names the row that was seen last, so every page costs the same."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.fields import CharField, DateTimeField, IntegerField, TextField

from accounts.domain.refusal import Refused

PAGE_SIZE = 25
LONGEST_CURSOR = 4000
LARGEST_INTEGER = 2**63 - 1
NOBODY = Q(pk__in=[])

type Value = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column or annotation that a list is sorted by; rows without a value come last, whatever the direction."""

    name: str
    descending: bool = True
    nullable: bool = False

    def order(self, backward: bool) -> OrderBy:
        """The key as the database sorts by it. NULLS is only said where it matters: it hides an index."""
        descending = self.descending != backward
        nulls = {"nulls_first" if backward else "nulls_last": True} if self.nullable else {}
        return F(self.name).desc(**nulls) if descending else F(self.name).asc(**nulls)

    def beyond(self, value: Value, backward: bool) -> Q:
        """Rows on the far side of the value, in the direction of walking."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else NOBODY
        far = Q(**{f"{self.name}__{self._comparison(backward)}": value})
        return far | self.level(None) if self.nullable and not backward else far

    def level(self, value: Value) -> Q:
        """Rows with just this value."""
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def reach(self, value: Value, backward: bool) -> Q:
        """Rows with this value or beyond, as one range where that is possible, so that an index can serve it."""
        if value is None or self.nullable:
            return self.beyond(value, backward) | self.level(value)
        return Q(**{f"{self.name}__{self._comparison(backward)}e": value})

    def _comparison(self, backward: bool) -> str:
        return "lt" if self.descending != backward else "gt"


@dataclass(frozen=True, slots=True)
class Page[M: Model]:
    """The rows of one page, with the cursors of its neighbours."""

    rows: list[M]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page begins: just after a row, or just before it."""

    values: list[Value]
    backward: bool


def page_of[M: Model](
    rows: "QuerySet[M]", *, by: Sequence[SortKey], cursor: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """The page of the list that the cursor names, or the first one; equal rows are told apart by their key.

    The keys are attributes of the rows (columns or annotations). Refusals: bad_cursor.
    """
    keys = [*by, SortKey("pk", descending=by[0].descending)]
    place = _read(cursor, rows, keys) if cursor else None
    if place is not None and place.backward:
        found = list(_walk(rows, keys, place)[: size + 1])
        if len(found) > size:
            return _page(found[size - 1 :: -1], keys, place, more=True)
        place = None  # the beginning is near: show the first page whole
    found = list(_walk(rows, keys, place)[: size + 1])
    return _page(found[:size], keys, place, more=len(found) > size)


def _page[M: Model](rows: list[M], keys: list[SortKey], place: _Place | None, more: bool) -> Page[M]:
    if not rows:
        return Page(rows, next=None, previous=_write(keys, place.values, backward=True) if place else None)
    first, last = ([getattr(row, key.name) for key in keys] for row in (rows[0], rows[-1]))
    return Page(
        rows,
        next=_write(keys, last, backward=False) if more else None,
        previous=_write(keys, first, backward=True) if place else None,
    )


def _walk[M: Model](rows: "QuerySet[M]", keys: list[SortKey], place: _Place | None) -> "QuerySet[M]":
    backward = place is not None and place.backward
    if place is not None:
        rows = rows.filter(_past(keys, place.values, backward))
    return rows.order_by(*(key.order(backward) for key in keys))


def _past(keys: Sequence[SortKey], values: Sequence[Value], backward: bool) -> Q:
    """Beyond in the first key, or level in it and past in the others."""
    key, value = keys[0], values[0]
    if len(keys) == 1:
        return key.beyond(value, backward)
    return key.reach(value, backward) & (key.beyond(value, backward) | _past(keys[1:], values[1:], backward))


def _write(keys: list[SortKey], values: Sequence[Value], backward: bool) -> str:
    packed = [_instant(value) if isinstance(value, datetime) else value for value in values]
    text = json.dumps([_label(keys), "before" if backward else "after", packed], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _read(cursor: str, rows: "QuerySet[Any]", keys: list[SortKey]) -> _Place:
    """A cursor comes back from outside: whatever this list would not have written is refused."""
    label, side, packed = _unpacked(cursor)
    if label != _label(keys) or side not in ("after", "before") or not isinstance(packed, list):
        raise Refused("bad_cursor")
    if len(packed) != len(keys):
        raise Refused("bad_cursor")
    values = [_value(each, key, _field(rows, key)) for each, key in zip(packed, keys, strict=True)]
    return _Place(values, backward=side == "before")


def _unpacked(cursor: str) -> tuple[object, object, object]:
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        raise Refused("bad_cursor")
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        label, side, packed = json.loads(text)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise Refused("bad_cursor") from None
    return label, side, packed


def _label(keys: list[SortKey]) -> str:
    """The sort a cursor belongs to: in another one it means nothing."""
    return " ".join(f"-{key.name}" if key.descending else key.name for key in keys)


def _field(rows: "QuerySet[Any]", key: SortKey) -> "Field[Any, Any]":
    annotation = rows.query.annotations.get(key.name)
    field: Field[Any, Any]
    if annotation is not None:
        field = annotation.output_field
    else:
        field = rows.model._meta.pk if key.name == "pk" else rows.model._meta.get_field(key.name)
    return field


def _value(packed: object, key: SortKey, field: "Field[Any, Any]") -> Value:
    if packed is None and key.nullable:
        return None
    if isinstance(field, DateTimeField) and isinstance(packed, str):
        return _moment(packed)
    if isinstance(field, IntegerField) and type(packed) is int and abs(packed) <= LARGEST_INTEGER:
        return packed
    if isinstance(field, CharField | TextField) and isinstance(packed, str) and _storable(packed):
        return packed
    raise Refused("bad_cursor")


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refused("bad_cursor") from None


def _storable(text: str) -> bool:
    """Neither NUL nor half a character: no database takes them."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
