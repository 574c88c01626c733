"""JSON from strangers has one reading, or none."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from accounts.domain.strict_json import MAX_BYTES, MAX_DEPTH, loads

scalars = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
documents = st.recursive(scalars | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


def refusal_of(raw: bytes, **limits: int) -> Refused:
    """The no that this document meets."""
    with pytest.raises(Refused) as caught:
        loads(raw, **limits)
    return caught.value


@settings(deadline=None)
@given(documents)
def test_what_json_writes_is_read_the_same(document: object) -> None:
    for ascii_only in (True, False):
        assert loads(json.dumps(document, ensure_ascii=ascii_only).encode()) == document


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(Refused):
        loads(raw)


@settings(deadline=None)
@given(st.text(alphabet='[]{}",:\\u01dNaInfty.eE+- \n\x00'))
def test_any_text_that_looks_like_json_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        loads(text.encode())


def test_a_document_keeps_its_kinds() -> None:
    assert loads(b' {"a": [1, 1.5, "x", true, null, {}]} ') == {"a": [1, 1.5, "x", True, None, {}]}
    assert isinstance(loads(b"1"), int)
    assert isinstance(loads(b"1.0"), float)


@pytest.mark.parametrize(
    "raw",
    [b"", b" ", b"{", b'{"a"}', b"[1,]", b"[1] 2", b"'a'", b'"a', b'"a\\', b"01", b"+1", b".5", b'"\n"', b"nul", b"\\"],
)
def test_what_is_not_json_is_malformed(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_malformed"


def test_what_is_malformed_says_where() -> None:
    assert refusal_of(b'{"a": 1,\n "b" 2}').parameters == {"line": 2, "column": 6}


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b"\xc3(",
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        "{}".encode("utf-16-le"),
        "{}".encode("utf-32"),
        b'"a\x00b"',
        b"{}\x00",
    ],
)
def test_only_plain_utf_8_is_read(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_encoding"


@pytest.mark.parametrize("raw", [b'{"a": 1, "a": 2}', b'{"b": [{"a": 1, "\\u0061": 1}]}'])
def test_a_key_may_not_come_twice(raw: bytes) -> None:
    refused = refusal_of(raw)
    assert (refused.code, refused.parameters) == ("json_duplicate_key", {"key": "a"})


@pytest.mark.parametrize("raw", [b"NaN", b"[Infinity]", b'{"a": -Infinity}', b"1e999", b"[-1E400]"])
def test_what_is_no_number_is_refused(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_number"


def test_what_is_no_number_is_named() -> None:
    assert refusal_of(b"[NaN]").parameters == {"number": "NaN"}


@pytest.mark.parametrize("raw", [b"1" * 20, b"-" + b"1" * 20, b"9" * 5_000, b"[" + b"1" * 400_000 + b"]"])
def test_a_whole_number_has_at_most_nineteen_digits(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_number"


@pytest.mark.parametrize("text", ["9" * 19, "-" + "9" * 19, "0", "-0"])
def test_nineteen_digits_are_read(text: str) -> None:
    assert loads(text.encode()) == int(text)


@pytest.mark.parametrize(
    "raw", [b'"a\\u0000"', b'{"\\u0000": 1}', b'["\\ud800"]', b'{"a": ["\\udfff"]}', b'"\\udc00\\ud800"']
)
def test_nul_and_half_characters_hide_nowhere(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_forbidden_character"


@pytest.mark.parametrize("raw", [b'"\\ud83d\\ude00"', '"😀"'.encode()])
def test_a_whole_pair_is_a_character(raw: bytes) -> None:
    assert loads(raw) == "😀"


@pytest.mark.parametrize("raw", [b'"\\\\u0000"', b'"\\\\ud800"'])
def test_an_escaped_backslash_hides_nothing(raw: bytes) -> None:
    assert loads(raw) == json.loads(raw)


@pytest.mark.parametrize("raw", [b"[" * 32 + b"]" * 32, b'{"a":' * 32 + b"1" + b"}" * 32])
def test_thirty_two_floors_are_read(raw: bytes) -> None:
    assert loads(raw) == json.loads(raw)


@pytest.mark.parametrize(
    "raw", [b"[" * 33 + b"]" * 33, b'{"a":[' * 17 + b"]}" * 17, b"[" * 100_000, b'{"a":' * 100_000, b"[{" * 50_000]
)
def test_a_deeper_document_is_refused_before_it_is_read(raw: bytes) -> None:
    refused = refusal_of(raw)
    assert (refused.code, refused.parameters) == ("json_too_deep", {"maximum": MAX_DEPTH})


@pytest.mark.parametrize("raw", [b"[[]," + b"[" * 32 + b"]" * 33, b"[[[]," + b"[" * 31 + b"]" * 33])
def test_depth_is_counted_after_what_closed_before(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_too_deep"


def test_width_is_not_depth() -> None:
    wide = b"[" + b"[],{}," * 50_000 + b"[]]"
    assert loads(wide) == json.loads(wide)


def test_brackets_in_a_text_are_not_depth() -> None:
    text = "[{" * 100 + '\\"' + "[[" * 100
    assert loads(f'["{text}"]'.encode()) == json.loads(f'["{text}"]')


@pytest.mark.parametrize("raw", [b'"' + b'\\"' * 500_000, b'"\\' * 500_000, b'"' * 1_000_000])
def test_a_text_that_never_ends_is_scanned_once(raw: bytes) -> None:
    assert refusal_of(raw).code == "json_malformed"


def test_a_body_has_at_most_a_mebibyte() -> None:
    assert MAX_BYTES == 2**20
    assert loads(b'"' + b"a" * (MAX_BYTES - 2) + b'"') == "a" * (MAX_BYTES - 2)
    refused = refusal_of(b'"' + b"a" * (MAX_BYTES - 1) + b'"')
    assert (refused.code, refused.parameters) == ("body_too_large", {"maximum": MAX_BYTES})


def test_the_limits_can_be_others() -> None:
    assert loads(b"[[1]]", max_depth=2, max_bytes=5) == [[1]]
    assert refusal_of(b"[[1]]", max_depth=1).code == "json_too_deep"
    assert refusal_of(b"[[1]]", max_bytes=4).code == "body_too_large"
