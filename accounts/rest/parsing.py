"""Bodies as they come in: JSON of one reading only, and nothing else."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser

from accounts.domain.strict_json import MAX_BYTES, loads


class StrictJSONParser(BaseParser):
    """Reads a JSON document of at most 1 MiB; a packed one is refused unread.

    Refusals: those of `strict_json`, such as `body_too_large`, `json_malformed` or `json_duplicate_key`.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document as Python has it."""
        require_unpacked((parser_context or {})["request"].headers.get("Content-Encoding", ""))
        return loads(_read(stream))


def require_unpacked(encoding: str) -> None:
    """A packed body may be a bomb: it is not read. Answers 415."""
    if encoding.lower() not in ("", "identity"):
        raise UnsupportedMediaType(encoding, detail="Send the body as it is: no Content-Encoding is accepted.")


def _read(stream: IO[Any]) -> bytes:
    """One byte more than is taken, so that too much is seen and no more is read."""
    try:
        return bytes(stream.read(MAX_BYTES + 1))
    except RequestDataTooBig:  # Django's own limit, where somebody set it lower
        return b" " * (MAX_BYTES + 1)
