"""Orders and mirror conflicts on the supervisors' site: read, of the person's own shops."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Shop, User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.models import Delivery, DeliveryLine, MirrorConflict, Order, OrderLine
from refunds.tests.factories import DELIVERED, NOW, Desk, sold

ORDERS = "admin:orders_order_changelist"
CONFLICTS = "admin:orders_mirrorconflict_changelist"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """A shop with people and an order of three cups, and of a shipping charge."""
    return Desk(shipping=({"gross": 500, "tax": 0, "standard_gross": 500},))


def signed_in(user: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def page_of(thing: Order | MirrorConflict) -> str:
    """The page of an order or a conflict."""
    return reverse(f"admin:orders_{thing._meta.model_name}_change", args=[thing.pk])


def asked(browser: Client, page: str) -> int:
    """How many queries the page needs."""
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    return len(queries)


def deliver(line: OrderLine, reference: str) -> None:
    """A parcel with all units of the line."""
    parcel = Delivery.objects.create(order=line.order, reference=reference, delivered_at=DELIVERED)
    DeliveryLine.objects.create(delivery=parcel, line=line, quantity=line.quantity)


def conflict(shop: Shop, order: Order | None = None, reference: str = "9001") -> MirrorConflict:
    """Something the mirror refused."""
    return MirrorConflict.objects.create(
        shop=shop,
        order=order,
        reference=reference,
        code="version_conflict",
        detail="Same version, other content.",
        body={"note": "<b>bold</b>", "total": "12.30"},
        digest="0" * 64,
        first_seen_at=NOW,
        last_seen_at=NOW,
        times=3,
    )


def test_the_page_of_an_order_shows_what_was_bought_delivered_held_and_paid(desk: Desk) -> None:
    desk.request({"L1": 2})
    text = signed_in(desk.supervisor).get(page_of(desk.order)).text
    for words in ("Cup 1", "CUP-1", "€30.00", "€35.00", "€20.00", "€5.00", "D1", "3 × Cup 1", "Kim Sample", "strict"):
        assert words in text, words
    assert desk.order.get_absolute_url() in text


def test_the_page_of_a_bare_order_does_not_break(desk: Desk) -> None:
    bare = sold(desk.shop, {"delivered": 0}, reference="1002", payments=())
    text = signed_in(desk.supervisor).get(page_of(bare)).text
    assert "not delivered" in text


def test_an_order_in_another_currency_is_shown_in_it(desk: Desk) -> None:
    yen = sold(desk.shop, {"quantity": 1, "gross": 1200}, reference="1003", currency="JPY")
    assert "¥1,200" in signed_in(desk.supervisor).get(page_of(yen)).text


def test_orders_and_conflicts_of_another_shop_are_not_there(desk: Desk) -> None:
    browser = signed_in(UserFactory(role="supervisor", shops=[ShopFactory()]))
    for thing in (desk.order, conflict(desk.shop)):
        assert browser.get(page_of(thing)).status_code == 404
    for address in (ORDERS, CONFLICTS):
        assert browser.get(reverse(address)).context["cl"].result_count == 0


def test_agents_do_not_read_conflicts(desk: Desk) -> None:
    assert signed_in(desk.agent).get(page_of(conflict(desk.shop))).status_code == 403


def test_a_conflict_shows_what_was_sent_as_text_and_leads_to_the_order(desk: Desk) -> None:
    refused = conflict(desk.shop, desk.order)
    text = signed_in(desk.supervisor).get(page_of(refused)).text
    assert "&lt;b&gt;bold&lt;/b&gt;" in text
    assert "<b>bold</b>" not in text
    assert page_of(desk.order) in text
    assert "Same version, other content." in text


def test_conflicts_are_told_in_a_sentence_with_their_code_small_beside_it(desk: Desk) -> None:
    refused = conflict(desk.shop)
    browser = signed_in(desk.supervisor)
    for page in (reverse(CONFLICTS), page_of(refused)):
        text = browser.get(page).text
        assert 'Same version, other content. <span class="sub">version_conflict</span>' in text
        assert text.count("version_conflict") == 1
    assert browser.get(reverse(CONFLICTS), {"q": "version_"}).context["cl"].result_count == 1


def test_a_conflict_without_an_order_does_not_break(desk: Desk) -> None:
    assert signed_in(desk.supervisor).get(page_of(conflict(desk.shop))).status_code == 200


@pytest.mark.parametrize(
    ("words", "count"), [("1001", 1), ("100", 1), ("001", 0), ("kim", 1), ("sample", 0), ("kim 1001", 1), ("", 1)]
)
def test_an_order_is_found_by_its_first_letters(desk: Desk, words: str, count: int) -> None:
    assert signed_in(desk.supervisor).get(reverse(ORDERS), {"q": words}).context["cl"].result_count == count


def test_the_shop_filter_offers_the_persons_shops_alone(desk: Desk) -> None:
    ShopFactory(name="Foreign")
    mine = ShopFactory(name="Mine too")
    browser = signed_in(UserFactory(role="supervisor", shops=[desk.shop, mine]))
    answer = browser.get(reverse(ORDERS))
    assert "Mine too" in answer.text
    assert "Foreign" not in answer.text
    assert browser.get(reverse(ORDERS), {"shop": mine.reference}).context["cl"].result_count == 0
    assert browser.get(reverse(ORDERS), {"shop": desk.shop.reference}).context["cl"].result_count == 1


def test_pages_ask_the_database_as_often_for_much_as_for_little(desk: Desk) -> None:
    small, large = sold(desk.shop, reference="1"), sold(desk.shop, *[{} for _ in range(50)], reference="2")
    for order in (small, large):
        for line in order.lines.all():
            deliver(line, f"D{line.reference}")
    browser = signed_in(desk.supervisor)
    conflict(desk.shop)
    browser.get(reverse(ORDERS))
    assert asked(browser, page_of(small)) == asked(browser, page_of(large)) <= 16
    few = asked(browser, reverse(ORDERS)), asked(browser, reverse(CONFLICTS))
    for number in range(50):
        conflict(desk.shop, sold(desk.shop, reference=f"A{number}"), reference=f"A{number}")
    assert (asked(browser, reverse(ORDERS)), asked(browser, reverse(CONFLICTS))) == few
