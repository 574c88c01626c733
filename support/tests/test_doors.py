"""The agents' forms when things go otherwise: somebody else writes, the case leaves, the form was sent before."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.tests.factories import make_order
from support.models import Case
from support.tests.contention import overtaken, somebody_writes
from support.tests.factories import NOW, CaseFactory, TeamFactory
from support.use_cases import classify, open_case

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
WORDS = "Precious words"
MESSAGE = {"kind": "note", "body": WORDS, "key": "k-1"}
FORMS = {
    "case-message": MESSAGE,
    "case-status": {"status": "pending"},
    "case-assignment": {"assignee": ""},
    "case-classification": {"priority": "4"},
}


@pytest.fixture
def ana() -> User:
    """An agent of one shop."""
    return UserFactory(name="Ana Lima", shops=[ShopFactory()])


@pytest.fixture
def desk(client: Client, ana: User) -> Client:
    """Ana's browser."""
    client.force_login(ana)
    return client


@pytest.fixture
def case(ana: User) -> Case:
    """Ana's case."""
    return CaseFactory(shop=shop_of(ana), customer=None, assignee=ana)


def shop_of(person: User) -> Any:
    return person.shopuserpermission_set.get().content_object


def post(browser: Client, name: str, case: Case, headers: dict[str, str] | None = None, **form: Any) -> HttpResponse:
    return browser.post(reverse(name, args=[case.number]), form, headers=headers or {})


def opening(person: User, **changes: Any) -> dict[str, Any]:
    """The form of a new case, as it is sent."""
    form = {"key": "k-1", "shop": shop_of(person).reference, "subject": "Broken", "body": WORDS, "kind": "customer"}
    return {**form, "category": "damaged", "priority": "2", "mine": "1", **changes}


def opened(browser: Client, person: User, **changes: Any) -> HttpResponse:
    return browser.post(reverse("case-new"), opening(person, **changes))


def said(answer: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


# Somebody else writes


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_busy_desk_says_when_to_come_again_and_keeps_what_was_typed(
    desk: Client, ana: User, case: Case, headers: dict[str, str]
) -> None:
    desk.get(case.get_absolute_url())
    with somebody_writes():
        answers = {name: post(desk, name, case, headers, **form) for name, form in FORMS.items()}
        answers["case-new"] = desk.post(reverse("case-new"), opening(ana), headers=headers)
    for name, answer in answers.items():
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), name
        assert "The desk is busy writing." in answer.text, name
    assert f">{WORDS}</textarea>" in answers["case-message"].text
    assert f">{WORDS}</textarea>" in answers["case-new"].text
    case.refresh_from_db()
    assert (case.status, case.assignee, case.priority, case.entries.count()) == ("open", ana, 2, 0)
    assert post(desk, "case-message", case, **MESSAGE).status_code == 303


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", list(FORMS))
def test_who_is_overtaken_hears_of_it_and_keeps_what_was_typed(desk: Client, case: Case, name: str) -> None:
    with overtaken(case):
        answer = post(desk, name, case, **FORMS[name])
    assert answer.status_code == 409
    assert "Several people change the same thing" in answer.text
    assert name != "case-message" or f">{WORDS}</textarea>" in answer.text
    assert post(desk, name, case, **FORMS[name]).status_code == 303


def test_a_part_that_says_no_is_not_exchanged_again_by_the_event_for_the_others(desk: Client, case: Case) -> None:
    answer = post(desk, "case-status", case, HTMX, status="solved", seen="on_hold")
    assert (answer.status_code, answer["HX-Trigger"]) == (409, "facts-refused")
    page = desk.get(case.get_absolute_url()).text
    refresher = page[page.index("facts-refused from:document") :]
    assert "#facts" not in refresher[: refresher.index(">")]


# The case leaves


def test_giving_a_case_to_another_team_leads_to_the_other_cases(desk: Client, ana: User, case: Case) -> None:
    Case.objects.update(assignee=None)
    team = TeamFactory(shops=[shop_of(ana)])
    answer = post(desk, "case-classification", case, team=str(team.pk))
    assert (answer.status_code, answer["Location"]) == (303, reverse("case-list"))
    assert said(answer) == [f"{case.number}: Changed. You do not see this case any more."]
    assert Case.objects.get().team == team


def test_giving_up_another_teams_case_leads_to_the_other_cases(desk: Client, case: Case) -> None:
    Case.objects.update(team=TeamFactory())
    answer = post(desk, "case-assignment", case, HTMX, assignee="")
    assert (answer.status_code, answer["HX-Redirect"]) == (200, reverse("case-list"))
    assert said(answer) == [f"{case.number}: Nobody has the case now. You do not see this case any more."]
    assert Case.objects.get().assignee is None


# Teams


def test_only_teams_of_the_cases_shop_are_offered_and_taken(desk: Client, ana: User, case: Case) -> None:
    ours = TeamFactory(name="Our team", shops=[shop_of(ana)])
    secret = TeamFactory(name="Secret team", shops=[ShopFactory()])
    page = desk.get(case.get_absolute_url()).text
    assert (ours.name in page, secret.name in page) == (True, False)
    answer = post(desk, "case-classification", case, team=str(secret.pk))
    assert answer.status_code == 422
    assert "No such team works in the shop of the case." in answer.text
    assert Case.objects.get().team is None


def test_the_team_of_the_case_stays_shown_when_the_shop_was_taken_from_it(desk: Client, case: Case) -> None:
    Case.objects.update(team=TeamFactory(name="Old team"))
    assert "Old team" in desk.get(case.get_absolute_url()).text
    assert post(desk, "case-classification", case, priority="4").status_code == 303
    assert post(desk, "case-classification", case, team="").status_code == 303
    assert Case.objects.get().team is None


def test_a_case_neither_goes_to_nor_begins_in_a_team_of_another_shop(ana: User, case: Case) -> None:
    foreign = TeamFactory(shops=[ShopFactory()])
    with pytest.raises(Refused, match="team_unknown"):
        classify(case=case, by=ana, team=foreign, now=NOW)
    with pytest.raises(Refused, match="team_unknown"):
        open_case(by=ana, shop=case.shop, subject="Broken", body=WORDS, team=foreign, now=NOW)
    Case.objects.update(team=foreign)
    classify(case=case, by=ana, team=foreign, priority=4, now=NOW)
    assert Case.objects.get().priority == 4


# Sent before


def test_a_message_that_was_sent_before_with_other_words_may_be_sent_as_well(desk: Client, case: Case) -> None:
    post(desk, "case-message", case, **MESSAGE)
    answer = post(desk, "case-message", case, HTMX, **{**MESSAGE, "body": "Other words"})
    assert answer.status_code == 422
    assert "This form was sent before with other words. Press again to send this as well." in answer.text
    draft = answer.context["draft"]
    assert (draft.body, draft.key == "k-1") == ("Other words", False)
    assert post(desk, "case-message", case, kind=draft.kind, body=draft.body, key=draft.key).status_code == 303
    assert [entry.body for entry in case.entries.all()] == [WORDS, "Other words"]


@pytest.mark.parametrize("key", ["ö", "k" * 256])
def test_a_malformed_key_is_replaced(desk: Client, ana: User, case: Case, key: str) -> None:
    for answer in (post(desk, "case-message", case, **{**MESSAGE, "key": key}), opened(desk, ana, key=key)):
        assert answer.status_code == 422
        assert "Press again to send this as well." in answer.text
        assert f">{WORDS}</textarea>" in answer.text
        assert f'value="{key}"' not in answer.text


@pytest.mark.parametrize(
    "changes", [{"kind": "note"}, {"category": "late"}, {"priority": "4"}, {"mine": ""}, {"subject": "Lost"}]
)
def test_a_new_case_that_was_sent_before_otherwise_may_be_opened_as_well(
    desk: Client, ana: User, changes: dict[str, str]
) -> None:
    opened(desk, ana)
    answer = opened(desk, ana, **changes)
    assert answer.status_code == 422
    assert "Press again to send this as well." in answer.text
    assert f">{WORDS}</textarea>" in answer.text
    assert opened(desk, ana, **changes, key=answer.context["typed"].key).status_code == 303
    assert Case.objects.count() == 2


def test_a_refusal_of_what_was_typed_keeps_the_key(desk: Client, ana: User, case: Case) -> None:
    assert post(desk, "case-message", case, **{**MESSAGE, "body": " "}).context["draft"].key == "k-1"
    assert opened(desk, ana, subject=" ").context["typed"].key == "k-1"


# Any text


@pytest.mark.parametrize("reference", [" 77", "77 "])
def test_a_case_is_opened_on_an_order_whose_reference_has_outer_spaces(desk: Client, ana: User, reference: str) -> None:
    order = make_order(shop_of(ana), reference=reference)
    assert desk.get(reverse("case-new"), {"shop": order.shop.reference, "order": reference}).context["typed"].order
    assert opened(desk, ana, order=reference).status_code == 303
    assert Case.objects.get().order == order


def test_a_reference_that_was_pasted_with_spaces_is_found_too(desk: Client, ana: User) -> None:
    order = make_order(shop_of(ana), reference="77")
    assert opened(desk, ana, order=" 77 ").status_code == 303
    assert Case.objects.get().order == order


@pytest.mark.parametrize("name", ["q", "tab", "sort", "cursor", "status", "assignee", "category", "shop", "window"])
@pytest.mark.parametrize("value", ["\0", "a\0b", "9" * 30, "\ud800".encode("utf-8", "surrogatepass")])
def test_no_address_breaks_the_overviews(desk: Client, name: str, value: str | bytes) -> None:
    for page in ("case-list", "order-list", "case-new"):
        assert desk.get(reverse(page), {name: value}).status_code in (200, 404), page


@pytest.mark.parametrize("value", ["\0", "a\0b", "9" * 30])
def test_no_text_breaks_a_form(desk: Client, ana: User, case: Case, value: str) -> None:
    for name, form in FORMS.items():
        for field in (*form, "seen", "team", "category", "solve"):
            assert post(desk, name, case, **{**form, field: value}).status_code in (303, 409, 422), (name, field)
    for field in (*opening(ana), "order", "line"):
        assert opened(desk, ana, **{field: value}).status_code in (303, 422), field
