"""The supervisors' site: what waits for a second person, and every row of their shops to be read."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

import orders.admin
import refunds.admin
import support.admin
from accounts.admin import signed_in
from orders.models import MirrorConflict, Order
from refunds.models import Payout, Refund
from refunds.queries import front_page
from support.models import Case

METHODS = ["GET", "HEAD", "POST"]
LISTS = (Refund, Payout, Case, Order, MirrorConflict)
LEFT_OUT = {
    *{"autocomplete", "view_on_site"},  # they would find rows of any shop
    *{"password_change", "password_change_done"},  # the desk has its own pages
    *{"app_list", "jsi18n"},  # nothing leads there
}


class DeskAdminSite(admin.AdminSite):
    """Django's admin, behind the desk's own sign-in page, for people who are staff."""

    index_title = _("Waiting for you")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff whose role sees whole shops: supervisors and administrators; never an API client."""
        user = request.user
        if not (user.is_authenticated and user.is_active and user.is_staff and user.is_person):
            return False
        return user.has_perm("support.view_every_case")

    def admin_view[View: Callable[..., HttpResponseBase]](self, view: View, cacheable: bool = False) -> View:
        """Whoever is signed in and no staff is refused at once: signing in again would not help them.

        Django's views take every method for one of the two that pages are made of; ours refuse the others.
        """
        guarded = require_http_methods(METHODS)(super().admin_view(view, cacheable))

        def for_staff(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return guarded(request, *args, **kwargs)

        return cast("View", update_wrapper(for_staff, guarded))

    @method_decorator([never_cache, require_http_methods(METHODS)])
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one door: the desk's sign-in page."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"), "sign-in")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What waits: refunds for a decision, payouts for a confirmation, and what the mirror could not apply."""
        return super().index(request, {"waiting": front_page(signed_in(request)), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """None: the site has its own order of lists."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page knows: the lists that the person may read."""
        return {**super().each_context(request), "section": "approvals", "lists": self._lists(request)}

    def _lists(self, request: HttpRequest) -> list[dict[str, Any]]:
        return [
            {
                "name": model._meta.object_name,
                "title": capfirst(model._meta.verbose_name_plural),
                "href": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
            }
            for model in LISTS
            if self.get_model_admin(model).has_view_permission(request)
        ]

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses, without those that nobody needs here or that look past the person's shops."""
        return [address for address in super().get_urls() if getattr(address, "name", None) not in LEFT_OUT]


site = DeskAdminSite(name="admin")
for app in (orders.admin, support.admin, refunds.admin):
    app.register(site)
