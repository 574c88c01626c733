"""The supervisors' site: who comes in, what it shows them, and that it only shows."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Shop, User
from accounts.tests.factories import ClientFactory, ShopFactory, UserFactory
from config.admin import site
from orders.models import MirrorConflict, Order
from refunds.models import Payout, Refund
from refunds.tests.factories import NOW, Desk
from refunds.use_cases import approve_refund, confirm_payout
from support.models import Case

LISTS = [Refund, Payout, Case, Order, MirrorConflict]
WRITING = re.compile(rb"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=")

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """A shop whose threshold is 10.00: a cup of 10.00 is approved by rule, two cups wait for a second person."""
    return Desk(threshold=1_000)


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def list_of(model: type) -> str:
    """The address of the list of such things."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def page_of(thing: Refund | Payout | Case | Order | MirrorConflict) -> str:
    """The address of the page of this thing."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def conflict(shop: Shop, reference: str = "9001") -> MirrorConflict:
    """Something the mirror refused."""
    return MirrorConflict.objects.create(
        shop=shop,
        reference=reference,
        code="version_conflict",
        detail="Same version, other content.",
        body={"order": reference},
        digest="0" * 64,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )


def everything(desk: Desk) -> list[Refund | Payout | Case | Order | MirrorConflict]:
    """One of each thing in the desk's shop."""
    refund = desk.request({"L1": 2})
    return [refund, refund.payouts.get(), desk.case, desk.order, conflict(desk.shop)]


def test_whoever_is_not_signed_in_is_led_to_the_desks_own_door(desk: Desk, client: Client) -> None:
    address = page_of(desk.order)
    answer = client.get(address, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('sign-in')}?next={address}"


@pytest.mark.parametrize("role", ["agent", "senior agent", None])
@pytest.mark.parametrize("is_staff", [True, False])
def test_people_whose_role_does_not_see_whole_shops_are_kept_out(desk: Desk, role: str | None, is_staff: bool) -> None:
    browser = signed_in(UserFactory(role=role, is_staff=is_staff, shops=[desk.shop]))
    addresses = [reverse("admin:index"), reverse("admin:login"), *map(list_of, LISTS), *map(page_of, everything(desk))]
    assert {browser.get(address).status_code for address in addresses} == {403}


def test_a_supervisor_who_is_no_longer_staff_is_kept_out(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    User.objects.filter(pk=desk.supervisor.pk).update(is_staff=False)
    assert browser.get(reverse("admin:index")).status_code == 403


def test_an_api_client_is_kept_out(desk: Desk) -> None:
    browser = signed_in(ClientFactory(scopes=["read", "refunds"], shops=[desk.shop]))
    assert browser.get(reverse("admin:index")).status_code == 403


def test_a_supervisor_who_left_is_kept_out(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    User.objects.filter(pk=desk.supervisor.pk).update(is_active=False)
    assert browser.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_staff_read_every_page_and_no_page_writes_script_or_style_itself(desk: Desk, role: str) -> None:
    browser = signed_in(desk.person(role))
    addresses = [reverse("admin:index"), *map(list_of, LISTS), *map(page_of, everything(desk))]
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert WRITING.search(answer.content) is None, address


def test_signing_in_at_the_admins_own_address_leads_to_the_desks_page(client: Client) -> None:
    answer = client.get(f"{reverse('admin:login')}?next=/admin/support/case/")
    assert answer["Location"] == f"{reverse('sign-in')}?next=/admin/support/case/"


def test_signing_out_of_the_admin_signs_out_of_the_desk(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    assert browser.post(reverse("admin:logout")).status_code == 302
    assert browser.get(reverse("case-list")).status_code == 302


def test_people_groups_and_permissions_are_not_on_the_site(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    assert not any(site.is_registered(model) for model in (User, Group, Permission, Shop))
    for path in ("auth/group", "auth/permission", "accounts/user", "accounts/shop", "admin/logentry"):
        for end in ("", "add/", f"{desk.supervisor.pk}/change/", f"{desk.supervisor.pk}/history/", "?_popup=1"):
            assert browser.get(f"/admin/{path}/{end}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("autocomplete/?app_label=support&model_name=case&field_name=order", "r/1/1/"),
        *("password_change/", "password_change/done/", "jsi18n/", "refunds/", "nonsense/"),
    ],
)
def test_what_the_site_does_not_need_is_not_there(desk: Desk, path: str) -> None:
    assert signed_in(desk.supervisor).get(f"/admin/{path}").status_code == 404


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_nobody_adds_changes_or_deletes(desk: Desk, role: str) -> None:
    browser = signed_in(desk.person(role))
    for thing in everything(desk):
        before = type(thing).objects.values().get(pk=thing.pk)
        page = page_of(thing)
        assert browser.get(f"{list_of(type(thing))}add/").status_code == 403
        assert browser.post(f"{list_of(type(thing))}add/", {"status": "approved"}).status_code == 403
        assert browser.get(page.replace("/change/", "/delete/")).status_code == 403
        assert browser.post(page.replace("/change/", "/delete/"), {"post": "yes"}).status_code == 403
        assert browser.post(page, {"status": "approved", "total": "1", "_save": "Save"}).status_code in (403, 405)
        assert type(thing).objects.values().get(pk=thing.pk) == before


def test_a_list_takes_no_action_and_no_row_from_a_form(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    for thing in everything(desk):
        sent = {"action": "delete_selected", "_selected_action": thing.pk, "form-TOTAL_FORMS": "99", "_save": "Save"}
        assert browser.post(list_of(type(thing)), sent).status_code == 200
        assert type(thing).objects.filter(pk=thing.pk).exists()


def test_what_is_foreign_looks_like_what_is_missing(desk: Desk) -> None:
    browser = signed_in(UserFactory(role="supervisor", shops=[ShopFactory()]))
    for thing in everything(desk):
        foreign, missing = page_of(thing), page_of(thing).replace(f"/{thing.pk}/", "/987654321/")
        for end in ("change", "delete", "history"):
            answers = [browser.get(each.replace("/change/", f"/{end}/"), follow=True) for each in (foreign, missing)]
            assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("number", ["0", "-1", "9" * 30, "9" * 5000, "x", "1_0", "%00", "1 OR 1=1"])
def test_an_odd_number_is_missing(desk: Desk, number: str) -> None:
    browser = signed_in(desk.supervisor)
    for model in LISTS:
        assert browser.get(f"{list_of(model)}{number}/change/").status_code == 404


def test_lists_counts_and_searches_know_only_the_persons_shops(desk: Desk) -> None:
    mine = Desk(reference="1002")
    everything(desk)
    browser = signed_in(mine.supervisor)
    expected = {Refund: 0, Payout: 0, Case: 1, Order: 1, MirrorConflict: 0}
    for model in LISTS:
        answer = browser.get(list_of(model))
        assert answer.context["cl"].result_count == expected[model]
        assert desk.shop.name not in answer.text
    assert browser.get(list_of(Order), {"q": desk.order.reference}).context["cl"].result_count == 0
    assert browser.get(list_of(Case), {"q": str(desk.case)}).context["cl"].result_count == 0
    assert browser.get(list_of(Order), {"shop": desk.shop.reference}).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        "subject__regex=^(a%2B)%2B$",
        "requested_by__password__startswith=argon2",
        "case__requested_by__password__startswith=argon2",
        "refunds__requested_by__password__startswith=argon2",
        "order__shop__reference=x",
        "shop__id__exact=1",
        "status__exact=open",
        "status__in=open",
        "pk=1",
        "id__gt=0",
        "nonsense=1",
        "shop=%00",
        "_to_field=status",
    ],
)
def test_a_list_is_filtered_by_what_it_offers_and_by_nothing_else(desk: Desk, query: str) -> None:
    browser = signed_in(desk.supervisor)
    for model in LISTS:
        assert browser.get(f"{list_of(model)}?{query}").status_code == 400


@pytest.mark.parametrize("query", ["shop=unknown", "shop=1", "p=1000000", "p=" + "9" * 24])
def test_a_value_that_is_not_offered_leads_back_to_the_list(desk: Desk, query: str) -> None:
    browser = signed_in(desk.supervisor)
    everything(desk)
    for model in (Order, Case):
        answer = browser.get(f"{list_of(model)}?{query}")
        assert answer.status_code in (200, 302)
        assert answer.status_code == 200 or answer["Location"] == f"{list_of(model)}?e=1"


@pytest.mark.parametrize("words", ['"', "'", "%", "_", "NEAR(", "*", "\\", "x " * 5000, "C-" + "9" * 40, "C-99", "R-٣"])
def test_odd_words_find_nothing_and_break_nothing(desk: Desk, words: str) -> None:
    browser = signed_in(desk.supervisor)
    everything(desk)
    for model in LISTS:
        assert browser.get(list_of(model), {"q": words}).status_code == 200


def test_a_word_that_cannot_be_stored_breaks_nothing(desk: Desk) -> None:
    browser = signed_in(desk.supervisor)
    for model in LISTS:
        assert browser.get(f"{list_of(model)}?q=a%00b").status_code == 200


def test_the_front_page_shows_what_waits_with_the_oldest_first(desk: Desk) -> None:
    other = Desk(threshold=1_000)
    young = other.request({"L1": 2}, now=NOW + timedelta(hours=1))
    old = desk.request({"L1": 2})
    supervisor = UserFactory(role="supervisor", shops=[desk.shop, other.shop])
    waiting = signed_in(supervisor).get(reverse("admin:index")).context["waiting"]
    assert waiting.refunds.rows == [old, young]
    assert waiting.refunds.count == 2


def test_the_front_page_says_who_is_still_to_confirm(desk: Desk) -> None:
    refund = desk.request({"L1": 2})
    approve_refund(refund=refund, by=desk.supervisor, now=NOW)
    payout = refund.payouts.get()
    browser = signed_in(desk.second)
    assert browser.get(reverse("admin:index")).context["waiting"].payouts.rows == [payout]
    confirm_payout(payout=payout, by=desk.supervisor, bank_reference="BANK-1", now=NOW)
    answer = browser.get(reverse("admin:index"))
    assert answer.context["waiting"].payouts.rows == [payout]
    assert f"first: {desk.supervisor}" in answer.text
    confirm_payout(payout=payout, by=desk.second, bank_reference="", now=NOW)
    assert browser.get(reverse("admin:index")).context["waiting"].payouts.count == 0


def test_the_front_page_of_another_shop_shows_nothing(desk: Desk) -> None:
    everything(desk)
    waiting = signed_in(Desk().supervisor).get(reverse("admin:index")).context["waiting"]
    assert [waiting.refunds.count, waiting.payouts.count, waiting.conflicts.count] == [0, 0, 0]


def test_a_long_front_page_leads_to_the_list(desk: Desk) -> None:
    for number in range(30):
        conflict(desk.shop, reference=f"9{number}")
    answer = signed_in(desk.supervisor).get(reverse("admin:index"))
    assert (len(answer.context["waiting"].conflicts.rows), answer.context["waiting"].conflicts.count) == (25, 30)
    assert "All 30" in answer.text
