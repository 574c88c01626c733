"""Refunds on the agents' pages: the quote, the request and the decision, and how they say no."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.tests.factories import ShopFactory, UserFactory
from refunds.domain.lifecycle import RefundStatus
from refunds.models import Refund
from refunds.tests.factories import NOW, Desk
from refunds.use_cases import approve_refund, confirm_payout
from support.models import Case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DECISIONS = ["refund-approval", "refund-rejection", "refund-cancellation"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    """Three cups for 30.00, delivered two days ago, with their agent and supervisors."""
    return Desk({"quantity": 3, "gross": 3000})


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def asked(desk: Desk, units: object = 2, **more: Any) -> dict[str, Any]:
    """The form with so many units of the first line."""
    return {f"units-{desk.line().pk}": units, "reason": "damaged", "key": "k-1", **more}


def quoted(desk: Desk, person: User | None = None, headers: dict[str, str] | None = None, **form: Any) -> HttpResponse:
    address = reverse("case-refund-quote", args=[desk.case.number])
    return browser(person or desk.agent).post(address, asked(desk, **form), headers=headers or HTMX)


def requested(desk: Desk, headers: dict[str, str] | None = None, **form: Any) -> HttpResponse:
    """Quote, then press the button that the quote brought."""
    version = form.pop("version", None) or quoted(desk, **form).context["quote"].quoted.version
    address = reverse("case-refunds", args=[desk.case.number])
    form = {**asked(desk, **form), "version": version, "go": "1"}
    return browser(desk.agent).post(address, form, headers=headers or {})


def decided(
    name: str, refund: Refund, person: User, headers: dict[str, str] | None = None, **form: Any
) -> HttpResponse:
    return browser(person).post(reverse(name, args=[refund.reference]), form, headers=headers or {})


def shown(answer: HttpResponse) -> str:
    return answer.content.decode()


# Who may knock


@pytest.mark.parametrize("name", ["case-refund-quote", "case-refunds"])
def test_only_who_may_request_refunds_asks_for_one(desk: Desk, name: str) -> None:
    address = reverse(name, args=[desk.case.number])

    assert Client().post(address).status_code == 302
    assert browser(desk.person("administrator")).post(address).status_code == 403
    assert browser(UserFactory(shops=[ShopFactory()])).post(address).status_code == 404
    assert browser(desk.agent).get(address).status_code == 405


@pytest.mark.parametrize("name", DECISIONS)
def test_a_foreign_refund_looks_like_a_missing_one(desk: Desk, name: str) -> None:
    refund = desk.request()
    stranger = UserFactory(role="supervisor", shops=[ShopFactory()])

    assert decided(name, refund, stranger, reason="No").status_code == 404


@pytest.mark.parametrize("name", DECISIONS[:2])
def test_an_agent_does_not_decide(desk: Desk, name: str) -> None:
    assert decided(name, desk.request(), desk.person("agent"), reason="No").status_code == 403


def test_an_administrator_takes_nothing_back(desk: Desk) -> None:
    assert decided("refund-cancellation", desk.request(), desk.person("administrator")).status_code == 403


# The quote


def test_the_quote_follows_the_units_and_explains_itself(desk: Desk) -> None:
    page = shown(quoted(desk, units=2))

    for words in ("2 × Cup 1", "€20.00", "why?", "30.00 was paid for 3 units", "from P1 (manual)", "Refund €20.00"):
        assert words in page
    assert "<html" not in page
    assert not Refund.objects.exists()


def test_without_htmx_the_quote_is_the_whole_page_with_what_was_typed(desk: Desk) -> None:
    address = reverse("case-refund-quote", args=[desk.case.number])

    page = shown(browser(desk.agent).post(address, asked(desk, units=2, note="by phone")))

    assert "<html" in page
    assert 'value="2" min="0" max="3"' in page
    assert "by phone</textarea>" in page
    assert "Refund €20.00" in page


def test_nothing_chosen_asks_to_choose(desk: Desk) -> None:
    assert "Choose how many units" in shown(quoted(desk, units=""))


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"units": 4}, "At most 3 of this line"),
        ({"units": "-1"}, "whole number"),
        ({"units": "1.5"}, "whole number"),
        ({"units": 1, "shipping": "standard"}, "once every unit of the order"),
        ({"units": 1, "shipping": "amount", "amount": "4,90"}, "This is not an amount."),
        ({"units": 1, "shipping": "amount", "amount": "1.234"}, "no such small unit"),
        ({"units": 1, "shipping": "amount", "amount": "9.00"}, "At most €4.90 is left"),
    ],
)
def test_the_quote_says_what_cannot_be(form: dict[str, Any], words: str) -> None:
    desk = Desk({"quantity": 3, "gross": 3000}, shipping=({"gross": 490, "tax": 0},))
    if "amount" in form:
        form = {**form, f"shipping-{desk.order.shipping.get().pk}": form["amount"]}

    page = shown(quoted(desk, **form))

    assert words in page
    assert 'name="go"' not in page


def test_shipping_goes_back_by_amount_and_whole() -> None:
    desk = Desk({"quantity": 3, "gross": 3000}, shipping=({"gross": 490, "tax": 0},))
    amount = {f"shipping-{desk.order.shipping.get().pk}": "2.50"}

    assert "Refund €12.50" in shown(quoted(desk, units=1, shipping="amount", **amount))
    assert "Refund €34.90" in shown(quoted(desk, units=3, shipping="standard"))


def test_a_shut_window_and_a_missing_parcel_are_told_in_words() -> None:
    desk = Desk({"delivered_at": NOW - timedelta(days=15)}, {"delivered": 0}, {})
    desk.request({"L3": 3})

    page = shown(browser(desk.agent).get(desk.case.get_absolute_url()))

    for words in ("The refund window closed on 31 May 2026", "Not delivered yet", "Refunds hold all of it"):
        assert words in page
    assert 'class="stepper"' not in page


def test_the_quote_tells_when_a_second_person_is_needed() -> None:
    desk = Desk({"quantity": 3, "gross": 30_000}, threshold=10_000)

    assert "Needs a second person because" in shown(quoted(desk, units=2))


def test_a_case_without_an_order_has_nothing_to_quote(desk: Desk) -> None:
    Case.objects.filter(pk=desk.case.pk).update(order=None)

    answer = quoted(desk)

    assert answer.status_code == 422
    assert "The case has no order" in shown(answer)


# The request


def test_a_request_in_the_limits_is_approved_by_rule(desk: Desk) -> None:
    answer = requested(desk, units=2, note="by phone")

    refund = Refund.objects.get()
    assert (answer.status_code, answer.url) == (303, desk.case.get_absolute_url())
    assert (refund.total, refund.status, refund.note) == (2000, RefundStatus.APPROVED, "by phone")
    page = shown(browser(desk.agent).get(answer.url))
    assert refund.reference in page
    assert "requested refund" in page


def test_htmx_gets_the_panel_and_the_others_hear_of_it(desk: Desk) -> None:
    answer = requested(desk, headers=HTMX)

    assert shown(answer).strip().startswith('<section class="panel money-panel" id="money"')
    assert "case-changed" in answer["HX-Trigger"]
    assert Refund.objects.get().reference in answer["HX-Trigger"]


def test_pressed_twice_one_refund_is_asked_for(desk: Desk) -> None:
    version = quoted(desk).context["quote"].quoted.version

    answers = [requested(desk, version=version) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("missing", ["go", "version"])
def test_without_a_quote_nothing_is_asked_for(desk: Desk, missing: str) -> None:
    form = {**asked(desk), "go": "1", "version": "v"}
    del form[missing]

    answer = browser(desk.agent).post(reverse("case-refunds", args=[desk.case.number]), form, headers=HTMX)

    assert "Refund €20.00" in shown(answer)
    assert answer["HX-Retarget"] == "#quote"
    assert not Refund.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_stale_quote_shows_old_and_new_and_keeps_what_was_typed(desk: Desk, headers: dict[str, str]) -> None:
    version = quoted(desk, units=1).context["quote"].quoted.version
    desk.request({"L1": 1})
    seen = {f"seen-line-{desk.line().pk}": "999", "seen-total": "999"}

    answer = requested(desk, headers=headers, units=1, version=version, note="typed", **seen)

    page = shown(answer)
    assert answer.status_code == 409
    assert "compare the old and the new" in page
    assert page.count("<s>€9.99</s>") == 2
    assert "Refund €10.00" in page
    assert bool(headers) or "typed</textarea>" in page
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"units": 4}, "At most 3 of this line"),
        ({"reason": "bored"}, "There is no refund reason"),
        ({"note": "x" * 2001}, "at most 2000 characters"),
        ({"units": ""}, "nothing to give back"),
        ({"key": "ö"}, "Press again to send this as well."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_request_says_why(desk: Desk, form: dict[str, Any], words: str, headers: dict[str, str]) -> None:
    version = quoted(desk).context["quote"].quoted.version

    answer = requested(desk, headers=headers, version=version, **form)

    assert answer.status_code == 422
    assert words in shown(answer)
    assert not Refund.objects.exists()


def test_a_closed_case_asks_for_nothing(desk: Desk) -> None:
    version = quoted(desk).context["quote"].quoted.version
    Case.objects.filter(pk=desk.case.pk).update(status="closed")

    assert requested(desk, version=version).status_code == 422
    assert "Prepare a refund" not in shown(browser(desk.agent).get(desk.case.get_absolute_url()))


def test_units_of_a_foreign_line_lead_nowhere(desk: Desk) -> None:
    other = Desk()

    answer = quoted(desk, **{"units": 1, f"units-{other.line().pk}": 3})

    assert [row.units for row in answer.context["quote"].rows] == [1]


# The decision


def waiting(desk: Desk) -> Refund:
    """A refund above the threshold."""
    type(desk.shop).objects.filter(pk=desk.shop.pk).update(approval_threshold=0)
    desk.shop.refresh_from_db()
    return desk.request()


def test_a_supervisor_approves(desk: Desk) -> None:
    refund = waiting(desk)
    assert "Approve €10.00" in shown(browser(desk.supervisor).get(desk.case.get_absolute_url()))

    answer = decided("refund-approval", refund, desk.supervisor)

    refund.refresh_from_db()
    assert (answer.status_code, refund.status, refund.approver) == (303, RefundStatus.APPROVED, desk.supervisor)
    page = shown(browser(desk.agent).get(desk.case.get_absolute_url()))
    assert "approved refund" in page


def test_a_supervisor_rejects_with_a_reason(desk: Desk) -> None:
    refund = waiting(desk)

    answer = decided("refund-rejection", refund, desk.supervisor, HTMX, reason="No photo.")

    assert "rejected" in shown(answer)
    assert "No photo." in shown(answer)
    assert desk.held() == (0, 0, 0)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_rejection_without_a_reason_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    answer = decided("refund-rejection", waiting(desk), desk.supervisor, headers)

    assert answer.status_code == 422
    assert "Give a reason." in shown(answer)


def test_nobody_decides_about_their_own_request(desk: Desk) -> None:
    type(desk.shop).objects.filter(pk=desk.shop.pk).update(approval_threshold=0)
    refund = desk.request(by=desk.supervisor)

    answer = decided("refund-approval", refund, desk.supervisor)

    assert answer.status_code == 422
    assert "Whoever requested the refund" in shown(answer)
    assert "Approve €" not in shown(answer)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_second_of_two_decisions_hears_that_it_was_late(desk: Desk, headers: dict[str, str]) -> None:
    refund = waiting(desk)
    approve_refund(refund=refund, by=desk.second, now=NOW)

    answer = decided("refund-approval", refund, desk.supervisor, headers)

    assert answer.status_code == 409
    assert "Somebody was quicker" in shown(answer)


def test_an_agent_takes_the_own_request_back_and_no_other(desk: Desk) -> None:
    own, other = waiting(desk), desk.request(by=desk.person("agent"))

    assert decided("refund-cancellation", own, desk.agent, reason="Typo.").status_code == 303
    assert decided("refund-cancellation", other, desk.agent).status_code == 422
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.status, other.status) == (RefundStatus.CANCELLED, RefundStatus.REQUESTED)


def test_a_paid_refund_shows_its_payment_and_offers_no_decision(desk: Desk) -> None:
    refund = desk.request()
    confirm_payout(payout=refund.payouts.get(), by=desk.supervisor, bank_reference="BANK-7", now=NOW)

    page = shown(browser(desk.supervisor).get(desk.case.get_absolute_url()))

    assert "BANK-7" in page
    assert "Take back" not in page
    assert '<span class="money">€10.00</span></dd>' in page


def test_the_order_page_tells_its_refunds(desk: Desk) -> None:
    refund = desk.request()

    page = shown(browser(desk.agent).get(desk.order.get_absolute_url()))

    assert refund.get_absolute_url() in page
    assert "€10.00" in page


@pytest.mark.parametrize("rows", [1, 60])
def test_the_case_page_asks_the_same_however_many_refunds_there_are(
    rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    desk = Desk({"quantity": 60, "gross": 6000}, shipping=({"gross": 490, "tax": 0},), threshold=None, limit=None)
    for _ in range(rows):
        desk.request()
    client = browser(desk.supervisor)

    with django_assert_max_num_queries(15):
        client.get(desk.case.get_absolute_url())
