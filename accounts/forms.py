"""Signing in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.domain.refusal import Refused
from accounts.models import User
from accounts.refusals import sentence


class SignInForm(AuthenticationForm):
    """E-mail address and password; API clients do not sign in to pages."""

    username = UsernameField(
        label=_("E-mail address"),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "inputmode": "email"}),
    )
    refused: Refused | None = None
    error_messages = {
        "invalid_login": _("E-mail address and password do not match an account that may sign in here."),
        "inactive": _("E-mail address and password do not match an account that may sign in here."),
    }

    def clean_username(self) -> str:
        """Addresses are kept in one form."""
        return User.normalize_username(self.cleaned_data["username"].strip())

    def clean(self) -> dict[str, Any]:
        """Who signs in; or why nobody was let try, as long as it lasts."""
        try:
            return super().clean()
        except Refused as refused:
            self.refused = refused
            raise ValidationError(sentence(refused), code=refused.code) from refused
