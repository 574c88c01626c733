"""What a newcomer finds on the demo's desk; it is filled once for all of these tests."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q, Sum
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.domain.refusal import Refused
from accounts.models import Shop, User
from accounts.roles import CLIENT_SCOPES
from accounts.views import DEMO_PASSWORD
from config.demo import fill, orders
from config.demo.moments import length
from orders.models import Customer, MirrorConflict, Order, OrderLine, Payment
from refunds.domain.lifecycle import PayoutStatus, RefundStatus
from refunds.models import Payout, Refund, RefundLine
from refunds.use_cases import quote_refund, request_refund
from support.domain.lifecycle import CaseStatus
from support.models import Case, Entry
from support.use_cases import open_case

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]

ATTRIBUTION = Path(fill.__file__).with_name("ATTRIBUTION.md")
PEOPLE = {
    "agent@demo.test": ["agent"],
    "colleague@demo.test": ["agent"],
    "supervisor@demo.test": ["supervisor"],
    "second@demo.test": ["supervisor"],
    "admin@demo.test": ["administrator"],
}


@pytest.fixture(scope="module", autouse=True)
def first_start(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A desk that was filled a moment ago, and what the command said; taken back after the last of these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield run_demo()
        transaction.set_rollback(True)


def run_demo() -> str:
    """Run the command, and return what it said."""
    said = StringIO()
    call_command("demo", stdout=said)
    return said.getvalue()


def person(name: str) -> User:
    """Somebody of the cast."""
    return User.objects.get(username=f"{name}@demo.test")


def counts() -> dict[str, int]:
    """How many rows there are of everything that the demo makes."""
    kinds = [User, Shop, Customer, Order, OrderLine, Payment, MirrorConflict, Case, Entry, Refund, RefundLine, Payout]
    return {kind.__name__: kind.objects.count() for kind in kinds}


def closing_within(hours: int) -> int:
    """How many orders have a refundable line whose window closes so soon."""
    now = timezone.now()
    soon = Q(window_closes_at__gt=now, window_closes_at__lte=now + timedelta(hours=hours))
    return OrderLine.objects.refundable().filter(soon).values("order").distinct().count()


def test_a_second_run_keeps_everything_and_says_so() -> None:
    before = counts()
    assert "stays" in run_demo()
    assert counts() == before


def test_the_command_names_everybody_with_their_role_and_the_password(first_start: str) -> None:
    for username, roles in PEOPLE.items():
        assert any(username in line and roles[0] in line for line in first_start.splitlines())
    assert "integrator@demo.test" in first_start
    assert DEMO_PASSWORD in first_start
    assert fill.SHOWN_FIRST in first_start


def test_everybody_signs_in_with_the_demo_password_and_has_their_role() -> None:
    for username, roles in PEOPLE.items():
        somebody = authenticate(username=username, password=DEMO_PASSWORD)
        assert somebody is not None
        assert list(somebody.groups.filter(team=None).values_list("name", flat=True)) == roles
        assert list(Shop.objects.visible_to(somebody).values_list("reference", flat=True)) == ["demo"]


def test_the_api_client_has_every_scope_and_the_demo_password() -> None:
    client = person("integrator")
    assert client.kind == User.Kind.CLIENT
    assert client.check_password(DEMO_PASSWORD)
    assert set(client.groups.values_list("name", flat=True)) == set(CLIENT_SCOPES.values())


def test_the_shop_is_set_up_as_a_british_one_with_a_threshold() -> None:
    shop = Shop.objects.get()
    assert (shop.reference, shop.currency, shop.time_zone, shop.country) == ("demo", "GBP", "Europe/London", "GB")
    assert (shop.refund_policy, shop.approval_threshold) == ("strict", 100_00)


def test_there_are_at_least_300_real_sales_with_all_their_lines() -> None:
    sales = {sale["invoice"]: sale for sale in orders.real_sales()}
    assert set(Order.objects.values_list("reference", flat=True)) == set(sales)
    assert len(sales) >= 300
    for line in OrderLine.objects.select_related("order"):
        sold = sales[line.order.reference]["lines"][int(line.reference) - 1]
        assert (line.sku, line.name, line.quantity) == (sold["stock_code"], sold["description"], sold["quantity"])
    assert OrderLine.objects.count() == sum(len(sale["lines"]) for sale in sales.values())


def test_the_quirks_of_real_sales_are_among_them() -> None:
    twice = OrderLine.objects.values("order", "sku").annotate(times=Count("pk")).filter(times__gt=1)
    assert twice.exists()
    assert OrderLine.objects.filter(name__startswith=" ").exists()
    assert OrderLine.objects.filter(sku="POST").exists()


def test_the_attribution_names_author_source_and_licence() -> None:
    text = ATTRIBUTION.read_text(encoding="utf-8")
    for words in ("Chen, D. (2012). Online Retail II", "10.24432/C5CG6D", "CC BY 4.0", "Moved in time", "Invented"):
        assert words in text


def test_customers_have_names_and_addresses_that_reach_nobody() -> None:
    names = Customer.objects.values_list("name", flat=True)
    assert len(set(names)) == len(names)
    assert all(names)
    reachable = Customer.objects.exclude(Q(email__endswith="@example.com") | Q(email__endswith="@example.org"))
    assert not reachable.exists()


def test_everything_that_is_paid_is_paid_to_the_penny() -> None:
    unpaid = 0
    for order in Order.objects.prefetch_related("lines", "shipping", "payments"):
        captured = sum(payment.captured for payment in order.payments.all())
        owed = sum(part.gross for part in [*order.lines.all(), *order.shipping.all()])
        assert captured in (0, owed)
        assert order.total == owed
        unpaid += not captured
    assert 0 < unpaid < 5
    assert Order.objects.annotate(parts=Count("payments")).filter(parts=2).count() >= 5


def test_windows_are_open_closing_within_hours_and_shut() -> None:
    assert closing_within(4) >= 1
    assert closing_within(24) >= 5
    assert closing_within(48) >= 10
    assert OrderLine.objects.filter(window_closes_at__gt=timezone.now() + timedelta(days=7)).exists()
    assert OrderLine.objects.filter(window_closes_at__lt=timezone.now() - timedelta(days=7)).exists()


def test_some_orders_have_not_arrived_and_some_only_in_part() -> None:
    assert Order.objects.filter(deliveries=None).count() >= 10
    assert OrderLine.objects.filter(delivered_quantity=0, order__deliveries__isnull=False).exists()
    assert OrderLine.objects.filter(delivered_quantity__gt=0, delivered_quantity__lt=F("quantity")).exists()


def test_one_parcel_came_back_and_another_replaces_it() -> None:
    again = Order.objects.get(deliveries__replaces__isnull=False)
    first, second = again.deliveries.all()
    assert first.returned_at is not None
    assert second.replaces == first
    assert all(line.delivered_at == second.delivered_at for line in again.lines.all())


def test_the_first_visit_gives_back_two_of_three_and_is_refused_what_shut_an_hour_ago() -> None:
    agent, order = person("agent"), Order.objects.get(reference=fill.SHOWN_FIRST)
    assert not order.cases.exists()
    case = open_case(
        by=agent, shop=order.shop, order=order, subject="Jugs", body="Two are chipped.", now=timezone.now()
    )
    now = timezone.now()
    shut = order.lines.get(reference="1")
    assert timedelta(0) < now - shut.window_closes_at < timedelta(hours=2)
    with pytest.raises(Refused, match="window_closed"):
        request_refund(case=case, by=agent, lines={"1": 1}, reason="damaged", now=now)
    assert order.lines.get(reference="8").quantity == 3
    refund = request_refund(case=case, by=agent, lines={"8": 2}, reason="damaged", now=now)
    assert refund.approved_by_rule


def test_the_agents_have_their_daily_limit_before_them() -> None:
    order = Order.objects.get(reference=fill.SHOWN_FIRST)
    for name in ("agent", "colleague"):
        quote = quote_refund(order=order, by=person(name), lines={"8": 1}, now=timezone.now())
        assert quote.approval.by_rule


def test_there_are_60_cases_in_every_status_category_and_priority() -> None:
    assert Case.objects.count() == 60
    assert set(Case.objects.values_list("status", flat=True)) == set(CaseStatus)
    assert set(Case.objects.values_list("category", flat=True)) == set(Case.Category.values)
    assert set(Case.objects.values_list("priority", flat=True)) == set(Case.Priority.values)
    assert min(Counter(Case.objects.values_list("status", flat=True)).values()) >= 5


def test_cases_have_owners_or_wait_for_one_and_agents_see_them_all() -> None:
    assert Case.objects.filter(assignee=None).count() >= 5
    assert Case.objects.exclude(team=None).exists()
    for name in ("agent", "colleague", "supervisor"):
        assert Case.objects.visible_to(person(name)).count() == 60


def test_one_closed_case_has_a_follow_up() -> None:
    follow_up = Case.objects.get(follows__isnull=False)
    assert follow_up.follows.status == CaseStatus.CLOSED
    assert follow_up.status == CaseStatus.OPEN


def test_no_two_cases_begin_with_the_same_words() -> None:
    said = Entry.objects.exclude(kind=Entry.Kind.EVENT).values_list("body", flat=True)
    assert len(set(said)) == len(said)
    assert Case.objects.values("subject").distinct().count() >= 59


def test_every_story_is_told_in_order_and_has_happened_already() -> None:
    for case in Case.objects.prefetch_related("entries"):
        told = [entry.recorded_at for entry in sorted(case.entries.all(), key=lambda entry: entry.pk)]
        assert told == sorted(told)
        assert case.opened_at == told[0]
        assert case.updated_at <= told[-1] <= timezone.now()
    openings = Case.objects.annotate(first=Min("entries__recorded_at")).order_by("pk").values_list("first", flat=True)
    assert list(openings) == sorted(openings)


def test_numbers_of_refunds_follow_the_time_of_asking() -> None:
    asked = Refund.objects.order_by("pk").values_list("requested_at", flat=True)
    assert list(asked) == sorted(asked)


def test_refunds_are_in_every_state_that_payment_by_hand_knows() -> None:
    by_hand = {"requested", "approved", "processing", "succeeded", "rejected", "cancelled"}
    assert set(Refund.objects.values_list("status", flat=True)) == by_hand
    assert set(Refund.objects.waiting().values_list("second_person_because", flat=True)) == {
        "over_threshold",
        "over_daily_limit",
    }
    approved = Refund.objects.filter(status=RefundStatus.APPROVED)
    assert approved.filter(approved_by_rule=True).exists()
    assert approved.filter(approver__isnull=False).exists()


def test_payments_wait_for_the_first_and_for_the_second_person() -> None:
    assert Payout.objects.filter(status=PayoutStatus.RESERVED, refund__status=RefundStatus.APPROVED).exists()
    assert Payout.objects.filter(status=PayoutStatus.PENDING, countersigned_by=None).exists()
    half_paid = Refund.objects.filter(status=RefundStatus.PROCESSING, payouts__status=PayoutStatus.SUCCEEDED)
    assert half_paid.filter(payouts__status=PayoutStatus.RESERVED).exists()
    assert Payout.objects.filter(countersigned_by__isnull=False, status=PayoutStatus.SUCCEEDED).exists()


def test_shipping_was_given_back_alone_and_with_a_whole_order() -> None:
    with_shipping = Refund.objects.filter(pk__in=RefundLine.objects.filter(order_line=None).values("refund"))
    units = with_shipping.annotate(most=Max("lines__quantity")).values_list("most", flat=True)
    assert None in units
    assert any(units)


def test_every_refund_is_the_sum_of_its_lines_and_of_its_payouts() -> None:
    for refund in Refund.objects.prefetch_related("lines", "payouts"):
        assert refund.total == sum(line.gross for line in refund.lines.all())
        assert refund.tax == sum(line.tax for line in refund.lines.all())
        assert refund.total == sum(payout.amount for payout in refund.payouts.all())


def test_the_counters_hold_what_the_living_refunds_took() -> None:
    living = Refund.objects.living()
    taken = RefundLine.objects.filter(refund__in=living).aggregate(
        units=Sum("quantity"), gross=Sum("gross", filter=Q(order_line__isnull=False))
    )
    held = OrderLine.objects.aggregate(units=Sum("held_quantity"), gross=Sum("held_gross"))
    assert taken == held
    paid = Payout.objects.filter(refund__in=living).aggregate(sum=Sum("amount"))
    assert paid == Payment.objects.aggregate(sum=Sum("held"))


def test_supervisors_have_mirror_conflicts_to_look_at() -> None:
    conflicts = MirrorConflict.objects.visible_to(person("supervisor"))
    assert set(conflicts.values_list("code", flat=True)) == {"already_delivered", "version_conflict"}


def test_the_database_has_no_objection() -> None:
    connection.check_constraints()


def test_two_first_starts_differ_in_nothing_but_the_moment() -> None:
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    first, again = ([*orders.order_bodies(start)] for _ in range(2))
    assert json.dumps(first) == json.dumps(again)
    later = dict(orders.order_bodies(start + timedelta(days=30)))
    assert all(body["payments"] == later[reference]["payments"] for reference, body in first)


def test_lengths_of_time_are_read_as_written() -> None:
    assert length("3d 4h 10m") == timedelta(days=3, hours=4, minutes=10)
    assert length("14d 5m") == timedelta(days=14, minutes=5)
    assert length("50m") == timedelta(minutes=50)


@pytest.mark.parametrize("text", ["", "3", "4h 3d", "1d 1x"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        length(text)
