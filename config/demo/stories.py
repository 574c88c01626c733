"""The demo's cases as their files tell them: who said or did what, how long ago."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from config.demo.moments import length

CASES = Path(__file__).with_name("cases")
DEEDS = ("customer", "reply", "solve", "note", "assign", "status", "refund", "approve", "reject", "cancel", "confirm")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did: the deed, what it was done with, and for a refund its shipping and its reason."""

    ago: timedelta
    who: str
    deed: str
    content: Any
    shipping: Literal["none", "standard"] | Mapping[str, str] = "none"
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """One case from its opening on. `lines` are the numbers of the order's lines that it is about."""

    category: str
    subject: str
    steps: Sequence[Step]
    order: str | None = None
    customer: str | None = None
    lines: Sequence[int] = ()
    priority: str = "normal"
    channel: str = "email"
    team: str | None = None
    assignee: str | None = None


def stories() -> list[Story]:
    """Every story, by the category that its file is named after."""
    told = []
    for file in sorted(CASES.glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            steps = [_step(step) for step in case.pop("story")]
            told.append(Story(category=file.stem, steps=steps, **case))
    return told


def _step(step: dict[str, Any]) -> Step:
    deed = next(name for name in DEEDS if name in step)
    return Step(ago=length(step.pop("ago")), deed=deed, content=step.pop(deed), **step)
