"""Bare Django REST framework views over the same rows: what the API is measured against.

Stock parts only: SimpleJWT's authentication, a ModelSerializer, the framework's cursor pagination, and for a write as
many plain ORM creates in one transaction as it is told. No permissions, no throttle, no rules.
"""

from typing import Any, cast

from django.db import transaction
from django.urls import include, path
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import AccessToken, Token

from orders.models import Customer, Delivery, DeliveryLine, Order, OrderLine, Payment, ShippingCharge
from refunds.models import Payout, Refund, RefundLine
from support.models import Case, Entry


class StockBearer(JWTAuthentication):
    """SimpleJWT as it comes: its own token class, and a query for the user."""

    def get_validated_token(self, raw_token: bytes) -> AccessToken:
        """A token of the library's own kind."""
        return AccessToken(cast("Token", raw_token))


class Bare(APIView):
    """The framework's own defaults, but for the token."""

    authentication_classes = [StockBearer]
    permission_classes = [IsAuthenticated]
    throttle_classes = []
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]
    content_negotiation_class = DefaultContentNegotiation


class CustomerRow(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields = ["reference", "name", "email"]


class LineRow(serializers.ModelSerializer[OrderLine]):
    class Meta:
        model = OrderLine
        fields = [
            *["reference", "sku", "name", "quantity", "unit_price", "gross", "tax"],
            *["delivered_quantity", "held_quantity", "delivered_at", "window_closes_at", "policy"],
        ]


class ChargeRow(serializers.ModelSerializer[ShippingCharge]):
    class Meta:
        model = ShippingCharge
        fields = ["reference", "name", "gross", "tax", "standard_gross"]


class PaymentRow(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ["reference", "gateway", "captured", "held"]


class BroughtRow(serializers.ModelSerializer[DeliveryLine]):
    class Meta:
        model = DeliveryLine
        fields = ["line", "quantity"]


class DeliveryRow(serializers.ModelSerializer[Delivery]):
    lines = BroughtRow(many=True)

    class Meta:
        model = Delivery
        fields = ["reference", "delivered_at", "returned_at", "replaces", "lines"]


class OrderSummaryRow(serializers.ModelSerializer[Order]):
    customer = CustomerRow()

    class Meta:
        model = Order
        fields = ["shop", "reference", "customer", "currency", "placed_at", "updated_at", "mirrored_at", "total"]


class OrderRow(OrderSummaryRow):
    lines = LineRow(many=True)
    shipping = ChargeRow(many=True)
    payments = PaymentRow(many=True)
    deliveries = DeliveryRow(many=True)

    class Meta(OrderSummaryRow.Meta):
        fields = [*OrderSummaryRow.Meta.fields, "policy", "lines", "shipping", "payments", "deliveries"]


class CaseSummaryRow(serializers.ModelSerializer[Case]):
    customer = CustomerRow()

    class Meta:
        model = Case
        fields = [
            *["shop", "order", "customer", "subject", "status", "category", "priority", "channel", "team", "assignee"],
            *["version", "opened_at", "updated_at"],
        ]


class EntryRow(serializers.ModelSerializer[Entry]):
    class Meta:
        model = Entry
        fields = ["id", "kind", "author", "body", "verb", "details", "recorded_at"]


class CaseRow(CaseSummaryRow):
    entries = EntryRow(many=True)

    class Meta(CaseSummaryRow.Meta):
        fields = [*CaseSummaryRow.Meta.fields, "holds", "follows", "entries"]


class RefundLineRow(serializers.ModelSerializer[RefundLine]):
    class Meta:
        model = RefundLine
        fields = ["order_line", "shipping_charge", "quantity", "gross", "tax", "explanation", "window_closes_at"]


class PayoutRow(serializers.ModelSerializer[Payout]):
    class Meta:
        model = Payout
        fields = ["payment", "gateway", "status", "amount"]


class RefundRow(serializers.ModelSerializer[Refund]):
    lines = RefundLineRow(many=True)
    payouts = PayoutRow(many=True)

    class Meta:
        model = Refund
        fields = [
            *["id", "order", "case", "status", "reason", "note", "currency", "total", "tax", "requested_by"],
            *["requested_at", "decided_by", "decided_at", "decision_reason", "lines", "payouts"],
        ]


class ByPlacing(CursorPagination):
    ordering = ("-placed_at", "-pk")
    page_size = 25


class ByUpdate(CursorPagination):
    ordering = ("-updated_at", "-pk")
    page_size = 25


class ByRequest(CursorPagination):
    ordering = ("-requested_at", "-pk")
    page_size = 25


class BareOrder(Bare, RetrieveAPIView[Order]):
    queryset = Order.objects.select_related("customer").prefetch_related(
        "lines", "shipping", "payments", "deliveries__lines"
    )
    serializer_class = OrderRow


class BareOrders(Bare, ListAPIView[Order]):
    queryset = Order.objects.select_related("customer")
    serializer_class = OrderSummaryRow
    pagination_class = ByPlacing


class BareCase(Bare, RetrieveAPIView[Case]):
    queryset = Case.objects.select_related("customer").prefetch_related("entries")
    serializer_class = CaseRow


class BareCases(Bare, ListAPIView[Case]):
    queryset = Case.objects.select_related("customer")
    serializer_class = CaseSummaryRow
    pagination_class = ByUpdate


class BareRefund(Bare, RetrieveAPIView[Refund]):
    queryset = Refund.objects.prefetch_related("lines", "payouts")
    serializer_class = RefundRow


class BareRefunds(Bare, ListAPIView[Refund]):
    queryset = Refund.objects.prefetch_related("lines", "payouts")
    serializer_class = RefundRow
    pagination_class = ByRequest


class Wanted(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=100)
    rows = serializers.IntegerField(min_value=1, max_value=1000)


class BareWrites(Bare):
    """As many rows as the body says, one create each, in one transaction."""

    def post(self, request: Request) -> Response:
        """Write them."""
        wanted = Wanted(data=request.data)
        wanted.is_valid(raise_exception=True)
        key, rows = wanted.validated_data["key"], wanted.validated_data["rows"]
        shop = Order.objects.values_list("shop", flat=True)[0]
        with transaction.atomic():
            written = [
                Customer.objects.create(shop_id=shop, reference=f"{key}-{row}", name="Kim", email="kim@sample.test")
                for row in range(rows)
            ]
        return Response(CustomerRow(written[0]).data, status=201)


urlpatterns = [
    path("bare/orders/", BareOrders.as_view()),
    path("bare/orders/<int:pk>/", BareOrder.as_view()),
    path("bare/cases/", BareCases.as_view()),
    path("bare/cases/<int:pk>/", BareCase.as_view()),
    path("bare/refunds/", BareRefunds.as_view()),
    path("bare/refunds/<int:pk>/", BareRefund.as_view()),
    path("bare/writes/", BareWrites.as_view()),
    path("", include("config.urls")),
]
