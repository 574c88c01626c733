"""Headers and the parts of addresses that mean something, as the OpenAPI document describes them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

LONGEST_KEY = 255
TAG = r'(W/)?"[!#-~]*"'

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    required=True,
    description="Yours for this one effect: the same call with the same key has no second one, and answers the same.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": rf"^([*]|{TAG}([ \t]*,[ \t]*{TAG})*)$"},
    OpenApiParameter.HEADER,
    description="The `ETag` of what you read: when somebody changed it meanwhile, nothing is changed and 412 says so.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what you have: 304 says that it is still the same.",
)

PARTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "shops/{shop}": ("The reference of the shop.", {"type": "string"}, "HARBOUR"),
    "orders/{reference}": ("The reference of the order in its shop.", {"type": "string"}, "1001"),
    "cases/{number}": ("The number of the case.", {"type": "string", "pattern": "^C-[1-9][0-9]{0,17}$"}, "C-12"),
    "refunds/{reference}": (
        "The reference of the refund.",
        {"type": "string", "pattern": "^R-[1-9][0-9]{0,17}$"},
        "R-58",
    ),
}
"""Each part of an address by what stands before it: its meaning, its form and an example."""


def path_parameter(name: str, path: str) -> dict[str, Any]:
    """A part of the address. Raises KeyError when nobody said what it means."""
    before = path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    meaning, schema, example = PARTS[f"{before}/{{{name}}}"]
    return {
        "in": "path",
        "name": name,
        "required": True,
        "description": meaning,
        "schema": schema,
        "example": example,
    }
