"""Files of one JSON document a line: plain, gzipped or standard input; read a line at a time, with a progress bar."""

import gzip
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from tqdm import tqdm

from accounts.domain.strict_json import MAX_BYTES

STANDARD_INPUT = "-"
LONGEST_LINE = MAX_BYTES + 2
"""Room for the longest document and its line end; of a longer line only the beginning is read, and then refused."""

type NumberedLines = Iterator[tuple[int, bytes]]


@contextmanager
def numbered_lines(path: str) -> Iterator[NumberedLines]:
    """The lines of the file that hold something, each with its number; progress shows where stderr is a terminal.

    Raises OSError, also for what is no gzip in spite of its name, and EOFError for a gzip that ends early.
    """
    silent = not sys.stderr.isatty()
    if path == STANDARD_INPUT:
        with tqdm(unit=" lines", disable=silent) as bar:
            yield _counted(sys.stdin.buffer, bar)
        return
    with open(path, "rb") as raw:
        size = os.fstat(raw.fileno()).st_size
        source = gzip.GzipFile(fileobj=raw) if path.endswith(".gz") else raw
        with tqdm(total=size, unit="B", unit_scale=True, disable=silent) as bar:
            yield _measured(source, raw, bar)


def _counted(source: IO[bytes], bar: "tqdm[Any]") -> NumberedLines:
    """Standard input has no known end: its lines are counted."""
    for number, line in _lines(source):
        yield number, line
        bar.update()


def _measured(source: IO[bytes] | gzip.GzipFile, raw: IO[bytes], bar: "tqdm[Any]") -> NumberedLines:
    """A file's progress is how much of it was read, packed or not."""
    for number, line in _lines(source):
        yield number, line
        bar.update(raw.tell() - bar.n)


def _lines(source: IO[bytes] | gzip.GzipFile) -> NumberedLines:
    number = 0
    while line := source.readline(LONGEST_LINE):
        number += 1
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith(b"\n"):
            rest = source.readline(LONGEST_LINE)
        if line.strip():
            yield number, line.rstrip(b"\r\n")
