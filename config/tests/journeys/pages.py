"""Where things stand on the pages, as somebody who hears them read finds them."""

from playwright.sync_api import Locator, Page, expect

from accounts.tests.factories import PASSWORD


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill in the sign-in page."""
    page.get_by_label("E-mail address").fill(username)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def go_to(page: Page, name: str) -> None:
    """Follow a link of the rail."""
    page.get_by_role("navigation", name="Desk").get_by_role("link", name=name).click()


def money(page: Page) -> Locator:
    """The refunds panel of a case."""
    return page.get_by_role("region", name="Refunds")


def order_line(page: Page, product: str) -> Locator:
    """A line of the order, beside the case's story."""
    return page.get_by_role("region", name="Order").get_by_role("listitem").filter(has_text=product)


def units(page: Page, product: str) -> Locator:
    """How many units of a product go back."""
    return page.get_by_role("spinbutton", name=f"Units of {product} to give back")


def quoted(page: Page, product: str) -> Locator:
    """A row of the live quote."""
    return page.get_by_role("table", name="What would go back").get_by_role("row").filter(has_text=product)


def refund(page: Page) -> Locator:
    """The newest refund of the case's order."""
    return page.get_by_role("article", name="R-").first


def story(page: Page) -> Locator:
    """The case's story."""
    return page.get_by_role("log")


def open_composer(page: Page) -> None:
    """Unfold the refund composer."""
    page.get_by_text("Prepare a refund").click()


def choose(page: Page, fact: str, choice: str) -> None:
    """Change a fact of the case by its menu."""
    menu = page.get_by_role("group").filter(has=page.locator("summary").filter(has_text=fact))
    menu.locator("summary").click()
    menu.get_by_role("button", name=choice, exact=True).click()


def expect_fact(page: Page, fact: str, value: str) -> None:
    """What the case says of it."""
    expect(page.locator("summary").filter(has_text=fact)).to_contain_text(value)


def write(page: Page, kind: str, text: str, button: str) -> None:
    """Write into the case's story."""
    page.get_by_text(kind, exact=True).and_(page.locator("label")).click()
    page.get_by_role("textbox", name="Text", exact=True).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
