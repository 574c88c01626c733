"""What the API takes and tells of refunds, field by field."""

from typing import Any

from django.core.validators import RegexValidator
from rest_framework import serializers

from accounts.rest.fields import LARGEST, Name, Text, Whole, Word
from accounts.rest.serializers import Body, PageQuery
from orders.domain.body import REFERENCE_LENGTH
from orders.models import Payment
from orders.serializers import MoneyAnswer
from refunds.api.wording import RULE, SECOND_PERSON, refund_said
from refunds.domain.approval import REASONS
from refunds.models import PAYOUT_STATUS_CHOICES, REFUND_STATUS_CHOICES, Refund
from refunds.use_cases.decide import REASON_LENGTH
from refunds.use_cases.request import NOTE_LENGTH
from support.models import Case

SHOP_LENGTH, CASE_LENGTH, AMOUNT_LENGTH, VERSION_LENGTH = 50, 20, 40, 16
MOST_PARTS = 1000
SHIPPING_WORDS = ["none", "standard"]

CASE_NUMBER = RegexValidator(r"\AC-[1-9][0-9]{0,17}\Z", "A case is named like C-12.", code="reference_malformed")
PLAIN_AMOUNT = RegexValidator(
    r"\A(0|[1-9][0-9]*)([.][0-9]+)?\Z", "Write an amount in plain digits, like 12.30.", code="amount_malformed"
)


class LineAskBody(Body):
    """Units of one order line."""

    line = Name(max_length=REFERENCE_LENGTH, help_text="The line's reference in the order.")
    quantity = Whole(min_value=1, help_text="Units that go back; the amount follows from them.")


class ChargeAskBody(Body):
    """An amount of one shipping charge."""

    charge = Name(max_length=REFERENCE_LENGTH, help_text="The charge's reference in the order.")
    amount = Text(
        max_length=AMOUNT_LENGTH, validators=[PLAIN_AMOUNT], help_text="A decimal string in the order's currency."
    )


class ShippingAsk(serializers.Field[Any, Any, Any, Any]):
    """What goes back of the shipping: a word, or amounts by charge."""

    default_error_messages = {
        "wrong_type": "A text or a list is expected.",
        "unknown_choice": "Write none or standard, or list amounts by charge.",
    }

    def to_internal_value(self, data: Any) -> Any:
        """The word, or the list."""
        if isinstance(data, list):
            return serializers.ListSerializer(child=ChargeAskBody(), max_length=MOST_PARTS).run_validation(data)
        if not isinstance(data, str):
            self.fail("wrong_type")
        if data not in SHIPPING_WORDS:
            self.fail("unknown_choice")
        return data


class RefundQuoteBody(Body):
    """What could go back of an order."""

    shop = Name(max_length=SHOP_LENGTH, help_text="The shop's reference.")
    order = Name(max_length=REFERENCE_LENGTH, help_text="The order's reference in the shop.")
    lines: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=LineAskBody(), max_length=MOST_PARTS, help_text="Order lines, each named once."
    )
    shipping = ShippingAsk(
        required=False,
        default="none",
        help_text="`none`, `standard` (the standard delivery cost, once every unit of the order goes back), or an"
        " amount for each charge.",
    )


class RefundBody(RefundQuoteBody):
    """What shall go back of an order, and why."""

    reason = Word(choices=Case.Category.values)
    case = Text(
        max_length=CASE_LENGTH,
        required=False,
        validators=[CASE_NUMBER],
        help_text="A case about the order, such as C-12; without one, a case is opened.",
    )
    note = Text(
        max_length=NOTE_LENGTH,
        required=False,
        default="",
        allow_blank=True,
        several_lines=True,
        help_text="For people.",
    )
    version = Text(
        max_length=VERSION_LENGTH,
        required=False,
        help_text="The `version` of a quote: when the order has moved on since, the request is refused.",
    )


class RefundApprovalBody(Body):
    """Why it may go back."""

    reason = Text(max_length=REASON_LENGTH, required=False, default="", allow_blank=True, several_lines=True)


class RefundRejectionBody(Body):
    """Why it may not go back."""

    reason = Text(max_length=REASON_LENGTH, several_lines=True)


class RefundCancellationBody(RefundApprovalBody):
    """Why it is taken back."""


class RefundsQuery(PageQuery):
    """Which refunds."""

    shop = Name(max_length=SHOP_LENGTH, required=False, help_text="The shop's reference.")
    order = Name(max_length=REFERENCE_LENGTH, required=False, help_text="The order's reference.")
    case = Text(max_length=CASE_LENGTH, required=False, validators=[CASE_NUMBER], help_text="Such as C-12.")
    status = Word(choices=REFUND_STATUS_CHOICES, required=False, help_text="Where the refund stands.")


class ExplanationAnswer(serializers.Serializer[Any]):
    """Everything behind one amount, in decimal strings of one currency; numbers of units are null for a charge."""

    currency = serializers.CharField()
    quantity = serializers.IntegerField(allow_null=True, help_text="Units bought.")
    units_held = serializers.IntegerField(allow_null=True, help_text="Units that refunds held before.")
    units = serializers.IntegerField(allow_null=True, help_text="Units that go back now.")
    gross_paid = serializers.CharField()
    tax_paid = serializers.CharField()
    gross_held = serializers.CharField()
    tax_held = serializers.CharField()
    gross = serializers.CharField()
    tax = serializers.CharField()
    net = serializers.CharField()
    formula = serializers.CharField()
    rounding = serializers.CharField()
    tax_formula = serializers.CharField()
    tax_rounding = serializers.CharField()
    words = serializers.ListField(child=serializers.CharField(), help_text="The same in sentences.")


class NeedsApprovalAnswer(serializers.Serializer[Any]):
    """Who has to decide, and why the rule does not."""

    by = serializers.ChoiceField(choices=[SECOND_PERSON])
    because = serializers.ListField(
        child=serializers.ChoiceField(choices=REASONS),
        help_text=(
            "`over_threshold`: with the order's other refunds of the last 24 hours it is above the shop's threshold;"
            " `over_daily_limit`: above the requester's daily limit; `other_currency`: the order is in another"
            " currency than the shop."
        ),
    )


class RefundLineAnswer(serializers.Serializer[Any]):
    """Units of one order line; amounts are in the refund's currency."""

    line = serializers.CharField()
    quantity = serializers.IntegerField(min_value=1, max_value=LARGEST)
    amount = serializers.CharField()
    tax = serializers.CharField(help_text="Inside the amount.")
    net = serializers.CharField()
    explanation = ExplanationAnswer()


class RefundChargeAnswer(serializers.Serializer[Any]):
    """Money of one shipping charge; amounts are in the refund's currency."""

    charge = serializers.CharField()
    amount = serializers.CharField()
    tax = serializers.CharField(help_text="Inside the amount.")
    net = serializers.CharField()
    explanation = ExplanationAnswer()


class RefundFeeAnswer(serializers.Serializer[Any]):
    """What is taken off for a return label or restocking."""

    name = serializers.CharField()
    amount = serializers.CharField()


class PayoutAnswer(serializers.Serializer[Any]):
    """The money that goes back on one payment."""

    payment = serializers.CharField()
    gateway = serializers.ChoiceField(choices=sorted(Payment.Gateway.values))
    status = serializers.ChoiceField(choices=PAYOUT_STATUS_CHOICES)
    amount = serializers.CharField()
    attempts = serializers.IntegerField(min_value=1)


class RefundAnswer(serializers.Serializer[Refund]):
    """A refund, with how its amounts came about and where it stands."""

    reference = serializers.CharField(help_text="Such as R-58.")
    status = serializers.ChoiceField(choices=REFUND_STATUS_CHOICES)
    shop = serializers.CharField()
    order = serializers.CharField()
    case = serializers.CharField(help_text="The case that tells its story.")
    reason = serializers.ChoiceField(choices=Case.Category.values)
    requested_at = serializers.DateTimeField(help_text="By the clock of the desk; the windows were judged by it.")
    window_closes_at = serializers.DateTimeField(allow_null=True, help_text="The earliest deadline of its lines.")
    policy = serializers.CharField(help_text="The refund policy that the order was stamped with.")
    total = MoneyAnswer()
    tax = MoneyAnswer(help_text="Inside the total.")
    net = MoneyAnswer()
    lines = RefundLineAnswer(many=True)
    shipping = RefundChargeAnswer(many=True)
    fees = RefundFeeAnswer(many=True)
    payouts = PayoutAnswer(many=True)
    needs_approval = NeedsApprovalAnswer(allow_null=True)
    decided_by = serializers.CharField(
        allow_null=True, help_text=f"The person who decided; “{RULE}” where nobody had to; null while it waits."
    )
    version = serializers.CharField(
        help_text="Changes whenever the refund or one of its payouts moves: compare two readings by it."
    )

    def to_representation(self, instance: Refund) -> dict[str, Any]:
        """The fields above, written in one go."""
        return refund_said(instance)


class RefusalAnswer(serializers.Serializer[Any]):
    """A reason why not."""

    pointer = serializers.CharField(help_text="Where in the body it stands (RFC 6901); empty: it is about the whole.")
    code = serializers.CharField()
    detail = serializers.CharField()
    line = serializers.CharField(required=False)
    charge = serializers.CharField(required=False)
    maximum = serializers.JSONField(
        required=False, help_text="The most that is possible: units, or a decimal string where it is about money."
    )
    currency = serializers.CharField(required=False, help_text="Of a maximum that is money.")
    window_closes_at = serializers.DateTimeField(required=False, help_text="When the window closed.")


class QuotedLineAnswer(serializers.Serializer[Any]):
    """What would go back for units of one line; amounts are null where something speaks against it."""

    line = serializers.CharField()
    quantity = serializers.IntegerField()
    amount = serializers.CharField(allow_null=True)
    tax = serializers.CharField(allow_null=True)
    net = serializers.CharField(allow_null=True)
    explanation = ExplanationAnswer(allow_null=True)
    window_closes_at = serializers.DateTimeField(allow_null=True)
    maximum = serializers.IntegerField(help_text="Units that have arrived and that no refund holds.")
    refusals = serializers.ListField(child=serializers.CharField(), help_text="The codes of its refusals.")


class QuotedChargeAnswer(serializers.Serializer[Any]):
    """What would go back of one shipping charge; amounts are null where something speaks against it."""

    charge = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    tax = serializers.CharField(allow_null=True)
    net = serializers.CharField(allow_null=True)
    explanation = ExplanationAnswer(allow_null=True)
    window_closes_at = serializers.DateTimeField(allow_null=True)
    maximum = serializers.CharField(help_text="What is left of it, as a decimal string.")
    refusals = serializers.ListField(child=serializers.CharField(), help_text="The codes of its refusals.")


class ShareAnswer(serializers.Serializer[Any]):
    """What one payment would carry."""

    payment = serializers.CharField()
    gateway = serializers.ChoiceField(choices=sorted(Payment.Gateway.values))
    amount = serializers.CharField()


class RefundQuoteAnswer(serializers.Serializer[Any]):
    """What would go back, or every reason why not. Nothing is stored."""

    allowed = serializers.BooleanField(help_text="Whether the same request would be taken now.")
    shop = serializers.CharField()
    order = serializers.CharField()
    policy = serializers.CharField()
    window_closes_at = serializers.DateTimeField(allow_null=True, help_text="The earliest deadline of what is asked.")
    total = MoneyAnswer()
    tax = MoneyAnswer()
    net = MoneyAnswer()
    lines = QuotedLineAnswer(many=True)
    shipping = QuotedChargeAnswer(many=True)
    payouts = ShareAnswer(many=True)
    needs_approval = NeedsApprovalAnswer(allow_null=True)
    refusals = RefusalAnswer(many=True)
    version = serializers.CharField(help_text="Names the order's refund state: send it with the request.")
