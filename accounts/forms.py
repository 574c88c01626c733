"""Signing in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail address and password; API clients do not sign in to pages."""

    username = UsernameField(
        label=_("E-mail address"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "inputmode": "email"}),
    )
    error_messages = {
        "invalid_login": _("E-mail address and password do not match an account that may sign in here."),
        "inactive": _("E-mail address and password do not match an account that may sign in here."),
    }

    def clean_username(self) -> str:
        """Addresses are kept in one form."""
        return User.normalize_username(self.cleaned_data["username"].strip())

    def confirm_login_allowed(self, user: User) -> None:
        """People only."""
        super().confirm_login_allowed(user)
        if not user.is_person:
            raise self.get_invalid_login_error()
