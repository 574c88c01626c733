"""Refunds: quoted and asked for in a case, decided by their reference."""

from django.urls import path, register_converter

from refunds import views
from refunds.converters import RefundReference

register_converter(RefundReference, "refund")

urlpatterns = [
    path("cases/<case:number>/refund-quote/", views.case_refund_quote, name="case-refund-quote"),
    path("cases/<case:number>/refunds/", views.case_refunds, name="case-refunds"),
    path("refunds/<refund:number>/approval/", views.refund_approval, name="refund-approval"),
    path("refunds/<refund:number>/rejection/", views.refund_rejection, name="refund-rejection"),
    path("refunds/<refund:number>/cancellation/", views.refund_cancellation, name="refund-cancellation"),
]
