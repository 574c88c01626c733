"""The OpenAPI document: the contract, served and committed as the same bytes."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from django.utils import translation
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

SHAPES = "config.api.fields"
"""Registers itself when it is imported."""


class ContractError(ValueError):
    """The generator does not understand a door."""


def document() -> Mapping[str, Any]:
    """The contract, made anew. Raises ContractError when something in it could not be understood."""
    import_module(SHAPES)
    with translation.override("en"), GENERATOR_STATS.silence():
        made: Mapping[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise ContractError("\n".join([*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]))
    return made


@cache
def contract() -> bytes:
    """The document as it is served and committed: YAML, the same bytes each time."""
    return bytes(OpenApiYamlRenderer().render(document(), renderer_context={}))
