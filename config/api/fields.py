"""How our strict fields and bodies look in the OpenAPI document: just as strict."""

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)

from accounts.domain.moments import FIRST_YEAR, LAST_YEAR
from refunds.serializers import MOST_PARTS, SHIPPING_WORDS, ChargeAskBody

Schema = dict[str, Any]

CONTROL = r"\u0000-\u001F\u007F-\u009F"
CONTROL_BUT_LAYOUT = r"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F"
"""A text of several lines may have tabs and line ends."""


class BearerScheme(OpenApiAuthenticationExtension):
    """The access token."""

    target_class = "accounts.rest.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> Schema:
        """As RFC 6750 has it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access` token that `POST /api/v1/token/` gave.",
        }


class StrictBody(OpenApiSerializerExtension):
    """A body takes no field that it does not know."""

    target_class = "accounts.rest.serializers.Body"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Schema:
        """The fields, and nothing beside them; at least one of them where the body says so."""
        schema: Schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        if direction != "request":
            return schema
        least = {"minProperties": self.target.least} if self.target.least else {}
        return {**schema, **least, "additionalProperties": False}


class StrictText(OpenApiSerializerFieldExtension):
    """A text without control characters, and with something in it unless it may be blank."""

    target_class = "accounts.rest.fields.Text"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        """A string of the form that is taken; answers need none."""
        has_form = any(isinstance(each, RegexValidator) for each in self.target.validators)
        return {"type": "string"} | ({} if has_form or direction == "response" else {"pattern": self._pattern()})

    def _pattern(self) -> str:
        kept_out = CONTROL_BUT_LAYOUT if self.target.several_lines else CONTROL
        filling = f"[^{kept_out}]*"
        return f"^{filling}$" if self.target.allow_blank else rf"^{filling}[^\s{kept_out}]{filling}$"


class StrictMoment(OpenApiSerializerFieldExtension):
    """A date-time with its offset."""

    target_class = "accounts.rest.fields.Moment"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        """As RFC 3339 has it; the years are told in words."""
        schema: Schema = {"type": "string", "format": "date-time"}
        if direction == "request":
            schema["description"] = f"With an offset; from {FIRST_YEAR} to {LAST_YEAR}."
        return schema


class Reference(OpenApiSerializerFieldExtension):
    """Another thing, by the text that people call it by."""

    target_class = "rest_framework.relations.SlugRelatedField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        """The text."""
        return {"type": "string"}


class ShippingWish(OpenApiSerializerFieldExtension):
    """What goes back of the shipping: a word, or amounts by charge."""

    target_class = "refunds.serializers.ShippingAsk"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Schema:
        """The one or the other."""
        charge = auto_schema.resolve_serializer(ChargeAskBody, direction).ref
        words = {"type": "string", "enum": SHIPPING_WORDS}
        return {"oneOf": [words, {"type": "array", "items": charge, "maxItems": MOST_PARTS}]}
