"""What must hold on every page: WCAG 2.1 AA by axe in light and dark, no sideways scrolling, a light first view."""

import gzip
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.contrib.auth.tokens import default_token_generator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page, Response, ViewportSize, expect

from accounts.models import User
from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import open_composer, quoted, sign_in, units
from config.tests.journeys.scene import Scene
from orders.domain.window import WINDOW
from orders.models import MirrorConflict
from refunds.use_cases import confirm_payout, reject_refund
from support.models import Case
from support.use_cases import add_note, change_status, reply

pytestmark = [pytest.mark.browser, pytest.mark.urls("config.tests.journeys.urls")]

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1440, height=900)
MAGNIFIED = ViewportSize(width=720, height=450)  # the desktop at 200 %
NARROW = ViewportSize(width=320, height=640)
FIRST_VIEW = 150_000

AXE = """() => axe.run({
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], resultTypes: ["violations"]
})"""
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(page: Page) -> Iterator[str]:
    """What axe finds in both colours at both widths, and the widths at which the page scrolls sideways."""
    page.evaluate(AXE_SCRIPT)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            found = AxeResults(page.evaluate(AXE))
            if found.violations_count:
                yield f"{page.url} at {size['width']}, {colours}: {found.generate_report()}"
    for size in (PHONE, NARROW, MAGNIFIED):
        page.set_viewport_size(size)
        if page.evaluate(SIDEWAYS):
            yield f"{page.url} scrolls sideways at {size['width']}"
    page.set_viewport_size(DESKTOP)


def opened(page: Page, addresses: Iterable[str]) -> Iterator[str]:
    """The faults of pages that one only has to open."""
    for address in addresses:
        page.goto(address)
        yield from faults(page)


def require_none(found: Iterable[str]) -> None:
    """Fail with every fault in full."""
    if said := "\n".join(found):
        pytest.fail(said, pytrace=False)


def busy(scene: Scene) -> Case:
    """A desk with something of every kind, and a case in which much was said and money moved."""
    for hours in (2, 20, 72, -1):
        arrived = scene.arrived({"L1": 3}, at=scene.now + timedelta(hours=hours) - WINDOW)
        scene.order(f"closes-in-{hours}", deliveries=[arrived])
    undelivered = scene.order("3000", deliveries=[])
    for status, priority in (("open", 4), ("pending", 3), ("on_hold", 1), ("solved", 2)):
        case = scene.case(undelivered, f"About what is {status}", priority=priority)
        if status != "open":
            change_status(case=case, by=scene.agent, status=status, now=scene.now)
    seen = {"first_seen_at": scene.now, "last_seen_at": scene.now}
    refused = {"code": "version_conflict", "detail": "Same version, other content.", "body": {}, "digest": "0" * 64}
    MirrorConflict.objects.create(shop=scene.shop, reference="9001", **refused, **seen)
    return much_happened(scene, scene.case())


def much_happened(scene: Scene, case: Case) -> Case:
    """The case with words of every kind, a refund that was paid, and one that was rejected."""
    add_note(case=case, by=scene.agent, body="Looks thrown.", now=scene.now)
    reply(case=case, by=scene.agent, body="We are sorry.", now=scene.now)
    paid = scene.refund(case, {"L1": 1}).payouts.get()
    confirm_payout(payout=paid, by=scene.supervisor, bank_reference="SEPA 4711", now=scene.now)
    rejected = scene.refund(case, {"L3": 1})
    reject_refund(refund=rejected, by=scene.supervisor, reason="It is unharmed.", now=scene.now)
    return case


def test_lists_orders_and_forms_of_agents_are_for_everybody(scene: Scene, signed_in: SignedIn) -> None:
    case = busy(scene)
    addresses = [
        *("/cases/", "/cases/?q=nothing+fits", "/orders/", case.order.get_absolute_url()),
        *("/cases/new/", f"/cases/new/?shop={scene.shop.reference}&order=1001"),
        *("/password/", "/admin/", "/cases/C-999999/", "/styleguide/"),
    ]
    require_none(opened(signed_in(scene.agent), addresses))


def test_a_case_with_a_quoted_refund_and_open_menus_is_for_everybody(scene: Scene, signed_in: SignedIn) -> None:
    case = busy(scene)
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    units(page, "Blue cup").fill("1")
    units(page, "Oak table").fill("1")
    expect(quoted(page, "Oak table")).to_be_visible()
    for fold in page.locator("summary:visible", has_text="why?").all():
        fold.click()
    found = list(faults(page))
    page.locator("summary").filter(has_text="Assignee").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    require_none([*found, *faults(page)])


def test_the_supervisors_site_is_for_everybody(scene: Scene, signed_in: SignedIn) -> None:
    case = busy(scene)
    refund = scene.refund(case, {"L3": 1})
    lists = ("refunds/refund", "refunds/payout", "support/case", "orders/order", "orders/mirrorconflict")
    rows = (refund, refund.payouts.get(), case, case.order, MirrorConflict.objects.get())
    pages = [f"/admin/{each}/{row.pk}/change/" for each, row in zip(lists, rows, strict=True)]
    require_none(opened(signed_in(scene.supervisor), ["/admin/", *(f"/admin/{each}/" for each in lists), *pages]))


def test_the_pages_before_signing_in_are_for_everybody(scene: Scene, page: Page) -> None:
    addresses = [
        *("/password/reset/", "/password/reset/sent/", "/password/reset/done/", reset_link(scene.agent)),
        *("/password/reset/none/none/", "/broken/", "/sign-in/"),
    ]
    found = list(opened(page, addresses))
    sign_in(page, "nobody@example.test", "x")
    expect(page.get_by_role("alert")).to_be_visible()
    found += faults(page)
    page.context.clear_cookies(name="csrftoken")
    sign_in(page, "nobody@example.test", "x")
    expect(page.get_by_role("heading", name="The page was open for too long")).to_be_visible()
    require_none([*found, *faults(page)])


def reset_link(user: User) -> str:
    """Where somebody sets a password."""
    return f"/password/reset/{urlsafe_base64_encode(force_bytes(user.pk))}/{default_token_generator.make_token(user)}/"


def test_the_first_view_is_light(scene: Scene, signed_in: SignedIn) -> None:
    case = busy(scene)
    weights = {address: weight(signed_in(scene.agent), address) for address in ("/cases/", case.get_absolute_url())}
    assert {address: sent for address, sent in weights.items() if sent > FIRST_VIEW} == {}


def weight(page: Page, address: str) -> int:
    """What a browser that was never here loads for a page: packed, where packing helps, and with the headers."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    headers = sum(len(name) + len(value) + 4 for answer in answers for name, value in answer.headers.items())
    return headers + sum(min(len(body), len(gzip.compress(body))) for body in (answer.body() for answer in answers))
