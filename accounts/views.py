"""The sign-in page."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView

from accounts.forms import SignInForm
from accounts.models import Shop, User

DEMO_DOMAIN = "@demo.test"
DEMO_PASSWORD = "redress-demo"  # printed on the page: the demo's people are for everybody


class SignIn(LoginView):
    """Signing in; the demo shows who can."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the demo: its people and API clients with their password, and its shops."""
        context = super().get_context_data(**kwargs)
        if settings.ENVIRONMENT == "demo":
            accounts = User.objects.filter(username__endswith=DEMO_DOMAIN, is_active=True).order_by("pk")
            context |= {
                "demo_people": accounts.filter(kind=User.Kind.PERSON).prefetch_related("groups"),
                "demo_clients": accounts.filter(kind=User.Kind.CLIENT),
                "demo_shops": Shop.objects.all(),
                "demo_password": DEMO_PASSWORD,
            }
        return context
