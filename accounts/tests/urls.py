"""The way to tokens, and one page behind them."""

from typing import ClassVar

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import RefreshView, RevokeView, TokenView
from accounts.rest.views import ApiView


class Who(ApiView):
    """Who calls."""

    needs: ClassVar = {"GET": "orders.view_order"}

    def get(self, request: Request) -> Response:
        """Their name."""
        return Response(self.caller.username)


urlpatterns = [
    path("token/", TokenView.as_view()),
    path("token/refresh/", RefreshView.as_view()),
    path("token/revoke/", RevokeView.as_view()),
    path("who/", Who.as_view()),
    path("", include("config.urls")),
]
