"""Every address of the desk."""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from config import views
from config.admin import site

urlpatterns = [
    path("", require_safe(RedirectView.as_view(pattern_name="case-list")), name="today"),
    path("", include("accounts.urls")),
    path("", include("orders.urls")),
    path("", include("support.urls")),
    path("", include("refunds.urls")),
    path("admin/", site.urls),
    path("api/v1/", include("config.api.routes")),
    path("health/live/", views.live, name="health-live"),
    path("health/ready/", views.ready, name="health-ready"),
]

handler400 = "config.views.malformed"
handler500 = "config.views.failed"

if settings.DEBUG:
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]
