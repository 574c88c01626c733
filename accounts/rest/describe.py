"""What an operation of the API tells about itself: said once, beside the method, and read by the OpenAPI document.

    class Cases(ApiView):
        needs = {"GET": "support.view_case", "POST": "support.open_case"}
        queries = {"GET": CaseQuery}

        @describe("listCases", "List cases", answer=CaseAnswer, answered=CASE, paged=True)
        def get(self, request: Request) -> Response:
            \"\"\"The cases that you may see, the newest first.\"\"\"

        @describe(
            "openCase", "Open a case", body=NewCaseBody, asked=NEW_CASE, answer=CaseAnswer, answered=CASE,
            status=201, refusals=["category_unknown", "order_of_another_shop"], keyed=True,
        )
        def post(self, request: Request) -> Response:
            \"\"\"A case with its first message. The order, when one is named, must be of the same shop.\"\"\"

The method's docstring is the description that integrators read. The rest follows from what the view does: parameters
from `queries` and the address, 401, 403 and 429 from the token that is asked for, 404 from an address that names
something, 413 and 415 from a body, 409 and 503 from a write. Only refusals of the use case are listed.
Classes named `...Body`, `...Answer` and `...Query` are called the same in the document, without that ending:
`CaseAnswer` is `Case`, `NewCaseBody` is `NewCaseRequest`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rest_framework.serializers import BaseSerializer

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Description:
    """One operation, as its door describes it."""

    operation: str
    summary: str
    body: type[BaseSerializer[Any]] | None
    asked: object
    answer: type[BaseSerializer[Any]] | None
    answered: object
    statuses: tuple[int, ...]
    refusals: tuple[str, ...]
    keyed: bool
    guarded: bool
    paged: bool
    media_type: str


def describe[Method: Callable[..., Any]](
    operation: str,
    summary: str,
    *,
    body: type[BaseSerializer[Any]] | None = None,
    asked: object = None,
    answer: type[BaseSerializer[Any]] | None = None,
    answered: object = None,
    status: int | Sequence[int] = 200,
    refusals: Sequence[str] = (),
    keyed: bool = False,
    guarded: bool = False,
    paged: bool = False,
    media_type: str = JSON,
) -> Callable[[Method], Method]:
    """Describe the method of a view.

    `operation` is the operationId, a verb and a noun: openCase. `asked` is an example of the body, and `answered` one
    of the answer, for a list (`paged`) one of its rows. `status` names every success. `refusals` are the codes that
    the use case may refuse with, and `not_found` where the body names something. `keyed` takes an Idempotency-Key, and
    `guarded` an If-Match. `media_type` is that of body and answer when they are lines instead of JSON; their examples
    are texts then.
    """
    statuses = (status,) if isinstance(status, int) else tuple(status)
    description = Description(
        operation=operation,
        summary=summary,
        body=body,
        asked=asked,
        answer=answer,
        answered=answered,
        statuses=statuses,
        refusals=tuple(refusals),
        keyed=keyed,
        guarded=guarded,
        paged=paged,
        media_type=media_type,
    )

    def described(method: Method) -> Method:
        vars(method)["description"] = description
        return method

    return described


def description_of(method: object) -> Description | None:
    """What was said about the method, if anything."""
    found = getattr(method, "description", None)
    return found if isinstance(found, Description) else None
