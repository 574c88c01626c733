"""Everything that the desk answers to, as its resolver has it: pages, the supervisors' site and the API alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver

from accounts.rest.describe import description_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")


@dataclass(frozen=True, slots=True)
class Address:
    """A route with the names of its operations: one for all methods of a page, one for each method in the API."""

    name: str
    route: str
    operations: Mapping[str, str] = field(default_factory=dict)

    def operation(self, method: str) -> str:
        """The name that rows call it by."""
        return self.operations.get(method, self.name)


def addresses(patterns: list[URLPattern | URLResolver], route: str = "", space: str = "") -> Iterator[Address]:
    """Every address below these patterns."""
    for pattern in patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, whole, inside)
        else:
            yield Address(space + _name(pattern), whole, _described(pattern.callback))


def _name(pattern: URLPattern) -> str:
    """An address without a name is either the last resort of a site, or called by its route."""
    return pattern.name or ("(whatever-else)" if "(?P<url>.*)" in str(pattern.pattern) else str(pattern.pattern))


def _described(view: Callable[..., Any]) -> dict[str, str]:
    """The operations of a view of the API by method."""
    found = {method: description_of(getattr(getattr(view, "cls", None), method.lower(), None)) for method in METHODS}
    return {method: f"api:{said.operation}" for method, said in found.items() if said}
