"""Rows of the supervisors' lists: on a phone each cell carries the name of its column."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter
def labelled(cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> Iterator[SafeString]:
    """The cells as Django's admin wrote them, each with its column's name in `data-label`."""
    for cell, header in zip(cells, headers, strict=True):
        label = format_html(' data-label="{}" class=', capfirst(header["text"]))
        yield SafeString(cell.replace(" class=", label, 1))
