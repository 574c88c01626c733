"""What is given back: judged and counted once."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.refusals import sentence
from orders.constraints import instants, integers
from orders.domain.window import Window, judge
from orders.models import OrderLine, ShippingCharge
from refunds.models.refund import Refund


class RefundLine(models.Model):
    """An order line and a quantity (or a shipping charge and an amount) in a refund, judged and counted once."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine, on_delete=models.PROTECT, null=True, blank=True, related_name="refund_lines"
    )
    shipping_charge = models.ForeignKey(
        ShippingCharge, on_delete=models.PROTECT, null=True, blank=True, related_name="refund_lines"
    )
    quantity = models.BigIntegerField(_("quantity"), null=True, blank=True)
    gross = models.BigIntegerField(_("amount"), help_text=_("Minor units, tax included."))
    tax = models.BigIntegerField(_("tax"), help_text=_("Minor units, inside the amount."))
    judged_at = models.DateTimeField(_("judged at"))
    delivered_at = models.DateTimeField(_("delivered"))
    window_begun = models.BooleanField(_("window begun"))
    window_closes_at = models.DateTimeField(_("window closes"), null=True, blank=True)
    policy = models.CharField(_("refund policy"), max_length=20)
    explanation = models.JSONField(_("explanation"))

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order_line__isnull=False, shipping_charge=None, quantity__isnull=False, quantity__gt=0)
                | Q(order_line=None, shipping_charge__isnull=False, quantity=None, gross__gt=0),
                name="refund_line_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(window_begun=False)
                | Q(window_closes_at__isnull=False, judged_at__lte=F("window_closes_at")),
                name="refund_line_in_window",
            ),
            models.CheckConstraint(
                condition=Q(gross__gte=0, tax__gte=0, tax__lte=F("gross")) & integers("quantity", "gross", "tax"),
                name="refund_line_money_sane",
            ),
            models.CheckConstraint(
                condition=instants("judged_at", "delivered_at", "window_closes_at"), name="refund_line_instants"
            ),
            models.UniqueConstraint(fields=["refund", "order_line"], name="refund_line_once"),
            models.UniqueConstraint(fields=["refund", "shipping_charge"], name="refund_charge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line}" if self.order_line_id else str(self.shipping_charge)

    def clean(self) -> None:
        """Ask the rules: the window that was frozen must have been open when it was judged."""
        refusal = judge(self.window, judged_at=self.judged_at, now=self.judged_at).refusal()
        if refusal:
            raise ValidationError({"judged_at": sentence(refusal)}, code=refusal.code)

    @property
    def net(self) -> int:
        """Amount without tax, in minor units."""
        return self.gross - self.tax

    @property
    def window(self) -> Window:
        """The frozen window as the rules know it."""
        return Window(delivered_at=self.delivered_at, begun=self.window_begun, closes_at=self.window_closes_at)
