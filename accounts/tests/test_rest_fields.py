"""Fields of the API: a text is a string, a number is a number, and nothing else is taken for one."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.http import QueryDict

from accounts.rest.fields import Flag, Moment, Name, Text, Whole, Word
from accounts.rest.problems import BadQuery
from accounts.rest.serializers import Body, PageQuery, Query


class Parcel(Body):
    count = Whole(min_value=1, required=False)
    title = Text(max_length=5, required=False)
    story = Text(max_length=9, several_lines=True, required=False)
    name = Name(max_length=5, required=False)
    colour = Word(choices=["red", "1"], required=False)
    gift = Flag(required=False)
    at = Moment(required=False)
    number = Whole(read_only=True)


def codes(**sent: Any) -> dict[str, list[str]]:
    parcel = Parcel(data=sent)
    parcel.is_valid()
    return {name: [error.code for error in errors] for name, errors in parcel.errors.items()}


def read(**sent: Any) -> Any:
    parcel = Parcel(data=sent)
    assert parcel.is_valid(), parcel.errors
    return parcel.validated_data


@pytest.mark.parametrize("value", [True, False, 1.0, 1.5, 1e2, "1", "١٢", "１２", "1_000", " 1 ", None, [], {}])
def test_only_an_integer_is_a_whole_number(value: object) -> None:
    assert codes(count=value)["count"] in (["wrong_type"], ["null"])


@pytest.mark.parametrize("value", [0, -1, 2**31, 2**63, 10**18])
def test_a_whole_number_keeps_its_bounds(value: int) -> None:
    assert codes(count=value)["count"] in (["min_value"], ["max_value"])
    assert read(count=2**31 - 1)["count"] == 2**31 - 1


@pytest.mark.parametrize("value", [1, 1.5, True, [], {}])
def test_only_a_string_is_a_text(value: object) -> None:
    assert codes(title=value)["title"] == ["wrong_type"]


@pytest.mark.parametrize(
    ("value", "code"),
    [("", "blank"), ("  ", "blank"), ("sixsix", "max_length"), ("a\nb", "text_forbidden"), ("a\x1b", "text_forbidden")],
)
def test_a_text_says_something_on_one_line(value: str, code: str) -> None:
    assert codes(title=value)["title"] == [code]


def test_a_text_is_kept_as_it_is_written() -> None:
    assert read(title=" a ")["title"] == " a "
    assert read(story="a\n\tb\r\n")["story"] == "a\n\tb\r\n"
    assert codes(story="a\x00b")["story"] == ["text_forbidden"]


def test_names_that_look_the_same_are_the_same() -> None:
    assert read(name="Cafe\u0301")["name"] == "Café"


@pytest.mark.parametrize("value", [1, True, ["red"], "blue", ""])
def test_a_word_is_one_of_the_choices(value: object) -> None:
    assert "colour" in codes(colour=value)
    assert read(colour="red")["colour"] == "red"


@pytest.mark.parametrize("value", ["true", 1, 0, "yes", []])
def test_only_a_truth_value_is_a_flag(value: object) -> None:
    assert codes(gift=value)["gift"] == ["wrong_type"]
    assert read(gift=False)["gift"] is False


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1748000000, "wrong_type"),
        ("2026-05-04", "time_malformed"),
        ("2026-05-04T12:00:00", "time_malformed"),
        ("2026-02-30T12:00:00Z", "time_malformed"),
        ("2026-05-04T12:00:00+25:00", "time_malformed"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("1969-12-31T00:00:00Z", "out_of_range"),
        ("9999-12-31T00:00:00Z", "out_of_range"),
    ],
)
def test_a_moment_has_an_offset_and_exists(value: object, code: str) -> None:
    assert codes(at=value)["at"] == [code]


def test_a_moment_is_read_into_utc() -> None:
    east = timezone(timedelta(hours=14))
    assert read(at="2026-05-04T12:00:00+14:00")["at"] == datetime(2026, 5, 4, 12, tzinfo=east).astimezone(UTC)


def test_every_problem_is_told_at_once() -> None:
    assert codes(count=0, title=1, extra=1, number=3) == {
        "count": ["min_value"],
        "title": ["wrong_type"],
        "extra": ["unknown_field"],
        "number": ["unknown_field"],
    }
    assert codes(extra=1) == {"extra": ["unknown_field"]}


@pytest.mark.parametrize("sent", [[], "text", 1, None])
def test_a_body_is_an_object(sent: object) -> None:
    assert not Parcel(data=sent).is_valid()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "min_value"),
        ("limit=101", "max_value"),
        ("limit=1000000000000000000000000", "wrong_type"),
        ("limit=٣", "wrong_type"),
        ("limit=+3", "wrong_type"),
        ("limit=", "wrong_type"),
        ("limit=1&limit=2", "repeated_parameter"),
        ("user__password__startswith=p", "unknown_field"),
        ("cursor=" + "a" * 4001, "max_length"),
    ],
)
def test_an_address_says_only_what_is_declared(query: str, code: str) -> None:
    with pytest.raises(BadQuery) as refused:
        PageQuery.read(QueryDict(query))
    assert [error.code for errors in refused.value.detail.values() for error in errors] == [code]


def test_an_address_is_read_with_its_defaults() -> None:
    assert PageQuery.read(QueryDict("")) == {"limit": 25}
    assert PageQuery.read(QueryDict("limit=7&cursor=abc")) == {"limit": 7, "cursor": "abc"}
    assert Query.read(QueryDict("")) == {}
