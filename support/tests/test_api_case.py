"""One case in the API: read with its story, changed, assigned, moved."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Shop
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from orders.models import Order
from orders.tests.factories import line
from support.models import Case
from support.tests.api import Caller, bought, faults, no
from support.tests.factories import NOW, CaseFactory, EntryFactory, TeamFactory
from support.use_cases import add_note, change_status, hold_case, open_case, record_customer_message, release_case

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8
NO_CASES = ["C-0", "C-01", "c-1", "1", "C-", "C-١", "C-1 ", "C-" + "9" * 19, "C--1", "new", "C-1.json", "%00"]


@pytest.fixture
def shop() -> Shop:
    return ShopFactory(reference="berlin")


@pytest.fixture
def client(shop: Shop) -> Caller:
    return Caller(ClientFactory(scopes=["cases"], shops=[shop]))


@pytest.fixture
def order(shop: Shop) -> Order:
    return bought(shop, lines=[line("L1"), line("L2")])


@pytest.fixture
def case(shop: Shop, client: Caller, order: Order) -> Case:
    lines = list(order.lines.all()[:1])
    return open_case(by=client.user, shop=shop, order=order, lines=lines, subject="x", body="Two broke.", now=NOW)


def tag_of(caller: Caller, case: Case) -> str:
    return caller.get("api-case", case.number)["ETag"]


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


# Reading


def test_a_case_is_read_with_its_story(client: Caller, case: Case) -> None:
    ana = UserFactory(name="Ana Lima")
    add_note(case=case, by=ana, body="Look at the\npictures.", now=NOW)
    change_status(case=case, by=ana, status="pending", now=NOW)
    said = client.get("api-case", case.number).json()
    assert (said["order"], said["lines"], said["follows"], said["follow_ups"]) == ("1001", ["L1"], None, [])
    assert (said["status"], said["undecided_refunds"], said["version"]) == ("pending", 0, 3)
    assert [(entry["kind"], entry["body"]) for entry in said["entries"]] == [
        ("event", ""),
        ("customer", "Two broke."),
        ("note", "Look at the\npictures."),
        ("event", ""),
    ]
    assert said["entries"][3]["author"] == {"kind": "person", "name": "Ana Lima"}
    assert said["entries"][3]["event"] == {
        "verb": "status",
        "detail": "changed the status from open to pending",
        "details": {"before": "open", "after": "pending"},
    }


def test_a_case_names_those_before_and_after_it_as_far_as_the_reader_sees_them(client: Caller, case: Case) -> None:
    Case.objects.update(status="closed")
    after = record_customer_message(case=case, body="Again.", now=NOW).case
    assert client.get("api-case", case.number).json()["follow_ups"] == [after.number]
    said = client.get("api-case", after.number).json()
    assert (said["follows"], said["lines"]) == (case.number, ["L1"])
    assert said["entries"][1]["author"] is None
    ana = Caller(UserFactory(shops=[case.shop]))
    Case.objects.filter(pk=case.pk).update(team=TeamFactory(shops=[case.shop]))
    assert ana.get("api-case", after.number).json()["follows"] is None
    Case.objects.filter(pk=case.pk).update(team=None)
    Case.objects.filter(pk=after.pk).update(team=TeamFactory(shops=[case.shop]))
    assert ana.get("api-case", case.number).json()["follow_ups"] == []


def test_a_case_known_already_is_not_sent_again(client: Caller, case: Case) -> None:
    tag = tag_of(client, case)
    assert tag.startswith('"1-')
    same = client.get("api-case", case.number, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    case.shop.reference = "hamburg"  # it reads otherwise without being another version
    case.shop.save()
    assert client.get("api-case", case.number, headers={"If-None-Match": tag}).status_code == 200


def test_reading_a_long_story_costs_few_queries(client: Caller, case: Case) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("api-case", case.number).status_code == 200
        return len(queries)

    cost()
    short = cost()
    EntryFactory.create_batch(100, case=case, author=client.user)
    CaseFactory.create_batch(5, shop=case.shop, follows=case)
    case.lines.set(case.order.lines.all())
    assert cost() == short <= MOST_QUERIES


@pytest.mark.parametrize("number", NO_CASES)
def test_a_number_that_is_none_names_no_case(client: Caller, case: Case, number: str) -> None:
    assert no(client.client.get(f"/api/v1/cases/{number}/")) == (404, "not_found")


def test_a_foreign_case_is_as_a_missing_one_at_every_door(client: Caller, shop: Shop) -> None:
    foreign = CaseFactory()
    missing = f"C-{foreign.pk + 1000}"
    other_team = CaseFactory(shop=shop, team=TeamFactory(shops=[shop]))
    for caller, theirs in ((client, foreign), (Caller(UserFactory(shops=[shop])), other_team)):
        for call in calls(caller):
            answers = [call(number) for number in (theirs.number, missing)]
            assert [no(answer) for answer in answers] == [(404, "not_found")] * 2
            assert answers[0].content == answers[1].content
    assert now(foreign).version == now(other_team).version == 1


@pytest.mark.parametrize(("scope", "reads"), [("read", 200), ("orders", 403), ("refunds", 403)])
def test_other_scopes_change_no_case(shop: Shop, scope: str, reads: int) -> None:
    caller, case = Caller(ClientFactory(scopes=[scope], shops=[shop])), CaseFactory(shop=shop)
    assert [call(case.number).status_code for call in calls(caller)] == [reads, 403, 403, 403, 403]


@pytest.mark.parametrize(
    ("role", "own", "other_team"),
    [("agent", 200, 404), ("senior agent", 200, 404), ("supervisor", 200, 200), ("administrator", 403, 403)],
)
def test_people_change_cases_as_their_role_says(shop: Shop, role: str, own: int, other_team: int) -> None:
    caller = Caller(UserFactory(role=role, shops=[shop]))
    assert caller.change(CaseFactory(shop=shop).number, priority="low").status_code == own
    theirs = CaseFactory(shop=shop, team=TeamFactory(shops=[shop]))
    assert caller.change(theirs.number, priority="low").status_code == other_team


def calls(caller: Caller) -> list[Any]:
    """Reading it, and every way of changing it."""
    return [
        lambda number: caller.get("api-case", number),
        lambda number: caller.change(number, priority="high"),
        lambda number: caller.write(number, kind="note", body="x"),
        lambda number: caller.assign(number, None),
        lambda number: caller.move(number, "pending"),
    ]


# Changing


def test_a_change_is_answered_with_the_case_and_its_new_tag(client: Caller, case: Case) -> None:
    TeamFactory(name="Front desk", shops=[case.shop])
    answer = client.change(case.number, priority="urgent", category="late", team="Front desk")
    said = answer.json()
    assert answer.status_code == 200
    assert (said["priority"], said["category"], said["team"], said["version"]) == ("urgent", "late", "Front desk", 2)
    assert answer["ETag"] == tag_of(client, case)
    assert [entry["event"]["verb"] for entry in said["entries"][2:]] == ["category", "priority", "team"]
    again = client.change(case.number, seen=answer["ETag"], team=None)
    assert (again.status_code, again.json()["team"]) == (200, None)


def test_a_change_to_what_is_so_already_changes_nothing(client: Caller, case: Case) -> None:
    tag = tag_of(client, case)
    assert client.change(case.number, priority="normal")["ETag"] == tag


def test_whoever_moves_a_case_out_of_their_sight_sees_it_once_more(shop: Shop) -> None:
    ana, case = Caller(UserFactory(shops=[shop])), CaseFactory(shop=shop)
    TeamFactory(name="Back office", shops=[shop])
    assert ana.change(case.number, team="Back office").json()["team"] == "Back office"
    assert ana.get("api-case", case.number).status_code == 404


@pytest.mark.parametrize("team", ["Paris", "Nobody"])
def test_a_team_that_works_elsewhere_is_as_one_that_there_is_not(client: Caller, case: Case, team: str) -> None:
    TeamFactory(name="Paris", shops=[ShopFactory()])
    answer = client.change(case.number, team=team)
    assert no(answer) == (422, "team_unknown")
    assert faults(answer) == {("/team", "team_unknown")}
    assert "Paris" not in answer.content.decode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("", "missing_field")),
        ([], ("", "wrong_type")),
        ("x", ("", "wrong_type")),
        ({"status": "closed"}, ("/status", "unknown_field")),
        ({"assignee": None}, ("/assignee", "unknown_field")),
        ({"holds": 0}, ("/holds", "unknown_field")),
        ({"version": 1}, ("/version", "unknown_field")),
        ({"shop": "paris"}, ("/shop", "unknown_field")),
        ({"tags": ["vip"]}, ("/tags", "unknown_field")),
        ({"priority": None}, ("/priority", "wrong_type")),
        ({"priority": 4}, ("/priority", "wrong_type")),
        ({"priority": "URGENT"}, ("/priority", "unknown_choice")),
        ({"category": ""}, ("/category", "unknown_choice")),
        ({"team": ""}, ("/team", "text_blank")),
        ({"team": 1}, ("/team", "wrong_type")),
        ({"team": "x" * 101}, ("/team", "text_too_long")),
    ],
)
def test_a_change_says_only_what_it_may(client: Caller, case: Case, body: Any, fault: tuple[str, str]) -> None:
    answer = client.send("PATCH", "api-case", case.number, body=body, key=None)
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {fault}
    assert now(case).version == 1


# The version that was seen


def test_a_stale_change_is_refused_with_the_version_that_there_is(client: Caller, case: Case) -> None:
    tag = tag_of(client, case)
    add_note(case=case, by=client.user, body="Meanwhile.", now=NOW)
    for answer in (
        client.change(case.number, seen=tag, priority="low"),
        client.assign(case.number, None, **{"If-Match": tag}),
        client.move(case.number, "solved", **{"If-Match": tag}),
    ):
        assert no(answer) == (412, "precondition_failed")
        assert answer.json()["version"] == 2
    assert (now(case).version, now(case).priority, now(case).status) == (2, 2, "open")
    fresh = tag_of(client, case)
    assert client.move(case.number, "solved", **{"If-Match": f'{tag}, "x" , {fresh}'}).status_code == 200


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        ("*", 200),
        (" * ", 200),
        ('"nothing"', 412),
        ('""', 412),
        (f'W/"1-{"0" * 32}"', 412),
        (f'"01-{"0" * 32}"', 412),
        (f'"99999999999-{"0" * 32}"', 412),
        ("", 400),
        ("1", 400),
        ('"1', 400),
        ('"1" "2"', 400),
        ('*, "1"', 400),
        ("'1'", 400),
        (f'w/"1-{"0" * 32}"', 400),
        ('"a",' * 1000, 400),
    ],
)
def test_if_match_takes_tags_or_a_star(client: Caller, case: Case, seen: str, status: int) -> None:
    answer = client.change(case.number, seen=seen, priority="low")
    assert answer.status_code == status
    if status != 200:
        assert no(answer)[1] == {400: "if_match_malformed", 412: "precondition_failed"}[status]
        assert now(case).version == 1


def test_the_version_moves_with_everything_that_changes(client: Caller, case: Case) -> None:
    TeamFactory(name="Front desk", shops=[case.shop])
    ana = UserFactory(shops=[case.shop])
    seen = {tag_of(client, case).split("-")[0]}
    for change in (
        lambda: client.change(case.number, priority="low"),
        lambda: client.change(case.number, category="late"),
        lambda: client.change(case.number, team="Front desk"),
        lambda: client.assign(case.number, ana.username),
        lambda: client.move(case.number, "pending"),
        lambda: client.write(case.number, kind="customer", body="x"),
        lambda: client.write(case.number, kind="reply", body="x"),
        lambda: client.write(case.number, kind="note", body="x"),
        lambda: hold_case(case=case),
        lambda: release_case(case=case),
        lambda: client.move(case.number, "solved"),
        lambda: client.move(case.number, "closed"),
        lambda: client.write(case.number, kind="customer", body="x"),
    ):
        change()
        tag = tag_of(client, case).split("-")[0]
        assert tag not in seen
        seen.add(tag)


# Assigning


def test_a_case_is_given_to_a_colleague_and_to_nobody(client: Caller, case: Case) -> None:
    UserFactory(shops=[case.shop], username="ana@example.test", name="Ana Lima")
    answer = client.assign(case.number, "Ana@Example.test")
    assert answer.json()["assignee"] == {"email": "ana@example.test", "name": "Ana Lima"}
    assert answer["ETag"] == tag_of(client, case)
    assert client.assign(case.number, None).json()["assignee"] is None


def test_nobody_is_told_who_cannot_take_a_case(client: Caller, case: Case) -> None:
    people = {
        "elsewhere@example.test": UserFactory(username="elsewhere@example.test", name="Secret", shops=[ShopFactory()]),
        "gone@example.test": UserFactory(
            username="gone@example.test", name="Secret", shops=[case.shop], is_active=False
        ),
        "admin@example.test": UserFactory(
            username="admin@example.test", name="Secret", role="administrator", shops=[case.shop]
        ),
        "nobody@example.test": None,
        client.user.username: client.user,
        "not an address": None,
    }
    for email in people:
        answer = client.assign(case.number, email)
        assert no(answer) == (422, "person_cannot_see_case")
        assert faults(answer) == {("/assignee", "person_cannot_see_case")}
        assert answer.json()["detail"] == f"{email} has no access to this case."
    assert now(case).version == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/assignee", "missing_field")),
        ({"assignee": 1}, ("/assignee", "wrong_type")),
        ({"assignee": ""}, ("/assignee", "text_blank")),
        ({"assignee": "x" * 255}, ("/assignee", "text_too_long")),
        ({"assignee": None, "status": "closed"}, ("/status", "unknown_field")),
    ],
)
def test_an_assignment_names_one_person_or_null(
    client: Caller, case: Case, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = client.send("POST", "api-case-assignment", case.number, body=body, key=None)
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {fault}


# Moving


def test_a_case_moves_by_the_table_of_moves(client: Caller, case: Case) -> None:
    for status in ("pending", "on_hold", "solved", "open", "solved", "closed"):
        answer = client.move(case.number, status)
        assert (answer.status_code, answer.json()["status"]) == (200, status)
        assert answer["ETag"] == tag_of(client, case)
    answer = client.move(case.number, "open")
    assert no(answer) == (409, "illegal_move")
    assert faults(answer) == {("/status", "illegal_move")}
    assert answer.json()["detail"] == "It is closed; from there it cannot become open."


def test_a_case_with_an_undecided_refund_cannot_be_closed(client: Caller, case: Case) -> None:
    client.move(case.number, "solved")
    hold_case(case=case)
    assert client.get("api-case", case.number).json()["undecided_refunds"] == 1
    answer = client.move(case.number, "closed")
    assert no(answer) == (409, "case_held")
    assert faults(answer) == {("/status", "case_held")}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/status", "missing_field")),
        ({"status": "lost"}, ("/status", "unknown_choice")),
        ({"status": None}, ("/status", "wrong_type")),
        ({"status": "solved", "holds": 0}, ("/holds", "unknown_field")),
    ],
)
def test_a_status_is_one_of_five_words(
    client: Caller, case: Case, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    answer = client.send("POST", "api-case-status", case.number, body=body, key=None)
    assert no(answer) == (400, "malformed")
    assert faults(answer) == {fault}
