"""What people do with cases, and every no they can hear."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.domain.refusal import Refused
from accounts.tests.factories import ShopFactory, UserFactory
from orders.tests.factories import CustomerFactory, OrderFactory, OrderLineFactory
from support.models import Case
from support.tests.factories import NOW, CaseFactory, TeamFactory
from support.use_cases import (
    add_note,
    add_team,
    assign,
    change_status,
    classify,
    hold_case,
    open_case,
    record_customer_message,
    release_case,
    reply,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shop():
    return ShopFactory()


@pytest.fixture
def agent(shop):
    return UserFactory(role="agent", shops=[shop])


@pytest.fixture
def case(shop):
    return CaseFactory(shop=shop)


def story(case):
    return [(entry.kind, entry.verb or entry.body) for entry in case.entries.all()]


def refusal_of(call, **values):
    with pytest.raises(Refused) as refused:
        call(**values)
    return refused.value.code


def test_a_case_opens_with_the_customers_words(shop, agent):
    order = OrderFactory(shop=shop)
    case = open_case(by=agent, shop=shop, order=order, subject="  Broken \n cups ", body="Two broke.", now=NOW)
    assert (case.subject, case.status, case.customer, case.preview) == (
        "Broken cups",
        "open",
        order.customer,
        "Two broke.",
    )
    assert story(case) == [("event", "opened"), ("customer", "Two broke.")]


def test_a_case_that_opens_with_a_note_shows_no_customer_words(shop, agent):
    case = open_case(by=agent, shop=shop, subject="Call", body="They rang.", kind="note", now=NOW)
    assert case.preview == ""
    assert story(case) == [("event", "opened"), ("note", "They rang.")]


def test_a_case_is_of_a_customer_of_its_own_shop_only(shop, agent):
    values = {"by": agent, "shop": shop, "subject": "x", "body": "y", "now": NOW}
    assert refusal_of(open_case, customer=CustomerFactory(), **values) == "customer_unknown"
    own = CustomerFactory(shop=shop)
    assert open_case(customer=own, **values).customer == own


def test_a_case_is_about_lines_of_its_own_order_only(shop, agent):
    line = OrderLineFactory(order=OrderFactory(shop=shop))
    case = open_case(by=agent, shop=shop, order=line.order, lines=[line], subject="x", body="y", now=NOW)
    assert list(case.lines.all()) == [line]
    other = OrderFactory(shop=shop)
    values = {"by": agent, "shop": shop, "subject": "x", "body": "y", "now": NOW, "lines": [line]}
    assert refusal_of(open_case, order=other, **values) == "line_unknown"
    assert refusal_of(open_case, **values) == "line_unknown"
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"subject": "  "}, "subject_missing"),
        ({"subject": "s" * 201}, "subject_too_long"),
        ({"subject": "nul\0"}, "text_malformed"),
        ({"body": " \n"}, "text_missing"),
        ({"body": "b" * 20_001}, "text_too_long"),
        ({"body": "nul\0"}, "text_malformed"),
        ({"category": "silly"}, "category_unknown"),
        ({"priority": 9}, "priority_unknown"),
    ],
)
def test_a_case_that_says_too_little_or_too_much_is_refused(shop, agent, values, code):
    wellformed = {"by": agent, "shop": shop, "subject": "x", "body": "y", "now": NOW}
    assert refusal_of(open_case, **{**wellformed, **values}) == code
    assert not Case.objects.exists()


def test_a_case_is_opened_for_nobody_who_cannot_work_it(shop, agent):
    stranger = UserFactory(role="agent", shops=[ShopFactory()])
    values = {"by": agent, "shop": shop, "subject": "x", "body": "y", "now": NOW, "assignee": stranger}
    assert refusal_of(open_case, **values) == "person_cannot_see_case"


def test_a_case_is_not_opened_on_an_order_of_another_shop(shop, agent):
    values = {"by": agent, "shop": shop, "subject": "x", "body": "y", "now": NOW}
    assert refusal_of(open_case, order=OrderFactory(), **values) == "order_of_another_shop"


@pytest.mark.parametrize("status", ["pending", "on_hold", "solved"])
def test_a_customer_message_reopens_what_waited(shop, status):
    case = CaseFactory(shop=shop, status=status)
    entry = record_customer_message(case=case, body="Any news?", now=LATER)
    case.refresh_from_db()
    assert (entry.case, case.status, case.preview, case.updated_at) == (case, "open", "Any news?", LATER)


def test_a_customer_message_on_an_open_case_leaves_its_status(case):
    record_customer_message(case=case, body="And another thing", now=LATER)
    assert story(case) == [("customer", "And another thing")]


def test_a_customer_message_on_a_closed_case_starts_a_follow_up(shop, agent):
    closed = CaseFactory(shop=shop, status="closed", assignee=agent)
    entry = record_customer_message(case=closed, body="It broke again", now=LATER)
    closed.refresh_from_db()
    assert closed.status == "closed"
    assert (entry.case.follows, entry.case.status, entry.case.assignee) == (closed, "open", agent)
    entry.case.refresh_from_db()
    assert entry.case.preview == "It broke again"
    assert story(closed) == [("event", "followed_up")]


def test_a_reply_waits_for_the_customer(case, agent):
    reply(case=case, by=agent, body="Sorry!", now=LATER)
    case.refresh_from_db()
    assert (case.status, case.version) == ("pending", 2)
    assert story(case) == [("reply", "Sorry!"), ("event", "status")]


def test_a_reply_can_solve_the_case(case, agent):
    reply(case=case, by=agent, body="Done.", solve=True, now=LATER)
    case.refresh_from_db()
    assert case.status == "solved"


def test_a_reply_to_a_solved_case_leaves_it_solved(shop, agent):
    case = CaseFactory(shop=shop, status="solved")
    reply(case=case, by=agent, body="One more thing.", now=LATER)
    case.refresh_from_db()
    assert case.status == "solved"


def test_a_closed_case_takes_no_reply(shop, agent):
    case = CaseFactory(shop=shop, status="closed")
    assert refusal_of(reply, case=case, by=agent, body="Hello?", now=LATER) == "case_closed"
    assert story(case) == []


def test_a_note_changes_no_status(case, agent):
    add_note(case=case, by=agent, body="Careful, loud.", now=LATER)
    case.refresh_from_db()
    assert (case.status, case.preview) == ("open", "")
    assert refusal_of(add_note, case=case, by=agent, body="", now=LATER) == "text_missing"


def test_assigning_is_told_in_the_story_once(case, agent):
    assign(case=case, by=agent, assignee=agent, now=LATER)
    assign(case=case, by=agent, assignee=agent, now=LATER)
    case.refresh_from_db()
    assert case.assignee == agent
    [event] = case.entries.all()
    assert (event.verb, event.details) == ("assigned", {"before": "", "after": str(agent)})


def test_a_case_can_be_given_back_to_nobody(shop, agent):
    case = CaseFactory(shop=shop, assignee=agent)
    assign(case=case, by=agent, assignee=None, now=LATER)
    case.refresh_from_db()
    assert case.assignee is None


def test_a_case_goes_only_to_who_may_work_it(case, agent, shop):
    stranger = UserFactory(role="agent", shops=[ShopFactory()])
    administrator = UserFactory(role="administrator", shops=[shop])
    gone = UserFactory(role="agent", shops=[shop], is_active=False)
    for person in (stranger, administrator, gone):
        assert refusal_of(assign, case=case, by=agent, assignee=person, now=LATER) == "person_cannot_see_case"


MOVES = {
    "open": {"pending", "on_hold", "solved"},
    "pending": {"open", "on_hold", "solved"},
    "on_hold": {"open", "pending", "solved"},
    "solved": {"open", "closed"},
    "closed": set(),
}


@pytest.mark.parametrize("seen", MOVES)
@pytest.mark.parametrize("asked", [*MOVES, "silly"])
def test_statuses_move_by_the_table_only(shop, agent, seen, asked):
    case = CaseFactory(shop=shop, status=seen)
    if asked in MOVES[seen]:
        change_status(case=case, by=agent, status=asked, seen=seen, now=LATER)
        case.refresh_from_db()
        assert case.status == asked
    else:
        assert refusal_of(change_status, case=case, by=agent, status=asked, now=LATER) == "illegal_move"


def test_a_status_that_moved_on_is_not_overwritten(case, agent):
    change_status(case=case, by=agent, status="pending", now=LATER)
    assert refusal_of(change_status, case=case, by=agent, status="solved", seen="open", now=LATER) == "case_moved_on"


def test_a_held_case_cannot_be_closed_until_it_is_released(shop, agent):
    case = CaseFactory(shop=shop, status="solved")
    hold_case(case=case)
    assert refusal_of(change_status, case=case, by=agent, status="closed", now=LATER) == "case_held"
    release_case(case=case)
    change_status(case=case, by=agent, status="closed", now=LATER)
    case.refresh_from_db()
    assert case.status == "closed"


def test_classifying_tells_what_changed_and_nothing_else(case, agent):
    team = TeamFactory(shops=[case.shop])
    classify(case=case, by=agent, category="damaged", priority=2, team=team, now=LATER)
    case.refresh_from_db()
    assert (case.category, case.priority, case.team) == ("damaged", 2, team)
    told = {entry.verb: (entry.details["before"], entry.details["after"]) for entry in case.entries.all()}
    assert told == {"category": ("other", "damaged"), "team": ("", team.name)}


def test_classifying_the_same_again_changes_nothing(case, agent):
    classify(case=case, by=agent, category="other", priority=2, team=None, now=LATER)
    case.refresh_from_db()
    assert (case.version, case.entries.count()) == (1, 0)


def test_classifying_refuses_what_does_not_exist(case, agent):
    assert refusal_of(classify, case=case, by=agent, category="silly", now=LATER) == "category_unknown"
    assert refusal_of(classify, case=case, by=agent, priority=0, now=LATER) == "priority_unknown"


def test_agents_see_cases_of_their_teams_of_no_team_and_their_own(shop, agent):
    team, other = TeamFactory(), TeamFactory()
    agent.groups.add(team.group)
    ours, nobodys = CaseFactory(shop=shop, team=team), CaseFactory(shop=shop)
    mine = CaseFactory(shop=shop, team=other, assignee=agent)
    theirs, foreign = CaseFactory(shop=shop, team=other), CaseFactory()
    assert set(Case.objects.visible_to(agent)) == {ours, nobodys, mine}
    supervisor = UserFactory(role="supervisor", shops=[shop])
    assert set(Case.objects.visible_to(supervisor)) == {ours, nobodys, mine, theirs}
    assert foreign not in Case.objects.visible_to(supervisor)


def test_a_team_shares_its_queue_and_its_shops(shop):
    member = UserFactory(role="agent", shops=[])
    team = add_team(name="Parcels", shops=[shop], people=[member])
    case = CaseFactory(shop=shop, team=team)
    assert list(Case.objects.visible_to(member)) == [case]
    assert refusal_of(add_team, name="Parcels", shops=[], people=[]) == "team_exists"


def test_the_command_makes_a_team_or_says_why_not(shop):
    member = UserFactory(role="agent", shops=[])
    told = StringIO()
    call_command("add_team", "Parcels", shop=[shop.reference], person=[member.email], stdout=told)
    assert "with 1 people" in told.getvalue()
    for values in ({"shop": ["nowhere"]}, {"shop": [shop.reference], "person": ["nobody@example.com"]}):
        with pytest.raises(CommandError, match="There is no"):
            call_command("add_team", "Post", **values)
