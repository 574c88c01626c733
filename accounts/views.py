"""The sign-in page."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView

from accounts.forms import SignInForm
from accounts.models import User

DEMO_DOMAIN = "@demo.test"
DEMO_PASSWORD = "redress-demo"  # printed on the page: the demo's people are for everybody


class SignIn(LoginView):
    """Signing in; the demo shows who can."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the demo: its people and their password."""
        context = super().get_context_data(**kwargs)
        if settings.ENVIRONMENT == "demo":
            people = User.objects.filter(username__endswith=DEMO_DOMAIN, kind=User.Kind.PERSON, is_active=True)
            context |= {"demo_people": people.prefetch_related("groups").order_by("pk"), "demo_password": DEMO_PASSWORD}
        return context
