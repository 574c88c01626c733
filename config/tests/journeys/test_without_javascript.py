"""The whole desk with scripts switched off."""

import pytest
from playwright.sync_api import Page, expect

from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import (
    choose,
    expect_fact,
    go_to,
    money,
    open_composer,
    order_line,
    quoted,
    refund,
    sign_in,
    story,
    units,
    write,
)
from config.tests.journeys.scene import Scene
from refunds.models import Refund

pytestmark = [pytest.mark.browser, pytest.mark.browser_context_args(java_script_enabled=False)]


def test_an_agent_gives_money_back_without_scripts(scene: Scene, page: Page) -> None:
    scene.order()
    page.goto("/")
    sign_in(page, scene.agent.username)
    go_to(page, "Orders")
    search = page.get_by_role("searchbox", name="Order reference")
    search.fill("kim@")
    search.press("Enter")
    page.get_by_role("link", name="1001", exact=True).click()
    page.get_by_role("link", name="Open a case").click()
    page.get_by_label("Subject").fill("Two cups arrived broken")
    page.get_by_role("textbox", name="Text").fill("Two of the three are in pieces.")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_text("The case is open.")).to_be_visible()

    open_composer(page)
    expect(page.get_by_role("button", name="One more of Blue cup")).to_have_count(0)
    units(page, "Blue cup").fill("2")
    page.get_by_label("Note for colleagues").fill("Photo is in the mail.")
    page.get_by_role("button", name="Check amounts").click()
    expect(quoted(page, "2 × Blue cup")).to_contain_text("€20.00")
    expect(page.get_by_label("Note for colleagues")).to_have_value("Photo is in the mail.")
    page.get_by_role("button", name="Refund €20.00").dblclick()
    expect(page.get_by_text("of €20.00 is approved.").first).to_be_visible()
    expect(refund(page)).to_contain_text("Photo is in the mail.")
    assert Refund.objects.count() == 1
    expect(order_line(page, "Blue cup")).to_contain_text("2 held · 1 refundable")
    refund(page).get_by_text("Take back…").click()
    refund(page).get_by_role("button", name="Take R-").click()
    expect(refund(page)).to_contain_text("cancelled")


def test_an_agent_works_a_case_without_scripts(scene: Scene, signed_in: SignedIn) -> None:
    scene.case()
    page = signed_in(scene.agent)
    page.goto("/cases/")
    page.locator("summary").filter(has_text="Assignee").click()
    page.get_by_role("link", name="nobody").click()
    page.get_by_role("link", name="Two cups arrived broken").click()
    choose(page, "Assignee", "Me")
    expect_fact(page, "Assignee", scene.agent.name)
    choose(page, "Category", "Damaged")
    expect_fact(page, "Category", "damaged")
    write(page, "Internal note", "Looks thrown.", "Add note")
    expect(story(page)).to_contain_text("Looks thrown.")
    page.get_by_role("textbox", name="Text", exact=True).fill("   ")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Write something first.")
    write(page, "Reply", "We are sorry.", "Reply and solve")
    expect_fact(page, "Status", "solved")

    open_composer(page)
    units(page, "Oak table").fill("1")
    page.get_by_role("button", name="Check amounts").click()
    expect(money(page)).to_contain_text("Needs a second person")
    page.get_by_role("button", name="Refund €240.00").click()
    expect(refund(page)).to_contain_text("Waits for a second person")
    choose(page, "Status", "Closed")
    expect(page.get_by_role("alert")).to_contain_text("has a refund that nobody has decided yet")


def test_a_supervisor_decides_and_confirms_without_scripts(scene: Scene, page: Page) -> None:
    large = scene.refund(scene.case(), {"L3": 1})
    page.goto("/admin/")
    sign_in(page, scene.supervisor.username)
    page.get_by_role("link", name=large.reference, exact=True).click()
    page.get_by_role("button", name="Approve €240.00").click()
    expect(page.get_by_text(f"{large} is approved.")).to_be_visible()
    page.get_by_role("link", name="P1").click()
    page.get_by_label("Bank reference").fill("SEPA 4711")
    page.get_by_role("button", name="was paid").click()
    expect(page.get_by_text("is confirmed.")).to_be_visible()
    page.get_by_text("your menu").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
