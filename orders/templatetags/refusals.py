"""A refusal in words, with money and times as people read them."""

from datetime import datetime
from typing import Any

from django import template

from accounts.domain.refusal import Refused
from accounts.refusals import sentence
from orders.templatetags.clocks import exact
from orders.templatetags.desk import money

register = template.Library()

OF_MONEY = {"amount_exceeds_refundable", "payment_capacity_exceeded", "over_own_limit"}


@register.simple_tag
def refusal(refused: Refused, currency: str, zone: str = "UTC") -> str:
    """The sentence of a refusal: its maximum is money where it is about money, its times are the shop's."""
    of_money, currency = refused.code in OF_MONEY, str(refused.parameters.get("currency", currency))
    said = {name: _said(value, currency, zone, of_money) for name, value in refused.parameters.items()}
    return sentence(Refused(refused.code, **said))


def _said(value: object, currency: str, zone: str, of_money: bool) -> Any:
    if isinstance(value, datetime):
        return exact(value, zone)
    return money(value, currency) if of_money and isinstance(value, int) else value
