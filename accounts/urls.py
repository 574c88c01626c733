"""Signing in and out, and passwords. Pages take no method but those of pages and forms."""

from django.contrib.auth import views
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views import SignIn

require_form = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("sign-in/", require_form(SignIn.as_view()), name="sign-in"),
    path("sign-out/", require_POST(views.LogoutView.as_view()), name="sign-out"),
    path("password/", require_form(views.PasswordChangeView.as_view()), name="password_change"),
    path("password/done/", require_safe(views.PasswordChangeDoneView.as_view()), name="password_change_done"),
    path("password/reset/", require_form(views.PasswordResetView.as_view()), name="password_reset"),
    path("password/reset/sent/", require_safe(views.PasswordResetDoneView.as_view()), name="password_reset_done"),
    path(
        "password/reset/<uidb64>/<token>/",
        require_form(views.PasswordResetConfirmView.as_view()),
        name="password_reset_confirm",
    ),
    path(
        "password/reset/done/",
        require_safe(views.PasswordResetCompleteView.as_view()),
        name="password_reset_complete",
    ),
]
