"""The integrators' way in, over HTTP: signing in, exchanging, ending, and what no token opens."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import jwt
import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import RefreshFamily, User
from accounts.tests.api import api_client_for
from accounts.tests.factories import PASSWORD, ClientFactory, UserFactory
from accounts.tokens import name_of
from accounts.use_cases import close_account, issue_tokens, rotate_client_secret

BRACED = "{0b0c9f5e-2a52-4b8e-9d7c-3f1e5a6b7c8d}"  # the same identifier, not as a token writes it

pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.urls")]

REFUSED = "The token is not valid, or not any more. Sign in again."


@pytest.fixture
def warehouse(db: None) -> User:
    return ClientFactory(username="warehouse")


def sign_in(username: str, password: str = PASSWORD, **headers: Any) -> Any:
    return APIClient().post("/token/", {"username": username, "password": password}, **headers)


def refresh(raw: str, **headers: Any) -> Any:
    return APIClient().post("/token/refresh/", {"refresh": raw}, **headers)


def who(authorization: str | None) -> Any:
    return APIClient().get("/who/", headers={"Authorization": authorization} if authorization is not None else {})


def with_token(raw: str) -> Any:
    return who(f"Bearer {raw}")


def test_a_client_signs_in_works_renews_and_ends(warehouse: User) -> None:
    first = sign_in("warehouse")
    assert (first.status_code, set(first.json())) == (200, {"access", "refresh"})
    assert with_token(first.json()["access"]).json() == "warehouse"
    second = refresh(first.json()["refresh"])
    assert (second.status_code, set(second.json())) == (200, {"access", "refresh"})
    assert with_token(second.json()["access"]).json() == "warehouse"
    ended = APIClient().post("/token/revoke/", {"refresh": second.json()["refresh"]})
    assert (ended.status_code, ended.content) == (204, b"")
    assert with_token(second.json()["access"]).status_code == 401
    assert refresh(second.json()["refresh"]).status_code == 401


def test_tokens_are_kept_by_nobody_on_the_way_and_make_no_session(warehouse: User) -> None:
    answer = sign_in("warehouse")
    assert answer["Cache-Control"] == "no-store"
    assert refresh(answer.json()["refresh"])["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_people_get_tokens_too() -> None:
    UserFactory(username="ana@example.test")
    assert with_token(sign_in("Ana@example.test").json()["access"]).json() == "ana@example.test"


def test_unknown_existing_and_disabled_accounts_are_refused_by_the_same_answer(warehouse: User) -> None:
    UserFactory(username="ana@example.test")
    UserFactory(username="gone@example.test", is_active=False)
    ClientFactory(username="closed", is_active=False)
    tries = [("nobody", "x"), ("warehouse", "x"), ("ana@example.test", "x"), ("gone@example.test", PASSWORD)]
    answers = [sign_in(*tried) for tried in [*tries, ("closed", PASSWORD)]]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "sign_in_refused"


def test_too_many_tries_are_told_how_long_to_wait_whatever_address_they_claim(warehouse: User) -> None:
    answers = [sign_in("warehouse", "x", headers={"X-Forwarded-For": f"203.0.113.{number}"}) for number in range(8)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 3
    assert answers[-1].json()["code"] == "too_many_attempts"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("proxies", "statuses"), [(1, [401] * 8), (2, [401] * 5 + [429] * 3), (3, [401] * 5 + [429] * 3)]
)
def test_the_address_is_what_the_outermost_of_our_proxies_saw(
    warehouse: User, settings: Settings, proxies: int, statuses: list[int]
) -> None:
    settings.TRUSTED_PROXIES = proxies
    claimed = [f"192.0.2.7, 203.0.113.{number}" for number in range(8)]
    assert [sign_in("warehouse", "x", headers={"X-Forwarded-For": each}).status_code for each in claimed] == statuses


def test_garbage_to_exchange_is_refused_and_counted(warehouse: User, settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 3
    answers = [refresh("garbage") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [401] * 3 + [429] * 2
    assert answers[0]["WWW-Authenticate"] == "Bearer"
    assert answers[0].json()["code"] == "token_refused"
    assert "Retry-After" in answers[-1]


def test_what_is_no_token_has_ended_already_until_there_is_too_much_of_it(settings: Settings) -> None:
    settings.SIGN_IN_TRIES_PER_ADDRESS = 3
    answers = [APIClient().post("/token/revoke/", {"refresh": "garbage"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [204] * 3 + [429]


@pytest.mark.parametrize("path", ["/token/", "/token/refresh/", "/token/revoke/"])
@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"username": "warehouse"}',
        '{"username": 1, "password": 2, "refresh": 3}',
        '{"username": ["warehouse"], "password": {}, "refresh": {}}',
        '{"username": null, "password": null, "refresh": null}',
        '{"username": "a\\u0000", "password": "b", "refresh": "a\\u0000"}',
        '{"username": "\\ud800", "password": "\\ud800", "refresh": "\\ud800"}',
        '{"username": "a", "password": "b", "refresh": "c", "otp": "1"}',
        '{"username": "a", "username": "b", "password": "c", "refresh": "a", "refresh": "b"}',
    ],
)
def test_what_is_not_asked_for_is_malformed(path: str, body: str) -> None:
    answer = Client().post(path, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/token/", "/token/refresh/", "/token/revoke/"])
def test_a_dead_token_beside_it_keeps_nobody_from_signing_in(warehouse: User, path: str) -> None:
    client = APIClient(headers={"Authorization": "Bearer dead"})
    pair = issue_tokens(user=warehouse, now=timezone.now())
    body = {"username": "warehouse", "password": PASSWORD} if path == "/token/" else {"refresh": pair.refresh}
    assert client.post(path, body).status_code in (200, 204)


@pytest.mark.parametrize("path", ["/token/", "/token/refresh/", "/token/revoke/"])
def test_tokens_are_posted_for_and_by_no_other_method(path: str) -> None:
    assert APIClient().get(path).status_code == 405


# What opens nothing


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer a b",
        "Bearer a.b.c",
        "Bearer ...",
        "Basic d2FyZWhvdXNlOng=",
        "\xff",
        "Bearer \xff",
    ],
)
def test_without_a_token_nobody_comes_in_and_hears_what_to_bring(header: str | None) -> None:
    answer = who(header)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_the_name_of_the_scheme_may_be_written_in_any_case(warehouse: User) -> None:
    access = issue_tokens(user=warehouse, now=timezone.now()).access
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert who(f"{scheme} {access}").status_code == 200


def test_neither_a_session_nor_a_refresh_token_opens_the_api(warehouse: User) -> None:
    in_browser = Client()
    in_browser.force_login(UserFactory())
    assert in_browser.get("/who/").status_code == 401
    assert with_token(issue_tokens(user=warehouse, now=timezone.now()).refresh).status_code == 401


type Change = Callable[[dict[str, Any]], Any]


def claim(**changes: Any) -> Change:
    return lambda claims: claims.update(changes)


def without(name: str) -> Change:
    return lambda claims: claims.pop(name)


FORGED = {
    **{f"no {name}": without(name) for name in ("sub", "sv", "fam", "jti", "exp", "iat", "iss", "aud", "token_type")},
    **{
        f"{name} is {value!r}": claim(**{name: value})
        for name in ("sub", "sv", "fam", "jti")
        for value in (
            [],
            {},
            ["a"],
            {"a": 1},
            "",
            "1",
            "a\x00",
            1,
            1.5,
            True,
            None,
            "\ud800",
            "{0b0c9f5e-2a52-4b8e-9d7c-3f1e5a6b7c8d}",
        )
    },
    **{
        f"{name} is {value!r}": claim(**{name: value})
        for name in ("exp", "iat")
        for value in (
            [],
            {},
            "",
            "soon",
            "9999999999",
            None,
            True,
            10**30,
            -1,
            float("inf"),
            float("nan"),
            4102444800.5,
        )
    },
    **{f"nbf is {value!r}": claim(nbf=value) for value in ([], "soon", 4102444800, float("inf"))},
    "expired": claim(exp=1),
    "not yet given out": claim(iat=4102444800),
    "no account has it": claim(sub=str(uuid4())),
    "another version": claim(sv=str(uuid4())),
    "another family": claim(fam=str(uuid4())),
    "of another issuer": claim(iss="https://evil.test"),
    "issuers in a list": claim(iss=["redress"]),
    "for another audience": claim(aud="redress"),
    "for several audiences": claim(aud=["redress-api", "other"]),
    "audience in a dictionary": claim(aud={"redress-api": 1}),
    "a refresh token": claim(token_type="refresh"),
    "types in a list": claim(token_type=["access"]),
}


@pytest.fixture
def claims(warehouse: User, settings: Settings) -> dict[str, Any]:
    raw = issue_tokens(user=warehouse, now=timezone.now()).access
    return jwt.decode(raw, settings.JWT_SIGNING_KEY, ["HS256"], audience="redress-api")


def signed(claims: object, key: str, algorithm: str = "HS256", **header: Any) -> str:
    """A token as whoever has the key could make it."""
    head = {"kid": name_of(key)} | header
    text = json.dumps(claims).encode()
    return jwt.PyJWS().encode(text, key if algorithm != "none" else None, algorithm, headers=head)


def test_the_forger_of_these_tests_could_do_it_with_the_right_claims(
    claims: dict[str, Any], settings: Settings
) -> None:
    assert with_token(signed(claims, settings.JWT_SIGNING_KEY)).status_code == 200


@pytest.mark.parametrize("forged", FORGED)
def test_a_signed_token_with_another_claim_opens_nothing(
    claims: dict[str, Any], settings: Settings, forged: str
) -> None:
    FORGED[forged](claims)
    answer = with_token(signed(claims, settings.JWT_SIGNING_KEY))
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["detail"] == REFUSED
    assert refresh(signed(claims | {"token_type": "refresh"}, settings.JWT_SIGNING_KEY)).status_code in (
        (200,) if forged in ("a refresh token", "types in a list", "no token_type") else (401,)
    )


@pytest.mark.parametrize("text", ["[]", "null", "1", '"access"', "{", "[" * 2000, '{"sub": 1e999}'])
def test_signed_bytes_that_are_no_claims_open_nothing(warehouse: User, settings: Settings, text: str) -> None:
    key = settings.JWT_SIGNING_KEY
    raw = jwt.PyJWS().encode(text.encode(), key, "HS256", headers={"kid": name_of(key)})
    assert with_token(raw).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS512"},
        {"alg": "EdDSA"},
        {"alg": "RS256"},
        {"alg": ["HS256"]},
        {"alg": None},
        {"kid": "0" * 16},
        {"kid": "../../../../dev/null"},
        {"kid": "/etc/hostname"},
        {"kid": ""},
        {"kid": ["a"]},
        {"kid": {"a": 1}},
        {"kid": 1},
        {"kid": None},
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": ["b64"], "b64": True},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"jwk": {"kty": "oct", "k": "AAAA"}, "kid": "0" * 16},
        {"jku": "https://evil.test/keys", "kid": "0" * 16},
    ],
)
def test_a_header_that_names_another_key_or_way_opens_nothing(
    claims: dict[str, Any], settings: Settings, header: dict[str, Any]
) -> None:
    key = settings.JWT_SIGNING_KEY
    head = {"alg": "HS256", "typ": "JWT", "kid": name_of(key)} | header
    body = f"{encoded(head)}.{encoded(claims)}"
    for signature in (mac(body, key), mac(body, ""), ""):
        answer = with_token(f"{body}.{signature}")
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_the_right_header_needs_the_right_signature(claims: dict[str, Any], settings: Settings) -> None:
    key = settings.JWT_SIGNING_KEY
    body = f"{encoded({'alg': 'HS256', 'kid': name_of(key)})}.{encoded(claims)}"
    assert with_token(f"{body}.{mac(body, key)}").status_code == 200
    for signature in (
        mac(body, ""),
        mac(body, settings.SECRET_KEY),
        mac(body, "another key that is long enough too"),
        "",
    ):
        assert with_token(f"{body}.{signature}").status_code == 401


def test_a_token_without_the_name_of_its_key_opens_nothing(claims: dict[str, Any], settings: Settings) -> None:
    assert with_token(jwt.encode(claims, settings.JWT_SIGNING_KEY, "HS256")).status_code == 401
    assert with_token(jwt.encode(claims, "", "none")).status_code == 401


def encoded(value: object) -> str:
    return jwt.utils.base64url_encode(json.dumps(value).encode()).decode()


def mac(text: str, key: str) -> str:
    signer = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return jwt.utils.base64url_encode(signer.sign(text.encode(), key.encode())).decode()


# What ends with its reason


def test_who_was_demoted_may_less_with_the_next_call() -> None:
    ana = UserFactory(role="agent")
    client = api_client_for(ana)
    assert client.get("/who/").status_code == 200
    ana.groups.remove(Group.objects.get(name="agent"))
    answer = client.get("/who/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize("end", ["closed", "disabled", "deleted", "password changed"])
def test_a_person_who_is_out_is_out_with_the_next_call_and_the_next_page(end: str) -> None:
    ana = UserFactory()
    program, browser = api_client_for(ana), Client()
    browser.force_login(ana)
    assert (program.get("/who/").status_code, browser.get("/password/").status_code) == (200, 200)
    if end == "closed":
        close_account(user=ana, now=timezone.now())
    elif end == "disabled":
        User.objects.update(is_active=False)
    elif end == "deleted":
        ana.delete()
    else:
        form = {"old_password": PASSWORD, "new_password1": "a quieter horse", "new_password2": "a quieter horse"}
        elsewhere = Client()
        elsewhere.force_login(ana)
        assert elsewhere.post("/password/", form).status_code == 302
    assert (program.get("/who/").status_code, browser.get("/password/").status_code) == (401, 302)


def test_the_old_secret_ends_with_the_new_one(warehouse: User) -> None:
    client = api_client_for(warehouse)
    secret = rotate_client_secret(client=warehouse, now=timezone.now())
    assert client.get("/who/").status_code == 401
    assert sign_in("warehouse").status_code == 401
    assert with_token(sign_in("warehouse", secret).json()["access"]).status_code == 200
    assert set(RefreshFamily.objects.values_list("why", flat=True)) == {"everything", ""}
