"""Reads untrusted JSON values field by field, and keeps a problem for each that does not fit."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from accounts.domain.moments import FIRST_YEAR, LAST_YEAR, is_in_reach, rfc3339
from accounts.domain.refusal import Refused
from orders.domain.money import to_minor, to_price

MAX_QUANTITY = 2**31 - 1

UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's control characters (Cc) and halves of characters (Cs)."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field: where (a JSON pointer, RFC 6901), a stable code, and a sentence in English."""

    pointer: str
    code: str
    detail: str


_DETAILS = {
    "amount_malformed": 'Write the amount as a plain decimal string such as "12.30".',
    "amount_precision": "The amount is finer than the currency's minor unit.",
    "amount_too_large": "The amount is too large.",
    "currency_unknown": "This is not a currency of ISO 4217.",
}


NO_MOMENT = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
"""Stands in for a date-time that is refused."""


class Reader:
    """One JSON object, its place in the document, and the problems found so far (shared with its parts).

    A field that is refused notes a problem and reads as something harmless, so that reading goes on to the end.
    """

    def __init__(self, fields: Mapping[str, object], pointer: str = "", problems: list[Problem] | None = None) -> None:
        """Read an object at its place; parts share the list of problems."""
        self.fields = fields
        self.pointer = pointer
        self.problems: list[Problem] = [] if problems is None else problems
        self._before = len(self.problems)

    @property
    def sound(self) -> bool:
        """Whether nothing was found since this object was opened."""
        return len(self.problems) == self._before

    def note(self, name: str, code: str, detail: str) -> None:
        """Keep a problem of a field of this object."""
        escaped = name.replace("~", "~0").replace("/", "~1")
        self.problems.append(Problem(f"{self.pointer}/{escaped}", code, detail))

    def only(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Note what is missing and what nobody asked for."""
        for name in required:
            if name not in self.fields:
                self.note(name, "missing_field", "This field is required.")
        for name in self.fields:
            if name not in required and name not in optional:
                self.note(name, "unknown_field", "There is no such field.")

    def text(self, name: str, longest: int) -> str:
        """A text of one line that says something, exactly as given."""
        value = self._given(name, str, "a text")
        return "" if value is None else self._checked_text(name, value, longest)

    def reference(self, name: str, longest: int) -> str:
        """A name that is compared: in Unicode's composed form, so that two that look the same are the same."""
        return unicodedata.normalize("NFC", self.text(name, longest))

    def reference_or_none(self, name: str, longest: int) -> str | None:
        """The same, or nothing when it is absent or null."""
        return None if self.fields.get(name) is None else self.reference(name, longest)

    def email(self, name: str, longest: int) -> str:
        """An address, or an empty text when it is absent, null or empty."""
        if self.fields.get(name) in (None, ""):
            return ""
        value = self.text(name, longest)
        if value and not _EMAIL.fullmatch(value):
            self.note(name, "email_malformed", "This is not an e-mail address.")
        return value

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of a few words."""
        value = self._given(name, str, "a text")
        if value is not None and value not in allowed:
            self.note(name, "unknown_choice", f"Use one of: {', '.join(sorted(allowed))}.")
        return value or ""

    def quantity(self, name: str) -> int:
        """A whole number of units, at least 1; 1 stands in for one that is refused."""
        if name not in self.fields:
            return 1
        value = self.fields[name]
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(name, "wrong_type", "A whole number is expected.")
            return 1
        if not 1 <= value <= MAX_QUANTITY:
            self.note(name, "out_of_range", f"The quantity is between 1 and {MAX_QUANTITY}.")
            return 1
        return value

    def money(self, name: str, currency: str | None) -> int:
        """A decimal string as minor units; nothing is read while the currency is unknown."""
        value = self._given(name, str, "a decimal string")
        if value is None or currency is None:
            return 0
        return self._refusing(name, lambda: to_minor(value, currency), 0)

    def money_or_none(self, name: str, currency: str | None) -> int | None:
        """The same, or nothing when it is absent or null."""
        return None if self.fields.get(name) is None else self.money(name, currency)

    def price(self, name: str) -> Decimal:
        """A decimal string of up to six decimals."""
        value = self._given(name, str, "a decimal string")
        return Decimal(0) if value is None else self._refusing(name, lambda: to_price(value), Decimal(0))

    def moment(self, name: str) -> datetime:
        """A date-time of RFC 3339 with an offset, in UTC."""
        value = self._given(name, str, "a date-time")
        if value is None:
            return NO_MOMENT
        moment = rfc3339(value)
        if moment is None:
            self.note(name, "time_malformed", "Write the time as RFC 3339 with an offset: 2026-05-04T12:00:00Z.")
            return NO_MOMENT
        if not is_in_reach(moment):
            self.note(name, "out_of_range", f"The year is between {FIRST_YEAR} and {LAST_YEAR}.")
            return NO_MOMENT
        return moment.astimezone(UTC)

    def moment_or_none(self, name: str) -> datetime | None:
        """The same, or nothing when it is absent or null."""
        return None if self.fields.get(name) is None else self.moment(name)

    def part(self, name: str) -> "Reader | None":
        """An object inside this one."""
        value = self._given(name, dict, "an object")
        return None if value is None else Reader(value, f"{self.pointer}/{name}", self.problems)

    def parts(self, name: str, most: int, *, least: int) -> Iterator["Reader"]:
        """The objects of a list inside this one, which has a least and a most number of them."""
        value = self._given(name, list, "a list")
        if value is None:
            return
        if not least <= len(value) <= most:
            self.note(name, "out_of_range", f"The list has between {least} and {most} items.")
            return
        for place, item in enumerate(value):
            pointer = f"{self.pointer}/{name}/{place}"
            if isinstance(item, dict):
                yield Reader(item, pointer, self.problems)
            else:
                self.problems.append(Problem(pointer, "wrong_type", "An object is expected."))

    def _given[T](self, name: str, kind: type[T], words: str) -> T | None:
        """The value, when it is there and of the right kind."""
        if name not in self.fields:
            return None
        value = self.fields[name]
        if not isinstance(value, kind):
            self.note(name, "wrong_type", f"{words.capitalize()} is expected.")
            return None
        return value

    def _checked_text(self, name: str, value: str, longest: int) -> str:
        """The text, with a problem noted when it is blank, too long, or hides characters that break a line."""
        if not value.strip():
            self.note(name, "text_blank", "This must say something.")
        elif len(value) > longest:
            self.note(name, "text_too_long", f"This has at most {longest} characters.")
        elif UNSPEAKABLE.search(value):
            self.note(name, "text_forbidden", "Control characters and half characters are not allowed.")
        return value

    def _refusing[T](self, name: str, read: Callable[[], T], instead: T) -> T:
        """What was read, or a problem with the refusal's code."""
        try:
            return read()
        except Refused as refusal:
            self.note(name, refusal.code, _DETAILS[refusal.code])
            return instead
