"""A page that one reads to press one button: what refunds and payouts have in common on the supervisors' site."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from accounts.admin import ReadOnlyAdmin
from accounts.domain.refusal import Refused
from orders.templatetags.refusals import refusal as worded
from refunds.models import Payout, Refund
from support.answers import as_refused

type View = Callable[..., HttpResponse]


def worded_for(thing: Refund | Payout, refused: Refused) -> str:
    """The refusal in words, with money in the refund's currency and times in the shop's zone."""
    refund = thing.refund if isinstance(thing, Payout) else thing
    return worded(refused, refund.currency, refund.order.time_zone)


class DecisionAdmin(ReadOnlyAdmin):
    """Shows one thing with everything that a decision needs; a refused decision keeps what was typed."""

    change_form_template: ClassVar[str]
    form_class: type[Form]

    def decisions(self) -> dict[str, View]:
        """What can be sent to the thing's address, by noun."""
        raise NotImplementedError

    def facts(self, request: HttpRequest, thing: Any) -> dict[str, Any]:
        """What the page shows of the thing, and which buttons."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and one a decision: `<pk>/approval/`."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<int:pk>/{noun}/", self.admin_site.admin_view(require_POST(view)), name=f"{name}_{noun}")
            for noun, view in self.decisions().items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        thing = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, thing):
            raise PermissionDenied
        return self.page(request, thing, self.form_class())

    def page(self, request: HttpRequest, thing: Any, form: Form, status: int = 200) -> HttpResponse:
        """The page with a form: empty, or as it was typed."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"{capfirst(self.opts.verbose_name)} {thing}",
            "opts": self.opts,
            "original": thing,
            "form": form,
            **self.facts(request, thing),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, self.change_form_template, context, status=status)

    def decide(self, request: HttpRequest, pk: int, verb: Callable[..., object], done: str) -> HttpResponse:
        """Make one decision with what the form says; then show the thing as it stands."""
        thing = self.get_object(request, str(pk))
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.page(request, thing, form, status=422)
        try:
            verb(thing, **form.cleaned_data)
        except Refused as refused:
            messages.error(request, worded_for(thing, refused))
            return as_refused(self.page(request, self.get_object(request, str(pk)), form), refused)
        messages.success(request, done.format(thing))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", thing.pk)
