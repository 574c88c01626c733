"""Bodies and addresses: what is asked for by name, and nothing beside it."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, ClassVar, cast

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from accounts.rest.fields import Text, WholeInAddress
from accounts.rest.problems import BadQuery

LONGEST_CURSOR = 4000
ROWS, MOST_ROWS = 25, 100


class Body(serializers.Serializer[Any]):
    """A JSON object whose fields are all known; read by `ApiView.body`."""

    least: ClassVar[int] = 0
    """So many fields have to be given at least, whichever."""

    def to_internal_value(self, data: Any) -> Any:
        """The values, or every problem of every field at once."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        problems: dict[str, Any] = {}
        for name in _unknown(data, self.fields):
            problems[name] = [ErrorDetail("There is no such field.", code="unknown_field")]
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError(cast("dict[str, Any]", error.detail) | problems) from error
        if problems:
            raise ValidationError(problems)
        if len(data) < self.least:
            raise ValidationError({"non_field_errors": [ErrorDetail(f"Give {self.least} at least.", code="required")]})
        return values


@cache
def reader(kind: type[Body]) -> Body:
    """One body of each kind reads them all: it keeps nothing of what it read, and making it costs more than reading."""
    return kind()


class Query(Body):
    """The parameters that an address may carry, each once; read by `ApiView.address`."""

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        """The values by name. Raises BadQuery."""
        problems: dict[str, Any] = {
            name: [ErrorDetail("Give this parameter once.", code="repeated_parameter")]
            for name in query
            if len(query.getlist(name)) > 1
        }
        if problems:
            raise BadQuery(problems)
        try:
            return dict(reader(cls).run_validation({name: query[name] for name in query}))
        except ValidationError as error:
            raise BadQuery(error.detail) from error


class PageQuery(Query):
    """How a list is walked through."""

    limit = WholeInAddress(min_value=1, max_value=MOST_ROWS, default=ROWS, help_text="Rows on a page.")
    cursor = Text(
        max_length=LONGEST_CURSOR, required=False, help_text="Where the page begins: taken from `next` or `previous`."
    )


def _unknown(data: Mapping[str, Any], fields: Mapping[str, serializers.Field[Any, Any, Any, Any]]) -> Collection[str]:
    """The names that nobody asked for; what only answers say cannot be told either."""
    return [name for name in data if name not in fields or fields[name].read_only]
