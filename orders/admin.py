"""Orders and mirror conflicts on the supervisors' site, to be read."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import ReadOnlyAdmin, ReadOnlyInline, ShopFilter
from orders.models import Delivery, MirrorConflict, Order, OrderLine, Payment, ShippingCharge
from orders.templatetags.clocks import clock, moment
from orders.templatetags.desk import money


class LineInline(ReadOnlyInline):
    """What was bought, delivered and taken by refunds."""

    model = OrderLine
    related = ("order",)
    fields = readonly_fields = ("product", "quantity", "delivered_quantity", "held_quantity", "left", "paid", "window")

    @admin.display(description=_("product"))
    def product(self, line: OrderLine) -> SafeString:
        """The product with its article number."""
        return format_html('{} <span class="sub">{}</span>', line, line.sku)

    @admin.display(description=_("refundable"))
    def left(self, line: OrderLine) -> int:
        """Units that can still be given back, while the window is open."""
        return line.refundable_quantity

    @admin.display(description=_("paid"))
    def paid(self, line: OrderLine) -> str:
        """What the customer paid for the whole line."""
        return money(line.gross, line.order.currency)

    @admin.display(description=_("refund window"))
    def window(self, line: OrderLine) -> SafeString:
        """The line's clock."""
        return clock(Context(), line.window, line.order.time_zone)


class ChargeInline(ReadOnlyInline):
    """What the shipping cost, and what refunds hold of it."""

    model = ShippingCharge
    related = ("order",)
    verbose_name_plural = _("shipping charges")
    fields = readonly_fields = ("charge", "paid", "held", "window")

    @admin.display(description=_("charge"))
    def charge(self, charge: ShippingCharge) -> str:
        """Its name."""
        return str(charge)

    @admin.display(description=_("paid"))
    def paid(self, charge: ShippingCharge) -> str:
        """What the customer paid."""
        return money(charge.gross, charge.order.currency)

    @admin.display(description=_("held"))
    def held(self, charge: ShippingCharge) -> str:
        """What living refunds have taken."""
        return money(charge.held_gross, charge.order.currency)

    @admin.display(description=_("refund window"))
    def window(self, charge: ShippingCharge) -> SafeString:
        """The charge's clock."""
        return clock(Context(), charge.window, charge.order.time_zone)


class DeliveryInline(ReadOnlyInline):
    """Parcels, and what replaced what."""

    model = Delivery
    related = ("order", "replaces")
    fields = readonly_fields = ("reference", "arrived", "came_back", "brought", "replaces")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The parcels with their contents."""
        return super().get_queryset(request).prefetch_related("lines__line")

    @admin.display(description=_("delivered"))
    def arrived(self, delivery: Delivery) -> SafeString | str:
        """When it arrived."""
        return moment(Context(), delivery.delivered_at, delivery.order.time_zone)

    @admin.display(description=_("returned"))
    def came_back(self, delivery: Delivery) -> SafeString | str:
        """When it came back, if it did."""
        return moment(Context(), delivery.returned_at, delivery.order.time_zone)

    @admin.display(description=_("contents"))
    def brought(self, delivery: Delivery) -> str:
        """Units and products."""
        return ", ".join(str(line) for line in delivery.lines.all())


class PaymentInline(ReadOnlyInline):
    """Money that the shop captured, and what payouts hold of it."""

    model = Payment
    related = ("order",)
    fields = readonly_fields = ("reference", "gateway", "captured_money", "held_money")

    @admin.display(description=_("captured"))
    def captured_money(self, payment: Payment) -> str:
        """What the shop captured."""
        return money(payment.captured, payment.order.currency)

    @admin.display(description=_("held"))
    def held_money(self, payment: Payment) -> str:
        """What living payouts have taken."""
        return money(payment.held, payment.order.currency)


class OrderAdmin(ReadOnlyAdmin):
    """Orders as the shop sent them."""

    related = ("shop", "customer")
    list_display = ("reference", "customer", "shop", "amount", "placed", "mirrored")
    list_filter = (ShopFilter,)
    search_fields = ("^reference", "^customer__name", "^customer__email")
    search_help_text = _("Reference, customer or e-mail address")
    ordering = ("-placed_at", "-pk")
    inlines = (LineInline, ChargeInline, DeliveryInline, PaymentInline)
    fieldsets = (
        (
            _("Order"),
            {"fields": ("page", "shop", "customer", "email", "amount", "placed", "version", "mirrored", "rules")},
        ),
    )

    @admin.display(description=_("desk"))
    def page(self, order: Order) -> SafeString:
        """The way to the order's page for agents."""
        return format_html('<a href="{}">{}</a>', order.get_absolute_url(), _("Open at the desk"))

    @admin.display(description=_("e-mail address"))
    def email(self, order: Order) -> str:
        """The customer's address."""
        return order.customer.email

    @admin.display(description=_("total"))
    def amount(self, order: Order) -> str:
        """Everything that was bought."""
        return money(order.total, order.currency)

    @admin.display(description=_("placed"))
    def placed(self, order: Order) -> SafeString | str:
        """When the customer bought."""
        return moment(Context(), order.placed_at, order.time_zone)

    @admin.display(description=_("changed by the shop"))
    def version(self, order: Order) -> SafeString | str:
        """The version that the shop sent last."""
        return moment(Context(), order.updated_at, order.time_zone)

    @admin.display(description=_("mirrored"))
    def mirrored(self, order: Order) -> SafeString | str:
        """How old our copy is."""
        return moment(Context(), order.mirrored_at, order.time_zone)

    @admin.display(description=_("refund policy"))
    def rules(self, order: Order) -> str:
        """What the order was stamped with."""
        return f"{order.policy} · {order.time_zone} · {order.country}"


class MirrorConflictAdmin(ReadOnlyAdmin):
    """What the shop sent and Redress could not apply."""

    related = ("shop", "order")
    list_display = ("reference", "reason", "shop", "times", "seen")
    list_filter = (ShopFilter,)
    search_fields = ("^reference", "^code")
    search_help_text = _("Reference or code")
    ordering = ("-last_seen_at", "-pk")
    fieldsets = (
        (
            _("Conflict"),
            {"fields": ("reference", "of_order", "shop", "reason", "times", "first_seen", "seen", "sent")},
        ),
    )

    @admin.display(description=_("what was refused"))
    def reason(self, conflict: MirrorConflict) -> SafeString:
        """The refusal in words, and small its code for whoever reads the API's answers."""
        return format_html('{} <span class="sub">{}</span>', conflict.detail, conflict.code)

    @admin.display(description=_("order"))
    def of_order(self, conflict: MirrorConflict) -> SafeString | str:
        """The order as it stands, if there is one."""
        if conflict.order is None:
            return ""
        address = reverse("admin:orders_order_change", args=[conflict.order.pk])
        return format_html('<a href="{}">{}</a>', address, conflict.order)

    @admin.display(description=_("first seen"))
    def first_seen(self, conflict: MirrorConflict) -> SafeString | str:
        """When the shop first sent it."""
        return moment(Context(), conflict.first_seen_at, conflict.shop.time_zone)

    @admin.display(description=_("last seen"))
    def seen(self, conflict: MirrorConflict) -> SafeString | str:
        """When the shop last sent it."""
        return moment(Context(), conflict.last_seen_at, conflict.shop.time_zone)

    @admin.display(description=_("what the shop sent"))
    def sent(self, conflict: MirrorConflict) -> SafeString:
        """The body, word for word."""
        return format_html("<pre>{}</pre>", json.dumps(conflict.body, indent=2, ensure_ascii=False))


def register(site: AdminSite) -> None:
    """Put orders and conflicts on the site."""
    site.register(Order, OrderAdmin)
    site.register(MirrorConflict, MirrorConflictAdmin)
