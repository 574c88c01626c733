"""The desk by keyboard alone: the way through a page, the single keys, and a ring round whatever has the focus."""

import pytest
from playwright.sync_api import Locator, Page, expect

from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import expect_fact, money, refund, story, units
from config.tests.journeys.scene import Scene

pytestmark = pytest.mark.browser

# Whether the focused thing, or what is around it, looks another way than without the focus
SHOWS_FOCUS = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return false;
  const around = [focused];
  while (around.length < 4 && around.at(-1).parentElement) around.push(around.at(-1).parentElement);
  const look = () => {
    const styles = around.map((element) => getComputedStyle(element)).concat(getComputedStyle(focused, "::after"));
    return styles.map((style) => [style.outline, style.boxShadow, style.borderColor].join()).join();
  };
  const before = look();
  focused.blur();
  const after = look();
  focused.focus({ focusVisible: true });
  return before !== after;
}"""


def next_stop(page: Page) -> None:
    """Press Tab once."""
    page.keyboard.press("Tab")
    here = page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")
    assert page.evaluate(SHOWS_FOCUS), f"no ring round {here}"


def tab_to(page: Page, goal: Locator, steps: int = 60) -> None:
    """Press Tab until the goal has the focus; on the way every stop shows that it has it."""
    for _ in range(steps):
        next_stop(page)
        if goal.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{steps} steps did not lead to {goal}")


def test_a_refund_by_keyboard_alone(scene: Scene, signed_in: SignedIn) -> None:
    order = scene.order()
    scene.case(order, "Where is the lamp?")
    case = scene.case(order)
    page = signed_in(scene.agent)
    page.goto("/cases/")
    tab_to(page, page.get_by_role("link", name="Skip to the page"), steps=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    for key, subject in (("j", case.subject), ("j", "Where is the lamp?"), ("k", case.subject)):
        page.keyboard.press(key)
        expect(page.get_by_role("link", name=subject)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(case.get_absolute_url())

    tab_to(page, page.locator("summary").filter(has_text="Prepare a refund"))
    page.keyboard.press("Enter")
    tab_to(page, units(page, "Blue cup"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    press = page.get_by_role("button", name="Refund €20.00")
    expect(press).to_be_visible()
    tab_to(page, press)
    page.keyboard.press("Enter")
    expect(refund(page)).to_contain_text("Approved by rule")
    expect(money(page).get_by_role("heading", name="Refunds")).to_be_focused()


def test_single_keys_lead_about_and_can_be_switched_off(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    find = page.get_by_role("searchbox", name="Find a case")
    text = page.get_by_label("Text", exact=True)
    page.keyboard.press("/")
    expect(find).to_be_focused()
    page.keyboard.type("n/e")
    expect(find).to_have_value("n/e")
    find.blur()

    page.keyboard.press("e")
    expect_fact(page, "Assignee", scene.agent.name)
    page.keyboard.press("i")
    page.keyboard.type("Looks thrown.")
    expect(text).to_have_value("Looks thrown.")
    tab_to(page, page.get_by_role("button", name="Add note"))
    page.keyboard.press("Enter")
    expect(story(page).get_by_role("article").filter(has_text="Looks thrown.")).to_contain_text("internal note")
    expect(text).to_be_focused()
    text.blur()
    page.keyboard.press("r")
    page.keyboard.type("We are sorry.")
    expect(text).to_have_value("We are sorry.")
    tab_to(page, page.get_by_role("button", name="Reply", exact=True))
    page.keyboard.press("Enter")
    expect_fact(page, "Status", "pending")

    page.goto("/cases/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.keyboard.press("n")
    page.wait_for_url("/cases/new/")
    page.keyboard.press("?")
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.get_by_role("main").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Find a case")).not_to_be_focused()


def test_menus_open_close_and_give_the_focus_back(scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.agent)
    page.goto(scene.case().get_absolute_url())
    status = page.locator("summary").filter(has_text="Status")
    tab_to(page, status)
    page.keyboard.press("Enter")
    choice = page.get_by_role("button", name="On hold", exact=True)
    tab_to(page, choice)
    page.keyboard.press("Escape")
    expect(choice).to_be_hidden()
    expect(status).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, choice)
    page.keyboard.press("Enter")
    expect_fact(page, "Status", "on hold")
    expect(status).to_be_focused()


def test_every_stop_on_the_way_through_a_page_shows_the_focus(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    large = scene.refund(case, {"L3": 1})
    payout = large.payouts.get()
    page = signed_in(scene.supervisor)
    for address in (
        *("/cases/", "/orders/", case.order.get_absolute_url(), "/cases/new/", "/admin/"),
        *(f"/admin/refunds/refund/{large.pk}/change/", f"/admin/refunds/payout/{payout.pk}/change/"),
    ):
        page.goto(address)
        last = page.locator("main :is(a, button, summary, input, select, textarea):visible").last
        tab_to(page, last)
