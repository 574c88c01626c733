"""The desk's addresses, and two pages that no address of the tests leads to otherwise."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config import views
from config.urls import urlpatterns as desk


def broken(request: HttpRequest) -> HttpResponse:
    """What people see when something breaks."""
    return render(request, "500.html")


urlpatterns = [
    *desk,
    path("broken/", broken),
    path("styleguide/", views.styleguide),
]
