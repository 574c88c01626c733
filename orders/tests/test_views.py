"""The agents' pages of orders, and the marks that every page is made of."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.tests.factories import ShopFactory, UserFactory
from orders.domain.window import WINDOW, Window
from orders.models import Order
from orders.templatetags.clocks import ago
from orders.templatetags.desk import money
from orders.templatetags.refusals import refusal
from orders.tests.factories import make_order
from support.tests.factories import CaseFactory

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Everything happens at one moment."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ana(db: None) -> User:
    """An agent of one shop."""
    return UserFactory(name="Ana Lima", shops=[ShopFactory(reference="corner")])


@pytest.fixture
def desk(client: Client, ana: User) -> Client:
    """Ana's browser."""
    client.force_login(ana)
    return client


def order_of(person: User, closes_in: timedelta | None = timedelta(days=3), reference: str = "1001") -> Order:
    """A mirrored order whose window closes so long from now; `None`: not delivered."""
    shop = person.shopuserpermission_set.get().content_object
    delivered_at = None if closes_in is None else NOW + closes_in - WINDOW
    return make_order(shop, delivered_at=delivered_at, now=NOW, reference=reference)


def shown(answer: HttpResponse) -> str:
    return answer.content.decode()


def references(answer: HttpResponse) -> list[str]:
    return [order.reference for order in answer.context["page"].rows]


# The list


def test_nobody_sees_orders_without_signing_in_or_without_a_role(client: Client, db: None) -> None:
    assert client.get(reverse("order-list")).status_code == 302
    client.force_login(UserFactory(role=None))
    assert client.get(reverse("order-list")).status_code == 403
    assert client.get(reverse("order", args=["corner", "1001"])).status_code == 403


def test_only_orders_of_the_persons_shops_are_listed(desk: Client, ana: User) -> None:
    make_order(reference="foreign")
    order_of(ana)

    assert references(desk.get(reverse("order-list"))) == ["1001"]


def test_an_order_is_found_by_reference_name_and_address(desk: Client, ana: User) -> None:
    order_of(ana)

    for words in ("100", "kim s", "KIM@EXAMPLE"):
        assert references(desk.get(reverse("order-list"), {"q": words})) == ["1001"]
    assert "No order fits" in shown(desk.get(reverse("order-list"), {"q": "zebra"}))


def test_orders_are_filtered_by_shop_and_window(desk: Client, ana: User) -> None:
    spans = {"closing": timedelta(hours=3), "open": timedelta(days=3), "closed": -timedelta(1), "not_delivered": None}
    for name, span in spans.items():
        order_of(ana, span, reference=name)

    found = {name: set(references(desk.get(reverse("order-list"), {"window": name}))) for name in spans}

    assert found == {
        "closing": {"closing"},
        "open": {"closing", "open"},
        "closed": {"closed"},
        "not_delivered": {"not_delivered"},
    }
    assert len(references(desk.get(reverse("order-list"), {"shop": "corner"}))) == 4


def test_the_list_tells_the_clock(desk: Client, ana: User) -> None:
    spans = {"3 h 00 min": timedelta(hours=3), "closed 1 d ago": -timedelta(days=1), "not delivered": None}
    for number, span in enumerate(spans.values()):
        order_of(ana, span, reference=f"R{number}")

    page = shown(desk.get(reverse("order-list")))

    assert [words for words in spans if words not in page] == []


def test_an_order_that_is_given_back_whole_has_no_clock(desk: Client, ana: User) -> None:
    order_of(ana).lines.update(delivered_quantity=0)

    assert "nothing left" in shown(desk.get(reverse("order-list")))


def test_a_part_is_answered_to_htmx_and_a_made_up_page_is_not_found(desk: Client, ana: User) -> None:
    order_of(ana)

    part = desk.get(reverse("order-list"), headers=HTMX)

    assert shown(part).strip().startswith('<div id="list"')
    assert "HX-Request" in part["Vary"]
    assert desk.get(reverse("order-list"), {"cursor": "bm8="}).status_code == 404


@pytest.mark.parametrize("rows", [1, 60])
def test_the_list_asks_the_same_however_long_it_is(
    desk: Client, ana: User, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        order_of(ana, reference=f"R{number}")

    with django_assert_max_num_queries(7):
        desk.get(reverse("order-list"))


def test_an_empty_list_says_what_will_be_there(desk: Client) -> None:
    assert "No orders yet" in shown(desk.get(reverse("order-list")))


# The page


def test_a_foreign_order_looks_like_a_missing_one(desk: Client) -> None:
    foreign = make_order()

    assert desk.get(foreign.get_absolute_url()).status_code == 404
    assert desk.get(reverse("order", args=["corner", "404"])).status_code == 404


@pytest.mark.parametrize("reference", ["1001", "2026/11/7", "A b%20c#d?e", "ü–9"])
def test_any_reference_has_a_page(desk: Client, ana: User, reference: str) -> None:
    order = order_of(ana, reference=reference)

    assert desk.get(order.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("path", ["{shop}/a\0b", "a\0b/1001", "{shop}/\0", "a/{long}"])
def test_a_name_that_no_database_keeps_is_not_found(desk: Client, ana: User, path: str) -> None:
    asked = path.format(shop=order_of(ana).shop.reference, long="9" * 500)
    assert desk.get(f"/orders/{quote(asked)}/").status_code == 404


def test_the_page_tells_lines_money_parcels_and_the_age_of_the_mirror(desk: Client, ana: User) -> None:
    order = order_of(ana)
    case = CaseFactory(shop=order.shop, order=order, customer=order.customer)

    page = shown(desk.get(order.get_absolute_url()))

    for words in ("Cup L1", "closes in 3 d 00 h", "£30.00", "£4.90", "P1", "D1", "Mirrored", "just now", "strict"):
        assert words in page
    assert case.get_absolute_url() in page
    assert f"{reverse('case-new')}?shop=corner&amp;order=1001" in page


@pytest.mark.parametrize("rows", [1, 60])
def test_the_page_asks_the_same_however_much_it_shows(
    desk: Client, ana: User, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    order = order_of(ana)
    for _ in range(rows):
        CaseFactory(shop=order.shop, order=order, customer=order.customer)

    with django_assert_max_num_queries(15):
        desk.get(order.get_absolute_url())


# The marks


@pytest.mark.parametrize(
    ("minor", "currency", "language", "words"),
    [
        (5800, "GBP", "en", "£58.00"),
        (1230, "JPY", "en", "¥1,230"),
        (12345, "KWD", "en", "KWD\N{NO-BREAK SPACE}12.345"),
        (123456, "EUR", "de", "1.234,56\N{NO-BREAK SPACE}€"),
        (2500, "HUF", "en", "HUF\N{NO-BREAK SPACE}25.00"),
        (2**53 - 1, "EUR", "en", "€90,071,992,547,409.91"),
        (5800, "EUR", "tlh", "€58.00"),
        (None, "EUR", "en", ""),
    ],
)
def test_money_is_written_as_the_reader_knows_it(minor: int | None, currency: str, language: str, words: str) -> None:
    with translation.override(language):
        assert money(minor, currency) == words


@pytest.mark.parametrize(
    ("window", "words", "state"),
    [
        (Window(NOW, True, NOW + timedelta(days=1, hours=4, minutes=59)), "closes in 1 d 04 h", "open"),
        (Window(NOW, True, NOW + timedelta(hours=23, minutes=59)), "closes in 23 h 59 min", "soon"),
        (Window(NOW, True, NOW + timedelta(hours=4)), "closes in 4 h 00 min", "soon"),
        (Window(NOW, True, NOW + timedelta(hours=3, minutes=59)), "closes in 3 h 59 min", "now"),
        (Window(NOW, True, NOW), "closes in 1 min", "now"),
        (Window(NOW, True, NOW - timedelta(microseconds=1)), "closed 1 min ago", "past"),
        (Window(NOW, True, NOW - timedelta(hours=7)), "closed 7 h ago", "past"),
        (Window(NOW, True, NOW - timedelta(days=3, hours=5)), "closed 3 d ago", "past"),
        (Window(NOW, False, None), "no deadline yet", "none"),
        (Window(None, False, None), "not delivered", "none"),
    ],
)
def test_the_clock_says_how_long_in_words(window: Window, words: str, state: str) -> None:
    template = Template("{% load clocks %}{% clock window 'Europe/London' %}")

    face = template.render(Context({"window": window, "now": NOW}))

    assert words in face
    assert f'data-state="{state}"' in face


def test_the_clock_has_the_exact_time_and_zone_for_ears_and_eyes() -> None:
    template = Template("{% load clocks %}{% clock window 'Europe/London' True %}")

    face = template.render(Context({"window": Window(NOW, True, NOW + timedelta(hours=5)), "now": NOW}))

    said = "closes on 1 June 2026, 18:00 BST"
    assert f'title="{said}"' in face
    assert f'<span class="vh"> ({said})</span>' in face
    assert 'datetime="2026-06-01T17:00:00+00:00"' in face


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3, minutes=59), "3 h ago"),
        (timedelta(days=6, hours=23), "6 d ago"),
        (timedelta(days=7), "25 May"),
        (timedelta(days=365), "1 Jun 2025"),
    ],
)
def test_a_moment_is_told_from_now(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_nothing_happened_at_no_moment() -> None:
    assert Template("{% load clocks %}{% moment at %}").render(Context({"at": None})) == ""


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Refused("window_closed", window_closes_at=NOW), "1 June 2026, 13:00 BST"),
        (Refused("payment_capacity_exceeded", maximum=580), "£5.80"),
        (Refused("quantity_exceeds_refundable", maximum=2), "At most 2 of this line"),
        (Refused("odd_reason"), "odd reason"),
    ],
)
def test_a_refusal_names_money_and_times_as_people_read_them(refused: Refused, words: str) -> None:
    assert words in refusal(refused, "GBP", "Europe/London")
