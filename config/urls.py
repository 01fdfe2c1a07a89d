"""Every address of the site. An app's own addresses are in its urls.py."""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config import views
from members import views as member_views
from members.proof import needed
from members.proof_views import console_sign_out

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.health_live, name="health_live"),
    path("health/ready", views.health_ready, name="health_ready"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("dev/mail/", views.dev_mailbox, name="dev_mailbox"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("language/", member_views.set_language, name="set_language"),
    path("admin/login/", views.console_sign_in),
    path("django-admin/login/", views.console_sign_in),
    path("admin/logout/", console_sign_out),  # Wagtail's and Django's forget the session alone, on any visit
    path("django-admin/logout/", console_sign_out),
    path("django-admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("django-admin/", admin.site.urls),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("integrations.signin.urls")),
    # Before allauth's own: these change how one signs in, and allauth asks no proof of those who came by code or shop.
    path("accounts/email/", needed(account.email)),
    path("accounts/password/set/", needed(account.password_set)),
    path("accounts/2fa/totp/activate/", needed(totp.activate_totp)),
    path("accounts/2fa/webauthn/add/", needed(webauthn.add_webauthn)),
    path("accounts/2fa/recovery-codes/generate/", needed(recovery_codes.generate_recovery_codes)),
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
