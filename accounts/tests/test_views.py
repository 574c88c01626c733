"""The sign-in page, and passwords."""

from io import StringIO

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.tests.factories import PASSWORD, ClientFactory, ShopFactory, UserFactory
from accounts.use_cases import add_person, one_time_link
from accounts.use_cases import sign_in as take_in
from accounts.use_cases.signing_in import hashing

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "a quieter horse and its battery"


@pytest.fixture
def ana() -> User:
    return UserFactory(username="ana@example.test", name="Ana Moreno")


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(reverse("sign-in"), {"username": username, "password": password} | more)


def signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


@pytest.mark.parametrize("typed", ["ana@example.test", " Ana@Example.TEST "])
def test_a_person_signs_in_by_address_and_password(client: Client, ana: User, typed: str) -> None:
    answer = sign_in(client, typed)
    assert (answer.status_code, answer.url) == (302, "/cases/")
    assert client.session[SESSION_KEY] == str(ana.pk)


def test_whoever_may_not_sign_in_hears_the_same_words_whatever_the_reason(client: Client, ana: User) -> None:
    UserFactory(username="gone@example.test", is_active=False)
    ClientFactory(username="warehouse@example.test")
    tries = [
        ("nobody@example.test", PASSWORD),
        ("ana@example.test", "wrong"),
        ("gone@example.test", PASSWORD),
        ("warehouse@example.test", PASSWORD),
    ]
    answers = [sign_in(client, *tried) for tried in tries]
    assert {answer.status_code for answer in answers} == {200}
    assert len({str(answer.context["form"].non_field_errors()) for answer in answers}) == 1
    assert not signed_in(client)


def test_after_too_many_tries_the_form_says_how_long_to_wait(client: Client, ana: User) -> None:
    for _ in range(5):
        assert sign_in(client, ana.username, "wrong").status_code == 200
    answer = sign_in(client, ana.username)
    wait = int(answer["Retry-After"])
    assert answer.status_code == 429
    assert 50 < wait <= 60
    assert f"Too many tries. Try again in {wait} seconds." in answer.text
    assert f'value="{ana.username}"' in answer.text
    assert not signed_in(client)


def test_the_supervisors_site_is_behind_the_same_form(client: Client) -> None:
    boss = UserFactory(role="supervisor")
    for _ in range(5):
        sign_in(client, boss.username, "wrong")
    form = client.post("/admin/login/", {"username": boss.username, "password": PASSWORD})
    assert form.status_code == 302
    assert client.post(form.url, {"username": boss.username, "password": PASSWORD}).status_code == 429


def test_tries_at_pages_and_for_tokens_are_counted_together(client: Client, ana: User) -> None:
    for _ in range(5):
        sign_in(client, ana.username, "wrong")
    with pytest.raises(Refused, match="too_many_attempts"):
        take_in(username=ana.username, password=PASSWORD, address="127.0.0.1", now=timezone.now())


def test_a_desk_that_hashes_enough_already_asks_for_a_moment(
    client: Client, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.use_cases.signing_in.PATIENCE", 0.01)
    with hashing, hashing:
        answer = sign_in(client, ana.username)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert sign_in(client, ana.username).status_code == 302


@pytest.mark.parametrize("ended", ["revoke_tokens", "close_account"])
def test_a_person_whose_sessions_were_ended_is_out_with_the_next_page(client: Client, ana: User, ended: str) -> None:
    sign_in(client, ana.username)
    assert client.get(reverse("password_change")).status_code == 200
    call_command(ended, ana.username, stdout=StringIO())
    assert client.get(reverse("password_change")).status_code == 302
    assert sign_in(client, ana.username).status_code == (302 if ended == "revoke_tokens" else 200)


@pytest.mark.parametrize("wanted", ["/cases/new/?shop=acme", "/admin/"])
def test_signing_in_leads_back_to_the_page_that_was_wanted(client: Client, ana: User, wanted: str) -> None:
    assert sign_in(client, ana.username, next=wanted).url == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test/",
        "https:evil.test",
        "https://testserver@evil.test",
        "javascript:1",
    ],
)
def test_signing_in_never_leads_elsewhere(client: Client, ana: User, elsewhere: str) -> None:
    assert sign_in(client, ana.username, next=elsewhere).url == "/cases/"


def test_whoever_is_signed_in_is_led_past_the_sign_in_page(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get(reverse("sign-in")).url == "/cases/"


def test_signing_in_makes_another_session(client: Client, ana: User) -> None:
    UserFactory(username="kim@example.test")
    sign_in(client, "kim@example.test")
    before = client.session.session_key
    client.post(reverse("sign-out"))
    client.cookies["sessionid"] = before
    sign_in(client, ana.username)
    assert client.session.session_key != before


def test_signing_out_needs_a_post_and_ends_the_session(client: Client, ana: User) -> None:
    client.force_login(ana)
    assert client.get(reverse("sign-out")).status_code == 405
    assert signed_in(client)
    assert client.post(reverse("sign-out")).url == "/sign-in/"
    assert not signed_in(client)


def test_a_one_time_link_leads_to_a_password_and_works_once(client: Client) -> None:
    ana = add_person(email="ana@example.test", role="agent", shops=[])
    link = one_time_link(ana)
    form = client.get(link)
    assert form.url.endswith("/set-password/")
    assert client.get(form.url).context["validlink"]
    done = client.post(form.url, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert (done.status_code, done.url) == (302, "/password/reset/done/")
    assert client.get(done.url).status_code == 200
    assert not signed_in(client)
    assert not Client().get(link).context["validlink"]
    assert sign_in(client, "ana@example.test", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize("weak", ["short", "password1234", "Ana Moreno 12"])
def test_a_weak_password_is_refused_at_a_one_time_link(client: Client, weak: str) -> None:
    ana = add_person(email="ana@example.test", role="agent", shops=[], name="Ana Moreno")
    form = client.get(one_time_link(ana), follow=True)
    answer = client.post(form.redirect_chain[-1][0], {"new_password1": weak, "new_password2": weak})
    assert answer.context["form"].errors
    ana.refresh_from_db()
    assert not ana.has_usable_password()


def test_a_broken_one_time_link_opens_nothing(client: Client, ana: User) -> None:
    broken = one_time_link(ana)[:-2] + "x/"
    assert not client.get(broken).context["validlink"]


def test_asking_for_a_new_password_says_the_same_to_everybody(client: Client, ana: User) -> None:
    ways = [client.post(reverse("password_reset"), {"email": email}).url for email in (ana.email, "no@example.test")]
    assert ways == ["/password/reset/sent/"] * 2
    assert client.get(ways[0]).status_code == 200


def test_changing_the_password_keeps_this_session_and_ends_the_others(client: Client, ana: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(ana)
    client.force_login(ana)
    new = {"old_password": PASSWORD, "new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(reverse("password_change"), new).url == "/password/done/"
    assert client.get("/cases/").status_code == 200
    assert elsewhere.get("/cases/").status_code == 302


def test_only_the_demo_shows_its_people_and_only_those_who_may_sign_in(client: Client, settings: Settings) -> None:
    shown = UserFactory(username="agent@demo.test")
    UserFactory(username="gone@demo.test", is_active=False)
    UserFactory(username="ana@example.test")
    program, shop = ClientFactory(username="integrator@demo.test"), ShopFactory(reference="demo")
    assert "demo_people" not in client.get(reverse("sign-in")).context
    settings.ENVIRONMENT = "demo"
    page = client.get(reverse("sign-in"))
    assert list(page.context["demo_people"]) == [shown]
    assert (list(page.context["demo_clients"]), list(page.context["demo_shops"])) == ([program], [shop])
    for told in ("agent@demo.test", "integrator@demo.test", "<code>demo</code>", "redress-demo"):
        assert told in page.text
