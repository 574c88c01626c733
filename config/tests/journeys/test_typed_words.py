"""What somebody is typing survives what they, or others, do beside it; and a no stays to be read."""

import pytest
from playwright.sync_api import Page, expect

from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import choose, expect_fact, money, open_composer, story, units, write
from config.tests.journeys.scene import Scene
from refunds.use_cases import cancel_refund
from support.use_cases import change_status

pytestmark = pytest.mark.browser


def settled(page: Page) -> None:
    """Wait until every part has been fetched again."""
    page.wait_for_load_state("networkidle")


def test_a_refund_being_typed_survives_the_decision_about_another_one(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    scene.refund(case, {"L3": 1}, by=scene.agent)
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("2")
    page.get_by_label("Note for colleagues").fill("Photo is in the mail.")
    page.get_by_text("Take back…").click()
    page.get_by_role("button", name="Take R-").click()
    expect(story(page)).to_contain_text("cancelled")
    expect(money(page).get_by_role("article")).to_contain_text("cancelled")
    expect(units(page, "Blue cup")).to_have_value("2")
    expect(page.get_by_label("Note for colleagues")).to_have_value("Photo is in the mail.")


def test_a_decision_that_came_too_late_says_so_and_shows_the_reason(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    refund = scene.refund(case, {"L3": 1}, by=scene.agent)
    page = signed_in(scene.supervisor)
    page.goto(case.get_absolute_url())
    page.get_by_text("Reject…").click()
    page.get_by_label("Reason, told in the story").fill("The table is fine.")
    cancel_refund(refund=refund, by=scene.agent, now=scene.now)
    with page.expect_response(lambda answer: answer.url.endswith(case.get_absolute_url())):
        page.get_by_role("button", name="Reject R-").click()
    settled(page)
    expect(money(page).get_by_role("alert")).to_contain_text("the refund is now cancelled")
    expect(money(page)).to_contain_text("You wrote: “The table is fine.”")


def test_a_case_that_moved_on_keeps_saying_so(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    change_status(case=case, by=scene.colleague, status="on_hold", now=scene.now)
    with page.expect_response(lambda answer: answer.url.endswith(case.get_absolute_url())):
        choose(page, "Status", "Solved")
    settled(page)
    expect(page.get_by_role("alert")).to_contain_text("Somebody changed the case meanwhile: it is now on hold.")
    expect_fact(page, "Status", "on hold")


def test_a_message_sent_before_with_other_words_is_sent_by_pressing_again(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    key = page.locator(".composer [name=key]").input_value()
    write(page, "Internal note", "The first words.", "Add note")
    expect(story(page)).to_contain_text("The first words.")
    page.locator(".composer [name=key]").evaluate("(field, key) => { field.value = key }", key)
    write(page, "Internal note", "Other words.", "Add note")
    expect(page.get_by_role("alert")).to_contain_text("Press again to send this as well.")
    page.get_by_role("button", name="Add note").click()
    expect(story(page)).to_contain_text("Other words.")
    expect(story(page)).to_contain_text("The first words.")
