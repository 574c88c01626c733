"""The filter bar of a list: every choice is a link, and what is set stands in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import Promise

type Label = str | Promise


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its label, what it changes in the address, and whether it is chosen."""

    label: Label
    change: Mapping[str, str | None]
    current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of the bar with everything that it can be."""

    name: str
    label: Label
    options: Mapping[str, Label]
    value: str

    @property
    def chosen(self) -> Label:
        """The label of what is set, or nothing."""
        return self.options.get(self.value, "")

    @property
    def clear(self) -> Mapping[str, None]:
        """What taking the filter off changes in the address."""
        return {self.name: None, "cursor": None}

    @property
    def choices(self) -> list[Choice]:
        """Every option as a link."""
        return [
            Choice(label, {self.name: value, "cursor": None}, value == self.value)
            for value, label in self.options.items()
        ]


def filter_of(
    query: QueryDict, name: str, label: Label, options: Mapping[str, Label] | Iterable[tuple[str, Label]]
) -> Filter:
    """The filter as the address sets it; whatever is no option counts as not set."""
    known = dict(options)
    value = query.get(name, "")
    return Filter(name, label, known, value if value in known else "")
