"""Lengths of time as the demo's files write them."""

import re
from datetime import timedelta

LENGTH = re.compile(r"(?:(?P<days>\d+)d)? ?(?:(?P<hours>\d+)h)? ?(?:(?P<minutes>\d+)m)?")


def length(text: str) -> timedelta:
    """The length that "3d 4h 10m" says. Raises ValueError for anything else."""
    found = LENGTH.fullmatch(text)
    if found is None or not text:
        raise ValueError(f"{text!r} is no length of time such as 3d 4h 10m")
    return timedelta(**{unit: int(number) for unit, number in found.groupdict(default="0").items()})
