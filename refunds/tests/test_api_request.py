"""Asking for money back by the API: what goes back, what is refused and why, and that each call counts once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.api import api_client_for
from accounts.tests.factories import ClientFactory, UserFactory
from orders.domain.window import WINDOW
from refunds.models import Refund
from refunds.serializers import RefundAnswer
from refunds.tests.calling import REFUNDS, Counter, answer_of, refused
from refunds.tests.factories import DELIVERED, NOW
from support.models import Case, Entry
from support.use_cases import add_team

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_refund_reads_as_the_contract_says() -> None:
    desk = Counter({"gross": 1000, "tax": 160}, shipping=({"gross": 500, "tax": 80},))
    said = answer_of(desk.ask(case=desk.case.number, shipping=[{"charge": "S1", "amount": "1.00"}]))
    assert RefundAnswer(Refund.objects.get()).data == said
    assert said["reference"].startswith("R-")
    assert said["status"] == "approved"
    assert said["case"] == desk.case.number
    assert said["requested_at"] == "2026-06-01T12:00:00Z"
    assert said["window_closes_at"] == "2026-06-13T12:00:00Z"
    assert said["total"] == {"amount": "4.33", "currency": "EUR"}
    assert [(line["line"], line["quantity"], line["amount"]) for line in said["lines"]] == [("L1", 1, "3.33")]
    assert [(each["charge"], each["amount"]) for each in said["shipping"]] == [("S1", "1.00")]
    assert said["fees"] == []
    assert said["payouts"] == [
        {"payment": "P1", "gateway": "manual", "status": "reserved", "amount": "4.33", "attempts": 1}
    ]
    assert (said["needs_approval"], said["decided_by"]) == (None, "the rule")
    assert set(said) == set(RefundAnswer().fields)


def test_without_a_case_one_is_opened_that_tells_of_it() -> None:
    desk = Counter({}, {})
    said = answer_of(desk.ask({"L2": 1}, reason="wrong_item"))
    case = Case.objects.get(pk=int(said["case"].removeprefix("C-")))
    assert (case.subject, case.category, case.channel) == ("Refund of order 1001", "wrong_item", "api")
    assert (case.order, case.customer, case.shop) == (desk.order, desk.order.customer, desk.shop)
    assert [line.reference for line in case.lines.all()] == ["L2"]
    assert [entry.verb or entry.kind for entry in case.entries.all()] == [
        "opened",
        "note",
        "refund_requested",
        "refund_approved_by_rule",
    ]
    assert case.holds == 0


def test_a_refund_that_waits_holds_its_case_open() -> None:
    desk = Counter(threshold=500)
    for given in ({}, {"case": desk.case.number}):
        said = answer_of(desk.ask(**given))
        assert said["needs_approval"] == {"by": "a second person", "because": ["over_threshold"]}
        assert (said["status"], said["decided_by"]) == ("requested", None)
        assert Case.objects.get(pk=int(said["case"].removeprefix("C-"))).holds == 1


def test_all_noes_come_at_once_with_their_places() -> None:
    desk = Counter({}, {"delivered_at": DELIVERED - WINDOW}, shipping=({"gross": 500, "tax": 80},))
    shipping = [{"charge": "S1", "amount": "9.00"}]
    problem = refused(desk.ask({"L1": 4, "L2": 1}, shipping=shipping), 422, "quantity_exceeds_refundable")
    assert problem["maximum"] == 3
    assert [(each["pointer"], each["code"], each.get("maximum")) for each in problem["errors"]] == [
        ("/lines/0/quantity", "quantity_exceeds_refundable", 3),
        ("/lines/1/line", "window_closed", None),
        ("/shipping/0/amount", "amount_exceeds_refundable", "5.00"),
    ]
    assert problem["errors"][1]["window_closes_at"] == "2026-05-30T12:00:00Z"
    assert not Refund.objects.exists()
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([{"line": "L1", "quantity": 1}] * 2, "duplicate_line"),
        ({}, "nothing_to_refund"),
        ({"L2": 1}, "not_delivered"),
        ({"L3": 1}, "delivered_in_future"),
        ({"L4": 1}, "window_closed"),
        ({"L5": 1}, "payment_capacity_exceeded"),
    ],
)
def test_the_rules_say_no_with_their_code(lines: Any, code: str) -> None:
    desk = Counter(
        {},
        {"delivered": 0},
        {"delivered_at": NOW + timedelta(minutes=1)},
        {"delivered_at": NOW - WINDOW - timedelta(seconds=1)},
        {"gross": 900_000},
        payments=(2000,),
    )
    refused(desk.ask(lines), 422, code)
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("shipping", "code"),
    [
        ("standard", "shipping_not_due"),
        ([{"charge": "S1", "amount": "0.00"}], "amount_not_positive"),
        ([{"charge": "S1", "amount": "5.01"}], "amount_exceeds_refundable"),
        ([{"charge": "S1", "amount": "1.00"}] * 2, "duplicate_line"),
        ([{"charge": "S1", "amount": "0.001"}], "amount_precision"),
    ],
)
def test_the_rules_say_no_to_shipping_with_their_code(shipping: Any, code: str) -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80},))
    refused(desk.ask(shipping=shipping), 422, code)
    assert not Refund.objects.exists()


def test_a_line_or_charge_that_the_order_has_not_is_missing() -> None:
    desk = Counter()
    assert refused(desk.ask({"L9": 1}), 404, "line_unknown")["errors"][0]["pointer"] == "/lines/0/line"
    asked = desk.ask(shipping=[{"charge": "S9", "amount": "1.00"}])
    assert refused(asked, 404, "charge_unknown")["errors"][0]["pointer"] == "/shipping/0/charge"


def test_capacity_is_told_as_money() -> None:
    desk = Counter({}, payments=(500,))
    problem = refused(desk.ask(), 422, "payment_capacity_exceeded")
    assert (problem["maximum"], problem["currency"]) == ("5.00", "EUR")


@pytest.mark.parametrize(
    "quantity",
    [0, -1, 1.5, 1.0, True, None, [], {}, "1", "١", "１２", "1_000", " 1 ", 2**31, 2**63 - 1],
)
def test_a_quantity_is_a_json_integer(quantity: Any) -> None:
    desk = Counter()
    problem = refused(desk.ask([{"line": "L1", "quantity": quantity}]), 400, "malformed")
    assert [each["pointer"] for each in problem["errors"]] == ["/lines/0/quantity"]


@pytest.mark.parametrize(
    "written", ["1e2", "1.0", "01", "+1", "NaN", "Infinity", str(2**63), "1" + "0" * 30, "9" * 5000, "0x1", "١"]
)
def test_a_quantity_is_written_in_plain_digits(written: str) -> None:
    desk = Counter()
    body = (
        f'{{"shop": "{desk.shop.reference}", "order": "1001", "reason": "damaged",'
        f' "lines": [{{"line": "L1", "quantity": {written}}}]}}'
    )
    sent = desk.calls.post(REFUNDS, body.encode(), content_type="application/json", headers={"Idempotency-Key": "odd"})
    assert answer_of(sent, 400)["status"] == 400
    assert not Refund.objects.exists()


def test_a_whole_number_above_the_rest_is_refused_with_the_rest() -> None:
    desk = Counter()
    for quantity in (4, 2**31 - 1):
        assert refused(desk.ask({"L1": quantity}), 422, "quantity_exceeds_refundable")["maximum"] == 3


def test_thirds_sum_to_what_was_paid() -> None:
    desk = Counter({"gross": 1000, "tax": 160})
    totals = [answer_of(desk.ask())["total"]["amount"] for _ in range(3)]
    assert totals == ["3.33", "3.34", "3.33"]
    assert desk.held() == (3, 1000, 160)
    assert refused(desk.ask(), 422, "quantity_exceeds_refundable")["maximum"] == 0


@pytest.mark.parametrize(
    "more",
    [
        "status",
        "approved_by",
        "approver",
        "amount",
        "total",
        "created_at",
        "requested_at",
        "judged_at",
        "now",
        "asked_in",
    ],
)
def test_nobody_says_what_is_not_asked(more: str) -> None:
    desk = Counter()
    problem = refused(desk.ask(**{more: "2020-01-01T00:00:00Z"}), 400, "malformed")
    assert [(each["pointer"], each["code"]) for each in problem["errors"]] == [(f"/{more}", "unknown_field")]
    line = [{"line": "L1", "quantity": 1, more: 1}]
    assert refused(desk.ask(line), 400, "malformed")["errors"][0]["pointer"] == f"/lines/0/{more}"
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", "lost"),
        ("reason", 1),
        ("case", "12"),
        ("case", "C-0"),
        ("case", "C-1\n"),
        ("case", 12),
        ("case", None),
        ("note", "a\u009fb"),
        ("note", "x" * 2001),
        ("version", "v" * 17),
        ("version", ""),
        ("order", ""),
        ("lines", {}),
        ("lines", "L1"),
        ("lines", [1]),
    ],
)
def test_a_field_of_another_form_is_malformed(field: str, value: Any) -> None:
    desk = Counter()
    body = {**desk.asked(), "reason": "damaged", field: value}
    problem = refused(desk.calls.post(REFUNDS, body, headers={"Idempotency-Key": "odd"}), 400, "malformed")
    assert problem["errors"][0]["pointer"].startswith(f"/{field}")


def test_a_request_needs_a_reason() -> None:
    desk = Counter()
    sent = desk.calls.post(REFUNDS, desk.asked(), headers={"Idempotency-Key": "one"})
    assert refused(sent, 400, "malformed")["errors"][0]["pointer"] == "/reason"


def test_the_note_is_kept_for_people() -> None:
    desk = Counter()
    answer_of(desk.ask(note=" Two lines\nof words. "))
    assert Refund.objects.get().note == "Two lines\nof words."


def test_a_quote_that_was_overtaken_is_stale() -> None:
    desk = Counter()
    seen = answer_of(desk.quote(), 200)["version"]
    answer_of(desk.ask(version=seen))
    problem = refused(desk.ask(version=seen), 409, "stale_quote")
    assert problem["version"] == answer_of(desk.quote(), 200)["version"] != seen
    answer_of(desk.ask(version=problem["version"]))


def test_a_case_of_another_order_is_refused_and_a_foreign_one_missing() -> None:
    desk, elsewhere = Counter(), Counter()
    other = desk.case_about(desk.another_order())
    refused(desk.ask(case=other.number), 422, "case_of_another_order")
    missing = refused(desk.ask(case="C-999999999999999999"), 404, "not_found")
    assert refused(desk.ask(case=elsewhere.case.number), 404, "not_found") == missing
    assert not Refund.objects.exists()


def test_a_case_of_another_shop_is_missing_also_to_who_sees_both() -> None:
    desk, elsewhere = Counter(), Counter()
    both = api_client_for(ClientFactory(scopes=["refunds"], shops=[desk.shop, elsewhere.shop]))
    refused(desk.ask(case=elsewhere.case.number, calls=both), 404, "not_found")


def test_a_case_without_an_order_has_nothing_to_refund() -> None:
    desk = Counter()
    Case.objects.filter(pk=desk.case.pk).update(order=None)
    refused(desk.ask(case=desk.case.number), 422, "case_without_order")


def test_a_closed_case_takes_no_refund() -> None:
    desk = Counter()
    Case.objects.filter(pk=desk.case.pk).update(status="closed")
    refused(desk.ask(case=desk.case.number), 409, "case_closed")


def test_an_agent_asks_in_cases_that_they_see() -> None:
    desk = Counter()
    desk.case.team = add_team(name="Returns", shops=[desk.shop], people=[])
    desk.case.save()
    agent = api_client_for(desk.agent)
    refused(desk.ask(case=desk.case.number, calls=agent), 404, "not_found")
    answer_of(desk.ask(case=desk.case.number, calls=api_client_for(desk.supervisor)))
    answer_of(desk.ask(case=desk.case.number))  # a client needs no right to cases
    answer_of(desk.ask(calls=agent))  # without a case it is one's own


def test_a_foreign_order_looks_like_a_missing_one() -> None:
    desk, elsewhere = Counter(), Counter()
    missing = refused(desk.ask(order="9999"), 404, "not_found")
    assert refused(desk.ask(shop=elsewhere.shop.reference), 404, "not_found") == missing
    assert refused(desk.ask(shop="nowhere"), 404, "not_found") == missing


def test_only_who_may_request_asks() -> None:
    desk = Counter()
    for scope in ("read", "orders", "cases"):
        refused(desk.ask(calls=api_client_for(desk.program(scope))), 403, "not_allowed")
    refused(desk.ask(calls=api_client_for(desk.person("administrator"))), 403, "not_allowed")
    refused(desk.ask(calls=api_client_for(UserFactory(role=None, shops=[desk.shop]))), 403, "not_allowed")
    assert not Refund.objects.exists()


def test_the_same_key_gives_the_same_answer_and_one_refund() -> None:
    desk = Counter()
    first, again = desk.ask(key="once"), desk.ask(key="once")
    assert answer_of(first) == answer_of(again)
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert Refund.objects.count() == 1
    refused(desk.ask({"L1": 2}, key="once"), 422, "idempotency_key_reused")


def test_keys_of_different_callers_are_independent() -> None:
    desk = Counter()
    first = answer_of(desk.ask(key="shared"))
    other = desk.ask(key="shared", calls=api_client_for(desk.program()))
    assert answer_of(other)["reference"] != first["reference"]
    assert "Idempotent-Replayed" not in other


def test_a_refused_request_is_judged_anew() -> None:
    desk = Counter()
    refused(desk.ask(key="later", order="1002"), 404, "not_found")
    desk.another_order()
    later = desk.ask(key="later", order="1002")
    answer_of(later)
    assert "Idempotent-Replayed" not in later


@pytest.mark.parametrize("key", ["", "k" * 256, "a\tb", "ключ"])
def test_a_malformed_key_is_refused(key: str) -> None:
    desk = Counter()
    sent = desk.calls.post(
        REFUNDS, {**desk.asked(), "reason": "damaged"}, headers={"Idempotency-Key": key.encode().decode("latin-1")}
    )
    refused(sent, 400, "idempotency_key_malformed")


def test_a_missing_key_is_refused() -> None:
    desk = Counter()
    refused(desk.calls.post(REFUNDS, {**desk.asked(), "reason": "damaged"}), 400, "idempotency_key_missing")


def test_the_last_instant_is_in_time_and_the_next_is_not() -> None:
    desk = Counter()
    deadline = DELIVERED + WINDOW
    with time_machine.travel(deadline, tick=False):
        assert answer_of(desk.ask(calls=api_client_for(desk.client)))["requested_at"] == "2026-06-13T12:00:00Z"
    with time_machine.travel(deadline + timedelta(microseconds=1), tick=False):
        problem = refused(desk.ask(calls=api_client_for(desk.client)), 422, "window_closed")
    assert problem["window_closes_at"] == "2026-06-13T12:00:00Z"


def test_the_clock_of_the_caller_does_not_count() -> None:
    desk = Counter()
    with time_machine.travel(DELIVERED + WINDOW + timedelta(seconds=1), tick=False):
        desk.calls = api_client_for(desk.client)
        body = {**desk.asked(), "reason": "damaged"}
        headers = {"Date": "Mon, 01 Jun 2026 12:00:00 GMT", "Idempotency-Key": "clock", "X-Time-Zone": "+14:00"}
        refused(desk.calls.post(REFUNDS, body, headers=headers), 422, "window_closed")


def test_splitting_asks_for_a_second_person_all_the_same() -> None:
    desk = Counter({"gross": 12_000}, threshold=10_000)
    others = [desk.calls, api_client_for(desk.program()), api_client_for(desk.agent)]
    statuses = [answer_of(desk.ask(calls=calls))["status"] for calls in others]
    assert statuses == ["approved", "approved", "requested"]


def test_a_persons_daily_limit_counts_and_a_clients_does_not() -> None:
    desk = Counter(threshold=None, limit=1500)
    agent = api_client_for(desk.agent)
    assert answer_of(desk.ask(calls=agent))["status"] == "approved"
    assert answer_of(desk.ask(calls=agent))["needs_approval"]["because"] == ["over_daily_limit"]
    assert answer_of(desk.ask())["status"] == "approved"


def test_another_currency_asks_for_a_second_person() -> None:
    desk = Counter(currency="USD")
    assert answer_of(desk.ask())["needs_approval"]["because"] == ["other_currency"]


def test_a_charge_of_nothing_left_adds_no_row() -> None:
    desk = Counter({}, shipping=({"gross": 500, "tax": 80}, {"gross": 0, "tax": 0}))
    said = answer_of(desk.ask({"L1": 3}, shipping="standard"))
    assert [each["charge"] for each in said["shipping"]] == ["S1"]


def test_method_overrides_are_ignored() -> None:
    desk = Counter()
    body = {**desk.asked(), "reason": "damaged"}
    headers = {"X-HTTP-Method-Override": "DELETE", "Idempotency-Key": "override"}
    answer_of(desk.calls.post(REFUNDS, body, headers=headers))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["client", "agent"])
@pytest.mark.parametrize("with_case", [True, False])
def test_a_request_takes_few_queries(who: str, with_case: bool) -> None:
    desk = Counter({}, {}, shipping=({"gross": 500, "tax": 80},))
    calls = desk.calls if who == "client" else api_client_for(desk.agent)
    desk.quote(calls=calls)  # the minute's calls are counted by now
    given = {"case": desk.case.number} if with_case else {}
    shipping = [{"charge": "S1", "amount": "1.00"}]
    with CaptureQueriesContext(connection) as asked:
        answer_of(desk.ask({"L1": 1, "L2": 2}, calls=calls, shipping=shipping, **given))
    assert len(asked) <= MOST_QUERIES, [query["sql"][:80] for query in asked]


def test_the_story_tells_who_asked() -> None:
    desk = Counter()
    answer_of(desk.ask(case=desk.case.number))
    asked = Entry.objects.get(verb="refund_requested")
    assert (asked.author, asked.case) == (desk.client, desk.case)
