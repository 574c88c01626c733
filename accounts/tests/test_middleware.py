"""Everybody signs in first, and comes back to where they were."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true"}


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(client: Client) -> None:
    answer = client.get("/cases/?status=open&shop=acme")
    assert (answer.status_code, answer.url) == (302, "/sign-in/?next=/cases/%3Fstatus%3Dopen%26shop%3Dacme")


def test_a_sent_form_leads_back_to_its_page(client: Client) -> None:
    page = {"Referer": "http://testserver/cases/new/?shop=acme"}
    assert client.post("/cases/new/", headers=page).url == "/sign-in/?next=/cases/new/%3Fshop%3Dacme"


@pytest.mark.parametrize("page", [{}, {"Referer": "https://evil.test/cases/"}, {"Referer": "nonsense"}])
def test_a_form_sent_from_nowhere_leads_to_the_first_page(client: Client, page: dict[str, str]) -> None:
    assert client.post("/cases/new/", headers=page).url == "/sign-in/?next=/"


def test_a_part_of_a_page_takes_the_whole_page_to_the_sign_in_page(client: Client) -> None:
    answer = client.get("/cases/", headers=PART | {"HX-Current-URL": "http://testserver/cases/?status=open"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=/cases/%3Fstatus%3Dopen"
    assert "Location" not in answer


@pytest.mark.parametrize("page", [{}, {"HX-Current-URL": "https://evil.test/cases/"}])
def test_a_part_of_a_foreign_page_leads_to_the_first_page(client: Client, page: dict[str, str]) -> None:
    assert client.get("/cases/", headers=PART | page)["HX-Redirect"] == "/sign-in/?next=/"


def test_a_deactivated_person_is_out_with_their_next_request(client: Client) -> None:
    person = UserFactory()
    client.force_login(person)
    assert client.get("/cases/").status_code == 200
    person.is_active = False
    person.save()
    assert client.get("/cases/").status_code == 302
    assert client.get("/cases/", headers=PART).status_code == 401


@pytest.mark.parametrize("name", ["sign-in", "password_reset", "password_reset_done", "password_reset_complete"])
def test_the_way_in_is_open_to_everybody(client: Client, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["password_change", "password_change_done", "today"])
def test_the_other_pages_are_not(client: Client, name: str) -> None:
    assert client.get(reverse(name)).url.startswith("/sign-in/")


def test_a_missing_page_is_missing_for_everybody(client: Client) -> None:
    assert client.get("/nowhere/").status_code == 404


def test_a_forged_session_cookie_is_nobody(client: Client) -> None:
    for forged in ("x" * 32, "short", '"\\000aaaaaaaaaa"', "a" * 5000):
        answer = client.get("/cases/", headers={"Cookie": f"sessionid={forged}"})
        assert answer.status_code == 302
