"""What a model says by itself, before the database has to."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from orders.domain.window import WINDOW
from refunds.models import Refund, RefundLine
from refunds.tests.factories import DELIVERED, NOW, Desk

pytestmark = pytest.mark.django_db


def line_judged_at(desk, judged_at, **values):
    order_line = desk.line()
    return RefundLine(
        refund=desk.request(),
        order_line=order_line,
        quantity=1,
        gross=1000,
        tax=0,
        judged_at=judged_at,
        delivered_at=order_line.delivered_at,
        window_begun=order_line.window_begun,
        window_closes_at=order_line.window_closes_at,
        policy=order_line.policy,
        explanation={"units": 1},
        **values,
    )


def test_a_line_judged_after_its_window_is_no_valid_refund_line():
    line = line_judged_at(Desk(), DELIVERED + WINDOW + timedelta(microseconds=1))
    with pytest.raises(ValidationError) as invalid:
        line.clean()
    assert invalid.value.message_dict == {"judged_at": ["The refund window closed on 2026-06-13 12:00 UTC."]}


def test_a_line_judged_in_the_last_instant_of_its_window_is_valid():
    line_judged_at(Desk(), DELIVERED + WINDOW).clean()


def test_an_undelivered_line_is_no_valid_refund_line():
    line = line_judged_at(Desk(), NOW)
    line.delivered_at = None
    with pytest.raises(ValidationError, match="Not delivered"):
        line.clean()


def test_things_are_called_by_what_people_say():
    desk = Desk(shipping=({"gross": 500, "tax": 80},))
    refund = desk.request({"L1": 2}, shipping={"S1": 100})
    assert str(refund) == f"R-{refund.pk}"
    assert refund.get_absolute_url() == f"/cases/{desk.case.number}/#R-{refund.pk}"
    assert [str(line) for line in refund.lines.all()] == ["2 × Cup 1", "S1"]
    assert str(refund.payouts.get()) == f"R-{refund.pk} → P1"
    assert (refund.net, [line.net for line in refund.lines.all()]) == (2084, [2000, 84])


def test_people_see_refunds_of_their_shops_only():
    desk, other = Desk(), Desk()
    mine, foreign = desk.request(), other.request()
    assert list(Refund.objects.visible_to(desk.agent)) == [mine]
    assert foreign not in Refund.objects.visible_to(desk.supervisor)
    assert list(Refund.objects.waiting()) == []
