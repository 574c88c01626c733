"""The sign-in page."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from accounts.forms import SignInForm
from accounts.models import Shop, User
from accounts.refusals import status_of

DEMO_DOMAIN = "@demo.test"
DEMO_PASSWORD = "redress-demo"  # printed on the page: the demo's people are for everybody


class SignIn(LoginView):
    """Signing in; the demo shows who can."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again; when nobody was let try, with how long that lasts."""
        answer = super().form_invalid(form)
        refused = cast("SignInForm", form).refused
        if refused:
            answer.status_code = status_of(refused)
            answer["Retry-After"] = str(refused.parameters.get("retry_after", 1))
        return answer

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
