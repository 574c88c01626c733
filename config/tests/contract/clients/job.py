"""An integrator's whole job with the client that openapi-python-client makes of the contract.

It knows what the contract says, a shop, and a name with its secret; nothing else.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from redress_client import AuthenticatedClient, Client
from redress_client.api.cases import open_case
from redress_client.api.orders import get_order, put_order
from redress_client.api.refunds import get_refund, quote_refund, request_refund
from redress_client.api.tokens import sign_in
from redress_client.models import (
    CaseCategory,
    Currency,
    CustomerRequest,
    DeliveredUnitsRequest,
    DeliveryRequest,
    Gateway,
    LineAskRequest,
    NewCaseRequest,
    OpenedCase,
    Order,
    OrderLineRequest,
    OrderRequest,
    PaymentRequest,
    Problem,
    Refund,
    RefundQuote,
    RefundQuoteRequest,
    RefundRequest,
    SignInRequest,
    Tokens,
)

SHOP, URL = os.environ["SHOP"], os.environ["REDRESS"]
NOW = datetime.now(UTC)


def given[Answer](kind: type[Answer], answer: object) -> Answer:
    """The answer, which has to be what was hoped for."""
    assert isinstance(answer, kind), answer
    return answer


sent = SignInRequest(username=os.environ["NAME"], password=os.environ["SECRET"])
tokens = given(Tokens, sign_in.sync(client=Client(URL), body=sent))
client = AuthenticatedClient(URL, tokens.access)

body = OrderRequest(
    placed_at=NOW - timedelta(days=5),
    updated_at=NOW - timedelta(days=2),
    currency=Currency.EUR,
    customer=CustomerRequest(reference="K-7", name="Kim Sample", email="kim@example.com"),
    lines=[
        OrderLineRequest(
            reference="L1", sku="CUP", name="Blue cup", quantity=3, unit_price="10.00", gross="30.00", tax="5.00"
        )
    ],
    payments=[PaymentRequest(reference="P1", gateway=Gateway.MANUAL, captured="30.00")],
    deliveries=[
        DeliveryRequest(
            reference="D1", delivered_at=NOW - timedelta(days=1), lines=[DeliveredUnitsRequest(line="L1", quantity=3)]
        )
    ],
)
mirrored = put_order.sync_detailed(SHOP, "WEB/1001", client=client, body=body)
assert mirrored.status_code == 201, mirrored
assert put_order.sync_detailed(SHOP, "WEB/1001", client=client, body=body).status_code == 200
order = given(Order, get_order.sync(SHOP, "WEB/1001", client=client))
assert [line.refundable_quantity for line in order.lines] == [3]

opened = open_case.sync(
    client=client,
    idempotency_key=str(uuid4()),
    body=NewCaseRequest(
        shop=SHOP, order="WEB/1001", subject="Two cups broke", body="In pieces.", category=CaseCategory.DAMAGED
    ),
)
case = given(OpenedCase, opened)

two = [LineAskRequest(line="L1", quantity=2)]
quote = given(
    RefundQuote, quote_refund.sync(client=client, body=RefundQuoteRequest(shop=SHOP, order="WEB/1001", lines=two))
)
assert quote.allowed
assert (quote.total.amount, quote.total.currency) == ("20.00", "EUR")

wanted = RefundRequest(
    shop=SHOP,
    order="WEB/1001",
    lines=two,
    case=case.number,
    reason=CaseCategory.DAMAGED,
    version=quote.version,
)
key = str(uuid4())
first = request_refund.sync_detailed(client=client, idempotency_key=key, body=wanted)
again = request_refund.sync_detailed(client=client, idempotency_key=key, body=wanted)
assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (201, 201, "true")
assert first.content == again.content

refund = given(Refund, get_refund.sync(given(Refund, first.parsed).reference, client=client))
assert refund.case == case.number

too_many = RefundQuoteRequest(shop=SHOP, order="WEB/1001", lines=[LineAskRequest(line="L1", quantity=2)])
assert not given(RefundQuote, quote_refund.sync(client=client, body=too_many)).allowed
problem = given(Problem, request_refund.sync(client=client, idempotency_key=str(uuid4()), body=wanted))
assert problem.status in (409, 422)

sys.stdout.write(f"{refund.status} {refund.total.amount} {refund.total.currency}\n")
