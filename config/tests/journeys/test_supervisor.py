"""The supervisor's job: reading a refund that waits, deciding it, and confirming that the money was paid."""

import pytest
from playwright.sync_api import Page, expect

from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import go_to, refund, sign_in, story
from config.tests.journeys.scene import Scene
from refunds.models import Payout, Refund

pytestmark = pytest.mark.browser


def confirm(page: Page, payout: Payout, reference: str) -> None:
    """Find the payout among those that wait, and say what the bank calls it."""
    page.goto("/admin/")
    page.get_by_role("region", name="Payments to confirm").get_by_role("link", name=str(payout)).click()
    page.get_by_label("Bank reference").fill(reference)
    page.get_by_role("button", name="was paid").click()


def test_from_signing_in_to_a_large_refund_approved_and_paid_by_two(
    scene: Scene, page: Page, signed_in: SignedIn
) -> None:
    case = scene.case()
    large = scene.refund(case, {"L3": 1}, note="It came in two halves.")
    payout = large.payouts.get()
    page.goto("/admin/")
    sign_in(page, scene.supervisor.username)
    expect(page.get_by_role("heading", name="Waiting for you")).to_be_visible()
    page.get_by_role("region", name="Refunds to decide").get_by_role("link", name=large.reference).click()
    for words in ("A second person decides", "It came in two halves.", "Oak table", "11 d 23 h before the end"):
        expect(page.get_by_role("main")).to_contain_text(words)
    page.get_by_role("button", name="Approve €240.00").click()
    expect(page.get_by_text(f"{large} is approved.")).to_be_visible()

    confirm(page, payout, "SEPA 4711")
    expect(page.get_by_text("you have confirmed this payment already")).to_be_visible()
    expect(page.get_by_role("button", name="was paid")).to_have_count(0)
    second = signed_in(scene.second)
    confirm(second, payout, "SEPA 4711")
    expect(second.get_by_text("is confirmed.")).to_be_visible()
    second.get_by_role("link", name=case.number).click()
    expect(refund(second)).to_contain_text("succeeded")
    expect(story(second)).to_contain_text("SEPA 4711")
    large.refresh_from_db()
    assert (large.status, large.approver) == ("succeeded", scene.supervisor)


def test_a_refund_is_rejected_with_a_reason_and_a_small_one_is_paid_by_one(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    small = scene.refund(case, {"L1": 1})
    large = scene.refund(case, {"L3": 1})
    page = signed_in(scene.supervisor)
    page.goto("/admin/")
    page.get_by_role("link", name=large.reference, exact=True).click()
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Give a reason.")).to_be_visible()
    page.get_by_label("Reason").fill("The table is unharmed on the photo.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text(f"{large} is rejected; what it held is free again.")).to_be_visible()
    go_to(page, "Cases")
    page.get_by_role("link", name=case.subject).click()
    expect(story(page)).to_contain_text("The table is unharmed on the photo.")

    confirm(page, small.payouts.get(), "SEPA 4712")
    expect(page.get_by_text("is confirmed.")).to_be_visible()
    assert [Refund.objects.get(pk=each.pk).status for each in (small, large)] == ["succeeded", "rejected"]


def test_nobody_decides_alone_and_agents_stay_outside(scene: Scene, signed_in: SignedIn) -> None:
    own = scene.refund(scene.case(), {"L3": 1}, by=scene.supervisor)
    page = signed_in(scene.supervisor)
    page.goto("/admin/")
    page.get_by_role("link", name=own.reference, exact=True).click()
    expect(page.get_by_text("Whoever requested the refund cannot decide about it.")).to_be_visible()
    for button in ("Approve", "Reject"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    page.goto(own.get_absolute_url())
    expect(refund(page)).to_contain_text("Waits for a second person")
    expect(refund(page).get_by_role("button", name="Approve")).to_have_count(0)

    agents = signed_in(scene.agent)
    answer = agents.goto("/admin/")
    assert answer is not None
    assert answer.status == 403
    expect(agents.get_by_role("heading", name="Not allowed")).to_be_visible()
    agents.get_by_role("link", name="To the desk").click()
    expect(agents.get_by_role("link", name="Approvals")).to_have_count(0)
