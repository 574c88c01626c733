"""The quote by the API: every amount with its reasons, every reason with its place, and nothing stored."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory, ShopFactory
from refunds.models import Refund
from refunds.serializers import RefundQuoteAnswer
from refunds.tests.calling import QUOTE, Counter, answer_of, refused
from refunds.tests.factories import DELIVERED, NOW
from support.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_quote_tells_amounts_deadline_and_explanation() -> None:
    desk = Counter({"gross": 1000, "tax": 160})
    said = answer_of(desk.quote(), 200)
    assert said["allowed"] is True
    assert said["total"] == {"amount": "3.33", "currency": "EUR"}
    assert said["tax"] == {"amount": "0.53", "currency": "EUR"}
    assert said["net"] == {"amount": "2.80", "currency": "EUR"}
    assert said["window_closes_at"] == "2026-06-13T12:00:00Z"
    (line,) = said["lines"]
    assert (line["amount"], line["tax"], line["net"], line["maximum"]) == ("3.33", "0.53", "2.80", 3)
    assert line["explanation"]["formula"].startswith("round_half_up(10.00 × 1 / 3)")
    assert said["payouts"] == [{"payment": "P1", "gateway": "manual", "amount": "3.33"}]
    assert said["needs_approval"] is None
    assert said["refusals"] == []
    assert not Refund.objects.exists()


def test_a_quote_says_what_it_declares() -> None:
    desk = Counter({}, {"delivered": 0}, shipping=({"gross": 500, "tax": 80},))
    said = answer_of(desk.quote({"L1": 1, "L2": 1}, shipping=[{"charge": "S1", "amount": "1.00"}]), 200)
    assert RefundQuoteAnswer(said).data == said


def test_a_refused_quote_is_an_answer_with_every_reason_and_its_place() -> None:
    desk = Counter({}, {"delivered": 0}, {}, shipping=({"gross": 500, "tax": 80},))
    asked = [
        {"line": "L1", "quantity": 4},
        {"line": "L2", "quantity": 1},
        {"line": "L3", "quantity": 1},
        {"line": "L3", "quantity": 1},
        {"line": "L9", "quantity": 1},
    ]
    shipping = [{"charge": "S1", "amount": "5.01"}, {"charge": "S9", "amount": "1.00"}]
    said = answer_of(desk.quote(asked, shipping=shipping), 200)
    assert said["allowed"] is False
    assert [(each["pointer"], each["code"]) for each in said["refusals"]] == [
        ("/lines/2/line", "duplicate_line"),
        ("/lines/3/line", "duplicate_line"),
        ("/lines/4/line", "line_unknown"),
        ("/shipping/1/charge", "charge_unknown"),
        ("/lines/0/quantity", "quantity_exceeds_refundable"),
        ("/lines/1/line", "not_delivered"),
        ("/shipping/0/amount", "amount_exceeds_refundable"),
    ]
    by_code = {each["code"]: each for each in said["refusals"]}
    assert by_code["quantity_exceeds_refundable"]["maximum"] == 3
    assert by_code["amount_exceeds_refundable"]["maximum"] == "5.00"
    assert by_code["amount_exceeds_refundable"]["currency"] == "EUR"
    assert said["lines"][0]["amount"] is None
    assert said["lines"][0]["refusals"] == ["quantity_exceeds_refundable"]
    assert said["payouts"] == []


def test_a_closed_window_tells_its_deadline() -> None:
    desk = Counter({"delivered_at": DELIVERED.replace(month=5, day=1)})
    said = answer_of(desk.quote(), 200)
    (refusal,) = said["refusals"]
    assert (refusal["code"], refusal["window_closes_at"]) == ("window_closed", "2026-05-15T12:00:00Z")


def test_payments_that_cannot_carry_it_are_told_for_the_whole() -> None:
    desk = Counter({}, payments=(500,))
    (refusal,) = answer_of(desk.quote(), 200)["refusals"]
    assert (refusal["pointer"], refusal["code"]) == ("", "payment_capacity_exceeded")
    assert (refusal["maximum"], refusal["currency"]) == ("5.00", "EUR")


def test_standard_shipping_is_due_with_the_last_unit_only() -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80, "standard_gross": 390},))
    (early,) = answer_of(desk.quote({"L1": 2}, shipping="standard"), 200)["refusals"]
    assert (early["pointer"], early["code"]) == ("/shipping", "shipping_not_due")
    said = answer_of(desk.quote({"L1": 3}, shipping="standard"), 200)
    assert said["shipping"][0]["amount"] == "3.90"
    assert said["shipping"][0]["maximum"] == "5.00"


def test_nothing_asked_is_nothing_to_refund() -> None:
    (refusal,) = answer_of(Counter().quote({}), 200)["refusals"]
    assert refusal["code"] == "nothing_to_refund"


def test_a_quote_says_whether_a_second_person_decides() -> None:
    said = answer_of(Counter(threshold=500).quote(), 200)
    assert said["needs_approval"] == {"by": "a second person", "because": ["over_threshold"]}


@pytest.mark.parametrize(
    "amount", ["NaN", "Infinity", "sNaN", "1E400", "-0", "-1.00", "1,00", " 1", "١", "00.10", "1_0", ""]
)
def test_an_amount_that_is_none_is_malformed(amount: str) -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80},))
    problem = refused(desk.quote(shipping=[{"charge": "S1", "amount": amount}]), 400, "malformed")
    assert problem["errors"][0]["pointer"] == "/shipping/0/amount"


@pytest.mark.parametrize("amount", [1, 1.5, None, True, [], {}])
def test_an_amount_is_a_string(amount: Any) -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80},))
    refused(desk.quote(shipping=[{"charge": "S1", "amount": amount}]), 400, "malformed")


@pytest.mark.parametrize(("currency", "amount"), [("EUR", "0.001"), ("JPY", "10.50"), ("KWD", "1.2345")])
def test_an_amount_finer_than_the_currency_is_never_rounded(currency: str, amount: str) -> None:
    desk = Counter({}, currency=currency, shipping=({"gross": 5000, "tax": 80},))
    problem = refused(desk.quote(shipping=[{"charge": "S1", "amount": amount}]), 422, "amount_precision")
    assert [each["pointer"] for each in problem["errors"]] == ["/shipping/0/amount"]


def test_an_amount_beyond_all_money_is_refused_with_the_limit() -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80},))
    problem = refused(desk.quote(shipping=[{"charge": "S1", "amount": "9" * 30}]), 422, "amount_too_large")
    assert problem["maximum"] == "90071992547409.91"


@pytest.mark.parametrize(
    "shipping", ["all", 1, None, {}, True, [1], [{"charge": "S1"}], [{"charge": "S1", "amount": "1", "tax": "1"}]]
)
def test_shipping_is_a_word_or_a_list(shipping: Any) -> None:
    refused(Counter().quote(shipping=shipping), 400, "malformed")


@pytest.mark.parametrize("field", ["shop", "order", "lines"])
def test_what_a_quote_needs_must_be_there(field: str) -> None:
    desk = Counter()
    body = desk.asked()
    del body[field]
    problem = refused(desk.calls.post(QUOTE, body), 400, "malformed")
    assert problem["errors"] == [{"pointer": f"/{field}", "code": "missing_field", "detail": "This field is required."}]


def test_a_foreign_order_looks_like_a_missing_one() -> None:
    desk, elsewhere = Counter(), Counter()
    missing = refused(desk.calls.post(QUOTE, {**desk.asked(), "order": "9999"}), 404, "not_found")
    foreign = refused(desk.calls.post(QUOTE, elsewhere.asked()), 404, "not_found")
    no_shop = refused(desk.calls.post(QUOTE, {**desk.asked(), "shop": "nowhere"}), 404, "not_found")
    assert missing == foreign == no_shop


def test_only_who_may_request_gets_a_quote() -> None:
    desk = Counter()
    for scope in ("read", "orders", "cases"):
        refused(desk.quote(calls=api_client_for(desk.program(scope))), 403, "not_allowed")
    refused(desk.quote(calls=api_client_for(desk.person("administrator"))), 403, "not_allowed")
    for role in ("agent", "senior agent", "supervisor"):
        answer_of(desk.quote(calls=api_client_for(desk.person(role))), 200)


def test_a_client_without_the_shop_finds_nothing() -> None:
    desk = Counter()
    stranger = ClientFactory(scopes=["refunds"], shops=[ShopFactory()])
    refused(desk.quote(calls=api_client_for(stranger)), 404, "not_found")


def test_a_quote_stores_nothing_and_asks_little() -> None:
    desk = Counter({}, {}, {}, shipping=({"gross": 500, "tax": 80},))
    desk.quote()  # the minute's calls are counted by now
    with CaptureQueriesContext(connection) as asked:
        answer_of(desk.quote({"L1": 1, "L2": 2, "L3": 3}), 200)
    assert len(asked) <= 8
    assert not [query for query in asked if query["sql"].startswith(("INSERT", "UPDATE"))]
    assert Case.objects.count() == 1
