"""Payouts, and the confirmation that a payment by hand has left the bank."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.admin import OfferedFilter, ShopFilter, signed_in
from orders.templatetags.clocks import moment
from orders.templatetags.desk import money
from refunds.admin.decision import DecisionAdmin, View, worded_for
from refunds.models import PAYOUT_STATUS_CHOICES, Payout
from refunds.queries import confirmation_refusal, correction_refusal
from refunds.templatetags.refunding import payout_status
from refunds.use_cases import confirm_payout, correct_bank_reference


class StatusFilter(OfferedFilter):
    """By where the money stands."""

    title = _("status")
    parameter_name = column = "status"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Every status."""
        return list(PAYOUT_STATUS_CHOICES)


class WaitingFilter(OfferedFilter):
    """Those that a person confirms next."""

    title = _("confirmation")
    parameter_name = "waiting"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Waiting, or all."""
        return [("yes", _("waiting"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The waiting ones, when they are asked for."""
        if self.value() not in (None, "yes"):
            raise IncorrectLookupParameters
        waiting: Any = queryset
        return waiting.to_confirm() if self.value() else queryset


class PayoutShopFilter(ShopFilter):
    """By the shop of the order."""

    column = "refund__order__shop__reference"


class ConfirmationForm(forms.Form):
    """What the bank calls the payment."""

    bank_reference = forms.CharField(
        label=_("Bank reference"),
        required=False,
        strip=False,
        widget=forms.TextInput({"class": "input", "autocomplete": "off"}),
    )


class PayoutAdmin(DecisionAdmin):
    """Payouts, and the confirmation of those by hand."""

    change_form_template = "admin/payout.html"
    form_class = ConfirmationForm
    related = (
        *("refund__order__shop", "refund__order__customer", "refund__case", "refund__requested_by"),
        *("payment", "confirmed_by", "countersigned_by"),
    )
    number_prefix = "R"
    number_column = "refund"
    list_display = ("__str__", "amount", "gateway", "state", "shop", "provider_reference", "confirmer", "confirmed")
    list_filter = (WaitingFilter, StatusFilter, PayoutShopFilter)
    search_fields = ("^provider_reference", "^refund__order__reference", "^payment__reference")
    search_help_text = _("R-58, order, payment or bank reference")
    ordering = ("-pk",)

    @admin.display(description=_("amount"))
    def amount(self, payout: Payout) -> str:
        """What is paid."""
        return money(payout.amount, payout.refund.currency)

    @admin.display(description=_("status"))
    def state(self, payout: Payout) -> SafeString:
        """Where the money stands."""
        return payout_status(payout)

    @admin.display(description=_("shop"))
    def shop(self, payout: Payout) -> str:
        """Whose order it is."""
        return str(payout.refund.order.shop)

    @admin.display(description=_("confirmed by"))
    def confirmer(self, payout: Payout) -> str:
        """One person, or two."""
        people = (payout.confirmed_by, payout.countersigned_by)
        return ", ".join(str(person) for person in people if person)

    @admin.display(description=_("confirmed"))
    def confirmed(self, payout: Payout) -> SafeString | str:
        """When the first person confirmed."""
        return moment(Context(), payout.confirmed_at, payout.refund.order.time_zone)

    def decisions(self) -> dict[str, View]:
        """Confirm, and correct what the first person typed."""
        return {"confirmation": self.confirmation, "correction": self.correction}

    def confirmation(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm that the money has left the bank."""
        if not request.user.has_perm("refunds.confirm_payout"):
            raise PermissionDenied

        def confirm(payout: Payout, bank_reference: str) -> None:
            confirm_payout(payout=payout, by=signed_in(request), bank_reference=bank_reference, now=timezone.now())

        return self.decide(request, pk, confirm, _now("{} is confirmed."))

    def correction(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct the bank reference, before the second person confirms it."""
        if not request.user.has_perm("refunds.confirm_payout"):
            raise PermissionDenied

        def correct(payout: Payout, bank_reference: str) -> None:
            by, now = signed_in(request), timezone.now()
            correct_bank_reference(payout=payout, by=by, bank_reference=bank_reference, now=now)

        return self.decide(request, pk, correct, _now("The bank reference of {} is corrected."))

    def facts(self, request: HttpRequest, payout: Payout) -> dict[str, Any]:
        """The payment, who confirmed it, and whether this person is next."""
        refusal = confirmation_refusal(payout, signed_in(request))
        return {
            "payout": payout,
            "refund": payout.refund,
            "may_confirm": refusal is None,
            "may_correct": correction_refusal(payout, signed_in(request)) is None,
            "why_not": worded_for(payout, refusal) if refusal else "",
        }
