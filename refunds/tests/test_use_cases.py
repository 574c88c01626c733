"""What people do with refunds, and every no they can hear."""

from datetime import timedelta

import pytest

from accounts.domain.refusal import Refused
from accounts.tests.factories import ClientFactory
from orders.domain.window import WINDOW
from refunds.models import Payout, Refund
from refunds.tests.factories import DELIVERED, NOW, Desk, sold
from refunds.use_cases import (
    approve_refund,
    cancel_refund,
    confirm_payout,
    correct_bank_reference,
    quote_refund,
    reject_refund,
)
from support.models import Case

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def refusal_of(call, *args, **values):
    with pytest.raises(Refused) as refused:
        call(*args, **values)
    return refused.value.code


def confirm(desk, payout, *, by=None, reference="BANK-1", now=LATER):
    return confirm_payout(payout=payout, by=by or desk.supervisor, bank_reference=reference, now=now)


# Requesting


def test_two_of_three_units_go_back_by_rule():
    desk = Desk({"quantity": 3, "gross": 1000, "tax": 160})
    refund = desk.request({"L1": 2})
    [line] = refund.lines.all()
    assert (refund.status, refund.approved_by_rule, refund.total, refund.tax) == ("approved", True, 667, 107)
    assert (line.quantity, line.gross, line.tax, line.judged_at) == (2, 667, 107, NOW)
    assert line.window_closes_at == DELIVERED + WINDOW
    assert "667" not in line.explanation["formula"]
    assert "6.67" in line.explanation["formula"]
    assert desk.held() == (2, 667, 107)
    [payout] = refund.payouts.all()
    assert (payout.status, payout.amount, payout.payment.held) == ("reserved", 667, 667)
    assert desk.story() == ["refund_requested", "refund_approved_by_rule"]


def test_thirds_of_a_cent_add_up_to_what_was_paid():
    desk = Desk({"quantity": 3, "gross": 1000, "tax": 160})
    parts = [desk.request({"L1": 1}) for _ in range(3)]
    assert [part.total for part in parts] == [333, 334, 333]
    assert desk.held() == (3, 1000, 160)


def test_the_last_instant_of_the_window_is_in_it_and_the_next_is_not():
    desk = Desk()
    assert desk.request(now=DELIVERED + WINDOW).status == "approved"
    late = DELIVERED + WINDOW + timedelta(microseconds=1)
    assert refusal_of(desk.request, now=late) == "window_closed"
    assert desk.held()[0] == 1


def test_one_line_out_of_its_window_refuses_the_whole_request():
    desk = Desk({}, {"delivered_at": NOW - WINDOW - timedelta(hours=1)})
    assert refusal_of(desk.request, {"L1": 1, "L2": 1}) == "window_closed"
    assert not Refund.objects.exists()
    assert desk.held("L1") == desk.held("L2") == (0, 0, 0)


@pytest.mark.parametrize(
    ("lines", "values", "code"),
    [
        ({"L1": 4}, {}, "quantity_exceeds_refundable"),
        ({"L1": 0}, {}, "amount_not_positive"),
        ({"L1": -1}, {}, "amount_not_positive"),
        ({"L9": 1}, {}, "line_unknown"),
        ({}, {}, "nothing_to_refund"),
        ({"L2": 1}, {}, "not_delivered"),
        ({"L1": 1}, {"shipping": "standard"}, "shipping_not_due"),
        ({"L1": 1}, {"shipping": {"S9": 100}}, "charge_unknown"),
        ({"L1": 1}, {"shipping": {"S1": 9999}}, "amount_exceeds_refundable"),
        ({"L1": 1}, {"reason": "silly"}, "reason_unknown"),
        ({"L1": 1}, {"note": "n" * 2001}, "text_too_long"),
        ({"L1": 1}, {"note": "nul\0"}, "text_malformed"),
        ({"L1": 1}, {"version": "of-yesterday"}, "stale_quote"),
        ({"L1": 1}, {"now": DELIVERED - timedelta(hours=1)}, "delivered_in_future"),
    ],
)
def test_a_request_that_breaks_a_rule_is_refused_and_holds_nothing(lines, values, code):
    desk = Desk({}, {"delivered": 0}, shipping=({"gross": 500, "tax": 0, "standard_gross": 400},))
    assert refusal_of(desk.request, lines, **values) == code
    assert not Refund.objects.exists()
    assert desk.held() == (0, 0, 0)
    assert desk.story() == []


def test_a_refusal_says_the_maximum():
    desk = Desk()
    desk.request({"L1": 1})
    with pytest.raises(Refused) as refused:
        desk.request({"L1": 3})
    assert refused.value.parameters["maximum"] == 2


def test_an_order_without_payments_gives_nothing_back():
    desk = Desk(payments=())
    with pytest.raises(Refused) as refused:
        desk.request()
    assert (refused.value.code, refused.value.parameters["maximum"]) == ("payment_capacity_exceeded", 0)


def test_a_refund_draws_on_the_fewest_payments():
    desk = Desk({"quantity": 10, "gross": 10_000}, payments=(6000, 4000))
    refund = desk.request({"L1": 10})
    assert [(payout.payment.reference, payout.amount) for payout in refund.payouts.all()] == [
        ("P1", 6000),
        ("P2", 4000),
    ]


def test_shipping_goes_back_with_the_last_unit():
    desk = Desk(shipping=({"gross": 595, "tax": 95, "standard_gross": 400},))
    refund = desk.request({"L1": 3}, shipping="standard")
    charge = refund.lines.get(order_line=None)
    assert (refund.total, charge.gross, charge.tax, charge.quantity) == (3400, 400, 64, None)
    assert desk.order.shipping.get().held_gross == 400


def test_an_amount_of_shipping_goes_back_at_any_time():
    desk = Desk(shipping=({"gross": 595, "tax": 95},))
    assert desk.request({"L1": 1}, shipping={"S1": 200}).total == 1200


def test_a_case_without_an_order_refunds_nothing():
    desk = Desk()
    case = Case.objects.create(shop=desk.shop, subject="x", opened_at=NOW, updated_at=NOW)
    assert refusal_of(desk.request, case=case) == "case_without_order"


def test_a_closed_case_refunds_nothing():
    desk = Desk()
    Case.objects.filter(pk=desk.case.pk).update(status="closed")
    assert refusal_of(desk.request) == "case_closed"


def test_a_quote_stores_nothing_and_names_the_state_it_saw():
    desk = Desk()
    quoted = quote_refund(order=desk.order, by=desk.agent, lines={"L1": 1}, now=NOW)
    assert (quoted.quote.total, quoted.approval.by_rule, Refund.objects.count()) == (1000, True, 0)
    assert desk.request({"L1": 1}, version=quoted.version).total == 1000
    again = quote_refund(order=desk.order, by=desk.agent, lines={"L1": 1}, now=NOW)
    assert again.version != quoted.version


# Needing a second person


def test_a_refund_above_the_threshold_waits_and_holds_the_case():
    desk = Desk({"quantity": 3, "gross": 30_000})
    refund = desk.request({"L1": 2})
    desk.case.refresh_from_db()
    assert (refund.status, refund.second_person_because, desk.case.holds) == ("requested", "over_threshold", 1)
    assert (refund.threshold, refund.daily_limit) == (10_000, 200_000)
    assert desk.held() == (2, 20_000, 0)


def test_exactly_the_threshold_is_approved_by_rule():
    assert Desk({"quantity": 1, "gross": 10_000}).request().status == "approved"


def test_splitting_a_refund_does_not_pass_below_the_threshold():
    desk = Desk({"quantity": 3, "gross": 12_000})
    colleague = desk.person("agent")
    assert desk.request(by=desk.agent).status == "approved"
    assert desk.request(by=colleague).status == "approved"
    assert desk.request(by=desk.agent).second_person_because == "over_threshold"


def test_refunds_older_than_a_day_do_not_count_for_the_threshold():
    desk = Desk({"quantity": 2, "gross": 20_000})
    desk.request(now=NOW)
    assert desk.request(now=NOW + timedelta(hours=24)).status == "approved"


def test_a_dead_refund_does_not_count_for_the_threshold():
    desk = Desk({"quantity": 2, "gross": 20_000})
    cancel_refund(refund=desk.request(), by=desk.agent, now=NOW)
    assert desk.request().status == "approved"


def test_the_daily_limit_counts_over_all_orders_of_a_person():
    desk = Desk({"quantity": 1, "gross": 9000}, limit=15_000)
    other = desk.case_about(sold(desk.shop, {"quantity": 1, "gross": 9000}, reference="1002"))
    assert desk.request().status == "approved"
    assert desk.request(case=other).second_person_because == "over_daily_limit"


def test_the_daily_limit_counts_over_all_shops_of_a_person():
    desk, other = Desk({"quantity": 1, "gross": 9000}, limit=15_000), Desk({"quantity": 1, "gross": 9000}, limit=15_000)
    assert desk.request().status == "approved"
    assert other.request(by=desk.agent).second_person_because == "over_daily_limit"


def test_an_api_client_has_no_daily_limit():
    desk = Desk({"quantity": 1, "gross": 9000}, limit=100)
    client = ClientFactory(scopes=["refunds"], shops=[desk.shop])
    refund = desk.request(by=client)
    assert (refund.status, refund.daily_limit) == ("approved", None)


def test_another_currency_than_the_shops_needs_a_second_person():
    assert Desk(currency="USD").request().second_person_because == "other_currency"


def test_a_shop_without_threshold_needs_no_second_person():
    assert Desk({"quantity": 1, "gross": 90_000}, threshold=None).request().status == "approved"


# Deciding


def waiting(**values):
    desk = Desk({"quantity": 3, "gross": 30_000}, **values)
    return desk, desk.request({"L1": 2})


def test_a_second_person_approves_and_releases_the_case():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.supervisor, reason="Seen the photos.", now=LATER)
    refund.refresh_from_db()
    desk.case.refresh_from_db()
    assert (refund.status, refund.approver, refund.decided_at) == ("approved", desk.supervisor, LATER)
    assert (refund.approved_by_rule, refund.decision_reason, desk.case.holds) == (False, "Seen the photos.", 0)
    assert desk.story()[-1] == "refund_approved"


def test_a_late_approval_keeps_an_in_time_refund():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.supervisor, now=NOW + timedelta(days=60))
    refund.refresh_from_db()
    assert refund.status == "approved"


def test_nobody_decides_about_their_own_request():
    desk = Desk({"quantity": 1, "gross": 30_000})
    refund = desk.request(by=desk.supervisor)
    assert refusal_of(approve_refund, refund=refund, by=desk.supervisor, now=LATER) == "own_request"
    assert refusal_of(reject_refund, refund=refund, by=desk.supervisor, reason="No", now=LATER) == "own_request"
    approve_refund(refund=refund, by=desk.second, now=LATER)


def test_an_api_client_never_decides():
    desk, refund = waiting()
    client = ClientFactory(scopes=["refunds"], shops=[desk.shop])
    assert refusal_of(approve_refund, refund=refund, by=client, now=LATER) == "clients_never_decide"


def test_a_senior_agent_approves_up_to_their_own_limit():
    desk, refund = waiting(limit=20_000)
    approve_refund(refund=refund, by=desk.person("senior agent"), now=LATER)
    for limit in (19_999, None):
        desk, refund = waiting(limit=limit)
        senior = desk.person("senior agent")
        assert refusal_of(approve_refund, refund=refund, by=senior, now=LATER) == "over_own_limit"


def test_a_senior_agents_limit_is_for_all_that_they_approve_in_a_day():
    desk = Desk({"quantity": 2, "gross": 40_000}, limit=30_000)
    first, second = desk.request(), desk.request(by=desk.person("agent"))
    senior = desk.person("senior agent")
    approve_refund(refund=first, by=senior, now=LATER)
    assert refusal_of(approve_refund, refund=second, by=senior, now=LATER) == "over_own_limit"
    approve_refund(refund=second, by=senior, now=LATER + timedelta(hours=24))


def test_an_agent_decides_about_nothing():
    desk, refund = waiting()
    agent = desk.person("agent")
    assert refusal_of(approve_refund, refund=refund, by=agent, now=LATER) == "not_allowed"
    assert refusal_of(reject_refund, refund=refund, by=agent, reason="No", now=LATER) == "not_allowed"


def test_a_rejection_needs_a_reason_and_frees_everything_once():
    desk, refund = waiting()
    assert refusal_of(reject_refund, refund=refund, by=desk.supervisor, reason=" ", now=LATER) == "reason_missing"
    reject_refund(refund=refund, by=desk.supervisor, reason="Not broken.", now=LATER)
    assert desk.held() == (0, 0, 0)
    assert [payout.status for payout in refund.payouts.all()] == ["cancelled"]
    assert desk.order.payments.get().held == 0
    assert refusal_of(reject_refund, refund=refund, by=desk.second, reason="Again", now=LATER) == "refund_moved_on"
    assert desk.held() == (0, 0, 0)
    desk.case.refresh_from_db()
    assert desk.case.holds == 0


def test_an_approved_refund_can_still_be_rejected_before_it_is_paid():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.supervisor, now=LATER)
    reject_refund(refund=refund, by=desk.second, reason="A mistake.", now=LATER)
    desk.case.refresh_from_db()
    assert (desk.held(), desk.case.holds) == ((0, 0, 0), 0)


def test_agents_cancel_their_own_requests_only():
    desk, refund = waiting()
    assert refusal_of(cancel_refund, refund=refund, by=desk.person("agent"), now=LATER) == "not_allowed"
    cancel_refund(refund=refund, by=desk.agent, now=LATER)
    assert desk.held() == (0, 0, 0)
    assert desk.story()[-1] == "refund_cancelled"


def test_supervisors_cancel_anybodys():
    desk, refund = waiting()
    cancel_refund(refund=refund, by=desk.supervisor, now=LATER)
    refund.refresh_from_db()
    assert refund.status == "cancelled"


def test_of_two_decisions_one_is_made():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.supervisor, now=LATER)
    assert refusal_of(approve_refund, refund=refund, by=desk.second, now=LATER) == "refund_moved_on"
    refund.refresh_from_db()
    assert refund.approver == desk.supervisor


def test_a_reason_has_a_length():
    desk, refund = waiting()
    long = "r" * 2001
    assert refusal_of(approve_refund, refund=refund, by=desk.supervisor, reason=long, now=LATER) == "text_too_long"
    assert refusal_of(cancel_refund, refund=refund, by=desk.agent, reason="nul\0", now=LATER) == "text_malformed"


# Paying by hand


def test_one_supervisor_confirms_a_small_payout():
    desk = Desk()
    refund = desk.request()
    payout = confirm(desk, refund.payouts.get())
    refund.refresh_from_db()
    assert (refund.status, payout.status, payout.provider_reference) == ("succeeded", "succeeded", "BANK-1")
    assert (payout.confirmed_by, payout.confirmed_at) == (desk.supervisor, LATER)
    assert desk.held()[0] == 1
    assert desk.story()[-2:] == ["payout_confirmed", "refund_succeeded"]


def test_two_supervisors_confirm_a_payout_above_the_threshold():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.second, now=LATER)
    payout = refund.payouts.get()
    confirm(desk, payout)
    refund.refresh_from_db()
    assert (refund.status, refund.payouts.get().status) == ("processing", "pending")
    assert refusal_of(confirm, desk, payout) == "confirmed_twice"
    assert refusal_of(confirm, desk, payout, by=desk.second, reference="OTHER") == "bank_reference_differs"
    confirm(desk, payout, by=desk.second, reference="")
    refund.refresh_from_db()
    payout = refund.payouts.get()
    assert (refund.status, payout.status, payout.countersigned_by) == ("succeeded", "succeeded", desk.second)


def test_a_refund_succeeds_with_its_last_payout():
    desk = Desk({"quantity": 10, "gross": 9000}, payments=(6000, 3000))
    refund = desk.request({"L1": 10})
    first, last = refund.payouts.all()
    confirm(desk, first)
    refund.refresh_from_db()
    assert refund.status == "processing"
    assert refusal_of(cancel_refund, refund=refund, by=desk.supervisor, now=LATER) == "refund_moved_on"
    confirm(desk, last, reference="BANK-2")
    refund.refresh_from_db()
    assert refund.status == "succeeded"


@pytest.mark.parametrize(
    ("reference", "code"),
    [(" ", "bank_reference_missing"), ("b" * 101, "bank_reference_too_long"), ("a\0", "text_malformed")],
)
def test_a_payout_is_confirmed_with_a_bank_reference(reference, code):
    desk = Desk()
    assert refusal_of(confirm, desk, desk.request().payouts.get(), reference=reference) == code


def test_a_bank_reference_is_used_once():
    desk = Desk()
    confirm(desk, desk.request().payouts.get())
    assert refusal_of(confirm, desk, desk.request().payouts.get()) == "bank_reference_used"


def test_nobody_confirms_the_payment_of_their_own_request():
    desk = Desk()
    payout = desk.request(by=desk.supervisor).payouts.get()
    assert refusal_of(confirm, desk, payout) == "confirmed_own_request"


def test_an_api_client_confirms_nothing():
    desk = Desk()
    client = ClientFactory(scopes=["refunds"], shops=[desk.shop])
    assert refusal_of(confirm, desk, desk.request().payouts.get(), by=client) == "clients_never_decide"


def test_a_waiting_refund_is_not_paid():
    desk, refund = waiting()
    assert refusal_of(confirm, desk, refund.payouts.get()) == "refund_not_approved"


def test_a_payout_is_confirmed_once():
    desk = Desk({"quantity": 10, "gross": 9000}, payments=(6000, 3000))
    first, _ = desk.request({"L1": 10}).payouts.all()
    confirm(desk, first)
    assert refusal_of(confirm, desk, first, by=desk.second, reference="BANK-2") == "payout_moved_on"


def test_money_captured_elsewhere_does_not_go_back_by_hand():
    desk = Desk()
    desk.order.payments.update(gateway="stripe")
    with pytest.raises(Refused) as refused:
        desk.request()
    assert (refused.value.code, refused.value.parameters["maximum"]) == ("payment_capacity_exceeded", 0)


def test_only_payments_by_hand_are_confirmed_by_people():
    desk, refund = waiting()
    refund.payouts.update(status="cancelled")
    elsewhere = desk.order.payments.create(reference="P9", gateway="stripe", captured=refund.total)
    payout = Payout.objects.create(refund=refund, payment=elsewhere, amount=refund.total, gateway="stripe")
    approve_refund(refund=refund, by=desk.supervisor, now=LATER)
    assert refusal_of(confirm, desk, payout, by=desk.second) == "gateway_not_manual"


def test_only_supervisors_confirm_payouts():
    desk = Desk()
    assert refusal_of(confirm, desk, desk.request().payouts.get(), by=desk.person("agent")) == "not_allowed"


def test_splitting_does_not_escape_the_second_confirmation():
    desk = Desk({"quantity": 3, "gross": 30_000})
    desk.request()
    second = desk.request()
    approve_refund(refund=second, by=desk.supervisor, now=LATER)
    payout = confirm(desk, second.payouts.get())
    assert (second.total, payout.status) == (10_000, "pending")


def test_a_mistyped_bank_reference_is_corrected_before_the_second_person_confirms():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.second, now=LATER)
    payout = confirm(desk, refund.payouts.get(), reference="TYPO")
    corrected = correct_bank_reference(payout=payout, by=desk.supervisor, bank_reference="BANK-7", now=LATER)
    assert (corrected.provider_reference, corrected.confirmed_by, corrected.status) == (
        "BANK-7",
        desk.supervisor,
        "pending",
    )
    assert desk.story()[-1] == "bank_reference_corrected"
    confirm(desk, payout, by=desk.second, reference="BANK-7")
    values = {"payout": payout, "by": desk.supervisor, "bank_reference": "BANK-8", "now": LATER}
    assert refusal_of(correct_bank_reference, **values) == "refund_not_approved"


def test_whoever_corrects_a_bank_reference_is_the_first_to_confirm():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.second, now=LATER)
    payout = confirm(desk, refund.payouts.get(), reference="TYPO")
    correct_bank_reference(payout=payout, by=desk.second, bank_reference="BANK-7", now=LATER)
    assert refusal_of(confirm, desk, payout, by=desk.second, reference="") == "confirmed_twice"
    assert confirm(desk, payout, by=desk.supervisor, reference="").countersigned_by == desk.supervisor


def test_a_reference_is_corrected_only_where_one_waits_for_its_second_person():
    desk, refund = waiting()
    approve_refund(refund=refund, by=desk.second, now=LATER)
    values = {"payout": refund.payouts.get(), "by": desk.supervisor, "bank_reference": "BANK-7", "now": LATER}
    assert refusal_of(correct_bank_reference, **values) == "payout_moved_on"
    assert refusal_of(correct_bank_reference, **{**values, "by": desk.person("agent")}) == "not_allowed"
