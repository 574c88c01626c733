"""The form of what the API takes of orders. `parse_order` does the reading, and agrees with what stands here.

Amounts are decimal strings in the order's currency, since that is given once; times are those of RFC 3339.
"""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from accounts.rest.fields import Moment, Name, Text, Whole, Word
from accounts.rest.serializers import Body, PageQuery
from orders.domain.body import (
    EMAIL_LENGTH,
    MOST_CHARGES,
    MOST_DELIVERIES,
    MOST_LINES,
    MOST_PAYMENTS,
    NAME_LENGTH,
    REFERENCE_LENGTH,
    SKU_LENGTH,
)
from orders.domain.money import EXPONENTS
from orders.domain.reading import MAX_QUANTITY
from orders.models import Payment
from orders.queries import WINDOWS

AMOUNT_LENGTH = 40
AMOUNT = r"\A(0|[1-9][0-9]{0,15})(\.[0-9]+)?\Z"
EMAIL = r"\A([^@\s\u0000-\u001F\u007F-\u009F]+@[^@\s\u0000-\u001F\u007F-\u009F]+)?\Z"
SHOP_LENGTH = 50
WORDS_LENGTH = 200


class Written(serializers.CharField):
    """A string of one form."""

    default_error_messages = {"wrong_type": "A text is expected."}

    def __init__(self, *, form: str, **options: Any) -> None:
        """Told as a regular expression."""
        super().__init__(trim_whitespace=False, validators=[RegexValidator(form)], **options)

    def to_internal_value(self, data: Any) -> str:
        """The string itself."""
        if not isinstance(data, str):
            self.fail("wrong_type")
        return data


class Amount(Written):
    """Money as a plain decimal string, in the currency that is given beside it."""

    def __init__(self, **options: Any) -> None:
        """No sign and no exponent."""
        super().__init__(form=AMOUNT, max_length=AMOUNT_LENGTH, **options)


class CustomerBody(Body):
    """The buyer, as the shop knows them."""

    reference = Name(max_length=REFERENCE_LENGTH, help_text="Yours; one customer has one reference in a shop.")
    name = Text(max_length=NAME_LENGTH)
    email = Written(form=EMAIL, max_length=EMAIL_LENGTH, required=False, allow_null=True, allow_blank=True)


class OrderLineBody(Body):
    """A product and a quantity."""

    reference = Name(max_length=REFERENCE_LENGTH, help_text="Yours; once in an order.")
    sku = Text(max_length=SKU_LENGTH)
    name = Text(max_length=NAME_LENGTH, help_text="The product, as people call it.")
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY)
    unit_price = Amount(help_text="For people to read; up to six decimals, and never multiplied.")
    gross = Amount(help_text="What was paid for the whole line: tax included, after every discount.")
    tax = Amount(help_text="The tax inside `gross`.")


class ShippingChargeBody(Body):
    """What was paid for the shipping."""

    reference = Name(max_length=REFERENCE_LENGTH, help_text="Yours; once in an order.")
    name = Text(max_length=NAME_LENGTH)
    gross = Amount(help_text="What was paid: tax included, after every discount.")
    tax = Amount(help_text="The tax inside `gross`.")
    standard_gross = Amount(
        required=False, allow_null=True, help_text="What the cheapest delivery that was offered would have cost."
    )


class PaymentBody(Body):
    """Money that was captured."""

    reference = Name(max_length=REFERENCE_LENGTH, help_text="The gateway's own; once in an order.")
    gateway = Word(choices=Payment.Gateway.choices)
    captured = Amount(help_text="It never falls below what refunds hold of it.")


class DeliveredUnitsBody(Body):
    """Units of a line in a parcel."""

    line = Name(max_length=REFERENCE_LENGTH, help_text="The reference of an order line; once in a parcel.")
    quantity = Whole(min_value=1, max_value=MAX_QUANTITY)


class DeliveryBody(Body):
    """A parcel that arrived."""

    reference = Name(max_length=REFERENCE_LENGTH, help_text="Yours; once in an order.")
    delivered_at = Moment(help_text="When it arrived. It may turn out to have been earlier, never later.")
    returned_at = Moment(required=False, allow_null=True, help_text="When it came back, if it did.")
    replaces = Name(
        max_length=REFERENCE_LENGTH,
        required=False,
        allow_null=True,
        help_text="The delivery that came back, and that this one brings again.",
    )
    lines = serializers.ListField(child=DeliveredUnitsBody(), min_length=1, max_length=MOST_LINES)


class OrderBody(Body):
    """A whole order, as the shop has it."""

    placed_at = Moment(help_text="When the customer ordered.")
    updated_at = Moment(help_text="The order's version: when the shop last changed it. Only a later one brings news.")
    currency = Word(choices=sorted(EXPONENTS), help_text="ISO 4217. It stays.")
    customer = CustomerBody()
    lines = serializers.ListField(child=OrderLineBody(), min_length=1, max_length=MOST_LINES)
    discount = Amount(
        required=False,
        allow_null=True,
        help_text="Only where the shop has no figures for the lines: it is spread over them, once.",
    )
    shipping = serializers.ListField(child=ShippingChargeBody(), max_length=MOST_CHARGES, required=False)
    payments = serializers.ListField(child=PaymentBody(), max_length=MOST_PAYMENTS, required=False)
    deliveries = serializers.ListField(
        child=DeliveryBody(),
        max_length=MOST_DELIVERIES,
        required=False,
        help_text="What is known of parcels. Those that were told before stay, also when they are left out.",
    )


class ImportedOrderBody(OrderBody):
    """A line of an import: an order with its reference."""

    reference = Name(max_length=REFERENCE_LENGTH)


class OrderQuery(PageQuery):
    """Which orders are asked for."""

    shop = Text(max_length=SHOP_LENGTH, required=False, help_text="The reference of a shop.")
    customer = Name(max_length=REFERENCE_LENGTH, required=False, help_text="The shop's reference of a customer.")
    q = Text(
        max_length=WORDS_LENGTH,
        required=False,
        help_text="The beginning of an order's reference, a customer's name or an e-mail address.",
    )
    placed_after = Moment(required=False, help_text="Placed from this moment on.")
    delivered_after = Moment(required=False, help_text="With a line that arrived from this moment on.")
    window = Word(
        choices=sorted(WINDOWS),
        required=False,
        help_text="`open`: something can go back. `closing`: its window closes within 48 hours. `closed`: it is past, "
        "or refunds hold everything. `not_delivered`: nothing has arrived.",
    )
