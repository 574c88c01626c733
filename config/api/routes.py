"""Every address of the API, below `/api/v1/`; named as its operations are."""

from django.urls import path, re_path

from accounts import api as tokens
from accounts.rest.views import Missing
from config.api import docs
from orders import api as orders
from refunds.api import asking, deciding
from support import api as cases

urlpatterns = [
    path("schema/", docs.schema, name="api-schema"),
    path("docs/", docs.docs, name="api-docs"),
    path("token/", tokens.TokenView.as_view(), name="api-token"),
    path("token/refresh/", tokens.RefreshView.as_view(), name="api-token-refresh"),
    path("token/revoke/", tokens.RevokeView.as_view(), name="api-token-revoke"),
    path("orders/", orders.OrdersView.as_view(), name="api-orders"),
    path("shops/<str:shop>/orders/import/", orders.OrderImportView.as_view(), name="api-order-import"),
    path(
        "shops/<str:shop>/orders/<path:reference>/deliveries/",
        orders.OrderDeliveriesView.as_view(),
        name="api-order-deliveries",
    ),
    path("shops/<str:shop>/orders/<path:reference>/", orders.OrderView.as_view(), name="api-order"),
    path("cases/", cases.CasesView.as_view(), name="api-cases"),
    path("cases/<str:number>/", cases.CaseView.as_view(), name="api-case"),
    path("cases/<str:number>/messages/", cases.CaseMessagesView.as_view(), name="api-case-messages"),
    path("cases/<str:number>/assignment/", cases.CaseAssignmentView.as_view(), name="api-case-assignment"),
    path("cases/<str:number>/status/", cases.CaseStatusView.as_view(), name="api-case-status"),
    path("refunds/quote/", asking.RefundQuoteView.as_view(), name="api-refund-quote"),
    path("refunds/", asking.RefundsView.as_view(), name="api-refunds"),
    path("refunds/<str:reference>/", deciding.RefundView.as_view(), name="api-refund"),
    path("refunds/<str:reference>/approval/", deciding.RefundApprovalView.as_view(), name="api-refund-approval"),
    path("refunds/<str:reference>/rejection/", deciding.RefundRejectionView.as_view(), name="api-refund-rejection"),
    path(
        "refunds/<str:reference>/cancellation/",
        deciding.RefundCancellationView.as_view(),
        name="api-refund-cancellation",
    ),
    re_path("", Missing.as_view(), name="api-missing"),
]
