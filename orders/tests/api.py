"""Programs that call the API about orders, in tests."""

import json
from typing import Any
from urllib.parse import quote

from rest_framework.test import APIClient

from accounts.models import Shop, User
from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory


def program(shop: Shop, *scopes: str) -> APIClient:
    """An API client of the shop, with a token."""
    client: User = ClientFactory(scopes=scopes or ("orders",), shops=[shop])
    return api_client_for(client)


def address_of(shop: str = "north", reference: str = "1001", tail: str = "") -> str:
    """Where the order is."""
    return f"/api/v1/shops/{quote(shop, safe='')}/orders/{quote(reference, safe='')}/{tail}"


def sent_raw(
    client: APIClient,
    raw: bytes,
    *,
    path: str = "",
    method: str = "PUT",
    media_type: str = "application/json",
    **more: Any,
) -> Any:
    """Send these bytes as they are."""
    return client.generic(method, path or address_of(), raw, content_type=media_type, **more)


def codes_of(answer: Any) -> dict[str, str]:
    """The faults that an answer tells, by their pointer or parameter."""
    faults = answer.json()["errors"]
    return {fault.get("pointer", fault.get("parameter")): fault["code"] for fault in faults}


def lines_of(*orders: dict[str, Any] | bytes) -> bytes:
    """Orders as lines of JSON; bytes are lines already."""
    return b"".join((each if isinstance(each, bytes) else json.dumps(each).encode()) + b"\n" for each in orders)
