"""Listing and opening cases in the API."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Shop
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from integrations.models import IdempotencyKey
from orders.models import Order
from orders.tests.factories import CustomerFactory, line
from support.models import Case
from support.tests.api import KIM, Caller, bought, faults, no
from support.tests.factories import NOW, CaseFactory, EntryFactory, TeamFactory
from support.use_cases import change_status, open_case

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="berlin")


@pytest.fixture
def client(shop: Shop) -> Caller:
    return Caller(ClientFactory(scopes=["cases"], shops=[shop]))


@pytest.fixture
def reader(shop: Shop) -> Caller:
    return Caller(ClientFactory(scopes=["read"], shops=[shop]))


@pytest.fixture
def order(shop: Shop) -> Order:
    return bought(shop, lines=[line("L1"), line("L2")])


def about(**changes: Any) -> dict[str, Any]:
    body = {"shop": "berlin", "subject": "Broken cups", "body": "Two broke.", "category": "damaged", **changes}
    return {name: value for name, value in body.items() if value is not None}


def listed(caller: Caller, **query: Any) -> list[str]:
    answer = caller.get("api-cases", **query)
    assert answer.status_code == 200, answer.content
    return [case["number"] for case in answer.json()["results"]]


# Opening


def test_a_case_opens_with_what_it_is_about(client: Caller, order: Order) -> None:
    answer = client.open(**about(order="1001", lines=["L2"], priority="high"))
    case = Case.objects.get()
    said = answer.json()
    assert answer.status_code == 201
    assert answer["Location"] == f"/api/v1/cases/{case.number}/"
    assert {name: said[name] for name in ("number", "shop", "order", "lines", "category", "priority", "channel")} == {
        "number": case.number,
        "shop": "berlin",
        "order": "1001",
        "lines": ["L2"],
        "category": "damaged",
        "priority": "high",
        "channel": "api",
    }
    assert said["customer"] == KIM
    assert said["related_cases"] == []
    opened, words = said["entries"]
    author = {"kind": "client", "name": client.user.name}
    assert opened["event"] == {"verb": "opened", "detail": "opened the case", "details": {}}
    assert (words["kind"], words["body"], words["event"], words["author"]) == ("customer", "Two broke.", None, author)
    assert client.get("api-case", case.number).json() == {k: v for k, v in said.items() if k != "related_cases"}


def test_a_case_needs_no_order_and_may_name_another_customer(client: Caller, shop: Shop, order: Order) -> None:
    assert client.open(**about()).json()["customer"] is None
    CustomerFactory(shop=shop, reference="LOU")
    said = client.open(**about(order="1001", customer="LOU", channel="email")).json()
    assert (said["customer"]["reference"], said["channel"], said["priority"]) == ("LOU", "email", "normal")


def test_names_are_compared_in_one_unicode_form(client: Caller, shop: Shop) -> None:
    bought(shop, reference="Bestellung-Ü")
    assert client.open(**about(order="Bestellung-U\u0308")).json()["order"] == "Bestellung-Ü"


def test_a_person_opens_cases_as_well(shop: Shop) -> None:
    ana = Caller(UserFactory(shops=[shop], name="Ana Lima"))
    assert ana.open(**about()).json()["entries"][1]["author"] == {"kind": "person", "name": "Ana Lima"}


def test_a_second_case_on_the_same_lines_is_warned_of_the_first(client: Caller, shop: Shop, order: Order) -> None:
    first = client.open(**about(order="1001", lines=["L1"])).json()["number"]
    assert client.open(**about(order="1001", lines=["L2"])).json()["related_cases"] == []
    assert client.open(**about(order="1001", lines=["L2", "L1"])).json()["related_cases"][-1] == first
    assert len(client.open(**about(order="1001")).json()["related_cases"]) == 3
    assert client.open(**about()).json()["related_cases"] == []
    change_status(case=Case.objects.get(pk=first[2:]), by=client.user, status="solved", now=NOW)
    assert first not in client.open(**about(order="1001", lines=["L1"])).json()["related_cases"]


def test_a_warning_names_no_case_that_the_caller_may_not_see(shop: Shop, order: Order) -> None:
    open_case(
        by=UserFactory(shops=[shop]),
        shop=shop,
        order=order,
        subject="x",
        body="y",
        now=NOW,
        team=TeamFactory(shops=[shop]),
    )
    assert Caller(UserFactory(shops=[shop])).open(**about(order="1001")).json()["related_cases"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"shop": "paris"}, 404, "shop_unknown", "/shop"),
        ({"shop": "nowhere"}, 404, "shop_unknown", "/shop"),
        ({"order": "2002"}, 404, "order_unknown", "/order"),
        ({"order": "nothing"}, 404, "order_unknown", "/order"),
        ({"customer": "LOU-9"}, 404, "customer_unknown", "/customer"),
        ({"customer": "nobody"}, 404, "customer_unknown", "/customer"),
        ({"order": "1001", "lines": ["L1", "L9"]}, 404, "line_unknown", "/lines/1"),
        ({"order": "1001", "lines": ["nothing"]}, 404, "line_unknown", "/lines/0"),
        ({"lines": ["L1"]}, 404, "line_unknown", "/lines/0"),
        ({"order": "1001", "lines": ["L1", "L1"]}, 422, "duplicate_line", "/lines/1"),
    ],
)
def test_what_is_foreign_is_as_what_is_missing(
    client: Caller, order: Order, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    paris = ShopFactory(reference="paris")
    bought(
        paris,
        reference="2002",
        lines=[line("L9")],
        customer={"reference": "LOU-9", "name": "Lou", "email": "lou@example.test"},
    )
    answer = client.open(**about(**changes))
    assert no(answer) == (status, code)
    assert faults(answer) == {(pointer, code)}
    assert not Case.objects.exists()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"shop": None}, ("/shop", "missing_field")),
        ({"subject": None}, ("/subject", "missing_field")),
        ({"body": None}, ("/body", "missing_field")),
        ({"category": None}, ("/category", "missing_field")),
        ({"status": "closed"}, ("/status", "unknown_field")),
        ({"created_at": "2026-01-01T00:00:00Z"}, ("/created_at", "unknown_field")),
        ({"opened_at": "2026-01-01T00:00:00Z"}, ("/opened_at", "unknown_field")),
        ({"holds": 1}, ("/holds", "unknown_field")),
        ({"undecided_refunds": 0}, ("/undecided_refunds", "unknown_field")),
        ({"version": 9}, ("/version", "unknown_field")),
        ({"assignee": "ana@example.test"}, ("/assignee", "unknown_field")),
        ({"team": "Front desk"}, ("/team", "unknown_field")),
        ({"tags": []}, ("/tags", "unknown_field")),
        ({"category": "lost"}, ("/category", "unknown_choice")),
        ({"category": 1}, ("/category", "wrong_type")),
        ({"priority": "soon"}, ("/priority", "unknown_choice")),
        ({"priority": 3}, ("/priority", "wrong_type")),
        ({"channel": "fax"}, ("/channel", "unknown_choice")),
        ({"subject": "x" * 201}, ("/subject", "text_too_long")),
        ({"subject": " \u2003"}, ("/subject", "text_blank")),
        ({"subject": "two\nlines"}, ("/subject", "text_forbidden")),
        ({"subject": 7}, ("/subject", "wrong_type")),
        ({"subject": ["x"]}, ("/subject", "wrong_type")),
        ({"body": "x" * 20_001}, ("/body", "text_too_long")),
        ({"body": "\x1b[31m"}, ("/body", "text_forbidden")),
        ({"body": ""}, ("/body", "text_blank")),
        ({"shop": True}, ("/shop", "wrong_type")),
        ({"order": 1001}, ("/order", "wrong_type")),
        ({"order": "x" * 121}, ("/order", "text_too_long")),
        ({"lines": "L1"}, ("/lines", "wrong_type")),
        ({"lines": {"L1": 1}}, ("/lines", "wrong_type")),
        ({"lines": [1]}, ("/lines/0", "wrong_type")),
    ],
)
def test_a_body_that_says_something_else_is_malformed(
    client: Caller, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = client.open(**about(**changes))
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {fault}
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"shop":"berlin","shop":"paris"}', "json_duplicate_key"),
        (b'{"subject":"a\\u0000b"}', "json_forbidden_character"),
        (b'{"subject":"\\ud800"}', "json_forbidden_character"),
        (b"{", "json_malformed"),
        (b"[" * 33 + b"]" * 33, "json_too_deep"),
    ],
)
def test_json_has_one_reading_only(client: Caller, raw: bytes, code: str) -> None:
    assert no(client.send("POST", "api-cases", body=raw)) == (400, code)


def test_the_longest_words_and_turned_ones_are_kept_as_they_are(client: Caller) -> None:
    turned = "\u202egnihtyna\u202c \u200b"
    said = client.open(**about(subject="\u202e" + "x" * 199, body="x" * 19_000 + "\n" + turned + ".")).json()
    assert said["subject"] == "\u202e" + "x" * 199
    assert said["entries"][1]["body"].endswith(turned + ".")


# Listing


def test_the_list_begins_with_the_last_changed_case(client: Caller, shop: Shop, order: Order) -> None:
    old = CaseFactory(shop=shop, updated_at=NOW - timedelta(days=1))
    new = CaseFactory(shop=shop, order=order, customer=order.customer, team=TeamFactory(name="Front desk"), priority=4)
    answer = client.get("api-cases")
    first, second = answer.json()["results"]
    assert (first["number"], second["number"]) == (new.number, old.number)
    assert first == {
        "number": new.number,
        "subject": "Two cups arrived broken",
        "status": "open",
        "category": "other",
        "priority": "urgent",
        "channel": "desk",
        "shop": "berlin",
        "order": "1001",
        "customer": KIM,
        "team": "Front desk",
        "assignee": None,
        "undecided_refunds": 0,
        "version": 1,
        "opened_at": "2026-06-01T12:00:00Z",
        "updated_at": "2026-06-01T12:00:00Z",
    }


def test_pages_lead_to_each_other_in_both_directions(client: Caller, shop: Shop) -> None:
    numbers = [case.number for case in CaseFactory.create_batch(5, shop=shop)][::-1]
    first = client.get("api-cases", limit="2", status="open").json()
    second = client.client.get(first["next"]).json()
    assert [case["number"] for case in first["results"]] == numbers[:2]
    assert [case["number"] for case in second["results"]] == numbers[2:4]
    assert client.client.get(second["previous"]).json()["results"] == first["results"]
    assert first["previous"] is None
    assert client.client.get(second["next"]).json()["next"] is None
    assert "status=open" in first["next"]


def test_every_filter_finds_its_cases(client: Caller, shop: Shop, order: Order) -> None:
    ana = UserFactory(shops=[shop], username="ana@example.test")
    team = TeamFactory(name="Front desk")
    plain = CaseFactory(shop=shop)
    found = CaseFactory(
        shop=shop,
        order=order,
        assignee=ana,
        team=team,
        status="on_hold",
        category="damaged",
        priority=3,
        subject="Cracked saucer",
    )
    own = CaseFactory(shop=shop, assignee=client.user, status="solved", category="late", priority=1)
    for query in (
        {"status": "on_hold"},
        {"assignee": "Ana@Example.test"},
        {"team": "Front desk"},
        {"category": "damaged"},
        {"priority": "high"},
        {"q": "saucer cracked"},
        {"q": "100"},
        {"q": "Kim Sample", "order": "1001"},
        {"q": found.number},
        {"q": str(found.pk)},
        {"order": "1001"},
        {"order": "1001", "shop": "berlin"},
        {"window": "closed"},
    ):
        assert listed(client, **query) == [found.number], query
    assert listed(client, assignee="me") == [own.number]
    assert listed(client, assignee="nobody") == [plain.number]
    assert listed(client, shop="berlin") == [own.number, found.number, plain.number]


def test_the_window_of_the_order_is_asked_for_as_in_the_list_of_orders(client: Caller, shop: Shop) -> None:
    now = timezone.now()
    days = {"open": 2, "closing": 13, "closed": 20, "not_delivered": None}
    made = {}
    for number, (window, ago) in enumerate(days.items()):
        at = None if ago is None else now - timedelta(days=ago)
        order = bought(
            shop, reference=f"W{number}", delivered_at=at, now=now, placed_at=(now - timedelta(days=30)).isoformat()
        )
        made[window] = CaseFactory(shop=shop, order=order).number
    assert listed(client, window="open") == [made["closing"], made["open"]]
    for window in ("closing", "closed", "not_delivered"):
        assert listed(client, window=window) == [made[window]]


def test_what_is_foreign_leads_to_the_same_empty_list_as_what_is_missing(client: Caller) -> None:
    paris = ShopFactory(reference="paris")
    order = bought(paris, reference="2002")
    colleague = UserFactory(shops=[paris])
    case = CaseFactory(shop=paris, order=order, assignee=colleague, team=TeamFactory(name="Paris", shops=[paris]))
    for query in (
        {},
        {"shop": "paris"},
        {"shop": "nowhere"},
        {"order": "2002"},
        {"assignee": colleague.username},
        {"assignee": "nobody@example.test"},
        {"team": "Paris"},
        {"q": case.number},
        {"q": str(case.pk)},
        {"q": "cups"},
    ):
        assert listed(client, **query) == [], query


def test_a_person_sees_the_cases_of_their_teams(shop: Shop) -> None:
    ours, theirs = TeamFactory(shops=[shop]), TeamFactory(shops=[shop])
    ana = UserFactory(role="agent")
    ana.groups.add(ours.group)
    seen = {CaseFactory(shop=shop, team=team, **more).number for team, more in [(ours, {}), (None, {})]}
    other = CaseFactory(shop=shop, team=theirs)
    assert set(listed(Caller(ana))) == seen
    assert set(listed(Caller(UserFactory(role="supervisor", shops=[shop])))) == {*seen, other.number}
    other.assignee = ana
    other.save()
    assert set(listed(Caller(ana))) == {*seen, other.number}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"ordering": "user__password"}, "unknown_field"),
        ({"assignee__password__startswith": "pbkdf2"}, "unknown_field"),
        ({"subject__regex": "^(a+)+$"}, "unknown_field"),
        ({"tag": "vip"}, "unknown_field"),
        ({"page": "1" + "0" * 24}, "unknown_field"),
        ({"page_size": "1000000"}, "unknown_field"),
        ({"tab": "open"}, "unknown_field"),
        ({"limit": "101"}, "out_of_range"),
        ({"limit": "0"}, "out_of_range"),
        ({"limit": "١٢"}, "wrong_type"),
        ({"limit": "1" + "0" * 24}, "wrong_type"),
        ({"status": "lost"}, "unknown_choice"),
        ({"status": ["open", "closed"]}, "repeated_parameter"),
        ({"shop": ["berlin", "paris"]}, "repeated_parameter"),
        ({"category": ""}, "unknown_choice"),
        ({"priority": "3"}, "unknown_choice"),
        ({"window": "soon"}, "unknown_choice"),
        ({"order": "a\0b"}, "text_forbidden"),
        ({"assignee": "\0"}, "text_forbidden"),
        ({"q": "a\0b"}, "text_forbidden"),
        ({"q": "x " * 5000}, "text_too_long"),
        ({"q": " "}, "text_blank"),
        ({"cursor": "x" * 4001}, "text_too_long"),
    ],
)
def test_an_address_says_only_what_the_list_takes(client: Caller, query: dict[str, Any], code: str) -> None:
    answer = client.get("api-cases", **query)
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {(next(iter(query)), code)}


@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "%00", "W1siLXVwZGF0ZWRfYXQgLXBrIiwiYWZ0ZXIiLFtdXQ"])
def test_a_cursor_that_we_never_gave_is_refused(client: Caller, cursor: str) -> None:
    assert no(client.get("api-cases", cursor=cursor)) == (400, "bad_cursor")


@pytest.mark.parametrize(
    "words",
    [
        '"',
        "NEAR(",
        "a:",
        "*",
        "x AND",
        "%",
        "_",
        "\\",
        "'; --",
        "(a+)+$",
        "zz " * 66,
        "C-" + "9" * 18,
        "9" * 18,
        "9" * 40,
    ],
)
def test_odd_words_find_nothing(client: Caller, shop: Shop, words: str) -> None:
    CaseFactory(shop=shop)
    assert listed(client, q=words) == []


def test_filters_are_no_part_of_a_body(client: Caller) -> None:
    answer = client.client.post("/api/v1/cases/?shop=berlin", about(), headers={"Idempotency-Key": "k"})
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {("shop", "unknown_field")}


def test_a_list_of_a_hundred_costs_as_many_queries_as_one_of_one(client: Caller, shop: Shop, order: Order) -> None:
    def cost(rows: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(listed(client, limit="100")) == rows
        return len(queries)

    team, ana = TeamFactory(shops=[shop]), UserFactory(shops=[shop])
    EntryFactory(case=CaseFactory(shop=shop, order=order, team=team, assignee=ana))
    cost(1)
    one = cost(1)
    for case in CaseFactory.create_batch(99, shop=shop, order=order, team=team, assignee=ana):
        EntryFactory(case=case)
    assert cost(100) == one <= MOST_QUERIES


def test_a_list_that_is_known_is_not_sent_again(client: Caller, shop: Shop) -> None:
    CaseFactory(shop=shop)
    tag = client.get("api-cases")["ETag"]
    assert client.get("api-cases", headers={"If-None-Match": tag}).status_code == 304
    CaseFactory(shop=shop)
    assert client.get("api-cases", headers={"If-None-Match": tag}).status_code == 200


# Who may


@pytest.mark.parametrize("scopes", [["read"], ["orders"], ["refunds"], []])
def test_only_the_scope_of_cases_opens_one(shop: Shop, scopes: list[str]) -> None:
    caller = Caller(ClientFactory(scopes=scopes, shops=[shop]))
    assert no(caller.open(**about())) == (403, "not_allowed")
    assert caller.get("api-cases").status_code == (200 if scopes == ["read"] else 403)


@pytest.mark.parametrize(
    ("role", "writes"), [("agent", 201), ("senior agent", 201), ("supervisor", 201), ("administrator", 403)]
)
def test_people_open_cases_as_their_role_says(shop: Shop, role: str, writes: int) -> None:
    caller = Caller(UserFactory(role=role, shops=[shop]))
    assert caller.get("api-cases").status_code == 200
    assert caller.open(**about()).status_code == writes
