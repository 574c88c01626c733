"""The agent's job: an order, a case about it, and money back."""

import re

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
from orders.tests.factories import line
from refunds.models import Refund
from support.models import Case
from support.use_cases import change_status

pytestmark = pytest.mark.browser


def test_from_signing_in_to_two_of_three_cups_given_back(scene: Scene, page: Page) -> None:
    scene.order()
    page.goto("/")
    sign_in(page, scene.agent.username)
    expect(page.get_by_role("heading", name="Cases", level=1)).to_be_attached()

    go_to(page, "Orders")
    search = page.get_by_role("searchbox", name="Order reference")
    search.fill("1001")
    search.press("Enter")
    page.get_by_role("link", name="1001", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="Old plate")).to_contain_text("closed 1 h ago")

    page.get_by_role("link", name="Open a case").click()
    page.get_by_role("checkbox", name="Blue cup").check()
    page.get_by_label("Subject").fill("Two cups arrived broken")
    page.get_by_role("textbox", name="Text").fill("Two of the three are in pieces.")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_text("The case is open.")).to_be_visible()
    expect(story(page)).to_contain_text("Two of the three are in pieces.")
    expect_fact(page, "Assignee", scene.agent.name)

    open_composer(page)
    for _ in range(2):
        page.get_by_role("button", name="One more of Blue cup").click()
    expect(quoted(page, "2 × Blue cup")).to_contain_text("€20.00")
    page.get_by_role("button", name="Refund €20.00").click()
    expect(refund(page)).to_contain_text("Approved by rule")
    expect(order_line(page, "Blue cup")).to_contain_text("3 delivered · 2 held · 1 refundable")
    expect(story(page)).to_contain_text(f"requested refund {Refund.objects.get()} of €20.00")
    expect(story(page)).to_contain_text(f"approved refund {Refund.objects.get()} of €20.00 by rule")
    assert (Refund.objects.get().status, Refund.objects.get().total) == ("approved", 2_000)


def test_the_overview_is_filtered_by_its_address_and_finds_a_case_by_what_one_knows_of_it(
    scene: Scene, signed_in: SignedIn
) -> None:
    order = scene.order()
    cups = scene.case(order, assignee=scene.agent)
    late = scene.case(order, "Where is the lamp?", priority=Case.Priority.URGENT)
    page = signed_in(scene.agent)
    page.goto("/cases/")
    cases = page.get_by_role("table", name="Cases")
    page.get_by_role("link", name="Mine 1").click()
    expect(page).to_have_url(re.compile(r"\?tab=mine$"))
    expect(cases).not_to_contain_text(late.subject)
    page.go_back()
    expect(cases).to_contain_text(late.subject)

    page.locator("summary").filter(has_text="Priority").click()
    page.get_by_role("link", name="urgent").click()
    expect(page).to_have_url(re.compile(r"\?priority=4$"))
    expect(cases).not_to_contain_text(cups.subject)
    page.reload()
    expect(cases).not_to_contain_text(cups.subject)
    page.get_by_role("link", name="Take off Priority").click()
    expect(cases).to_contain_text(cups.subject)

    find = page.get_by_role("searchbox", name="Find a case")
    find.fill("lamp")
    find.press("Enter")
    expect(cases).to_contain_text(late.subject)
    expect(cases).not_to_contain_text(cups.subject)
    find.fill(cups.number)
    find.press("Enter")
    expect(page).to_have_url(re.compile(f"{cups.get_absolute_url()}$"))


def test_a_line_says_why_it_cannot_go_back_and_a_large_refund_waits_until_it_is_taken_back(
    scene: Scene, signed_in: SignedIn
) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    shut = money(page).get_by_role("listitem").filter(has_text="Old plate")
    expect(shut).to_contain_text("The refund window closed on")
    expect(shut.get_by_role("spinbutton")).to_have_count(0)

    units(page, "Oak table").fill("1")
    expect(money(page)).to_contain_text("Needs a second person because")
    page.get_by_role("button", name="Refund €240.00").click()
    expect(refund(page)).to_contain_text("Waits for a second person")
    page.goto("/cases/")
    expect(page.get_by_role("link", name="Refunds waiting 1")).to_be_visible()

    page.get_by_role("link", name=case.subject).click()
    mine = refund(page)
    expect(mine.get_by_role("button", name="Approve")).to_have_count(0)
    mine.get_by_text("Take back…").click()
    mine.get_by_label("Reason").fill("The customer keeps it.")
    mine.get_by_role("button", name="Take R-").click()
    expect(refund(page)).to_contain_text("cancelled")
    expect(story(page)).to_contain_text("The customer keeps it.")
    expect(order_line(page, "Oak table")).to_contain_text("1 delivered · 1 refundable")


def test_the_conversation_and_the_facts_of_a_case(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    write(page, "Internal note", "Looks like the parcel was thrown.", "Add note")
    expect(story(page).get_by_role("article").filter(has_text="thrown")).to_contain_text("internal note")
    write(page, "Reply", "We are sorry. Shall we give the money back?", "Reply")
    expect(story(page).get_by_role("article").filter(has_text="Shall we")).to_contain_text("replied")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("")

    choose(page, "Assignee", scene.colleague.name)
    expect_fact(page, "Assignee", scene.colleague.name)
    expect_fact(page, "Status", "pending")
    choose(page, "Status", "On hold")
    expect_fact(page, "Status", "on hold")
    choose(page, "Priority", "Urgent")
    expect_fact(page, "Priority", "urgent")
    write(page, "Customer said", "Yes please.", "Record")
    expect_fact(page, "Status", "open")
    write(page, "Reply", "It is on its way.", "Reply and solve")
    expect_fact(page, "Status", "solved")
    case.refresh_from_db()
    assert (case.status, case.priority, case.assignee) == ("solved", Case.Priority.URGENT, scene.colleague)


def test_the_quote_says_what_is_too_much_and_how_much_is_left(scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.agent)
    page.goto(scene.case().get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("4")
    expect(quoted(page, "4 × Blue cup")).to_contain_text("At most 3 of this line can be given back.")
    expect(page.get_by_role("button", name="Refund €")).to_have_count(0)
    units(page, "Blue cup").fill("3")
    page.get_by_label("An amount").check()
    parcel = page.get_by_role("textbox", name="Parcel")
    refusals = {"5.00": "At most €4.90 is left", "a lot": "not an amount", "1.005": "no such small unit"}
    for typed, said in refusals.items():
        parcel.fill(typed)
        expect(money(page)).to_contain_text(said)
        expect(parcel).to_have_value(typed)
    parcel.fill("2.50")
    expect(quoted(page, "Parcel")).to_contain_text("€2.50")
    page.get_by_text("why? Blue cup").click()
    expect(quoted(page, "Blue cup").get_by_role("listitem").first).to_be_visible()
    page.get_by_role("button", name="Refund €32.50").click()
    expect(refund(page)).to_contain_text("€32.50")


def test_pressing_refund_twice_gives_money_back_once(scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.agent)
    page.goto(scene.case().get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("1")
    page.get_by_role("button", name="Refund €10.00").evaluate("button => { button.click(); button.click() }")
    expect(refund(page)).to_contain_text("Approved by rule")
    page.reload()
    expect(refund(page)).to_be_visible()
    assert Refund.objects.count() == 1


def test_when_the_order_changed_meanwhile_old_and_new_are_shown_and_what_was_typed_stays(
    scene: Scene, signed_in: SignedIn
) -> None:
    cups = line("L1", gross="10.00", tax="1.00", name="Blue cup")
    case = scene.case(scene.order(lines=[cups], deliveries=[scene.arrived({"L1": 3})]))
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("1")
    page.get_by_label("Note for colleagues").fill("Photo is in the mail.")
    press = page.get_by_role("button", name="Refund €3.33")
    expect(press).to_be_visible()
    scene.refund(case, {"L1": 1}, by=scene.colleague)

    press.click()
    expect(money(page).get_by_role("alert")).to_contain_text("The order changed since you looked")
    expect(quoted(page, "1 × Blue cup").get_by_role("cell")).to_have_text(["€3.33", "€3.34"])
    expect(page.get_by_label("Note for colleagues")).to_have_value("Photo is in the mail.")
    expect(units(page, "Blue cup")).to_have_value("1")
    page.get_by_role("button", name="Refund €3.34").click()
    expect(refund(page)).to_contain_text("Photo is in the mail.")


def test_what_is_typed_in_one_part_survives_a_change_of_another(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("2")
    page.get_by_label("Note for colleagues").fill("Photo is in the mail.")
    expect(page.get_by_role("button", name="Refund €20.00")).to_be_visible()
    write(page, "Internal note", "I am giving two back.", "Add note")
    expect(story(page)).to_contain_text("I am giving two back.")
    expect(page.get_by_label("Note for colleagues")).to_have_value("Photo is in the mail.")
    expect(units(page, "Blue cup")).to_have_value("2")

    page.get_by_role("textbox", name="Text", exact=True).fill("Half a reply")
    page.get_by_role("button", name="Refund €20.00").click()
    expect(refund(page)).to_contain_text("Approved by rule")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("Half a reply")


def test_a_refused_form_says_why_and_keeps_what_was_typed(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    page.get_by_role("textbox", name="Text", exact=True).fill("One more thing.")
    for status in ("solved", "closed"):
        change_status(case=case, by=scene.colleague, status=status, now=scene.now)
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("closed")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_value("One more thing.")

    page.goto(f"/cases/new/?shop={scene.shop.reference}&order=9999")
    expect(page.get_by_text("No order “9999” in that shop")).to_be_visible()
    page.get_by_label("Subject").fill("Where is my order?")
    page.get_by_role("textbox", name="Text", exact=True).fill("   ")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_role("alert")).to_contain_text("Write something first.")
    expect(page.get_by_label("Subject")).to_have_value("Where is my order?")


def test_a_case_that_moved_on_is_shown_as_it_is_now(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    change_status(case=case, by=scene.colleague, status="on_hold", now=scene.now)
    choose(page, "Status", "Solved")
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed the case meanwhile: it is now on hold.")
    expect_fact(page, "Status", "on hold")
