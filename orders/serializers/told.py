"""The form of what the API tells of orders.

Amounts are decimal strings in the order's currency, since that is given once; times are those of RFC 3339.
"""

from typing import Any

from rest_framework import serializers

from orders.answers import REFUSED, order_summary
from orders.models import Order, Payment
from orders.use_cases import Outcome

OUTCOMES = [outcome.value for outcome in Outcome]


class MoneyAnswer(serializers.Serializer[Any]):
    """An amount of money."""

    amount = serializers.CharField(help_text="A decimal string in the currency's own decimals.")
    currency = serializers.CharField(help_text="ISO 4217.")


class CustomerAnswer(serializers.Serializer[Any]):
    """The buyer, as the shop knows them by now."""

    reference = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField(help_text="Empty when there is none.")


class LineRefusalAnswer(serializers.Serializer[Any]):
    """Why not."""

    code = serializers.CharField()
    detail = serializers.CharField()


class OrderLineAnswer(serializers.Serializer[Any]):
    """A product and a quantity, and what can still go back of it."""

    reference = serializers.CharField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = serializers.CharField(help_text="With six decimals.")
    gross = serializers.CharField()
    tax = serializers.CharField()
    delivered_quantity = serializers.IntegerField()
    held_quantity = serializers.IntegerField(help_text="Units that living refunds have taken.")
    refundable_quantity = serializers.IntegerField(help_text="Units that have arrived and that no refund holds.")
    delivered_at = serializers.DateTimeField(allow_null=True, help_text="When the last of it arrived.")
    window_closes_at = serializers.DateTimeField(allow_null=True, help_text="The last instant of the refund window.")
    refusal = LineRefusalAnswer(allow_null=True, help_text="Why nothing of it can go back now; else null.")


class ShippingChargeAnswer(serializers.Serializer[Any]):
    """What was paid for the shipping, and what refunds hold of it."""

    reference = serializers.CharField()
    name = serializers.CharField()
    gross = serializers.CharField()
    tax = serializers.CharField()
    standard_gross = serializers.CharField(allow_null=True)
    held_gross = serializers.CharField(help_text="What living refunds have taken.")
    window_closes_at = serializers.DateTimeField(allow_null=True)


class PaymentAnswer(serializers.Serializer[Any]):
    """Money that was captured, and what payouts hold of it."""

    reference = serializers.CharField()
    gateway = serializers.ChoiceField(choices=sorted(Payment.Gateway.values))
    captured = serializers.CharField()
    held = serializers.CharField(help_text="What living refunds have taken.")


class DeliveredUnitsAnswer(serializers.Serializer[Any]):
    """Units of a line in a parcel."""

    line = serializers.CharField()
    quantity = serializers.IntegerField()


class DeliveryAnswer(serializers.Serializer[Any]):
    """A parcel that arrived."""

    reference = serializers.CharField()
    delivered_at = serializers.DateTimeField()
    returned_at = serializers.DateTimeField(allow_null=True)
    replaces = serializers.CharField(allow_null=True)
    lines = DeliveredUnitsAnswer(many=True)


class OrderAnswer(serializers.Serializer[Any]):
    """An order as the mirror has it. A discount has been spread over the lines."""

    shop = serializers.CharField()
    reference = serializers.CharField()
    placed_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    currency = serializers.CharField()
    customer = CustomerAnswer()
    lines = OrderLineAnswer(many=True)
    shipping = ShippingChargeAnswer(many=True)
    payments = PaymentAnswer(many=True)
    deliveries = DeliveryAnswer(many=True)
    mirrored_at = serializers.DateTimeField(help_text="When the shop was last heard of it.")
    policy = serializers.CharField(help_text="The refund policy, stamped when the order was first mirrored.")
    total = MoneyAnswer(help_text="All lines and shipping.")


class MirroredOrderAnswer(OrderAnswer):
    """The order as it stands now, and what the call did to it."""

    outcome = serializers.ChoiceField(choices=OUTCOMES)


class OrderSummaryAnswer(serializers.Serializer[Any]):
    """An order of a list."""

    shop = serializers.CharField()
    reference = serializers.CharField()
    placed_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    mirrored_at = serializers.DateTimeField()
    customer = CustomerAnswer()
    total = MoneyAnswer()
    policy = serializers.CharField()
    delivered = serializers.BooleanField(help_text="Whether anything of it has arrived.")
    window_closes_at = serializers.DateTimeField(
        allow_null=True,
        help_text="The next deadline of what can still go back, else the last one; null when nothing can.",
    )

    def to_representation(self, instance: Order) -> dict[str, Any]:
        """Said in one go: a page has many."""
        return order_summary(instance)


class FaultAnswer(serializers.Serializer[Any]):
    """What is wrong with one field of a line."""

    pointer = serializers.CharField(help_text="A JSON pointer (RFC 6901).")
    code = serializers.CharField()
    detail = serializers.CharField()


class ImportedOrderAnswer(serializers.Serializer[Any]):
    """What became of one line; a refused one says why."""

    line = serializers.IntegerField(help_text="The number of the line, from 1; empty lines count, and are passed over.")
    reference = serializers.CharField(help_text="The order's, as far as it could be read; else empty.")
    outcome = serializers.ChoiceField(choices=[*OUTCOMES, REFUSED])
    code = serializers.CharField(required=False)
    detail = serializers.CharField(required=False)

    def get_fields(self) -> dict[str, Any]:
        """With the faults, whose name means something else to a serializer."""
        return {**super().get_fields(), "errors": FaultAnswer(many=True, required=False)}
