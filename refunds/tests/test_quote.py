"""A whole request is judged at once, with every reason against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.domain.refusal import Refused
from orders.domain.policy import policy_named
from orders.domain.window import NOT_DELIVERED, NaiveDatetime, Window
from refunds.domain.amount import NOTHING, Amount, ChargeState, LineState
from refunds.domain.held import free, take
from refunds.domain.quote import (
    Ask,
    ChargeAsk,
    LineAsk,
    OrderLine,
    OrderState,
    Quote,
    everything_left,
    quote_refund,
    rest_of,
    standard_shipping,
    version_of,
)
from refunds.domain.tender import PaymentState, Share

DELIVERED = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOW = DELIVERED + timedelta(days=3)
OPEN = Window(DELIVERED, True, DELIVERED + timedelta(days=14))
SHUT = Window(DELIVERED - timedelta(days=14), True, DELIVERED)
WAITING = Window(DELIVERED, False, None)

LAMPS = LineState(quantity=3, delivered=3, gross=1999, tax=319)
TEA = LineState(quantity=1, delivered=1, gross=500, tax=33)
GIFT = LineState(quantity=1, delivered=1, gross=0, tax=0)
EXPRESS = ChargeState(gross=1200, tax=192, standard_gross=400)


def order(**changes: object) -> OrderState:
    """Three lamps, a tea and express delivery, all delivered and paid by card."""
    usual: dict[str, object] = {
        "lines": {"LAMP": OrderLine(LAMPS, OPEN), "TEA": OrderLine(TEA, OPEN)},
        "charges": {"EXPRESS": EXPRESS},
        "payments": (PaymentState("card", 3699),),
    }
    return OrderState(**{**usual, **changes})


def one_line(state: LineState, window: Window = OPEN) -> OrderState:
    """An order of one line, whose payments nobody asks about."""
    return OrderState({"LAMP": OrderLine(state, window)}, payments=None)


def quoted(ask: Ask, state: OrderState | None = None, **changes: object) -> Quote:
    """The answer to a request of today."""
    return quote_refund(state or order(), ask, **{"judged_at": NOW, "now": NOW, **changes})


def units(**asked: int) -> Ask:
    """So many units of these lines."""
    return Ask(tuple(LineAsk(line, units=number) for line, number in asked.items()))


def reasons(quote: Quote) -> list[tuple[str, dict[str, object]]]:
    """All noes, with their values."""
    return [(refusal.code, refusal.parameters) for refusal in quote.all_refusals]


# What goes back


def test_lines_and_charges_are_quoted_with_their_amounts() -> None:
    quote = quoted(Ask((LineAsk("LAMP", 2), LineAsk("TEA", 1)), (ChargeAsk("EXPRESS", 300),)))
    assert [(line.line, line.units, line.amount, line.maximum, line.window) for line in quote.lines] == [
        ("LAMP", 2, Amount(1333, 213), 3, OPEN),
        ("TEA", 1, Amount(500, 33), 1, OPEN),
    ]
    assert [(part.charge, part.amount, part.maximum, part.window) for part in quote.charges] == [
        ("EXPRESS", Amount(300, 48), 1200, OPEN)
    ]
    assert (quote.total, quote.tax, quote.net, quote.fee) == (2133, 294, 1839, 0)
    assert quote.components == Amount(2133, 294)
    assert quote.split is not None
    assert quote.split.shares == (Share("card", 2133),)
    assert quote.allowed
    quote.require()


def test_a_charge_without_an_amount_is_all_that_is_left() -> None:
    assert quoted(Ask(charges=(ChargeAsk("EXPRESS"),))).total == 1200


def test_a_concession_is_quoted_without_units() -> None:
    quote = quoted(Ask((LineAsk("LAMP", concession=400),)))
    assert (quote.lines[0].units, quote.lines[0].amount) == (0, Amount(400, 64))


def test_a_fee_is_a_component_of_its_own() -> None:
    quote = quoted(replace(units(LAMP=2), fee=395))
    assert (quote.fee, quote.total, quote.tax, quote.net) == (-395, 938, 213, 725)
    assert quote.lines[0].amount == Amount(1333, 213)
    assert quote.split is not None
    assert quote.split.covered == 938


def test_a_free_line_beside_a_paid_one_is_nothing() -> None:
    state = order(lines={"GIFT": OrderLine(GIFT, OPEN), "TEA": OrderLine(TEA, OPEN)})
    quote = quoted(units(GIFT=1, TEA=1), state)
    assert [line.amount for line in quote.lines] == [NOTHING, Amount(500, 33)]
    assert quote.allowed


def test_the_deadline_of_a_quote_is_the_earliest_of_its_parts() -> None:
    later = replace(OPEN, closes_at=DELIVERED + timedelta(days=20))
    state = order(lines={"LAMP": OrderLine(LAMPS, later), "TEA": OrderLine(TEA, OPEN)})
    assert quoted(units(LAMP=1, TEA=1), state).closes_at == OPEN.closes_at
    assert quoted(units(LAMP=1), state).closes_at == later.closes_at
    assert quoted(Ask(charges=(ChargeAsk("EXPRESS"),)), state).closes_at == later.closes_at
    assert quoted(units(LAMP=1), order(lines={"LAMP": OrderLine(LAMPS, WAITING)})).closes_at is None


# Noes of a line


def test_more_than_is_refundable_is_refused_with_the_maximum() -> None:
    quote = quoted(units(LAMP=4))
    assert reasons(quote) == [("quantity_exceeds_refundable", {"maximum": 3, "line": "LAMP"})]
    assert quote.lines[0].amount is None
    assert (quote.total, quote.allowed) == (0, False)


@pytest.mark.parametrize("number", [0, -1])
def test_no_units_are_refused(number: int) -> None:
    assert reasons(quoted(units(LAMP=number))) == [("amount_not_positive", {"line": "LAMP"})]


def test_one_line_twice_is_refused_although_both_would_fit() -> None:
    quote = quoted(Ask((LineAsk("LAMP", 1), LineAsk("TEA", 1), LineAsk("LAMP", 1))))
    assert reasons(quote) == [("duplicate_line", {"line": "LAMP"})] * 2
    assert [line.amount for line in quote.lines] == [None, Amount(500, 33), None]


def test_a_line_of_another_order_is_refused() -> None:
    quote = quoted(units(CHAIR=1))
    assert reasons(quote) == [("line_unknown", {"line": "CHAIR"})]
    assert [(line.line, line.window, line.maximum, line.units) for line in quote.lines] == [
        ("CHAIR", NOT_DELIVERED, 0, 1)
    ]


def test_a_closed_window_is_refused_with_its_deadline() -> None:
    quote = quoted(units(LAMP=1), one_line(LAMPS, SHUT))
    assert reasons(quote) == [("window_closed", {"window_closes_at": DELIVERED, "line": "LAMP"})]
    assert quote.lines[0].amount is None


def test_a_closed_window_and_too_many_units_are_told_together() -> None:
    codes = [code for code, _ in reasons(quoted(units(LAMP=4), one_line(LAMPS, SHUT)))]
    assert codes == ["window_closed", "quantity_exceeds_refundable"]


def test_what_has_not_arrived_has_that_reason_only() -> None:
    state = one_line(replace(LAMPS, delivered=0), NOT_DELIVERED)
    assert reasons(quoted(units(LAMP=4), state)) == [("not_delivered", {"line": "LAMP"})]


def test_what_has_arrived_is_refundable_while_the_rest_is_on_the_way() -> None:
    quote = quoted(units(LAMP=1), one_line(replace(LAMPS, delivered=1), WAITING), now=NOW + timedelta(days=99))
    assert quote.allowed


def test_the_moment_asked_is_judged_and_not_the_present() -> None:
    late = NOW + timedelta(days=60)
    assert quoted(units(LAMP=1), now=late).allowed
    assert reasons(quoted(units(LAMP=1), now=late, judged_at=late))[0][0] == "window_closed"
    assert reasons(quoted(units(LAMP=1), judged_at=late))[0][0] == "requested_in_future"


@pytest.mark.parametrize("name", ["judged_at", "now"])
def test_a_naive_datetime_is_no_moment(name: str) -> None:
    with pytest.raises(NaiveDatetime):
        quoted(units(LAMP=1), **{name: NOW.replace(tzinfo=None)})


def test_a_concession_above_the_rest_is_refused() -> None:
    quote = quoted(Ask((LineAsk("TEA", concession=501),)))
    assert reasons(quote) == [("amount_exceeds_refundable", {"maximum": 500, "line": "TEA"})]


# Noes of a charge


def test_a_charge_has_the_noes_of_an_amount() -> None:
    assert reasons(quoted(Ask(charges=(ChargeAsk("EXPRESS", 1201),)))) == [
        ("amount_exceeds_refundable", {"maximum": 1200, "charge": "EXPRESS"})
    ]
    assert reasons(quoted(Ask(charges=(ChargeAsk("EXPRESS", 0),)))) == [("amount_not_positive", {"charge": "EXPRESS"})]


def test_one_charge_twice_is_refused() -> None:
    quote = quoted(Ask(charges=(ChargeAsk("EXPRESS", 1), ChargeAsk("EXPRESS", 2))))
    assert reasons(quote) == [("duplicate_line", {"charge": "EXPRESS"})] * 2


def test_a_charge_of_another_order_is_refused() -> None:
    quote = quoted(Ask(charges=(ChargeAsk("PIGEON"), ChargeAsk("EXPRESS", 5))))
    assert reasons(quote) == [("charge_unknown", {"charge": "PIGEON"})]
    assert [(part.charge, part.maximum, part.amount, part.window) for part in quote.charges] == [
        ("PIGEON", 0, None, OPEN),
        ("EXPRESS", 1200, Amount(5, 1), OPEN),
    ]


def test_a_charge_is_judged_by_the_latest_window_of_the_lines() -> None:
    both = {"LAMP": OrderLine(LAMPS, SHUT), "TEA": OrderLine(TEA, OPEN)}
    assert quoted(Ask(charges=(ChargeAsk("EXPRESS"),)), order(lines=both)).allowed
    shut = quoted(Ask(charges=(ChargeAsk("EXPRESS"),)), order(lines={"LAMP": OrderLine(LAMPS, SHUT)}))
    assert reasons(shut) == [("window_closed", {"window_closes_at": DELIVERED, "charge": "EXPRESS"})]
    assert shut.charges[0].amount is None
    none = quoted(Ask(charges=(ChargeAsk("EXPRESS", 9999),)), order(lines={"LAMP": OrderLine(LAMPS, NOT_DELIVERED)}))
    assert reasons(none) == [("not_delivered", {"charge": "EXPRESS"})]


def test_the_standard_cost_is_due_with_the_last_unit_and_no_earlier() -> None:
    shipping = standard_shipping(order())
    assert shipping == (ChargeAsk("EXPRESS", standard=True),)
    early = quoted(replace(units(LAMP=3), charges=shipping))
    assert reasons(early) == [("shipping_not_due", {"charge": "EXPRESS"})]
    whole = quoted(replace(units(LAMP=3, TEA=1), charges=shipping))
    assert (whole.allowed, whole.total) == (True, 1999 + 500 + 400)


def test_units_held_before_count_towards_the_last() -> None:
    state = take(order(), quoted(units(LAMP=2, TEA=1)))
    assert quoted(replace(units(LAMP=1), charges=standard_shipping(state)), state).allowed
    assert not quoted(Ask(charges=standard_shipping(state)), state).allowed


def test_a_line_that_is_refused_does_not_make_delivery_due() -> None:
    refused = {"LAMP": OrderLine(LAMPS, SHUT), "TEA": OrderLine(TEA, OPEN)}
    quote = quoted(replace(units(LAMP=3, TEA=1), charges=standard_shipping(order())), order(lines=refused))
    assert [code for code, _ in reasons(quote)] == ["window_closed", "shipping_not_due"]


def test_the_standard_cost_is_due_once() -> None:
    state = order()
    state = take(state, quoted(replace(units(LAMP=3, TEA=1), charges=standard_shipping(state)), state))
    quote = quoted(Ask(charges=standard_shipping(state)), state)
    assert quote.charges[0].amount == NOTHING
    assert reasons(quote) == [("nothing_to_refund", {})]


# Noes of the whole


def test_a_request_for_nothing_is_refused() -> None:
    assert reasons(quoted(Ask())) == [("nothing_to_refund", {})]
    free_line = quoted(units(GIFT=1), order(lines={"GIFT": OrderLine(GIFT, OPEN)}))
    assert reasons(free_line) == [("nothing_to_refund", {})]


@pytest.mark.parametrize("fee", [500, 501])
def test_a_fee_that_leaves_nothing_is_refused(fee: int) -> None:
    assert reasons(quoted(replace(units(TEA=1), fee=fee))) == [("nothing_to_refund", {})]
    assert quoted(replace(units(TEA=1), fee=499)).total == 1


def test_a_negative_fee_is_refused() -> None:
    assert reasons(quoted(replace(units(TEA=1), fee=-1))) == [("amount_not_positive", {})]
    assert reasons(quoted(Ask(fee=-1), order(payments=None))) == [("amount_not_positive", {})]


@pytest.mark.parametrize(("name", "allowed"), [("strict", True), ("uk", False), ("eu", False)])
def test_a_withdrawal_costs_no_fee_where_the_law_says_so(name: str, allowed: bool) -> None:
    quote = quoted(replace(units(TEA=1), fee=100), policy=policy_named(name))
    assert quote.allowed is allowed
    if not allowed:
        assert reasons(quote) == [("fee_not_allowed", {"policy": name})]
    assert quoted(units(TEA=1), policy=policy_named(name)).allowed


def test_the_payments_capacity_is_the_maximum() -> None:
    state = order(payments=(PaymentState("card", 1000, held=300), PaymentState("voucher", 200)))
    quote = quoted(units(LAMP=2), state)
    assert reasons(quote) == [("payment_capacity_exceeded", {"maximum": 900, "computed": 1333})]
    assert quote.split is not None
    assert quote.split.shares == (Share("card", 700), Share("voucher", 200))


def test_an_order_without_payments_refunds_at_most_nothing() -> None:
    quote = quoted(units(TEA=1), order(payments=()))
    assert reasons(quote) == [("payment_capacity_exceeded", {"maximum": 0, "computed": 500})]
    assert OrderState({}).payments == ()


def test_without_knowledge_of_payments_capacity_is_not_checked() -> None:
    quote = quoted(units(TEA=1), order(payments=None))
    assert (quote.allowed, quote.split) == (True, None)


def test_all_reasons_are_told_those_that_cannot_be_read_first() -> None:
    state = order(
        lines={"LAMP": OrderLine(LAMPS, SHUT), "TEA": OrderLine(TEA, OPEN), "GIFT": OrderLine(GIFT, OPEN)},
        payments=(PaymentState("card", 100),),
    )
    ask = Ask(
        (LineAsk("LAMP", 9), LineAsk("TEA", 1), LineAsk("CHAIR", 1)),
        (ChargeAsk("EXPRESS", 9999), ChargeAsk("PIGEON")),
        fee=10,
    )
    quote = quoted(ask, state, policy=policy_named("eu"))
    assert [code for code, _ in reasons(quote)] == [
        "line_unknown",
        "charge_unknown",
        "window_closed",
        "quantity_exceeds_refundable",
        "amount_exceeds_refundable",
        "fee_not_allowed",
        "payment_capacity_exceeded",
    ]
    with pytest.raises(Refused, match="line_unknown"):
        quote.require()


def test_a_refused_part_is_reason_enough_for_a_total_of_nothing() -> None:
    assert [code for code, _ in reasons(quoted(units(LAMP=9)))] == ["quantity_exceeds_refundable"]


# All that is left


def test_everything_left_is_units_and_charges() -> None:
    state = take(order(), quoted(replace(units(LAMP=1, TEA=1), charges=(ChargeAsk("EXPRESS", 200),))))
    assert everything_left(state) == Ask((LineAsk("LAMP", 2),), (ChargeAsk("EXPRESS"),))
    state = take(state, quoted(everything_left(state), state))
    assert everything_left(state) == Ask()
    assert sum(line.state.held_gross for line in state.lines.values()) == 2499
    assert state.charges["EXPRESS"].held_gross == 1200


def test_the_last_cent_is_left_too() -> None:
    state = order(charges={"EXPRESS": replace(EXPRESS, held_gross=1199)})
    assert ChargeAsk("EXPRESS") in everything_left(state).charges
    held = replace(TEA, held_quantity=1, held_gross=499, held_tax=33)
    assert rest_of("TEA", held) == LineAsk("TEA", concession=1)


def test_everything_left_leaves_what_has_not_arrived() -> None:
    assert everything_left(one_line(replace(LAMPS, delivered=0), NOT_DELIVERED)) == Ask()
    assert everything_left(one_line(replace(LAMPS, delivered=2))) == units(LAMP=2)


def test_a_free_unit_is_left_too() -> None:
    assert everything_left(one_line(GIFT)) == units(LAMP=1)


def test_what_a_failed_concession_left_behind_is_asked_for_without_units() -> None:
    held = replace(TEA, held_quantity=1, held_gross=300, held_tax=20)
    assert rest_of("TEA", held) == LineAsk("TEA", concession=200)
    assert rest_of("TEA", replace(held, held_gross=500)) is None
    assert rest_of("LAMP", replace(LAMPS, delivered=1, held_quantity=1, held_gross=666)) is None


# Held, and freed


def test_what_was_taken_is_freed_whole() -> None:
    before = order()
    quote = quoted(Ask((LineAsk("LAMP", 2), LineAsk("TEA", concession=100)), (ChargeAsk("EXPRESS", 300),)))
    held = take(before, quote)
    assert held.lines["LAMP"].state == replace(LAMPS, held_quantity=2, held_gross=1333, held_tax=213)
    assert held.lines["TEA"].state == replace(TEA, held_gross=100, held_tax=7, conceded_gross=100)
    assert held.charges["EXPRESS"] == replace(EXPRESS, held_gross=300, held_tax=48)
    assert held.payments == (PaymentState("card", 3699, held=1733),)
    assert free(held, quote) == before


def test_a_refused_part_holds_nothing() -> None:
    before = order()
    quote = quoted(replace(units(LAMP=9, TEA=1), charges=(ChargeAsk("EXPRESS", 9999),)))
    held = take(before, quote)
    assert held.lines["LAMP"] == before.lines["LAMP"]
    assert held.charges == before.charges
    assert held.lines["TEA"].state.held_quantity == 1


def test_without_knowledge_of_payments_none_is_held() -> None:
    state = order(payments=None)
    assert take(state, quoted(units(TEA=1), state)).payments is None


def test_a_payment_that_carries_nothing_holds_nothing_more() -> None:
    state = order(payments=(PaymentState("card", 3699), PaymentState("voucher", 100)))
    assert take(state, quoted(units(TEA=1), state)).payments == (
        PaymentState("card", 3699, held=500),
        PaymentState("voucher", 100),
    )


# The version


def test_the_version_is_the_same_for_the_same_state() -> None:
    turned = order(lines=dict(reversed(order().lines.items())))
    assert version_of(order()) == version_of(turned)
    assert len(version_of(order())) == 16


def test_the_version_moves_with_anything_that_a_quote_depends_on() -> None:
    quote = quoted(replace(units(LAMP=1), charges=(ChargeAsk("EXPRESS", 1),)))
    states = [
        order(),
        take(order(), quote),
        order(lines={**order().lines, "TEA": OrderLine(TEA, SHUT)}),
        order(charges={"EXPRESS": replace(EXPRESS, held_gross=1)}),
        order(charges={}),
        order(payments=(PaymentState("card", 3699, held=1),)),
        order(payments=()),
        order(lines={"LAMP": OrderLine(LAMPS, OPEN)}),
        order(lines={"LAMP2": OrderLine(LAMPS, OPEN), "TEA": OrderLine(TEA, OPEN)}),
    ]
    assert len({version_of(state) for state in states}) == len(states)


def test_a_version_needs_no_payments() -> None:
    assert version_of(order(payments=None)) == version_of(order(payments=()))


# Whatever is asked

asks = st.lists(st.tuples(st.sampled_from(["LAMP", "TEA", "CHAIR"]), st.integers(-1, 4)), max_size=3)


@settings(deadline=None)
@given(st.lists(st.tuples(asks, st.booleans(), st.booleans()), max_size=8))
def test_no_sequence_of_requests_ever_holds_more_than_was_paid(
    plan: list[tuple[list[tuple[str, int]], bool, bool]],
) -> None:
    state, living = order(), []
    for asked, with_shipping, fails in plan:
        charges = (ChargeAsk("EXPRESS", 500),) if with_shipping else ()
        quote = quoted(Ask(tuple(LineAsk(line, number) for line, number in asked), charges), state)
        if fails and living:
            state = free(state, living.pop(0))
        elif quote.allowed:
            state = take(state, quote)
            living.append(quote)
            assert quote.split is not None
            assert quote.split.covered == quote.total > 0
        assert all(line.state.held_quantity <= line.state.quantity for line in state.lines.values())
        assert all(line.state.held_gross <= line.state.gross for line in state.lines.values())
        assert all(charge.held_gross <= charge.gross for charge in state.charges.values())
        assert state.payments is not None
        assert sum(payment.held for payment in state.payments) == sum(quote.total for quote in living) <= 3699
