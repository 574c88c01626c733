"""Every address of the desk."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from config import views
from config.admin import site

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="case-list"), name="today"),
    path("", include("accounts.urls")),
    path("", include("orders.urls")),
    path("", include("support.urls")),
    path("", include("refunds.urls")),
    path("admin/", site.urls),
    path("health/live/", views.live, name="health-live"),
    path("health/ready/", views.ready, name="health-ready"),
]

if settings.DEBUG:
    urlpatterns += [path("styleguide/", views.styleguide, name="styleguide")]
