"""Decisions by the API: by people who may, once, and never by programs."""

from collections.abc import Iterator

import pytest
import time_machine

from accounts.tests.api import api_client_for
from accounts.tests.factories import UserFactory
from refunds.models import Refund
from refunds.tests.calling import REFUNDS, Counter, answer_of, refused
from refunds.tests.factories import NOW
from support.models import Case
from support.use_cases import add_team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Counter:
    """Whose refunds of three units wait."""
    return Counter(threshold=1000)


def hand_over(desk: Counter) -> None:
    """Give the case to a team of which nobody here is."""
    team = add_team(name="Returns", shops=[desk.shop], people=[])
    Case.objects.filter(pk=desk.case.pk).update(team=team)


def test_a_supervisor_approves_once(desk: Counter) -> None:
    waiting = desk.waiting()
    said = answer_of(desk.decide(waiting, "approval", desk.supervisor, reason="Seen the photo."), 200)
    assert (said["status"], said["decided_by"]) == ("approved", str(desk.supervisor))
    assert said["needs_approval"] is None
    assert Refund.objects.get().decision_reason == "Seen the photo."
    refused(desk.decide(waiting, "approval", desk.second), 409, "refund_moved_on")
    refused(desk.decide(waiting, "approval", desk.supervisor), 409, "refund_moved_on")


def test_an_approval_needs_no_body(desk: Counter) -> None:
    waiting = desk.waiting()
    answer_of(api_client_for(desk.supervisor).post(f"{REFUNDS}{waiting}/approval/"), 200)


def test_a_rejection_says_why_and_frees(desk: Counter) -> None:
    waiting = desk.waiting()
    missing = refused(desk.decide(waiting, "rejection", desk.supervisor), 400, "malformed")
    assert missing["errors"][0]["pointer"] == "/reason"
    refused(desk.decide(waiting, "rejection", desk.supervisor, reason=" "), 400, "malformed")
    said = answer_of(desk.decide(waiting, "rejection", desk.supervisor, reason="No photo."), 200)
    assert (said["status"], said["payouts"][0]["status"]) == ("rejected", "cancelled")
    assert desk.held() == (0, 0, 0)
    refused(desk.decide(waiting, "rejection", desk.second, reason="Again."), 409, "refund_moved_on")
    refused(desk.decide(waiting, "approval", desk.second), 409, "refund_moved_on")


def test_nobody_decides_about_their_own_request(desk: Counter) -> None:
    own = desk.waiting(by=desk.supervisor)
    refused(desk.decide(own, "approval", desk.supervisor), 403, "own_request")
    refused(desk.decide(own, "rejection", desk.supervisor, reason="No."), 403, "own_request")


@pytest.mark.parametrize("scopes", [["read"], ["orders"], ["cases"], ["refunds", "read"]])
def test_clients_never_decide(desk: Counter, scopes: list[str]) -> None:
    waiting, client = desk.waiting(), desk.program(*scopes)
    refused(desk.decide(waiting, "approval", client), 403, "clients_never_decide")
    refused(desk.decide(waiting, "rejection", client, reason="No."), 403, "clients_never_decide")


def test_a_client_never_decides_about_its_own_request(desk: Counter) -> None:
    own = answer_of(desk.ask({"L1": 3}))["reference"]
    refused(desk.decide(own, "approval", desk.client), 403, "clients_never_decide")


def test_who_has_no_right_does_not_decide(desk: Counter) -> None:
    waiting = desk.waiting()
    for role in ("agent", "administrator"):
        person = desk.person(role)
        refused(desk.decide(waiting, "approval", person), 403, "not_allowed")
        refused(desk.decide(waiting, "rejection", person, reason="No."), 403, "not_allowed")
    nobody = UserFactory(role=None, shops=[desk.shop])
    for verb in ("approval", "rejection", "cancellation"):
        refused(desk.decide(waiting, verb, nobody, reason="No."), 403, "not_allowed")
    assert Refund.objects.get().status == "requested"


def test_a_senior_agent_decides_up_to_their_limit() -> None:
    desk = Counter({"quantity": 6}, threshold=1000, limit=4000)
    senior = desk.person("senior agent")
    answer_of(desk.decide(desk.waiting(), "approval", senior), 200)
    second = desk.waiting()
    problem = refused(desk.decide(second, "approval", senior), 403, "over_own_limit")
    assert (problem["maximum"], problem["currency"]) == ("40.00", "EUR")
    refused(desk.decide(second, "rejection", senior, reason="No."), 403, "over_own_limit")
    answer_of(desk.decide(second, "approval", desk.supervisor), 200)


def test_a_senior_agent_decides_in_cases_that_they_see(desk: Counter) -> None:
    waiting, senior = desk.waiting(), desk.person("senior agent")
    hand_over(desk)
    missing = refused(desk.decide("R-999999", "approval", senior), 404, "not_found")
    assert refused(desk.decide(waiting, "approval", senior), 404, "not_found") == missing


def test_a_foreign_refund_looks_like_a_missing_one(desk: Counter) -> None:
    waiting, elsewhere = desk.waiting(), Counter()
    for verb in ("approval", "rejection", "cancellation"):
        for user in (elsewhere.supervisor, elsewhere.client):
            missing = refused(desk.decide("R-999999", verb, user, reason="No."), 404, "not_found")
            assert refused(desk.decide(waiting, verb, user, reason="No."), 404, "not_found") == missing


def test_a_request_is_taken_back_by_who_made_it(desk: Counter) -> None:
    own = answer_of(desk.ask({"L1": 3}))["reference"]
    said = answer_of(desk.decide(own, "cancellation", desk.client), 200)
    assert (said["status"], said["decided_by"]) == ("cancelled", str(desk.client))
    assert desk.held() == (0, 0, 0)
    refused(desk.decide(own, "cancellation", desk.client), 409, "refund_moved_on")
    refused(desk.decide(own, "approval", desk.supervisor), 409, "refund_moved_on")


def test_a_request_of_others_is_taken_back_by_supervisors_only(desk: Counter) -> None:
    waiting = desk.waiting()
    refused(desk.decide(waiting, "cancellation", desk.person("agent")), 403, "not_allowed")
    refused(desk.decide(waiting, "cancellation", desk.program("read")), 403, "not_allowed")
    refused(desk.decide(waiting, "cancellation", desk.program("refunds", "read")), 403, "not_allowed")
    answer_of(desk.decide(waiting, "cancellation", desk.supervisor, reason="Asked twice."), 200)


def test_an_agent_takes_back_their_own_also_from_another_team(desk: Counter) -> None:
    waiting = desk.waiting()
    hand_over(desk)
    refused(desk.decide(waiting, "cancellation", desk.person("agent")), 404, "not_found")
    answer_of(desk.decide(waiting, "cancellation", desk.agent), 200)


@pytest.mark.parametrize("verb", ["approval", "rejection", "cancellation"])
def test_a_decision_takes_a_reason_and_nothing_else(desk: Counter, verb: str) -> None:
    waiting = desk.waiting()
    sent = desk.decide(waiting, verb, desk.supervisor, reason="No.", approver=1)
    assert refused(sent, 400, "malformed")["errors"][0]["code"] == "unknown_field"
    too_long = desk.decide(waiting, verb, desk.supervisor, reason="x" * 2001)
    assert refused(too_long, 400, "malformed")["errors"][0]["code"] == "text_too_long"


def test_a_reference_of_no_refund_is_missing(desk: Counter) -> None:
    refused(desk.decide("58", "approval", desk.supervisor), 404, "not_found")
