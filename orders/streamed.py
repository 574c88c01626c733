"""Lines of a body as they arrive: never more of it in memory than the longest line that is taken."""

from collections.abc import Callable, Iterator

from django.http import HttpRequest

from orders.ndjson import LONGEST_LINE, NumberedLines

CHUNK = 65_536

type Read = Callable[[int], bytes]


def body_of(request: HttpRequest) -> Read:
    """How to read the body.

    Where the server ends the stream itself, no length has to be announced, and none is believed; elsewhere nobody
    reads further than the announced length (PEP 3333).
    """
    read: Read = request.META["wsgi.input"].read if request.META.get("wsgi.input_terminated") else request.read
    return read


def streamed_lines(read: Read) -> NumberedLines:
    """The lines that hold something, each with its number; of an overlong one only the beginning, to be refused."""
    number, begun = 0, b""
    for ended, piece in _pieces(read):
        begun = (begun + piece)[:LONGEST_LINE] if len(begun) < LONGEST_LINE else begun
        if ended:
            number += 1
            if begun.strip():
                yield number, begun.rstrip(b"\r")
            begun = b""


def _pieces(read: Read) -> Iterator[tuple[bool, bytes]]:
    """Parts of lines, and whether a line ends with them; the last line may lack its end. Servers split by no rule."""
    while chunk := read(CHUNK):
        *ends, rest = chunk.split(b"\n")
        yield from ((True, end) for end in ends)
        yield False, rest
    yield True, b""
