"""The agents' pages of cases: who may knock, what they show, and how they say no."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.window import WINDOW
from orders.models import Order, OrderLine
from orders.tests.factories import make_order
from support.models import Case, Entry
from support.tests.factories import NOW, CaseFactory, EntryFactory, TeamFactory
from support.use_cases import change_status, hold_case, open_case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
POSTS = ["case-message", "case-status", "case-assignment", "case-classification"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana() -> User:
    """An agent of one shop."""
    return UserFactory(name="Ana Lima", shops=[ShopFactory()])


@pytest.fixture
def desk(client: Client, ana: User) -> Client:
    """Ana's browser."""
    client.force_login(ana)
    return client


def shop_of(person: User) -> Any:
    return person.shopuserpermission_set.get().content_object


def case_of(person: User, **fields: Any) -> Case:
    return CaseFactory(**{"shop": shop_of(person), "customer": None, **fields})


def order_of(person: User, closes_in: timedelta | None = timedelta(days=3), **more: Any) -> Order:
    """A mirrored order whose window closes so long from now; `None`: not delivered."""
    delivered_at = None if closes_in is None else NOW + closes_in - WINDOW
    return make_order(shop_of(person), delivered_at=delivered_at, now=NOW, **more)


def post(browser: Client, name: str, case: Case, **form: Any) -> HttpResponse:
    return browser.post(reverse(name, args=[case.number]), form)


def shown(answer: HttpResponse) -> str:
    return answer.content.decode()


def numbers(answer: HttpResponse) -> list[str]:
    return [case.number for case in answer.context["page"].rows]


# Who may knock


def test_nobody_sees_a_case_without_signing_in(client: Client) -> None:
    case = CaseFactory()

    answer = client.get(reverse("case", args=[case.number]))

    assert answer.url == f"/sign-in/?next=/cases/{case.number}/"


def test_a_person_without_a_role_sees_no_cases(client: Client) -> None:
    client.force_login(UserFactory(role=None, shops=[ShopFactory()]))

    assert client.get(reverse("case-list")).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_an_administrator_looks_but_does_not_work(client: Client, ana: User, name: str) -> None:
    case = case_of(ana)
    client.force_login(UserFactory(role="administrator", shops=[case.shop]))

    assert client.get(reverse("case", args=[case.number])).status_code == 200
    assert post(client, name, case, kind="note", body="No").status_code == 403


def test_a_foreign_case_looks_like_a_missing_one(desk: Client) -> None:
    foreign = CaseFactory()

    for path in (reverse("case", args=[foreign.number]), "/cases/C-99999/", "/cases/C-999999999999999999/"):
        assert desk.get(path).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_nothing_is_done_to_a_foreign_case(desk: Client, name: str) -> None:
    foreign = CaseFactory()

    assert post(desk, name, foreign, kind="note", body="No", status="solved", assignee="").status_code == 404
    assert not foreign.entries.exists()


def test_another_teams_case_is_foreign_to_an_agent(desk: Client, ana: User) -> None:
    case = case_of(ana, team=TeamFactory())

    assert desk.get(reverse("case", args=[case.number])).status_code == 404
    assert numbers(desk.get(reverse("case-list"))) == []


@pytest.mark.parametrize("name", POSTS)
def test_a_form_is_not_fetched(desk: Client, ana: User, name: str) -> None:
    assert desk.get(reverse(name, args=[case_of(ana).number])).status_code == 405


# The overview


def test_the_tabs_count_exactly_what_they_show(desk: Client, ana: User) -> None:
    case_of(ana, assignee=ana)
    case_of(ana, status="pending")
    case_of(ana, status="closed")
    case_of(ana, order=order_of(ana, timedelta(hours=5)), assignee=ana)
    hold_case(case=case_of(ana, status="on_hold"))
    CaseFactory(assignee=ana)  # of a foreign shop

    answer = desk.get(reverse("case-list"))

    counts = {choice.change["tab"]: count for choice, count in answer.context["tabs"]}
    expected = {"mine": 2, "unassigned": 2, "open": 4, "waiting": 2, "closing": 1, "refunds": 1, "solved": 1}
    assert counts == expected
    for tab, count in counts.items():
        assert len(numbers(desk.get(reverse("case-list"), {"tab": tab}))) == count


def test_a_window_that_nothing_can_leave_by_is_not_closing_soon(desk: Client, ana: User) -> None:
    order = order_of(ana, timedelta(hours=5))
    OrderLine.objects.filter(order=order).update(delivered_quantity=0)
    case_of(ana, order=order)

    assert numbers(desk.get(reverse("case-list"), {"tab": "closing"})) == []


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("status", "pending", {"status": "pending"}),
        ("category", "damaged", {"category": "damaged"}),
        ("priority", "4", {"priority": 4}),
    ],
)
def test_a_filter_shows_only_what_fits(desk: Client, ana: User, name: str, value: str, fields: dict[str, Any]) -> None:
    fitting = case_of(ana, **fields)
    case_of(ana)

    answer = desk.get(reverse("case-list"), {name: value})

    assert numbers(answer) == [fitting.number]
    assert next(each for each in answer.context["filters"] if each.name == name).value == value


def test_cases_are_filtered_by_who_has_them(desk: Client, ana: User) -> None:
    colleague = UserFactory(shops=[shop_of(ana)])
    mine, theirs, nobodys = case_of(ana, assignee=ana), case_of(ana, assignee=colleague), case_of(ana)

    for value, case in {"me": mine, str(colleague.pk): theirs, "nobody": nobodys}.items():
        assert numbers(desk.get(reverse("case-list"), {"assignee": value})) == [case.number]


def test_cases_are_filtered_by_shop(desk: Client, ana: User) -> None:
    case = case_of(ana)

    assert numbers(desk.get(reverse("case-list"), {"shop": case.shop.reference})) == [case.number]


def test_cases_are_filtered_by_their_refund_window(desk: Client, ana: User) -> None:
    spans = {"soon": timedelta(hours=5), "open": timedelta(days=5), "shut": -timedelta(hours=1), "undelivered": None}
    cases = {name: case_of(ana, order=order_of(ana, span, reference=name)).number for name, span in spans.items()}
    case_of(ana)

    found = {name: set(numbers(desk.get(reverse("case-list"), {"window": name}))) for name in spans}

    assert found == {
        "soon": {cases["soon"]},
        "open": {cases["soon"], cases["open"]},
        "shut": {cases["shut"]},
        "undelivered": {cases["undelivered"]},
    }


def test_what_the_desk_does_not_know_is_no_filter(desk: Client, ana: User) -> None:
    case = case_of(ana)
    odd = {
        "status": "asleep",
        "assignee": "0",
        "priority": "9",
        "shop": "none",
        "tab": "no",
        "sort": "secret",
        "q": "\0",
    }

    assert numbers(desk.get(reverse("case-list"), odd)) == [case.number]


def test_a_case_is_found_by_order_customer_and_subject(desk: Client, ana: User) -> None:
    order = order_of(ana)
    case = case_of(ana, order=order, customer=order.customer, subject="Cups, two of them, arrived broken")
    case_of(ana, subject="Late parcel", customer=None)

    for words in ("100", "kim", "KIM@exam", "broken cups", str(case.pk)):
        assert numbers(desk.get(reverse("case-list"), {"q": words})) == [case.number]
    assert "No case fits" in shown(desk.get(reverse("case-list"), {"q": "broken parcel"}))


def test_looking_finds_solved_cases_too(desk: Client, ana: User) -> None:
    case = case_of(ana, status="closed", subject="Long ago")

    assert numbers(desk.get(reverse("case-list"), {"q": "long"})) == [case.number]


def test_a_number_leads_straight_to_its_case(desk: Client, ana: User) -> None:
    case = case_of(ana)

    assert desk.get(reverse("case-list"), {"q": f" c-{case.pk} "}).url == case.get_absolute_url()


def test_the_number_of_a_foreign_case_leads_nowhere(desk: Client) -> None:
    answer = desk.get(reverse("case-list"), {"q": CaseFactory().number})

    assert answer.status_code == 200
    assert numbers(answer) == []


def test_cases_sort_by_the_clock_with_those_that_have_none_last(desk: Client, ana: User) -> None:
    later = case_of(ana, order=order_of(ana, timedelta(days=2), reference="later"))
    sooner = case_of(ana, order=order_of(ana, timedelta(hours=2), reference="sooner"))
    without = case_of(ana)

    assert numbers(desk.get(reverse("case-list"), {"sort": "clock"})) == [
        sooner.number,
        later.number,
        without.number,
    ]
    turned = desk.get(reverse("case-list"), {"sort": "-clock"})
    assert numbers(turned) == [later.number, sooner.number, without.number]
    assert 'aria-sort="descending"' in shown(turned)


@pytest.mark.parametrize("sort", ["updated", "age", "value", "priority", "clock", "-updated"])
def test_pages_follow_one_another_without_a_gap(desk: Client, ana: User, sort: str) -> None:
    for minute in range(60):
        case_of(ana, updated_at=NOW - timedelta(minutes=minute), priority=1 + minute % 4)
    seen: list[str] = []
    query: dict[str, str] = {"sort": sort}

    while True:
        page = desk.get(reverse("case-list"), query).context["page"]
        seen += [case.number for case in page.rows]
        if page.next is None:
            break
        query["cursor"] = page.next

    assert len(seen) == len(set(seen)) == 60


def test_a_made_up_page_is_not_found(desk: Client) -> None:
    assert desk.get(reverse("case-list"), {"cursor": "bm8="}).status_code == 404


def test_the_clock_tells_how_long_something_can_still_go_back(desk: Client, ana: User) -> None:
    spans = {
        "1 d 04 h": timedelta(days=1, hours=4, minutes=5),
        "3 h 20 min": timedelta(hours=3, minutes=20),
        "closed 3 d ago": -timedelta(days=3, hours=2),
        "not delivered": None,
    }
    for words, span in spans.items():
        case_of(ana, order=order_of(ana, span, reference=words))

    page = shown(desk.get(reverse("case-list")))

    assert [words for words in spans if words not in page] == []
    assert 'data-state="now"' in page


def test_a_part_is_answered_to_htmx_alone(desk: Client, ana: User) -> None:
    case_of(ana)
    page, part = desk.get(reverse("case-list")), desk.get(reverse("case-list"), headers=HTMX)

    assert "<html" in shown(page)
    assert shown(part).strip().startswith('<div id="list"')
    assert "HX-Request" in page["Vary"]


@pytest.mark.parametrize("rows", [1, 60])
def test_the_overview_asks_eight_questions_at_most(
    desk: Client, ana: User, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        case_of(ana, order=order_of(ana, reference=f"R{number}"), assignee=ana)

    with django_assert_max_num_queries(8):
        desk.get(reverse("case-list"), {"sort": "clock", "window": "open"})


def test_an_empty_desk_says_so(desk: Client) -> None:
    assert "Nothing here" in shown(desk.get(reverse("case-list")))


def test_what_customers_write_is_never_markup(desk: Client, ana: User) -> None:
    evil = "<img src=x onerror=alert(1)>"
    case = case_of(ana, subject=evil, preview=evil)
    EntryFactory(case=case, body=evil)

    pages = shown(desk.get(reverse("case-list"))) + shown(desk.get(case.get_absolute_url()))

    assert "<img" not in pages
    assert pages.count("&lt;img src=x") >= 3


# The case page


def test_the_story_is_told_from_the_first_word(desk: Client, ana: User) -> None:
    case = open_case(by=ana, shop=shop_of(ana), subject="Broken", body="It came broken.", now=NOW - timedelta(hours=1))
    EntryFactory(case=case, kind="note", author=ana, body="Looks honest.")

    page = shown(desk.get(case.get_absolute_url()))

    assert page.index("opened the case") < page.index("It came broken.") < page.index("Looks honest.")
    assert "internal note" in page
    assert page.count("1 h ago") >= 2


def test_a_long_run_of_events_is_folded(desk: Client, ana: User) -> None:
    case = case_of(ana)
    for status in ("pending", "open", "pending", "open", "solved"):
        change_status(case=case, by=ana, status=status, now=NOW)

    assert "3 earlier events" in shown(desk.get(case.get_absolute_url()))


def test_the_order_stands_beside_the_story(desk: Client, ana: User) -> None:
    order = order_of(ana, timedelta(hours=30))
    case = case_of(ana, order=order, customer=order.customer)
    case.lines.set(order.lines.all())

    page = shown(desk.get(case.get_absolute_url()))

    for words in ("3 delivered", "3 refundable", "1 d 06 h", "Kim Sample", order.get_absolute_url()):
        assert words in page


def test_other_cases_of_the_order_are_linked_unless_they_are_foreign(desk: Client, ana: User) -> None:
    order = order_of(ana)
    case, other = case_of(ana, order=order), case_of(ana, order=order)
    hidden = case_of(ana, order=order, team=TeamFactory())

    page = shown(desk.get(case.get_absolute_url()))

    assert other.get_absolute_url() in page
    assert hidden.get_absolute_url() not in page


@pytest.mark.parametrize("rows", [1, 60])
def test_the_case_page_asks_fifteen_questions_at_most(
    desk: Client, ana: User, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    order = order_of(ana)
    case = case_of(ana, order=order, customer=order.customer, assignee=ana)
    for _ in range(rows):
        EntryFactory(case=case, author=UserFactory(shops=[case.shop]), kind="note")
        case_of(ana, order=order, assignee=UserFactory())

    with django_assert_max_num_queries(15):
        desk.get(case.get_absolute_url())


# Words


def test_a_reply_is_recorded_and_the_case_waits(desk: Client, ana: User) -> None:
    case = case_of(ana)

    answer = post(desk, "case-message", case, kind="reply", body="We are sorry.")

    case.refresh_from_db()
    entry = case.entries.get(kind="reply")
    assert (answer.status_code, answer.url) == (303, case.get_absolute_url())
    assert (entry.body, entry.author, case.status) == ("We are sorry.", ana, "pending")
    assert "Reply recorded." in shown(desk.get(answer.url))


def test_a_reply_can_solve_the_case(desk: Client, ana: User) -> None:
    case = case_of(ana)

    post(desk, "case-message", case, kind="reply", body="Done.", solve="1")

    case.refresh_from_db()
    assert case.status == "solved"


def test_what_is_not_clearly_for_the_customer_stays_internal(desk: Client, ana: User) -> None:
    case = case_of(ana)

    post(desk, "case-message", case, kind="shout", body="Careful.")

    assert case.entries.get(body="Careful.").kind == Entry.Kind.NOTE


def test_words_of_the_customer_reopen_the_case(desk: Client, ana: User) -> None:
    case = case_of(ana, status="pending")

    post(desk, "case-message", case, kind="customer", body="Here is the photo.")

    case.refresh_from_db()
    assert (case.status, case.preview) == ("open", "Here is the photo.")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_words_of_the_customer_on_a_closed_case_lead_to_its_follow_up(
    desk: Client, ana: User, headers: dict[str, str]
) -> None:
    case = case_of(ana, status="closed")
    address = reverse("case-message", args=[case.number])

    answer = desk.post(address, {"kind": "customer", "body": "It broke again."}, headers=headers)

    follow_up = Case.objects.get(follows=case)
    assert answer.headers.get("HX-Redirect", answer.headers.get("Location")) == follow_up.get_absolute_url()


def test_sent_twice_a_message_is_written_once(desk: Client, ana: User) -> None:
    case = case_of(ana)
    form = {"kind": "reply", "body": "We are sorry.", "key": "5e1c"}

    assert [post(desk, "case-message", case, **form).status_code for _ in range(2)] == [303, 303]
    assert case.entries.filter(kind="reply").count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_message_keeps_what_was_typed(desk: Client, ana: User, headers: dict[str, str]) -> None:
    case = case_of(ana, status="closed")
    address = reverse("case-message", args=[case.number])

    answer = desk.post(address, {"kind": "reply", "body": "One more thing", "key": "k1"}, headers=headers)

    assert answer.status_code == 422
    assert "One more thing</textarea>" in shown(answer)
    assert 'value="k1"' in shown(answer)
    assert ("<html" in shown(answer)) == (not headers)


def test_an_empty_message_is_refused(desk: Client, ana: User) -> None:
    answer = post(desk, "case-message", case_of(ana), kind="note", body="  ")

    assert answer.status_code == 422
    assert "Write something first." in shown(answer)


def test_htmx_gets_the_conversation_and_the_others_hear_of_it(desk: Client, ana: User) -> None:
    case = case_of(ana)

    answer = desk.post(reverse("case-message", args=[case.number]), {"kind": "note", "body": "Hm."}, headers=HTMX)

    assert shown(answer).strip().startswith('<section class="conversation"')
    assert "Hm." in shown(answer)
    assert "case-changed" in answer["HX-Trigger"]


# Facts


def test_the_status_moves(desk: Client, ana: User) -> None:
    case = case_of(ana)

    answer = desk.post(reverse("case-status", args=[case.number]), {"status": "on_hold", "seen": "open"}, headers=HTMX)

    assert shown(answer).strip().startswith('<header class="case-head"')
    assert "on hold" in shown(answer)


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"status": "closed", "seen": "open"}, 422, "from there it cannot become closed"),
        ({"status": "asleep"}, 422, "cannot become"),
        ({}, 422, "cannot become"),
        ({"status": "solved", "seen": "pending"}, 409, "Somebody changed the case meanwhile"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_move_says_why(
    desk: Client, ana: User, form: dict[str, str], status: int, words: str, headers: dict[str, str]
) -> None:
    case = case_of(ana)

    answer = desk.post(reverse("case-status", args=[case.number]), form, headers=headers)

    assert answer.status_code == status
    assert words in shown(answer)
    assert ("HX-Trigger" in answer.headers) == (status == 409)


def test_a_case_with_an_undecided_refund_is_not_closed(desk: Client, ana: User) -> None:
    case = case_of(ana, status="solved")
    hold_case(case=case)

    assert post(desk, "case-status", case, status="closed").status_code == 422


def test_a_case_is_taken_and_given_back(desk: Client, ana: User) -> None:
    case = case_of(ana)

    post(desk, "case-assignment", case, assignee=str(ana.pk))
    case.refresh_from_db()
    assert case.assignee == ana

    post(desk, "case-assignment", case, assignee="")
    case.refresh_from_db()
    assert case.assignee is None


@pytest.mark.parametrize("role", ["agent", "administrator"])
def test_a_case_is_not_given_to_who_cannot_work_it(desk: Client, ana: User, role: str) -> None:
    shops = [ShopFactory()] if role == "agent" else [shop_of(ana)]
    stranger = UserFactory(role=role, shops=shops)
    case = case_of(ana)

    answer = post(desk, "case-assignment", case, assignee=str(stranger.pk))

    case.refresh_from_db()
    assert (answer.status_code, case.assignee) == (422, None)
    assert stranger.name not in shown(answer)


def test_category_priority_and_team_change(desk: Client, ana: User) -> None:
    case, team = case_of(ana), TeamFactory(shops=[shop_of(ana)])
    ana.groups.add(team.group)

    for form in ({"category": "late"}, {"priority": "4"}, {"team": str(team.pk)}):
        assert post(desk, "case-classification", case, **form).status_code == 303

    case.refresh_from_db()
    assert (case.category, case.priority, case.team) == ("late", 4, team)
    post(desk, "case-classification", case, team="")
    case.refresh_from_db()
    assert case.team is None


def test_a_team_of_other_shops_is_not_offered(desk: Client, ana: User) -> None:
    case, team = case_of(ana), TeamFactory(name="Far away")

    assert "Far away" not in shown(desk.get(case.get_absolute_url()))
    assert post(desk, "case-classification", case, team=str(team.pk)).status_code == 422


@pytest.mark.parametrize("form", [{"category": "odd"}, {"priority": "9"}, {"priority": "x"}, {"team": "99"}])
def test_an_unknown_class_is_refused(desk: Client, ana: User, form: dict[str, str]) -> None:
    assert post(desk, "case-classification", case_of(ana), **form).status_code == 422


# Opening a case


def test_a_case_is_opened_from_an_order(desk: Client, ana: User) -> None:
    order = order_of(ana)
    line = order.lines.get()
    where = {"shop": order.shop.reference, "order": order.reference}
    assert "Cup L1" in shown(desk.get(reverse("case-new"), where))

    answer = desk.post(
        reverse("case-new"),
        {
            **where,
            "line": line.pk,
            "subject": "Broken",
            "body": "Help!",
            "category": "damaged",
            "mine": "1",
            "key": "k",
        },
    )

    case = Case.objects.get()
    assert (answer.status_code, answer.url) == (303, case.get_absolute_url())
    assert (case.order, list(case.lines.all()), case.assignee, case.category) == (order, [line], ana, "damaged")
    assert case.entries.get(kind="customer").body == "Help!"


def test_a_case_begins_with_a_note_about_no_order(desk: Client, ana: User) -> None:
    form = {
        "shop": shop_of(ana).reference,
        "subject": "Called",
        "body": "Wants to know.",
        "kind": "note",
        "key": "k",
    }

    desk.post(reverse("case-new"), form)

    case = Case.objects.get()
    assert (case.order, case.assignee, case.priority) == (None, None, 2)
    assert case.entries.get(kind="note").body == "Wants to know."


def test_opening_warns_of_unfinished_cases_on_the_order(desk: Client, ana: User) -> None:
    order = order_of(ana)
    existing, solved = case_of(ana, order=order), case_of(ana, order=order, status="solved")
    existing.lines.set(order.lines.all())

    page = shown(desk.get(reverse("case-new"), {"shop": order.shop.reference, "order": order.reference}))

    assert existing.get_absolute_url() in page
    assert solved.get_absolute_url() not in page


def test_sent_twice_one_case_is_opened(desk: Client, ana: User) -> None:
    form = {"shop": shop_of(ana).reference, "subject": "Once", "body": "Only.", "key": "twice"}

    addresses = {desk.post(reverse("case-new"), form).url for _ in range(2)}

    assert addresses == {Case.objects.get().get_absolute_url()}


def test_a_foreign_order_is_as_if_it_were_not_there(desk: Client, ana: User) -> None:
    foreign = make_order(reference="secret")
    where = {"shop": foreign.shop.reference, "order": "secret"}

    assert "Kim Sample" not in shown(desk.get(reverse("case-new"), where))
    answer = desk.post(reverse("case-new"), {**where, "subject": "S", "body": "B", "key": "k"})
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_a_foreign_line_is_not_part_of_the_case(desk: Client, ana: User) -> None:
    order, foreign = order_of(ana), make_order().lines.get()
    form = {"shop": order.shop.reference, "order": order.reference, "subject": "S", "body": "B", "key": "k"}

    desk.post(reverse("case-new"), {**form, "line": foreign.pk})

    assert not Case.objects.get().lines.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": " "}, "A case needs a subject."),
        ({"body": ""}, "Write something first."),
        ({"category": "odd"}, "There is no category"),
        ({"shop": "none"}, "Choose the shop"),
        ({"order": "404"}, "has no order"),
    ],
)
def test_a_refused_case_keeps_what_was_typed(desk: Client, ana: User, changes: dict[str, str], words: str) -> None:
    assign_perm("access_shop", ana, ShopFactory(reference="first"))
    form = {"shop": "first", "subject": "Typed subject", "body": "Typed body", "key": "k", **changes}

    answer = desk.post(reverse("case-new"), form)

    assert answer.status_code == 422
    assert words in shown(answer)
    assert form["body"] in shown(answer)
    assert form["subject"] in shown(answer)
