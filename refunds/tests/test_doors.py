"""Forms about money when things go otherwise: somebody else writes, the case left, the form was sent before."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.tests.factories import UserFactory
from refunds.domain.lifecycle import RefundStatus
from refunds.models import Refund
from refunds.tests.factories import NOW, Desk
from refunds.use_cases import approve_refund, cancel_refund, confirm_payout, quote_refund
from support.models import Case
from support.tests.contention import overtaken, somebody_writes
from support.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WORDS = "Precious words"
DECISIONS = ["refund-approval", "refund-rejection", "refund-cancellation"]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk() -> Desk:
    """A shop in which every refund waits for a second person."""
    return Desk({"quantity": 3, "gross": 3000}, threshold=0)


@pytest.fixture
def refund(desk: Desk) -> Refund:
    """One that waits, asked for by the agent."""
    return desk.request()


def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def sent(person: User, name: str, of: str, headers: dict[str, str] | None = None, **form: Any) -> HttpResponse:
    return browser(person).post(reverse(name, args=[of]), form, headers=headers or {})


def asking(desk: Desk, **changes: Any) -> dict[str, Any]:
    """The form of a refund of one unit, as it is sent."""
    version = quote_refund(order=desk.order, by=desk.agent, lines={"L1": 1}, now=NOW).version
    form = {f"units-{desk.line().pk}": "1", "reason": "damaged", "note": WORDS, "key": "k-1"}
    return {**form, "version": version, "go": "1", **changes}


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def status(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).status


def opened_details(answer: HttpResponse) -> int:
    return answer.text.count('<details class="decision" open>')


# Somebody else writes


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_busy_desk_says_when_to_come_again_and_keeps_what_was_typed(
    desk: Desk, refund: Refund, headers: dict[str, str]
) -> None:
    form, agent, supervisor = asking(desk), browser(desk.agent), browser(desk.supervisor)
    decision = {"reason": WORDS}
    with somebody_writes():
        asked = agent.post(reverse("case-refunds", args=[desk.case.number]), form, headers=headers)
        decided = [
            supervisor.post(reverse(name, args=[refund.reference]), decision, headers=headers) for name in DECISIONS
        ]
    for answer in (asked, *decided):
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1")
        assert "The desk is busy writing." in answer.text
    assert asked.context["refund_draft"].note == WORDS
    assert headers or f">{WORDS}</textarea>" in asked.text
    assert [opened_details(answer) for answer in decided] == [0, 1, 1]
    assert all(f'value="{WORDS}"' in answer.text for answer in decided)
    assert (status(refund), Refund.objects.count()) == (RefundStatus.REQUESTED, 1)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_busy_desk_keeps_what_supervisors_typed(desk: Desk, refund: Refund) -> None:
    paid = desk.request({"L1": 1})
    approve_refund(refund=paid, by=desk.supervisor, now=NOW)
    supervisor = browser(desk.supervisor)
    addresses = [reverse(f"admin:refunds_refund_{noun}", args=[refund.pk]) for noun in ("approval", "rejection")]
    payout = reverse("admin:refunds_payout_confirmation", args=[paid.payouts.get().pk])
    with somebody_writes():
        answers = [supervisor.post(address, {"reason": WORDS}) for address in addresses]
        answers.append(supervisor.post(payout, {"bank_reference": WORDS}))
    for answer in answers:
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1")
        assert WORDS in answer.text
        assert said(answer) == ["The desk is busy writing. Nothing was changed; please try again."]


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", DECISIONS)
def test_who_is_overtaken_in_a_decision_keeps_the_reason(desk: Desk, refund: Refund, name: str) -> None:
    with overtaken(desk.order):
        answer = sent(desk.supervisor, name, refund.reference, reason=WORDS)
    assert answer.status_code == 409
    assert "Several people change the same thing" in answer.text
    assert f'value="{WORDS}"' in answer.text
    assert sent(desk.supervisor, name, refund.reference, reason=WORDS).status_code == 303


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_who_is_overtaken_in_a_request_keeps_it(desk: Desk) -> None:
    form = asking(desk)
    with overtaken(desk.order):
        answer = sent(desk.agent, "case-refunds", desk.case.number, **form)
    assert answer.status_code == 409
    assert f">{WORDS}</textarea>" in answer.text
    assert not Refund.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_a_supervisor_who_is_overtaken_keeps_the_reason(desk: Desk, refund: Refund) -> None:
    supervisor, address = browser(desk.supervisor), reverse("admin:refunds_refund_rejection", args=[refund.pk])
    with overtaken(desk.order):
        answer = supervisor.post(address, {"reason": WORDS})
    assert (answer.status_code, WORDS in answer.text) == (409, True)


# A refused decision


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("name", ["refund-rejection", "refund-cancellation"])
def test_a_refused_decision_keeps_its_reason_and_stays_open(
    desk: Desk, refund: Refund, name: str, headers: dict[str, str]
) -> None:
    desk.request()
    typed = "ab" * 1001
    answer = sent(desk.supervisor, name, refund.reference, headers, reason=typed)
    assert answer.status_code == 422
    assert "at most 2000 characters" in answer.text
    assert f'value="{typed}"' in answer.text
    assert opened_details(answer) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_decision_that_came_too_late_shows_what_was_typed(
    desk: Desk, refund: Refund, headers: dict[str, str]
) -> None:
    cancel_refund(refund=refund, by=desk.agent, now=NOW)
    for name in ("refund-rejection", "refund-cancellation"):
        answer = sent(desk.supervisor, name, refund.reference, headers, reason=WORDS)
        assert answer.status_code == 409
        assert f"You wrote: “{WORDS}”" in answer.text
        assert answer.headers["HX-Trigger"] == ("money-refused" if headers else "case-changed")


def test_a_panel_that_says_no_is_not_exchanged_again_by_the_event_for_the_others(desk: Desk) -> None:
    page = browser(desk.supervisor).get(desk.case.get_absolute_url()).text
    refresher = page[page.index("money-refused from:document") :]
    refresher = refresher[: refresher.index(">")]
    assert "#side" not in refresher
    assert "#order-panel" in refresher
    assert 'id="order-panel"' in page


# The case left


def test_ones_own_request_is_taken_back_after_its_case_went_to_another_team(desk: Desk, refund: Refund) -> None:
    Case.objects.update(team=TeamFactory())
    answer = sent(desk.agent, "refund-cancellation", refund.reference, reason="Not needed.")
    assert (answer.status_code, answer["Location"]) == (303, desk.order.get_absolute_url())
    assert said(answer) == [f"{refund.reference} was taken back."]
    assert status(refund) == RefundStatus.CANCELLED


def test_htmx_is_led_to_the_order_after_the_case_went(desk: Desk, refund: Refund) -> None:
    Case.objects.update(team=TeamFactory())
    answer = sent(desk.agent, "refund-cancellation", refund.reference, HTMX)
    assert answer["HX-Redirect"] == desk.order.get_absolute_url()


def test_the_order_page_offers_the_requester_alone_to_take_back(desk: Desk, refund: Refund) -> None:
    address = reverse("refund-cancellation", args=[refund.reference])
    pages = {who: browser(who).get(desk.order.get_absolute_url()).text for who in (desk.agent, desk.supervisor)}
    assert [address in page for page in pages.values()] == [True, False]
    cancel_refund(refund=refund, by=desk.agent, now=NOW)
    assert address not in browser(desk.agent).get(desk.order.get_absolute_url()).text


def test_a_refusal_after_the_case_went_is_told_on_the_order_page_with_what_was_typed(
    desk: Desk, refund: Refund
) -> None:
    Case.objects.update(team=TeamFactory())
    typed = "ab" * 1001
    answer = sent(desk.agent, "refund-cancellation", refund.reference, reason=typed)
    assert answer.status_code == 422
    assert answer.context["order"] == desk.order
    assert "at most 2000 characters" in answer.text
    assert f'value="{typed}"' in answer.text
    panel = sent(desk.agent, "refund-cancellation", refund.reference, HTMX, reason=typed)
    assert panel.status_code == 422
    assert f'value="{typed}"' in panel.text


def test_nobody_else_reaches_a_refund_whose_case_went_to_another_team(desk: Desk, refund: Refund) -> None:
    Case.objects.update(team=TeamFactory())
    colleague, senior = (UserFactory(role=role, shops=[desk.shop]) for role in ("agent", "senior agent"))
    assert sent(colleague, "refund-cancellation", refund.reference).status_code == 404
    for name in DECISIONS:
        assert sent(senior, name, refund.reference, reason="x").status_code == 404
    assert status(refund) == RefundStatus.REQUESTED


# Sent before


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_request_that_was_sent_before_otherwise_may_be_sent_as_well(desk: Desk, headers: dict[str, str]) -> None:
    sent(desk.agent, "case-refunds", desk.case.number, **asking(desk))
    answer = sent(desk.agent, "case-refunds", desk.case.number, headers, **asking(desk, note="Another one"))
    assert answer.status_code == 422
    assert "This form was sent before with other words. Press again to send this as well." in answer.text
    draft = answer.context["refund_draft"]
    assert (draft.note, draft.key == "k-1") == ("Another one", False)
    assert f'name="key" value="{draft.key}"' in answer.text
    again = asking(desk, note="Another one", key=draft.key)
    assert sent(desk.agent, "case-refunds", desk.case.number, headers, **again).status_code == (200 if headers else 303)
    assert Refund.objects.count() == 2


def test_the_quote_carries_the_key_on(desk: Desk) -> None:
    answer = sent(desk.agent, "case-refund-quote", desk.case.number, HTMX, **asking(desk))
    assert 'name="key" value="k-1"' in answer.text
    assert browser(desk.agent).get(desk.case.get_absolute_url()).text.count('name="key"') == 2  # message and refund


# Any text


@pytest.mark.parametrize("value", ["\0", "a\0b", "9" * 30, "-1"])
def test_no_text_breaks_a_form(desk: Desk, refund: Refund, value: str) -> None:
    line = desk.line()
    for name in ("case-refund-quote", "case-refunds"):
        for field in (*asking(desk), "shipping", "shipping-1", f"seen-line-{line.pk}", "units-999999999999999"):
            form = asking(desk, **{field: value})
            answer = sent(desk.agent, name, desk.case.number, **form)
            assert answer.status_code in (200, 303, 409, 422), (name, field)
    for name in DECISIONS[1:]:
        assert sent(desk.supervisor, name, refund.reference, reason=value).status_code in (303, 409, 422), name


@pytest.mark.parametrize("value", ["\0", "a\0b", "9" * 30])
def test_no_text_breaks_the_supervisors_pages(desk: Desk, refund: Refund, value: str) -> None:
    supervisor = browser(desk.supervisor)
    approve_refund(refund=refund, by=desk.supervisor, now=NOW)
    payout = refund.payouts.get()
    for page in ("refunds_refund", "refunds_payout", "orders_order", "orders_mirrorconflict", "support_case"):
        for name in ("q", "status", "shop", "waiting", "p", "id__exact"):
            assert supervisor.get(reverse(f"admin:{page}_changelist"), {name: value}).status_code < 500, (page, name)
        assert supervisor.get(reverse(f"admin:{page}_change", args=[value])).status_code == 404, page
    for noun in ("confirmation", "correction"):
        address = reverse(f"admin:refunds_payout_{noun}", args=[payout.pk])
        assert supervisor.post(address, {"bank_reference": value}).status_code in (302, 409, 422), noun


def test_a_paid_refund_keeps_the_reason_of_a_late_rejection(desk: Desk, refund: Refund) -> None:
    approve_refund(refund=refund, by=desk.supervisor, now=NOW)
    confirm_payout(payout=refund.payouts.get(), by=desk.supervisor, bank_reference="B-1", now=NOW)
    answer = sent(desk.second, "refund-rejection", refund.reference, reason=WORDS)
    assert (status(refund), answer.status_code) == (RefundStatus.PROCESSING, 409)
    assert f"You wrote: “{WORDS}”" in answer.text
