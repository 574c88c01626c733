"""Fields that take just what the contract says: a text is a string, a number is a number, and nothing is guessed."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

from accounts.domain.moments import FIRST_YEAR, LAST_YEAR, is_in_reach, rfc3339

LARGEST = 2**31 - 1
DIGITS = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
LAYOUT = "\t\n\r"


class Text(serializers.CharField):
    """A string, kept as it is written; of one line, unless it may have several."""

    default_error_messages = {
        "wrong_type": "A text is expected.",
        "text_forbidden": "Control characters are not allowed.",
    }

    def __init__(self, *, max_length: int, several_lines: bool = False, **options: Any) -> None:
        """So many characters at most."""
        super().__init__(max_length=max_length, trim_whitespace=False, **options)
        self.several_lines = several_lines

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """White space alone says nothing."""
        if isinstance(data, str) and not self.allow_blank and not data.strip():
            self.fail("blank")
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        """The string itself."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        allowed = LAYOUT if self.several_lines else ""
        if any(unicodedata.category(each) in ("Cc", "Cs") and each not in allowed for each in data):
            self.fail("text_forbidden")
        return data


class Name(Text):
    """A name that is compared: in Unicode's composed form, so that two that look the same are the same."""

    def to_internal_value(self, data: Any) -> str:
        """The string, composed."""
        return unicodedata.normalize("NFC", super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A JSON integer: no string, fraction or truth value stands for one."""

    default_error_messages = {"wrong_type": "A whole number is expected."}

    def __init__(self, *, min_value: int = 0, max_value: int = LARGEST, **options: Any) -> None:
        """From the one to the other, both included."""
        super().__init__(min_value=min_value, max_value=max_value, **options)

    def to_internal_value(self, data: Any) -> int:
        """The number itself."""
        if type(data) is not int:
            self.fail("wrong_type")
        return data


class WholeInAddress(Whole):
    """A whole number as an address writes it: ASCII digits."""

    def to_internal_value(self, data: Any) -> int:
        """The number that the digits say."""
        if not DIGITS.fullmatch(data):
            self.fail("wrong_type")
        return int(data)


class Word(serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = {"wrong_type": "A text is expected."}

    def to_internal_value(self, data: Any) -> Any:
        """The word itself."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false, and nothing that means it."""

    default_error_messages = {"wrong_type": "True or false is expected."}

    def to_internal_value(self, data: Any) -> bool:
        """The truth itself."""
        if not isinstance(data, bool):
            self.fail("wrong_type")
        return data


class Moment(serializers.DateTimeField):
    """A date-time of RFC 3339 with its offset; answers say it in UTC."""

    default_error_messages = {
        "wrong_type": "A text is expected.",
        "time_malformed": "Write the time as RFC 3339 with an offset: 2026-05-04T12:00:00Z.",
        "out_of_range": f"The year is between {FIRST_YEAR} and {LAST_YEAR}.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        """The moment in UTC."""
        if not isinstance(value, str):
            self.fail("wrong_type")
        moment = rfc3339(value)
        if moment is None:
            self.fail("time_malformed")
        if not is_in_reach(moment):
            self.fail("out_of_range")
        return moment.astimezone(UTC)
