"""Who may do what, at which door and to whose things: one row for each operation, one column for each kind of caller.

An operation is an address by its name, or an operation of the API by its `operationId`, with one HTTP method (`*` for
all of them). Whatever the desk answers to has a row here, and a method without a row is answered by 405. `about` is
the thing that the address or the body names (`stage.py` makes one of each). `yes` is the status of a success; behind a
slash stands the status where the thing is foreign or missing, if that is not 404.

The columns: nobody, a person without a role, agent, senior agent, supervisor, administrator; then API clients by scope:
read, orders, cases, refunds. People call the API with a token as clients do; on pages, a token is no way in.

A cell is a letter, and where it differs from the row's a status of its own, as in `q422` or `s303/422`:

    .   signs in first: a page leads to the sign-in page, the API answers 401
    -   never: 403, whatever is named
    +   may, whatever there is
    s   may, for things of the caller's shops
    q   may, for things of the caller's shops that are in the queue of their team
    n   comes in, and reaches none of these things

What is not reached answers like what is missing: same status, same headers, same body. Callers that the walk adds:
an agent and a supervisor whom no shop was granted, a supervisor who has left, somebody with all of Django's rights
and no shop, and an API client without a scope.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

COLUMNS = (
    "nobody",
    "person without role",
    "agent",
    "senior agent",
    "supervisor",
    "administrator",
    "client: read",
    "client: orders",
    "client: cases",
    "client: refunds",
)

TABLE = """
operation                             method   about        yes    | nobd norl| agnt seni supv admn| read orde case refu
# The door
today                                  GET      -            302    | .    +   | +    +    +    +   | .    .    .    .
sign-in                                GET      -            200    | +    +302| +302 +302 +302 +302| +    +    +    +
sign-in                                POST     -            302    | +    +   | +    +    +    +   | +    +    +    +
sign-out                               POST     -            302    | .    +   | +    +    +    +   | .    .    .    .
password_change                        GET      -            200    | .    +   | +    +    +    +   | .    .    .    .
password_change                        POST     -            302    | .    +   | +    +    +    +   | .    .    .    .
password_change_done                   GET      -            200    | .    +   | +    +    +    +   | .    .    .    .
password_reset                         GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
password_reset                         POST     -            302    | +    +   | +    +    +    +   | +    +    +    +
password_reset_done                    GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
password_reset_confirm                 GET      reset-link   302/200| +    +   | +    +    +    +   | +    +    +    +
password_reset_confirm                 POST     reset-link   302/200| +    +   | +    +    +    +   | +    +    +    +
password_reset_complete                GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
health-live                            GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
health-ready                           GET      -            200    | +    +   | +    +    +    +   | +    +    +    +

# Orders
order-list                             GET      -            200    | .    -   | +    +    +    +   | .    .    .    .
order                                  GET      order        200    | .    -   | s    s    s    s   | .    .    .    .

# Cases
case-list                              GET      -            200    | .    -   | +    +    +    +   | .    .    .    .
case-new                               GET      -            200    | .    -   | +    +    +    -   | .    .    .    .
case-new                               POST     order        303/422| .    -   | s    s    s    -   | .    .    .    .
case                                   GET      case         200    | .    -   | q    q    s    s   | .    .    .    .
case-message                           POST     case         303    | .    -   | q    q    s    -   | .    .    .    .
case-assignment                        POST     case         303    | .    -   | q    q    s    -   | .    .    .    .
case-status                            POST     case         303    | .    -   | q    q    s    -   | .    .    .    .
case-classification                    POST     case         303    | .    -   | q    q    s    -   | .    .    .    .

# Refunds
case-refund-quote                      POST     case         200    | .    -   | q    q    s    -   | .    .    .    .
case-refunds                           POST     case         303    | .    -   | q    q    s    -   | .    .    .    .
refund-approval                        POST     refund       303    | .    -   | -    q    s    -   | .    .    .    .
refund-approval                        POST     own-refund   422    | .    -   | -    q    s    -   | .    .    .    .
refund-rejection                       POST     refund       303    | .    -   | -    q    s    -   | .    .    .    .
refund-rejection                       POST     own-refund   422    | .    -   | -    q    s    -   | .    .    .    .
refund-cancellation                    POST     refund       303    | .    -   | q422 q422 s    -   | .    .    .    .
refund-cancellation                    POST     own-refund   303    | .    -   | s    s    s    -   | .    .    .    .

# The supervisors' site
admin:index                            GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:login                            GET      -            302    | .    -   | -    -    +    +   | .    .    .    .
admin:login                            POST     -            302    | .    -   | -    -    +    +   | .    .    .    .
admin:logout                           POST     -            302    | .    -   | -    -    +    +   | .    .    .    .
admin:(whatever-else)                  GET,POST -            404    | .    -   | -    -    +    +   | .    .    .    .

admin:orders_order_changelist          GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:orders_order_add                 GET,POST -            403    | .    -   | -    -    -    -   | .    .    .    .
admin:orders_order_change              GET      order        200    | .    -   | -    -    s    s   | .    .    .    .
admin:orders_order_change              POST     order        403    | .    -   | -    -    s    s   | .    .    .    .
admin:orders_order_delete              GET,POST order        403    | .    -   | -    -    s    s   | .    .    .    .

admin:orders_mirrorconflict_changelist GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:orders_mirrorconflict_add        GET,POST -            403    | .    -   | -    -    -    -   | .    .    .    .
admin:orders_mirrorconflict_change     GET      conflict     200    | .    -   | -    -    s    s   | .    .    .    .
admin:orders_mirrorconflict_change     POST     conflict     403    | .    -   | -    -    s    s   | .    .    .    .
admin:orders_mirrorconflict_delete     GET,POST conflict     403    | .    -   | -    -    s    s   | .    .    .    .

admin:support_case_changelist          GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:support_case_add                 GET,POST -            403    | .    -   | -    -    -    -   | .    .    .    .
admin:support_case_change              GET      case         200    | .    -   | -    -    s    s   | .    .    .    .
admin:support_case_change              POST     case         403    | .    -   | -    -    s    s   | .    .    .    .
admin:support_case_delete              GET,POST case         403    | .    -   | -    -    s    s   | .    .    .    .

admin:refunds_refund_changelist        GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:refunds_refund_add               GET,POST -            403    | .    -   | -    -    -    -   | .    .    .    .
admin:refunds_refund_change            GET      refund       200    | .    -   | -    -    s    s   | .    .    .    .
admin:refunds_refund_delete            GET,POST refund       403    | .    -   | -    -    s    s   | .    .    .    .
admin:refunds_refund_approval          POST     refund       302    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_refund_approval          POST     own-refund   422    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_refund_rejection         POST     refund       302    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_refund_rejection         POST     own-refund   422    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_refund_cancellation      POST     refund       302    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_refund_cancellation      POST     own-refund   302    | .    -   | -    -    s    -   | .    .    .    .

admin:refunds_payout_changelist        GET,POST -            200    | .    -   | -    -    +    +   | .    .    .    .
admin:refunds_payout_add               GET,POST -            403    | .    -   | -    -    -    -   | .    .    .    .
admin:refunds_payout_change            GET      payout       200    | .    -   | -    -    s    s   | .    .    .    .
admin:refunds_payout_delete            GET,POST payout       403    | .    -   | -    -    s    s   | .    .    .    .
admin:refunds_payout_confirmation      POST     payout       302    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_payout_confirmation      POST     own-payout   422    | .    -   | -    -    s    -   | .    .    .    .
admin:refunds_payout_correction        POST     first-payout 302    | .    -   | -    -    s    -   | .    .    .    .

# The API
api-missing                            *        -            404    | +    +   | +    +    +    +   | +    +    +    +
api-schema                             GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
api-docs                               GET      -            200    | +    +   | +    +    +    +   | +    +    +    +
api:signIn                             POST     -            200    | +    +   | +    +    +    +   | +    +    +    +
api:refreshTokens                      POST     -            200    | +    +   | +    +    +    +   | +    +    +    +
api:revokeTokens                       POST     -            204    | +    +   | +    +    +    +   | +    +    +    +

api:listOrders                         GET      -            200    | .    -   | +    +    +    +   | +    +    +    +
api:getOrder                           GET      order        200    | .    -   | s    s    s    s   | s    s    s    s
api:putOrder                           PUT      order        200    | .    -   | -    -    -    -   | -    s    -    -
api:putOrder                           PUT      new-order    201    | .    -   | -    -    -    -   | -    s    -    -
api:addDelivery                        POST     order        201    | .    -   | -    -    -    -   | -    s    -    -
api:importOrders                       POST     new-order    200    | .    -   | -    -    -    -   | -    s    -    -

api:listCases                          GET      -            200    | .    -   | +    +    +    +   | +    -    +    -
api:openCase                           POST     order        201    | .    -   | s    s    s    -   | -    -    s    -
api:getCase                            GET      case         200    | .    -   | q    q    s    s   | s    -    s    -
api:changeCase                         PATCH    case         200    | .    -   | q    q    s    -   | -    -    s    -
api:assignCase                         POST     case         200    | .    -   | q    q    s    -   | -    -    s    -
api:moveCase                           POST     case         200    | .    -   | q    q    s    -   | -    -    s    -
api:writeMessage                       POST     case         201    | .    -   | q    q    s    -   | -    -    s    -

api:listRefunds                        GET      -            200    | .    -   | +    +    +    +   | +    +    +    +
api:quoteRefund                        POST     order        200    | .    -   | s    s    s    -   | -    -    -    s
api:requestRefund                      POST     order        201    | .    -   | s    s    s    -   | -    -    -    s
api:requestRefund                      POST     case         201    | .    -   | q    q    s    -   | -    -    -    s
api:getRefund                          GET      refund       200    | .    -   | s    s    s    s   | s    s    s    n
api:getRefund                          GET      own-refund   200    | .    -   | s    s    s    s   | s    s    s    s
api:approveRefund                      POST     refund       200    | .    -   | q403 q    s    s403| s403 s403 s403 n
api:approveRefund                      POST     own-refund   403    | .    -   | q    q    s    s   | s    s    s    s
api:rejectRefund                       POST     refund       200    | .    -   | q403 q    s    s403| s403 s403 s403 n
api:rejectRefund                       POST     own-refund   403    | .    -   | q    q    s    s   | s    s    s    s
api:cancelRefund                       POST     refund       200    | .    -   | q403 q403 s    -   | -    -    -    n
api:cancelRefund                       POST     own-refund   200    | .    -   | s    s    s    -   | -    -    -    s
"""

CELL = re.compile(r"(?P<letter>[.+snq-])(?P<yes>\d{3})?(?:/(?P<no>\d{3}))?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one kind of caller meets at one operation."""

    letter: str
    yes: int
    no: int


@dataclass(frozen=True, slots=True)
class Row:
    """One operation with the things that it is asked about."""

    operation: str
    method: str
    about: str
    cells: dict[str, Cell]

    @property
    def in_api(self) -> bool:
        """Whether programs call it, instead of browsers."""
        return self.operation.startswith("api")

    def __str__(self) -> str:
        return f"{self.operation} {self.method}" + ("" if self.about == "-" else f" about {self.about}")


def read(table: str) -> list[Row]:
    """The rows of a table; several methods behind a comma are as many rows."""
    lines = [line for line in table.splitlines() if line and not line.startswith(("#", "operation "))]
    return [row for line in lines for row in _rows(line)]


def _rows(line: str) -> Iterator[Row]:
    operation, methods, about, answers, *cells = line.replace("|", " ").split()
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{operation} has {len(cells)} cells")
    yes, _, no = answers.partition("/")
    found = dict(zip(COLUMNS, [_cell(text, int(yes), int(no or 404)) for text in cells], strict=True))
    yield from (Row(operation, method, about, found) for method in methods.split(","))


def _cell(text: str, yes: int, no: int) -> Cell:
    found = CELL.fullmatch(text)
    if not found:
        raise ValueError(f"{text} is no cell")
    return Cell(found["letter"], int(found["yes"] or yes), int(found["no"] or no))


ROWS = read(TABLE)
