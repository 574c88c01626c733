"""The page of the API's contract: whole, from our own files, in light and dark, without a word from the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from config.tests.journeys.complaints import Complaints

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("colours", "background"), [("light", "rgb(250, 250, 250)"), ("dark", "rgb(28, 32, 34)")])
def test_everybody_reads_the_contract(
    complaints: Complaints, new_context: Callable[..., BrowserContext], colours: str, background: str
) -> None:
    page = complaints.listen(new_context(color_scheme=colours)).new_page()
    page.goto("/api/v1/docs/")
    expect(page.get_by_role("heading", name="Redress")).to_be_visible()
    expect(page.locator("body")).to_have_css("background-color", background)
    for chapter in ("Tokens", "Orders", "Cases", "Refunds"):
        expect(page.get_by_role("link", name=chapter, exact=True)).to_be_visible()
    page.get_by_role("button", name="POST /api/v1/refunds/quote/").first.click()
    expect(page.get_by_text("Quote a refund")).to_be_visible()
