"""JSON from strangers: one reading only, bounded, and never an error of our own."""

import json
import re
from itertools import zip_longest
from math import isfinite

from accounts.domain.refusal import Refused

MAX_DEPTH = 32
MAX_BYTES = 1_048_576
_MAX_INTEGER_DIGITS = 19

# A string, closed or running to the end (so that no quote is ever scanned twice).
_STRING = re.compile(r'"[^"\\]*+(?:\\.?[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")
# UTF-8 holds no half of a character, and a NUL is refused in it: only an escape can bring one.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


def loads(raw: bytes, max_depth: int = MAX_DEPTH, max_bytes: int = MAX_BYTES) -> object:
    """Read a JSON document of UTF-8.

    Refuses `body_too_large`, `json_encoding` (not UTF-8, or a byte order mark), `json_too_deep`, `json_malformed`,
    `json_duplicate_key`, `json_number` (NaN, Infinity, over 19 digits), `json_forbidden_character` (NUL, surrogates).
    """
    if len(raw) > max_bytes:
        raise Refused("body_too_large", maximum=max_bytes)
    text = _decoded(raw)
    if _depth(text, max_depth) > max_depth:
        raise Refused("json_too_deep", maximum=max_depth)
    try:
        document: object = json.loads(
            text, object_pairs_hook=_unique, parse_int=_integer, parse_float=_float, parse_constant=_no_constant
        )
    except json.JSONDecodeError as problem:
        raise Refused("json_malformed", line=problem.lineno, column=problem.colno) from None
    return _clean(document) if _SUSPECT_ESCAPE.search(text) else document


def _decoded(raw: bytes) -> str:
    """The text of UTF-8 without a byte order mark; NUL bytes betray UTF-16 and UTF-32."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("json_encoding") from None
    if text.startswith("\ufeff") or "\x00" in text:
        raise Refused("json_encoding")
    return text


def _depth(text: str, limit: int) -> int:
    """How deep arrays and objects nest, or a number not below it; counted only until the limit is passed."""
    opened = text.count("[") + text.count("{")
    if opened <= limit:
        return opened
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > limit:
                break
        else:
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) < len(pairs):
        # The keys as they first came run beside all of them until one comes again.
        again = next(key for (key, _), first in zip_longest(pairs, found) if key != first)
        raise Refused("json_duplicate_key", key=again)
    return found


def _integer(digits: str) -> int:
    """A whole number of a length that a database can hold."""
    if len(digits.lstrip("-")) > _MAX_INTEGER_DIGITS:
        raise Refused("json_number")
    return int(digits)


def _float(digits: str) -> float:
    """A number that is one."""
    number = float(digits)
    if not isfinite(number):
        raise Refused("json_number")
    return number


def _no_constant(name: str) -> object:
    """NaN and Infinity are not JSON."""
    raise Refused("json_number", number=name)


def _clean(value: object) -> object:
    """The value, when none of its strings hides a NUL or half a character. The depth is bounded by now."""
    if isinstance(value, str) and _FORBIDDEN.search(value):
        raise Refused("json_forbidden_character")
    if isinstance(value, dict):
        for key, item in value.items():
            _clean(key)
            _clean(item)
    if isinstance(value, list):
        for item in value:
            _clean(item)
    return value
