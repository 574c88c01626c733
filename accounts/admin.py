"""What all pages of the supervisors' site share: they only show, and only what belongs to the person's own shops."""

import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Shop, User

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    type Offer = tuple[str, _StrOrPromise]
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline

LONGEST_SEARCH = 100
ROWS = 50


def signed_in(request: HttpRequest) -> User:
    """The person who asks: the site lets nobody in who has not signed in."""
    return cast("User", request.user)


class ReadOnlyAdmin(ModelAdmin):
    """Lists and shows; nobody adds, changes or deletes, and what is foreign looks like what is missing."""

    actions = None
    list_per_page = ROWS
    list_max_show_all = ROWS
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    view_on_site = False
    list_filter: ClassVar[tuple[type["OfferedFilter"], ...]] = ()
    related: tuple[str, ...] = ()
    number_prefix = ""
    number_column = "pk"

    @property
    def media(self) -> Media:
        """No scripts: there is nothing to edit."""
        return Media()

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, without the history, which the admin never writes, and without old ones of pages."""
        return [each for each in super().get_urls() if each.name and not each.name.endswith("_history")]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes here."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What belongs to the person's shops, for the list, its count, the search and the single page alike."""
        everything = cast("Any", super().get_queryset(request))
        return cast("QuerySet[Any]", everything.visible_to(request.user).select_related(*self.related))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The thing itself; 404 when it is missing or belongs to a foreign shop."""
        thing = super().get_object(request, object_id, from_field)
        if thing is None:
            raise Http404
        return thing

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only the filters that the list offers: no other column, no lookup, no step to another table."""
        offered = {list_filter.parameter_name for list_filter in self.list_filter}
        return lookup in offered and str(value).isprintable()

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        """Nothing refers to these rows by another column."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Rows that begin with the words, or the one with this number (`R-58`)."""
        if len(search_term) > LONGEST_SEARCH:
            return queryset.none(), False
        number = re.fullmatch(rf"\s*{self.number_prefix}-([0-9]{{1,18}})\s*", search_term, re.IGNORECASE)
        if number and self.number_prefix:
            return queryset.filter(**{self.number_column: int(number[1])}), False
        return super().get_search_results(request, queryset, search_term)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, under the name of what it lists."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of one thing, under its own name."""
        name = f"{capfirst(self.opts.verbose_name)} {context['original']}"
        return super().render_change_form(request, context | {"title": name, "subtitle": None}, *args, **kwargs)


class ReadOnlyInline(TabularInline):
    """Rows that belong to the thing on the page, to be read."""

    template = "admin/rows.html"
    extra = 0
    can_delete = False
    related: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes here."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows, with what their cells name."""
        return super().get_queryset(request).select_related(*self.related)


class OfferedFilter(admin.SimpleListFilter):
    """A filter that takes the values it offers and no other."""

    column = ""

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """Values and their names."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        """The same, as Django asks for it."""
        return self.offered(request)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen value."""
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen not in dict(self.lookup_choices):
            raise IncorrectLookupParameters
        return queryset.filter(**{self.column: chosen})


class ShopFilter(OfferedFilter):
    """By shop, among the person's own."""

    title = _("shop")
    parameter_name = "shop"
    column = "shop__reference"

    def offered(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """The person's shops."""
        return [(shop.reference, shop.name) for shop in Shop.objects.visible_to(request.user)]
