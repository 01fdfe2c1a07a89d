"""Every address of the site. An app's own addresses are in its urls.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.views.account import LogoutView
from wagtail.documents import urls as wagtaildocs_urls

from config import views
from members import views as member_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("dev/mail/", views.dev_mailbox, name="dev_mailbox"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", member_views.set_language, name="set_language"),
    path("admin/login/", views.console_sign_in),
    path("django-admin/login/", views.console_sign_in),
    path("admin/logout/", require_POST(LogoutView.as_view())),  # Wagtail's forgets the session on any visit
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("integrations.signin.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("allauth.idp.urls")),
    path("", include("members.urls")),
    path("", include("messaging.urls")),
    path("", include("community.urls")),
    path("", include("loyalty.urls")),
    path("", include("referrals.urls")),
    path("", include("insights.urls")),
    path("", include("care.urls")),
    path("", include("campaigns.urls")),
    path("api/v1/", include("integrations.urls")),
    path("", include("cms.urls")),
]
if not settings.PRODUCTION:
    # Pictures we re-encoded ourselves; in production the proxy or object store serves them.
    urlpatterns += [path("media/<path:path>", views.media)]
urlpatterns += [path("", include(wagtail_urls))]
