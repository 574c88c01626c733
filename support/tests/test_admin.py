"""Cases on the supervisors' site: read with their story, of the person's own shops, whatever their team."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from refunds.tests.factories import NOW, Desk
from support.models import Case
from support.use_cases import add_note, add_team, record_customer_message, reply

LIST = "admin:support_case_changelist"
MARKUP = '"><script>alert(1)</script>'

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """A shop with people, an order and a case about it."""
    return Desk()


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def page_of(case: Case) -> str:
    """The page of the case."""
    return reverse("admin:support_case_change", args=[case.pk])


def asked(browser: Client, page: str) -> int:
    """How many queries the page needs."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)


def test_the_page_tells_the_whole_story(desk: Desk) -> None:
    record_customer_message(case=desk.case, body="It came broken.", now=NOW)
    reply(case=desk.case, by=desk.agent, body="We are sorry.", now=NOW)
    add_note(case=desk.case, by=desk.agent, body="Second time this week.", now=NOW)
    text = signed_in(desk.supervisor).get(page_of(desk.case)).text
    for words in ("It came broken.", "We are sorry.", "Second time this week.", "internal note", str(desk.agent)):
        assert words in text
    assert "changed the status from" in text
    assert desk.case.get_absolute_url() in text


def test_what_people_typed_stays_text(desk: Desk) -> None:
    Case.objects.update(subject=MARKUP)
    record_customer_message(case=desk.case, body=MARKUP, now=NOW)
    browser = signed_in(desk.supervisor)
    for page in (page_of(desk.case), reverse(LIST)):
        assert "<script>alert" not in browser.get(page).text


def test_a_supervisor_reads_the_cases_of_every_team_of_their_shops(desk: Desk) -> None:
    team = add_team(name="Night", shops=[desk.shop], people=[])
    Case.objects.update(team=team)
    browser = signed_in(desk.supervisor)
    assert browser.get(reverse(LIST)).context["cl"].result_count == 1
    assert browser.get(page_of(desk.case)).status_code == 200


def test_a_case_of_another_shop_is_not_there(desk: Desk) -> None:
    browser = signed_in(UserFactory(role="supervisor", shops=[]))
    assert browser.get(page_of(desk.case)).status_code == 404
    assert browser.get(reverse(LIST)).context["cl"].result_count == 0


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"status": "open"}, 1),
        ({"status": "closed"}, 0),
        ({"category": "other"}, 1),
        ({"category": "late", "status": "open"}, 0),
        ({"q": "brok"}, 1),
        ({"q": "roken"}, 0),
        ({"q": "1001"}, 1),
        ({"q": "kim"}, 1),
    ],
)
def test_the_list_is_narrowed_by_filters_and_first_letters(desk: Desk, query: dict[str, str], count: int) -> None:
    assert signed_in(desk.supervisor).get(reverse(LIST), query).context["cl"].result_count == count


def test_a_case_is_found_by_its_number(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    for words in (desk.case.number, desk.case.number.lower(), f" {desk.case.number} "):
        assert list(browser.get(reverse(LIST), {"q": words}).context["cl"].result_list) == [desk.case]
    assert browser.get(reverse(LIST), {"q": "C-987654321"}).context["cl"].result_count == 0


@pytest.mark.parametrize("query", [{"status": "nonsense"}, {"category": "a"}, {"status": ["open", "nonsense"]}])
def test_a_status_that_does_not_exist_leads_back_to_the_list(desk: Desk, query: dict[str, str]) -> None:
    assert signed_in(desk.supervisor).get(reverse(LIST), query)["Location"] == f"{reverse(LIST)}?e=1"


def test_pages_ask_the_database_as_often_for_much_as_for_little(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    add_note(case=desk.case, by=desk.agent, body="One.", now=NOW)
    browser.get(reverse(LIST))
    few = asked(browser, reverse(LIST)), asked(browser, page_of(desk.case))
    for number in range(50):
        other = desk.case_about(desk.order)
        Case.objects.filter(pk=other.pk).update(assignee=desk.agent)
        add_note(case=desk.case, by=desk.agent, body=f"Note {number}", now=NOW)
    assert (asked(browser, reverse(LIST)), asked(browser, page_of(desk.case))) == few
    assert max(few) <= 13
