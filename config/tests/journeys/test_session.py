"""Sessions: their end while a page is open, signing out, and who cannot sign in."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.tests.factories import ClientFactory
from config.tests.journeys.conftest import SignedIn
from config.tests.journeys.pages import open_composer, sign_in, units
from config.tests.journeys.scene import Scene

pytestmark = pytest.mark.browser

SIGN_IN = re.compile(r"/sign-in/")


def test_a_session_that_ended_leads_over_the_sign_in_page_back_to_the_case(scene: Scene, signed_in: SignedIn) -> None:
    case = scene.case()
    page = signed_in(scene.agent)
    page.goto(case.get_absolute_url())
    open_composer(page)
    Session.objects.all().delete()
    units(page, "Blue cup").fill("1")
    expect(page).to_have_url(SIGN_IN)
    sign_in(page, scene.agent.username)
    expect(page).to_have_url(re.compile(f"{case.get_absolute_url()}$"))

    Session.objects.all().delete()
    page.goto("/orders/?q=1001")
    sign_in(page, scene.agent.username)
    expect(page).to_have_url(re.compile(r"/orders/\?q=1001$"))


def test_signing_out_ends_the_session_in_every_window(scene: Scene, signed_in: SignedIn) -> None:
    page = signed_in(scene.agent)
    page.goto("/cases/")
    page.get_by_text("your menu").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(SIGN_IN)
    another = page.context.new_page()
    another.goto("/orders/")
    expect(another).to_have_url(SIGN_IN)
    assert not Session.objects.exists()


@pytest.mark.parametrize("foreign", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(scene: Scene, page: Page, base_url: str, foreign: str) -> None:
    page.goto(f"/sign-in/?next={foreign}")
    sign_in(page, scene.agent.username)
    expect(page).to_have_url(f"{base_url}/cases/")


def test_wrong_passwords_and_api_clients_are_refused_alike(scene: Scene, page: Page) -> None:
    client = ClientFactory(shops=[scene.shop])
    page.goto("/sign-in/")
    for username, password in ((scene.agent.username, "wrong"), (client.username, None), ("nobody@example.test", "x")):
        sign_in(page, username, *([password] if password else []))
        expect(page.get_by_role("alert")).to_contain_text("do not match an account that may sign in here")
        expect(page.get_by_label("E-mail address")).to_have_value(username)
