"""Cases and their stories on the supervisors' site, to be read."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import OfferedFilter, ReadOnlyAdmin, ReadOnlyInline, ShopFilter
from orders.templatetags.clocks import moment
from support.models import STATUS_CHOICES, Case, Entry
from support.templatetags.cases import case_priority, case_status


class StatusFilter(OfferedFilter):
    """By whose turn it is."""

    title = _("status")
    parameter_name = column = "status"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Every status."""
        return list(STATUS_CHOICES)


class CategoryFilter(OfferedFilter):
    """By what the trouble is about."""

    title = _("category")
    parameter_name = column = "category"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Every category."""
        return list(Case.Category.choices)


class EntryInline(ReadOnlyInline):
    """The story, from the first word."""

    model = Entry
    template = "admin/story.html"
    related = ("author",)
    fields = readonly_fields = ("kind",)


class CaseAdmin(ReadOnlyAdmin):
    """Cases of the person's shops, whatever their team."""

    related = ("shop", "order", "customer", "team", "assignee", "follows")
    number_prefix = "C"
    list_display = ("number", "subject", "customer", "order", "state", "importance", "owner", "updated")
    list_filter = (StatusFilter, CategoryFilter, ShopFilter)
    search_fields = ("^subject", "^order__reference", "^customer__name", "^customer__email")
    search_help_text = _("C-12, subject, order, customer or address")
    ordering = ("-updated_at", "-pk")
    inlines = (EntryInline,)
    fieldsets = (
        (
            _("Case"),
            {
                "fields": (
                    *("page", "subject", "state", "category", "importance", "channel", "shop", "order", "customer"),
                    *("team", "owner", "follows", "opened", "updated"),
                )
            },
        ),
    )

    @admin.display(description=_("desk"))
    def page(self, case: Case) -> SafeString:
        """The way to the case's page for agents."""
        return format_html('<a href="{}">{}</a>', case.get_absolute_url(), _("Open at the desk"))

    @admin.display(description=_("status"))
    def state(self, case: Case) -> SafeString:
        """Whose turn it is."""
        return case_status(case)

    @admin.display(description=_("priority"))
    def importance(self, case: Case) -> SafeString:
        """How urgent it is."""
        return case_priority(case)

    @admin.display(description=_("assignee"))
    def owner(self, case: Case) -> str:
        """Who works on it."""
        return str(case.assignee or _("nobody"))

    @admin.display(description=_("opened"))
    def opened(self, case: Case) -> SafeString | str:
        """When it began."""
        return moment(Context(), case.opened_at, case.shop.time_zone)

    @admin.display(description=_("updated"))
    def updated(self, case: Case) -> SafeString | str:
        """When something last happened."""
        return moment(Context(), case.updated_at, case.shop.time_zone)


def register(site: AdminSite) -> None:
    """Put cases on the site."""
    site.register(Case, CaseAdmin)
