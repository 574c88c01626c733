"""Reading refunds by the API: who sees which, a page at a time, and the same few queries however many there are."""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.api import api_client_for
from accounts.tests.factories import UserFactory
from refunds.models import Refund
from refunds.serializers import RefundAnswer
from refunds.tests.calling import REFUNDS, Counter, answer_of, refused
from refunds.tests.factories import NOW
from refunds.use_cases import approve_refund, confirm_payout

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def read(user: User, reference: str = "", **query: object) -> object:
    """One refund, or the list."""
    return api_client_for(user).get(f"{REFUNDS}{reference}/" if reference else REFUNDS, query)


def listed(user: User, **query: object) -> list[str]:
    """The references on the first page."""
    return [refund["reference"] for refund in answer_of(read(user, **query), 200)["results"]]


def test_a_refund_is_read_as_it_was_answered() -> None:
    desk = Counter({"gross": 1000, "tax": 160}, shipping=({"gross": 500, "tax": 80},))
    said = answer_of(desk.ask(shipping=[{"charge": "S1", "amount": "1.00"}]))
    assert answer_of(read(desk.client, said["reference"]), 200) == said


def test_the_written_form_is_the_declared_one() -> None:
    desk = Counter({"gross": 1000, "tax": 160}, shipping=({"gross": 500, "tax": 80},), threshold=100)
    desk.request({"L1": 1}, shipping={"S1": 100})
    said = RefundAnswer(Refund.objects.get()).data
    declared = RefundAnswer().fields
    assert list(said) == list(declared)
    for name in ("total", "needs_approval", "lines", "shipping", "payouts"):
        assert declared[name].to_representation(said[name]) == said[name]


def test_a_refund_tells_how_it_went_on() -> None:
    desk = Counter(threshold=500)
    refund = desk.request()
    first = answer_of(read(desk.agent, refund.reference), 200)
    approve_refund(refund=refund, by=desk.supervisor, now=NOW)
    approved = answer_of(read(desk.agent, refund.reference), 200)
    assert (approved["status"], approved["decided_by"]) == ("approved", str(desk.supervisor))
    assert approved["needs_approval"] is None
    confirm_payout(payout=refund.payouts.get(), by=desk.second, bank_reference="B-1", now=NOW)
    paid = answer_of(read(desk.agent, refund.reference), 200)
    assert paid["payouts"][0]["status"] == "pending"
    assert len({first["version"], approved["version"], paid["version"]}) == 3


def test_what_one_has_is_not_sent_again() -> None:
    desk = Counter()
    reference = answer_of(desk.ask())["reference"]
    tag = read(desk.client, reference)["ETag"]
    again = api_client_for(desk.client).get(f"{REFUNDS}{reference}/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_everybody_of_the_shop_sees_its_refunds_and_a_refunds_client_its_own() -> None:
    desk, elsewhere = Counter(), Counter()
    own = answer_of(desk.ask())["reference"]
    others = desk.request().reference
    people = [desk.person(role) for role in ("agent", "senior agent", "supervisor", "administrator")]
    clients = [desk.program(scope) for scope in ("read", "orders", "cases")]
    for user in (*people, *clients):
        assert listed(user) == [others, own]
        answer_of(read(user, own), 200)
    assert listed(desk.client) == [own]
    missing = refused(read(desk.client, "R-999999"), 404, "not_found")
    assert refused(read(desk.client, others), 404, "not_found") == missing
    for user in (elsewhere.client, elsewhere.supervisor):
        assert refused(read(user, own), 404, "not_found") == missing
        assert listed(user) == []
    nobody = UserFactory(role=None, shops=[desk.shop])
    refused(read(nobody, own), 403, "not_allowed")
    refused(read(nobody), 403, "not_allowed")
    assert listed(desk.program("refunds", "read")) == [others, own]


@pytest.mark.parametrize("reference", ["58", "R-0", "r-1", "R-01", "R-", "R-1٣", "C-1", "R-99999999999999999999"])
def test_what_is_no_reference_is_missing(reference: str) -> None:
    refused(read(Counter().client, reference), 404, "not_found")


def test_the_list_is_filtered_by_what_is_declared() -> None:
    desk, elsewhere = Counter(threshold=1500), Counter()
    first = answer_of(desk.ask())["reference"]
    other = desk.another_order()
    second = answer_of(desk.ask(order=other.reference, case=desk.case_about(other).number))
    third = answer_of(desk.ask({"L1": 2}))["reference"]
    both = [third, second["reference"], first]
    assert listed(desk.client) == both
    assert listed(desk.client, shop=desk.shop.reference) == both
    assert listed(desk.client, shop=elsewhere.shop.reference) == []
    assert listed(desk.client, order="1002") == [second["reference"]]
    assert listed(desk.client, case=second["case"]) == [second["reference"]]
    assert listed(desk.client, status="requested") == [third]
    assert listed(desk.client, status="requested", order="1002") == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": "lost"},
        {"case": "12"},
        {"limit": 0},
        {"limit": 101},
        {"limit": "1e1"},
        {"ordering": "requested_by__password"},
        {"requested_by__password__startswith": "argon2"},
        {"cursor": "nowhere"},
    ],
)
def test_a_parameter_of_another_form_is_refused(query: dict[str, object]) -> None:
    assert answer_of(read(Counter().client, **query), 400)["status"] == 400


def test_a_read_of_one_refund_takes_no_parameters() -> None:
    desk = Counter()
    reference = answer_of(desk.ask())["reference"]
    refused(read(desk.client, reference, expand="lines"), 400, "malformed")


def test_the_list_is_walked_forth_and_back() -> None:
    desk = Counter({"quantity": 5}, threshold=None)
    made = [answer_of(desk.ask())["reference"] for _ in range(5)][::-1]
    calls = api_client_for(desk.client)
    page = answer_of(calls.get(REFUNDS, {"limit": 2}), 200)
    seen = [refund["reference"] for refund in page["results"]]
    assert page["previous"] is None
    while page["next"]:
        page = answer_of(calls.get(page["next"]), 200)
        seen += [refund["reference"] for refund in page["results"]]
    assert seen == made
    back = answer_of(calls.get(page["previous"]), 200)
    assert [refund["reference"] for refund in back["results"]] == made[2:4]


def test_a_list_asks_the_same_few_queries_whatever_its_length() -> None:
    desk = Counter({"quantity": 9}, threshold=None)
    calls = api_client_for(desk.client)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            answer_of(calls.get(REFUNDS), 200)
        return len(asked)

    answer_of(desk.ask())
    first = queries()
    for _ in range(6):
        answer_of(desk.ask())
    assert queries() == first <= 6


def test_one_refund_is_read_in_few_queries() -> None:
    desk = Counter()
    reference = answer_of(desk.ask())["reference"]
    with CaptureQueriesContext(connection) as asked:
        answer_of(read(desk.client, reference), 200)
    assert len(asked) <= 8
