"""The supervisors' pages of refunds and payouts: reading one page and pressing one button."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from refunds.domain.lifecycle import PayoutStatus, RefundStatus
from refunds.models import Payout, Refund, RefundLine
from refunds.templatetags.approval import in_time
from refunds.tests.factories import NOW, Desk
from refunds.use_cases import approve_refund, confirm_payout
from support.use_cases import add_note

DECISIONS = {"approval": "approved", "rejection": "rejected", "cancellation": "cancelled"}
MARKUP = "<img src=x onerror=alert(1)>"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """A shop whose threshold is 10.00: two cups of 10.00 wait for a second person."""
    return Desk(threshold=1_000)


@pytest.fixture
def refund(desk: Desk) -> Refund:
    """A refund of two cups that waits, requested by the agent."""
    return desk.request({"L1": 2})


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def page_of(refund: Refund) -> str:
    """The approval page."""
    return reverse("admin:refunds_refund_change", args=[refund.pk])


def address(noun: str, refund: Refund) -> str:
    """Where a decision is sent."""
    return reverse(f"admin:refunds_refund_{noun}", args=[refund.pk])


def status(refund: Refund) -> str:
    """As it stands in the database."""
    return Refund.objects.get(pk=refund.pk).status


def said(answer: Any) -> list[str]:
    """What the page told the person."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def offered(answer: Any, refund: Refund) -> set[str]:
    """The decisions whose buttons the page shows."""
    found = {noun for noun in ("rejection", "cancellation") if f'formaction="{address(noun, refund)}"' in answer.text}
    return found | ({"approval"} if "Approve €" in answer.text else set())


@pytest.mark.parametrize(("noun", "outcome"), DECISIONS.items())
def test_a_supervisor_decides_by_one_button(desk: Desk, refund: Refund, noun: str, outcome: str) -> None:
    answer = signed_in(desk.supervisor).post(address(noun, refund), {"reason": "As the photo shows."})
    assert answer["Location"] == page_of(refund)
    decided = Refund.objects.get(pk=refund.pk)
    assert (decided.status, decided.decided_by) == (outcome, desk.supervisor)
    assert decided.decision_reason == "As the photo shows."


def test_the_page_offers_a_supervisor_every_decision(desk: Desk, refund: Refund) -> None:
    answer = signed_in(desk.supervisor).get(page_of(refund))
    assert offered(answer, refund) == {"approval", "rejection", "cancellation"}
    assert "Approve €20.00" in answer.text


def test_the_page_of_ones_own_request_explains_why_somebody_else_decides(desk: Desk) -> None:
    refund = desk.request({"L1": 2}, by=desk.supervisor)
    browser = signed_in(desk.supervisor)
    answer = browser.get(page_of(refund))
    assert "Whoever requested the refund cannot decide about it." in answer.text
    assert "Approve" not in answer.text
    assert address("rejection", refund) not in answer.text
    assert address("cancellation", refund) in answer.text


@pytest.mark.parametrize("noun", ["approval", "rejection"])
def test_nobody_decides_about_their_own_request(desk: Desk, noun: str) -> None:
    refund = desk.request({"L1": 2}, by=desk.supervisor)
    answer = signed_in(desk.supervisor).post(address(noun, refund), {"reason": "I am sure."})
    assert answer.status_code == 422
    assert said(answer) == ["Whoever requested the refund cannot decide about it."]
    assert status(refund) == RefundStatus.REQUESTED


def test_a_supervisor_cancels_their_own_request(desk: Desk) -> None:
    refund = desk.request({"L1": 2}, by=desk.supervisor)
    assert signed_in(desk.supervisor).post(address("cancellation", refund)).status_code == 302
    assert status(refund) == RefundStatus.CANCELLED
    assert desk.held() == (0, 0, 0)


def test_an_administrator_reads_and_does_not_decide(desk: Desk, refund: Refund) -> None:
    browser = signed_in(desk.person("administrator"))
    answer = browser.get(page_of(refund))
    assert offered(answer, refund) == set()
    assert "Your role does not allow this." in answer.text
    assert {browser.post(address(noun, refund), {"reason": "x"}).status_code for noun in DECISIONS} == {403}
    assert status(refund) == RefundStatus.REQUESTED


@pytest.mark.parametrize("role", ["agent", "senior agent"])
def test_agents_do_not_decide_here(desk: Desk, refund: Refund, role: str) -> None:
    browser = signed_in(desk.person(role))
    assert {browser.post(address(noun, refund), {"reason": "x"}).status_code for noun in DECISIONS} == {403}
    assert status(refund) == RefundStatus.REQUESTED


def test_a_supervisor_of_another_shop_finds_nothing_to_decide(desk: Desk, refund: Refund) -> None:
    browser = signed_in(Desk().supervisor)
    assert {browser.post(address(noun, refund), {"reason": "x"}).status_code for noun in DECISIONS} == {404}
    assert status(refund) == RefundStatus.REQUESTED


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_only_a_sent_form_decides(desk: Desk, refund: Refund, method: str) -> None:
    browser = signed_in(desk.supervisor)
    for noun in DECISIONS:
        assert getattr(browser, method)(address(noun, refund)).status_code == 405
    assert status(refund) == RefundStatus.REQUESTED


def test_a_form_from_elsewhere_decides_nothing(desk: Desk, refund: Refund) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(desk.supervisor)
    for noun in DECISIONS:
        assert browser.post(address(noun, refund), {"reason": "x"}, headers={"HX-Request": "true"}).status_code == 403
    assert status(refund) == RefundStatus.REQUESTED


def test_fields_that_the_form_does_not_have_change_nothing(desk: Desk, refund: Refund) -> None:
    forged = {"total": "1", "status": "succeeded", "approver": desk.agent.pk, "by": desk.agent.pk, "_method": "DELETE"}
    signed_in(desk.supervisor).post(address("approval", refund), {**forged, "now": "2020-01-01", "refund": "1"})
    decided = Refund.objects.get(pk=refund.pk)
    assert (decided.status, decided.total, decided.approver) == ("approved", 2_000, desk.supervisor)


def test_a_rejection_without_a_reason_is_refused(desk: Desk, refund: Refund) -> None:
    answer = signed_in(desk.supervisor).post(address("rejection", refund), {"reason": "  "})
    assert (answer.status_code, said(answer)) == (422, ["Give a reason."])
    assert status(refund) == RefundStatus.REQUESTED


def test_typed_words_are_kept_when_a_decision_is_refused(desk: Desk, refund: Refund) -> None:
    words = "Too many of these <b>" + "x" * 2_000
    answer = signed_in(desk.supervisor).post(address("approval", refund), {"reason": words})
    assert answer.status_code == 422
    assert answer.context["form"]["reason"].value() == words
    assert "Too many of these &lt;b&gt;" in answer.text


def test_words_that_cannot_be_stored_are_refused(desk: Desk, refund: Refund) -> None:
    assert signed_in(desk.supervisor).post(address("rejection", refund), {"reason": "a\0b"}).status_code == 422
    assert status(refund) == RefundStatus.REQUESTED


def test_of_two_supervisors_one_decides_and_the_other_is_told(desk: Desk, refund: Refund) -> None:
    first, second = signed_in(desk.supervisor), signed_in(desk.second)
    assert first.post(address("approval", refund)).status_code == 302
    answer = second.post(address("approval", refund))
    assert answer.status_code == 409
    assert said(answer) == ["Somebody was quicker: the refund is now approved."]
    assert Refund.objects.get(pk=refund.pk).approver == desk.supervisor


def test_a_double_click_decides_once(desk: Desk, refund: Refund) -> None:
    browser = signed_in(desk.supervisor)
    assert [browser.post(address("approval", refund)).status_code for _ in range(2)] == [302, 409]
    assert desk.story().count("refund_approved") == 1


def test_a_decided_refund_offers_no_decision_that_comes_too_late(desk: Desk, refund: Refund) -> None:
    browser = signed_in(desk.supervisor)
    browser.post(address("rejection", refund), {"reason": "Worn."})
    answer = browser.get(page_of(refund))
    assert offered(answer, refund) == set()
    assert "Worn." in answer.text


def test_an_approved_refund_may_still_be_rejected_before_it_is_sent(desk: Desk, refund: Refund) -> None:
    browser = signed_in(desk.supervisor)
    browser.post(address("approval", refund))
    assert offered(browser.get(page_of(refund)), refund) == {"rejection", "cancellation"}


def test_the_page_shows_what_a_decision_needs(desk: Desk, refund: Refund) -> None:
    add_note(case=desk.case, by=desk.agent, body="The photo shows a crack.", now=NOW)
    text = signed_in(desk.supervisor).get(page_of(refund)).text
    for words in (
        *("R-", "€20.00", "Cup 1", "CUP-1", "Why this amount?", "3 bought, 3 delivered", "2 held by refunds, 1 left"),
        *(
            "1 June 2026, 12:00 UTC",
            "12 d 00 h before the end",
            "13 June 2026, 12:00 UTC",
            "strict",
            str(desk.agent),
            "Damaged",
        ),
        *(str(desk.case), "The photo shows a crack.", "P1", "threshold"),
    ):
        assert words in text, words


def test_the_page_explains_every_amount(desk: Desk) -> None:
    odd = Desk({"quantity": 3, "gross": 1_000, "tax": 100}, threshold=100)
    refund = odd.request({"L1": 2})
    text = signed_in(odd.supervisor).get(page_of(refund)).text
    assert "6.67" in text
    assert "10.00 × 2 / 3" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_explains_shipping_too(desk: Desk) -> None:
    sent = Desk(threshold=100, shipping=({"gross": 500, "tax": 0, "standard_gross": 500},))
    refund = sent.request({"L1": 1}, shipping={"S1": 300})
    text = signed_in(sent.supervisor).get(page_of(refund)).text
    assert "€3.00" in text
    assert "€5.00 paid" in text


def test_a_request_before_the_whole_order_arrived_is_in_time() -> None:
    assert in_time(RefundLine(window_begun=False)) == "before the whole order had arrived, so in time"


def test_what_people_typed_stays_text(desk: Desk) -> None:
    desk.order.lines.update(name=MARKUP, sku=MARKUP)
    desk.order.customer.name = desk.case.subject = MARKUP
    desk.order.customer.save()
    desk.case.save()
    refund = desk.request({"L1": 2}, note=MARKUP)
    add_note(case=desk.case, by=desk.agent, body=MARKUP, now=NOW)
    browser = signed_in(desk.supervisor)
    for page in (page_of(refund), payout_page(refund.payouts.get()), reverse("admin:index")):
        assert "<img src=x" not in browser.get(page).text


def payout_page(payout: Payout) -> str:
    """The page of a payout."""
    return reverse("admin:refunds_payout_change", args=[payout.pk])


def confirmation(payout: Payout) -> str:
    """Where a confirmation is sent."""
    return reverse("admin:refunds_payout_confirmation", args=[payout.pk])


@pytest.fixture
def payout(desk: Desk, refund: Refund) -> Payout:
    """The payout of an approved refund above the threshold: two people confirm."""
    approve_refund(refund=refund, by=desk.supervisor, now=NOW)
    return refund.payouts.get()


def test_above_the_threshold_two_supervisors_confirm_a_payment(desk: Desk, payout: Payout) -> None:
    first, second = signed_in(desk.supervisor), signed_in(desk.second)
    assert "Confirm that €20.00 was paid" in first.get(payout_page(payout)).text
    assert "two people" in first.get(payout_page(payout)).text
    assert first.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == 302
    answer = second.get(payout_page(payout))
    assert f"{desk.supervisor} paid it and confirmed BANK-1." in answer.text
    assert second.post(confirmation(payout), {"bank_reference": ""}).status_code == 302
    payout.refresh_from_db()
    assert (payout.status, payout.confirmed_by, payout.countersigned_by) == (
        PayoutStatus.SUCCEEDED,
        desk.supervisor,
        desk.second,
    )
    assert status(payout.refund) == RefundStatus.SUCCEEDED


def test_within_the_threshold_one_supervisor_confirms_a_payment(desk: Desk) -> None:
    payout = desk.request({"L1": 1}).payouts.get()
    browser = signed_in(desk.supervisor)
    assert "one person" in browser.get(payout_page(payout)).text
    assert browser.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == 302
    assert status(payout.refund) == RefundStatus.SUCCEEDED


def test_the_first_person_is_told_that_a_second_one_confirms(desk: Desk, payout: Payout) -> None:
    browser = signed_in(desk.supervisor)
    browser.post(confirmation(payout), {"bank_reference": "BANK-1"})
    answer = browser.get(payout_page(payout))
    assert "you have confirmed this payment already" in answer.text
    assert confirmation(payout) not in answer.text
    assert browser.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == 422


def test_whoever_requested_does_not_confirm_the_payment(desk: Desk) -> None:
    refund = desk.request({"L1": 2}, by=desk.supervisor)
    approve_refund(refund=refund, by=desk.second, now=NOW)
    payout = refund.payouts.get()
    browser = signed_in(desk.supervisor)
    answer = browser.get(payout_page(payout))
    assert "Whoever requested the refund cannot confirm its payment." in answer.text
    assert confirmation(payout) not in answer.text
    assert browser.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == 422
    payout.refresh_from_db()
    assert payout.status == PayoutStatus.RESERVED


def test_a_payment_without_a_bank_reference_is_not_confirmed(desk: Desk, payout: Payout) -> None:
    answer = signed_in(desk.supervisor).post(confirmation(payout), {"bank_reference": " "})
    assert (answer.status_code, said(answer)) == (422, ["Give the bank's reference of the payment."])


def test_a_typed_bank_reference_is_kept_when_it_is_refused(desk: Desk, payout: Payout) -> None:
    answer = signed_in(desk.supervisor).post(confirmation(payout), {"bank_reference": "B" * 101})
    assert answer.status_code == 422
    assert answer.context["form"]["bank_reference"].value() == "B" * 101


def test_a_payment_is_not_confirmed_before_the_refund_is_approved(desk: Desk, refund: Refund) -> None:
    payout = refund.payouts.get()
    browser = signed_in(desk.supervisor)
    assert confirmation(payout) not in browser.get(payout_page(payout)).text
    answer = browser.post(confirmation(payout), {"bank_reference": "BANK-1"})
    assert (answer.status_code, said(answer)) == (
        422,
        ["The refund is requested, so its payment cannot be confirmed."],
    )


def test_a_payment_is_confirmed_once(desk: Desk) -> None:
    payout = desk.request({"L1": 1}).payouts.get()
    first, second = signed_in(desk.supervisor), signed_in(desk.second)
    first.post(confirmation(payout), {"bank_reference": "BANK-1"})
    assert second.post(confirmation(payout), {"bank_reference": "BANK-2"}).status_code in (409, 422)
    payout.refresh_from_db()
    assert (payout.provider_reference, payout.countersigned_by) == ("BANK-1", None)


@pytest.mark.parametrize(("role", "expected"), [("agent", 403), ("senior agent", 403), ("administrator", 403)])
def test_only_supervisors_confirm(desk: Desk, payout: Payout, role: str, expected: int) -> None:
    browser = signed_in(desk.person(role))
    assert browser.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == expected
    payout.refresh_from_db()
    assert payout.status == PayoutStatus.RESERVED


def test_an_administrator_sees_a_payment_without_a_button(desk: Desk, payout: Payout) -> None:
    answer = signed_in(desk.person("administrator")).get(payout_page(payout))
    assert answer.status_code == 200
    assert confirmation(payout) not in answer.text


def test_a_payment_of_another_shop_is_not_there(desk: Desk, payout: Payout) -> None:
    browser = signed_in(Desk().supervisor)
    assert browser.get(payout_page(payout)).status_code == 404
    assert browser.post(confirmation(payout), {"bank_reference": "BANK-1"}).status_code == 404
    assert signed_in(desk.supervisor).get(confirmation(payout)).status_code == 405


def correction(payout: Payout) -> str:
    """Where a corrected bank reference is sent."""
    return reverse("admin:refunds_payout_correction", args=[payout.pk])


@pytest.fixture
def mistyped(desk: Desk, payout: Payout) -> Payout:
    """The payout after a first person confirmed it with a slip of the finger."""
    confirm_payout(payout=payout, by=desk.supervisor, bank_reference="BANK-11", now=NOW)
    return Payout.objects.get(pk=payout.pk)


def test_the_first_person_corrects_what_they_typed(desk: Desk, mistyped: Payout) -> None:
    browser = signed_in(desk.supervisor)
    page = browser.get(payout_page(mistyped)).text
    assert (correction(mistyped) in page, confirmation(mistyped) in page) == (True, False)
    answer = browser.post(correction(mistyped), {"bank_reference": " BANK-1 "})
    assert answer["Location"] == payout_page(mistyped)
    assert said(answer) == [f"The bank reference of {mistyped} is corrected."]
    mistyped.refresh_from_db()
    assert (mistyped.provider_reference, mistyped.status) == ("BANK-1", PayoutStatus.PENDING)
    assert mistyped.refund.case.entries.filter(verb="bank_reference_corrected", author=desk.supervisor).count() == 1
    assert browser.post(confirmation(mistyped), {"bank_reference": "BANK-1"}).status_code == 422


def test_a_second_person_who_corrects_is_then_the_first_and_somebody_else_confirms(
    desk: Desk, mistyped: Payout
) -> None:
    first, second = signed_in(desk.supervisor), signed_in(desk.second)
    page = second.get(payout_page(mistyped)).text
    assert (correction(mistyped) in page, confirmation(mistyped) in page) == (True, True)
    answer = second.post(confirmation(mistyped), {"bank_reference": "BANK-1"})
    assert (answer.status_code, said(answer)) == (422, ["The first person gave another bank reference: BANK-11."])
    assert answer.context["form"]["bank_reference"].value() == "BANK-1"
    assert second.post(correction(mistyped), {"bank_reference": "BANK-1"}).status_code == 302
    mistyped.refresh_from_db()
    assert (mistyped.provider_reference, mistyped.confirmed_by) == ("BANK-1", desk.second)
    assert second.post(confirmation(mistyped), {"bank_reference": ""}).status_code == 422
    assert first.post(confirmation(mistyped), {"bank_reference": ""}).status_code == 302
    mistyped.refresh_from_db()
    assert (mistyped.status, mistyped.countersigned_by) == (PayoutStatus.SUCCEEDED, desk.supervisor)


@pytest.mark.parametrize("role", ["agent", "senior agent", "administrator"])
def test_only_supervisors_correct_a_bank_reference(desk: Desk, mistyped: Payout, role: str) -> None:
    browser = signed_in(desk.person(role))
    assert browser.post(correction(mistyped), {"bank_reference": "BANK-1"}).status_code == 403
    mistyped.refresh_from_db()
    assert mistyped.provider_reference == "BANK-11"


def test_a_bank_reference_is_corrected_by_a_sent_form_of_the_own_shop_alone(desk: Desk, mistyped: Payout) -> None:
    assert signed_in(Desk().supervisor).post(correction(mistyped), {"bank_reference": "BANK-1"}).status_code == 404
    assert signed_in(desk.supervisor).get(correction(mistyped)).status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(desk.supervisor)
    assert guarded.post(correction(mistyped), {"bank_reference": "BANK-1"}).status_code == 403


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (" ", "Give the bank's reference of the payment."),
        ("B" * 101, "A bank reference has at most 100 characters."),
        ("BANK-2", "This bank reference belongs to another payout already."),
    ],
)
def test_a_refused_correction_says_why_and_keeps_what_was_typed(
    desk: Desk, mistyped: Payout, typed: str, words: str
) -> None:
    other = desk.request({"L1": 1})
    approve_refund(refund=other, by=desk.supervisor, now=NOW)
    confirm_payout(payout=other.payouts.get(), by=desk.supervisor, bank_reference="BANK-2", now=NOW)
    answer = signed_in(desk.supervisor).post(correction(mistyped), {"bank_reference": typed})
    assert (answer.status_code, said(answer)) == (422, [words])
    assert answer.context["form"]["bank_reference"].value() == typed
    mistyped.refresh_from_db()
    assert mistyped.provider_reference == "BANK-11"


def test_whoever_requested_corrects_no_bank_reference(desk: Desk) -> None:
    refund = desk.request({"L1": 2}, by=desk.supervisor)
    approve_refund(refund=refund, by=desk.second, now=NOW)
    payout = refund.payouts.get()
    confirm_payout(payout=payout, by=desk.second, bank_reference="BANK-11", now=NOW)
    browser = signed_in(desk.supervisor)
    assert correction(payout) not in browser.get(payout_page(payout)).text
    answer = browser.post(correction(payout), {"bank_reference": "BANK-1"})
    assert (answer.status_code, said(answer)) == (422, ["Whoever requested the refund cannot confirm its payment."])


def test_a_bank_reference_is_corrected_only_between_the_two_confirmations(desk: Desk, payout: Payout) -> None:
    browser = signed_in(desk.supervisor)
    assert correction(payout) not in browser.get(payout_page(payout)).text
    assert browser.post(correction(payout), {"bank_reference": "BANK-1"}).status_code == 409
    for person in (desk.supervisor, desk.second):
        confirm_payout(payout=payout, by=person, bank_reference="BANK-1", now=NOW)
    assert correction(payout) not in browser.get(payout_page(payout)).text
    assert browser.post(correction(payout), {"bank_reference": "BANK-2"}).status_code in (409, 422)
    payout.refresh_from_db()
    assert payout.provider_reference == "BANK-1"


def test_refunds_and_payments_are_found_by_number_order_and_bank_reference(desk: Desk, payout: Payout) -> None:
    browser = signed_in(desk.supervisor)
    browser.post(confirmation(payout), {"bank_reference": "BANK-1"})
    refunds, payouts = reverse("admin:refunds_refund_changelist"), reverse("admin:refunds_payout_changelist")
    number = str(payout.refund)
    for address, words in [
        (refunds, number.lower()),
        (refunds, desk.order.reference),
        (payouts, number),
        (payouts, "bank-"),
    ]:
        assert browser.get(address, {"q": words}).context["cl"].result_count == 1
        assert browser.get(address, {"q": f"{words}0"}).context["cl"].result_count == 0


def test_lists_are_narrowed_by_status_and_by_what_waits(desk: Desk, payout: Payout) -> None:
    browser = signed_in(desk.supervisor)
    refunds, payouts = reverse("admin:refunds_refund_changelist"), reverse("admin:refunds_payout_changelist")
    for address, chosen, count in [
        (refunds, {"status": "approved"}, 1),
        (refunds, {"status": "requested"}, 0),
        (refunds, {"shop": desk.shop.reference}, 1),
        (payouts, {"status": "reserved"}, 1),
        (payouts, {"waiting": "yes"}, 1),
        (payouts, {"waiting": "yes", "status": "succeeded"}, 0),
        (payouts, {"shop": desk.shop.reference}, 1),
    ]:
        assert browser.get(address, chosen).context["cl"].result_count == count
    assert browser.get(payouts, {"waiting": "no"}).status_code == 302
    assert browser.get(refunds, {"status": "nonsense"}).status_code == 302


@pytest.mark.parametrize("path", ["admin:index", "admin:refunds_refund_changelist", "admin:refunds_payout_changelist"])
def test_lists_ask_the_database_as_often_for_many_rows_as_for_one(path: str) -> None:
    desk = Desk({"quantity": 100}, threshold=0)
    browser = signed_in(desk.supervisor)
    browser.get(reverse(path))

    def requests(count: int) -> None:
        for number in range(count):
            refund = desk.request({"L1": 1})
            if number % 2:
                approve_refund(refund=refund, by=desk.supervisor, now=NOW)
                confirm_payout(
                    payout=refund.payouts.get(), by=desk.supervisor, bank_reference=f"{refund}-{number}", now=NOW
                )

    requests(2)
    few = asked(browser, reverse(path))
    requests(40)
    assert asked(browser, reverse(path)) == few
    assert few <= 14


def test_the_approval_page_asks_the_database_as_often_for_many_lines_as_for_one() -> None:
    desk = Desk(*[{} for _ in range(51)], threshold=0)
    few, many = desk.request({"L1": 1}), desk.request({f"L{number}": 1 for number in range(2, 52)})
    browser = signed_in(desk.supervisor)
    browser.get(page_of(few))
    count = asked(browser, page_of(few))
    assert asked(browser, page_of(many)) == count
    assert count <= 16


def asked(browser: Client, page: str) -> int:
    """How many queries the page needs."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)
