"""Operations of the OpenAPI document, made from what the doors say about themselves."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.serializers import BaseSerializer, ListSerializer

from accounts.rest.describe import JSON, Description, description_of
from accounts.rest.problems import MEDIA_TYPE
from accounts.rest.views import ApiView
from config.api.parameters import IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, path_parameter
from config.api.problems import MEANINGS, problems_of

TAGS = {
    "accounts": "Tokens",
    "orders": "Orders",
    "support": "Cases",
    "refunds": "Refunds",
}
ENDINGS = ("Answer", "Body", "Query")
NOTHING = {"type": "string", "maxLength": 0}
HEADERS = {
    "ETag": "Names this state of what was read.",
    "Idempotent-Replayed": "`true` when this answers a call that was answered before.",
    "Retry-After": "So many seconds to wait.",
    "WWW-Authenticate": "How to show who you are.",
}

Schema = dict[str, Any]


class UndescribedError(TypeError):
    """A method of the API lacks its `describe`."""


class Described(AutoSchema):
    """One operation, as `accounts.rest.describe` has it."""

    view: ApiView

    @property
    def description(self) -> Description:
        """What the door says."""
        found = description_of(getattr(self.view, self.method.lower()))
        if found is None:
            raise UndescribedError(f"{self.method} {self.path} is not described: see accounts.rest.describe")
        return found

    @property
    def is_secured(self) -> bool:
        """Whether a token is asked for."""
        return bool(self.view.get_authenticators())

    def get_operation_id(self) -> str:
        """A verb and a noun."""
        return self.description.operation

    def get_summary(self) -> str:
        """In a few words."""
        return self.description.summary

    def get_description(self) -> str:
        """What it does, from the docstring."""
        return str(super().get_description())

    def get_tags(self) -> list[str]:
        """The chapter: one for each app."""
        return [TAGS[type(self.view).__module__.partition(".")[0]]]

    def get_auth(self) -> list[Schema]:
        """The token; nothing, said expressly, where none is asked for."""
        return list(super().get_auth()) if self.is_secured else []

    def get_response_serializers(self) -> Any:
        """What it answers."""
        return self.description.answer

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Nothing is to be guessed: the door says whether it answers a page."""
        return False

    def get_operation(self, *args: Any, **kwargs: Any) -> Schema | None:
        """The operation; that it is open to everybody is said expressly."""
        operation: Schema | None = super().get_operation(*args, **kwargs)
        if operation is not None:
            operation.setdefault("security", [])
        return operation

    def get_override_parameters(self) -> list[Any]:
        """What the address may carry, and the headers that mean something."""
        said, query = self.description, self.view.queries.get(self.method)
        given = [(query, query is not None), (IDEMPOTENCY_KEY, said.keyed), (IF_MATCH, said.guarded)]
        return [each for each, is_taken in [*given, (IF_NONE_MATCH, self.method == "GET")] if is_taken]

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        """The parts of the address, with their meaning."""
        return [path_parameter(each, self.path) for each in variables]

    def _get_request_body(self, direction: Any = "request") -> Schema | None:
        """The body with an example of it."""
        said = self.description
        if said.body is None:
            return None
        content = self._content(self._reference(said.body, direction), said.asked)
        return {"required": self._is_body_needed(said), "content": content}

    def _is_body_needed(self, said: Description) -> bool:
        """Not where an empty object is taken, for then nothing at all says the same."""
        return said.body is None or said.media_type != JSON or not said.body(data={}).is_valid()

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        """Every success, then every error."""
        answers = {str(status): self._success(status, direction) for status in self.description.statuses}
        if self.method == "GET":
            answers["304"] = {"description": "It is what you have.", "headers": headers("ETag")}
        return answers | self._errors()

    def _success(self, status: int, direction: Any) -> Schema:
        said = self.description
        answer: Schema = {"description": MEANT_WELL[status]}
        if self.method == "GET" or said.guarded:
            answer["headers"] = headers("ETag")
        if said.keyed:
            answer["headers"] = headers("Idempotent-Replayed", required=False)
        if said.answer is not None:
            answer["content"] = self._answered(said, direction)
        return answer

    def _answered(self, said: Description, direction: Any) -> Schema:
        schema = self._reference(said.answer, direction)
        if not said.paged:
            return self._content(schema, said.answered)
        example = {"results": [said.answered], "next": None, "previous": None}
        return self._content(self._page(said.answer, schema), example)

    def _content(self, schema: Schema, example: object) -> Schema:
        said = self.description
        if said.media_type != JSON:
            line = {"contentMediaType": JSON, "contentSchema": schema}
            schema = {"type": "string", "description": "One such JSON object a line.", **line}
        return {said.media_type: {"schema": schema, "example": example}}

    def _reference(self, kind: Any, direction: Any) -> Schema:
        return dict(self.resolve_serializer(kind, direction).ref)

    def _page(self, kind: Any, row: Schema) -> Schema:
        """A page of rows, under a name of its own."""
        name = f"{self._get_serializer_name(kind(), 'response')}Page"
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=page_of(row), object=name)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _errors(self) -> Schema:
        """Every error with an example for each of its codes."""
        found = problems_of(
            self.description, method=self.method, secured=self.is_secured, named="{" in self.path_within_version
        )
        return {str(status): error(status, [dict(each.data) for each in alike]) for status, alike in found.items()}

    @property
    def path_within_version(self) -> str:
        """The address without what all have."""
        return self.path.removeprefix("/api/v1/")

    def _insert_field_validators(self, field: Any, schema: Schema) -> None:
        """The limits of a field. Our patterns say themselves whether nothing may stand there."""
        super()._insert_field_validators(field, schema)
        if schema.get("oneOf", [])[1:] == [NOTHING]:
            schema.update(schema.pop("oneOf")[0])
        if isinstance(field, ListSerializer):
            limits = {"minItems": field.min_length, "maxItems": field.max_length}
            schema.update({name: limit for name, limit in limits.items() if limit is not None})

    def get_serializer_name(self, serializer: BaseSerializer[Any], direction: Any) -> str:
        """The name of the class, without what only the code needs to know."""
        name = type(serializer).__name__
        return next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)


MEANT_WELL = {
    200: "Done.",
    201: "Made.",
    204: "Done; there is nothing to say.",
}


def headers(*names: str, required: bool = True) -> Schema:
    """Headers of an answer."""
    return {name: {"description": HEADERS[name], "required": required, "schema": {"type": "string"}} for name in names}


def error(status: int, problems: list[Schema]) -> Schema:
    """An error, with an example for each code."""
    examples = {each["code"]: {"summary": each["title"], "value": each} for each in problems}
    schema = {"$ref": "#/components/schemas/Problem"}
    answer: Schema = {
        "description": MEANINGS[status],
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }
    if status in (429, 503):
        answer["headers"] = headers("Retry-After")
    if status == 401:
        answer["headers"] = headers("WWW-Authenticate", required=False)
    return answer


def page_of(row: Schema) -> Schema:
    """A page of rows, and where its neighbours are."""
    address = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["results", "next", "previous"],
        "properties": {
            "results": {"type": "array", "items": row},
            "next": {**address, "description": "The address of the page after it."},
            "previous": {**address, "description": "The address of the page before it."},
        },
    }
