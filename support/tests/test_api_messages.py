"""Writing into the story by the API, and the keys that make a repeated call harmless."""

from typing import Any

import pytest

from accounts.models import Shop
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from integrations.models import IdempotencyKey
from support.models import Case, Entry
from support.tests.api import Caller, faults, no
from support.tests.factories import CaseFactory

pytestmark = pytest.mark.django_db
REPLAYED = "Idempotent-Replayed"


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="berlin")


@pytest.fixture
def client(shop: Shop) -> Caller:
    return Caller(ClientFactory(scopes=["cases"], shops=[shop]))


@pytest.fixture
def case(shop: Shop) -> Case:
    return CaseFactory(shop=shop)


def opening(**changes: Any) -> dict[str, Any]:
    return {"shop": "berlin", "subject": "Cups", "body": "Broken.", "category": "damaged", **changes}


@pytest.mark.parametrize(("kind", "status"), [("customer", "open"), ("reply", "pending"), ("note", "open")])
def test_words_are_added_to_the_story(client: Caller, case: Case, kind: str, status: str) -> None:
    answer = client.write(case.number, kind=kind, body=" Two broke.\nAnd one more.\u202e ")
    entry = case.entries.get(kind=kind)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": entry.pk,
        "kind": kind,
        "author": {"kind": "client", "name": client.user.name},
        "body": "Two broke.\nAnd one more.\u202e",
        "event": None,
        "recorded_at": entry.recorded_at.isoformat().replace("+00:00", "Z"),
        "case": case.number,
        "opened_follow_up": False,
    }
    case.refresh_from_db()
    assert case.status == status


def test_a_message_of_the_customer_opens_a_waiting_case_again(client: Caller, case: Case) -> None:
    Case.objects.update(status="solved")
    client.write(case.number, kind="customer", body="Still broken.")
    case.refresh_from_db()
    assert case.status == "open"


def test_a_message_of_the_customer_on_a_closed_case_stands_in_a_follow_up(client: Caller, case: Case) -> None:
    Case.objects.update(status="closed")
    said = client.write(case.number, kind="customer", body="Broken again.").json()
    after = Case.objects.get(follows=case)
    assert (said["case"], said["opened_follow_up"]) == (after.number, True)
    assert client.get("api-case", after.number).json()["entries"][-1]["id"] == said["id"]


def test_a_closed_case_takes_notes_and_no_replies(client: Caller, case: Case) -> None:
    Case.objects.update(status="closed")
    assert no(client.write(case.number, kind="reply", body="Sorry.")) == (409, "case_closed")
    assert client.write(case.number, kind="note", body="Looked again.").status_code == 201


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"body": "x"}, ("/kind", "missing_field")),
        ({"kind": "note"}, ("/body", "missing_field")),
        ({"kind": "event", "body": "x"}, ("/kind", "unknown_choice")),
        ({"kind": "note", "body": " \n"}, ("/body", "text_blank")),
        ({"kind": "note", "body": "x" * 20_001}, ("/body", "text_too_long")),
        ({"kind": "note", "body": "\x07"}, ("/body", "text_forbidden")),
        ({"kind": "note", "body": "x", "recorded_at": "2026-01-01T00:00:00Z"}, ("/recorded_at", "unknown_field")),
        ({"kind": "note", "body": "x", "author": "ana"}, ("/author", "unknown_field")),
        ({"kind": "reply", "body": "x", "solve": True}, ("/solve", "unknown_field")),
    ],
)
def test_a_message_says_what_it_is(client: Caller, case: Case, body: dict[str, Any], fault: tuple[str, str]) -> None:
    answer = client.write(case.number, **body)
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {fault}
    assert not Entry.objects.exists()


def test_nul_in_a_message_is_refused(client: Caller, case: Case) -> None:
    raw = b'{"kind":"note","body":"a\\u0000b"}'
    answer = client.send("POST", "api-case-messages", case.number, body=raw)
    assert no(answer) == (400, "json_forbidden_character")


# The same call twice


def test_the_same_call_again_is_answered_the_same_and_does_nothing(client: Caller, case: Case) -> None:
    for call in (
        lambda: client.send("POST", "api-cases", body=opening(), key="k-1"),
        lambda: client.write(case.number, kind="note", body="Once.", key="k-2"),
    ):
        first, second = call(), call()
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert (REPLAYED in first, second[REPLAYED]) == (False, "true")
        assert first.headers.get("Location") == second.headers.get("Location")
    assert (Case.objects.count(), case.entries.count()) == (2, 1)


def test_the_key_of_another_call_is_refused(client: Caller, case: Case, shop: Shop) -> None:
    other = CaseFactory(shop=shop)
    client.write(case.number, kind="note", body="Once.", key="k-1")
    for answer in (
        client.write(case.number, kind="note", body="Twice.", key="k-1"),
        client.write(other.number, kind="note", body="Once.", key="k-1"),
        client.send("POST", "api-cases", body=opening(), key="k-1"),
    ):
        assert no(answer) == (422, "idempotency_key_reused")
    assert (Case.objects.count(), Entry.objects.count()) == (2, 1)


def test_the_keys_of_two_callers_have_nothing_to_do_with_each_other(client: Caller, case: Case, shop: Shop) -> None:
    for caller in (client, Caller(ClientFactory(scopes=["cases"], shops=[shop])), Caller(UserFactory(shops=[shop]))):
        answer = caller.write(case.number, kind="note", body="Once.", key="k-1")
        assert (answer.status_code, REPLAYED in answer) == (201, False)
    assert case.entries.count() == 3


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("", "idempotency_key_malformed"),
        ("k" * 256, "idempotency_key_malformed"),
        ("a\tb", "idempotency_key_malformed"),
        ("a\x7fb", "idempotency_key_malformed"),
        ("schlüssel", "idempotency_key_malformed"),
    ],
)
def test_a_call_needs_a_key_of_printable_ascii(client: Caller, case: Case, key: str | None, code: str) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    for name, args, body in (
        ("api-cases", (), opening()),
        ("api-case-messages", (case.number,), {"kind": "note", "body": "x"}),
    ):
        assert no(client.send("POST", name, *args, body=body, key=None, **headers)) == (400, code)
    assert (Case.objects.count(), Entry.objects.count()) == (1, 0)


def test_the_longest_key_is_taken(client: Caller, case: Case) -> None:
    assert client.write(case.number, kind="note", body="x", key="k" * 255).status_code == 201


def test_a_refused_call_keeps_no_key(client: Caller, case: Case) -> None:
    Case.objects.update(status="closed")
    assert no(client.write(case.number, kind="reply", body="x", key="k-1")) == (409, "case_closed")
    assert no(client.write(case.number, kind="gossip", body="x", key="k-1")) == (400, "malformed")
    assert no(client.send("POST", "api-cases", body=opening(order="x"), key="k-1")) == (404, "order_unknown")
    assert not IdempotencyKey.objects.exists()
    answer = client.write(case.number, kind="note", body="x", key="k-1")
    assert (answer.status_code, REPLAYED in answer) == (201, False)


def test_a_repeated_call_is_not_answered_once_its_shop_is_out_of_reach(client: Caller, case: Case, shop: Shop) -> None:
    client.write(case.number, kind="note", body="Once.", key="k-1")
    client.send("POST", "api-cases", body=opening(), key="k-2")
    client.user.shopuserpermission_set.all().delete()
    assert no(client.write(case.number, kind="note", body="Once.", key="k-1")) == (404, "not_found")
    assert no(client.send("POST", "api-cases", body=opening(), key="k-2")) == (404, "shop_unknown")
