"""Every setting of the site, in the order a request meets them.

Nothing here needs editing to run Laoyou: without any environment variable it uses the embedded PostgreSQL and Valkey
under ``.data/`` and is in development mode. Production is switched on with ``LAOYOU_ENV=production`` and then *insists*
on the variables that must not be guessed. docs/running.md lists them all with examples.
"""

import os
import zoneinfo
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE

from config import embedded
from config.environment import Environment
from config.keys import make_signing_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ, dotenv=BASE_DIR / ".env")

# --- Where we are ---------------------------------------------------------------------------------------------------

PRODUCTION = env.choice("LAOYOU_ENV", ["development", "production"], default="development") == "production"
DEBUG = env.boolean("DEBUG", default=False)
PROCESS = env.choice("LAOYOU_PROCESS", ["command", "web", "sockets", "worker"], default="command")

SITE_URL = env.url("SITE_URL", schemes=["http", "https"], default="http://localhost:8000", required=PRODUCTION)
SITE_HOST = env.host_of(SITE_URL)
SECURE = SITE_URL.startswith("https://")
# The browser's address of the socket process. Behind a proxy both share one host, so only development names a port.
SOCKET_URL = env.url(
    "SOCKET_URL",
    schemes=["ws", "wss"],
    default=(SITE_URL.replace("http", "ws", 1) + "/ws/") if PRODUCTION else "ws://localhost:8001/ws/",
)

SECRET_KEY = env.secret("SECRET_KEY", minimum=50, generate=lambda: embedded.secret("SECRET_KEY"), required=PRODUCTION)
# The one-time address of the first-run page, open only while the site has no owner.
SETUP_TOKEN = env.text("SETUP_TOKEN") or embedded.secret("SETUP_TOKEN")
# A moved clock, for demonstrations and tests only: outbox.clock adds it to the time that actions are given.
CLOCK_OFFSET = env.duration("LAOYOU_CLOCK_OFFSET", default=timedelta(0), forbidden=PRODUCTION)

ALLOWED_HOSTS = env.several("ALLOWED_HOSTS", default=[SITE_HOST, "localhost", "127.0.0.1", "[::1]"])
if PRODUCTION:
    ALLOWED_HOSTS = env.several("ALLOWED_HOSTS", default=[SITE_HOST])
CSRF_TRUSTED_ORIGINS = env.several("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

# --- Applications, from the top of the house to the bottom (DESIGN: top may import below) ----------------------------

INSTALLED_APPS = [
    "config",
    "cms",
    "integrations",
    "campaigns",
    "care",
    "insights",
    "referrals",
    "loyalty",
    "community",
    "messaging",
    "members",
    "outbox",
    "ninja",
    "channels",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.idp.oidc",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "taggit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

# Only middleware that acts: each one costs 30 to 80 µs a request (specs: performance, section 1).
MIDDLEWARE = [
    "config.guests.GuestPagesMiddleware",  # a kept page of a guest goes no further
    "config.middleware.HeadersMiddleware",  # these two outermost: no answer leaves without their headers
    "django.middleware.security.SecurityMiddleware",
    "integrations.middleware.ApiMiddleware",  # no error of the API leaves in another form than RFC 9457
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.PolicyMiddleware",
    "config.middleware.AdminNonceMiddleware",
    "config.middleware.DatabaseBusyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "members.middleware.IdentityMiddleware",
    "members.middleware.PreferencesMiddleware",
    "community.middleware.RequestLimitMiddleware",  # behind whoever knows the member and speaks their language
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.middleware.StaffSecondFactorMiddleware",
    "members.middleware.RefusalMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Truth: PostgreSQL ------------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL", default=embedded.database_url())}
DATABASES["default"]["ENGINE"] = "config.database"
DATABASES["default"]["ATOMIC_REQUESTS"] = False  # the edge opens the transaction and says so
if PROCESS == "sockets":
    # Each ASGI handler may run in its own thread: only a pool bounds the connections.
    DATABASES["default"] |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    DATABASES["default"]["OPTIONS"] |= {"pool": {"min_size": 1, "max_size": 8, "timeout": 3}}
elif PROCESS in ("web", "worker"):
    # One kept connection a thread; granian's blocking threads and Celery's children are few and fixed.
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- What may be lost: Valkey -----------------------------------------------------------------------------------------

VALKEY_URL = env.valkey("VALKEY_URL", default=embedded.valkey_url())
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingCache",
        "LOCATION": embedded.valkey_database(VALKEY_URL, 1),
        "KEY_PREFIX": "laoyou",
        "OPTIONS": {"socket_timeout": 0.25, "socket_connect_timeout": 0.25},
    }
}
LIVE_URL = embedded.valkey_database(VALKEY_URL, 2)  # pub/sub for sockets
LIMITS_URL = embedded.limits_url(VALKEY_URL)  # rate limits
# How fast people may write and load pages: the table is community/rules/limits.py; single numbers may be a site's own,
# for example {"reaction": {"windows": [(100, 86400)]}}. Tests and benchmarks switch them off; a public site cannot.
COMMUNITY_LIMITS: dict[str, dict[str, Any]] = {}
# How many bytes of pictures a member may keep, by group; what is missing is as in community/rules/composer.py. 0: no limit.
COMMUNITY_UPLOAD_BYTES: dict[str, int] = {}
# A claim that costs so many points or more waits for the team's yes.
LOYALTY_REVIEW_FROM = env.integer("LAOYOU_REVIEW_CLAIMS_FROM", default=20_000, minimum=1, maximum=1_000_000_000)
COMMUNITY_LIMITS_ON = PRODUCTION or env.boolean("LAOYOU_LIMITS", default=True)

CELERY_BROKER_URL = env.broker("BROKER_URL", default=embedded.broker_url(VALKEY_URL))
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 180
CELERY_TASK_TIME_LIMIT = 240  # always below the visibility timeout, else a running task is given out again
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 10,
    "socket_keepalive": True,
    "global_keyprefix": "laoyou:",
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_TIMEZONE = "UTC"

# --- People: accounts, passwords, sessions ----------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "members.backends.MemberBackend",
]
PASSWORD_HASHERS = [
    "members.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "members.forms.LoginForm", "signup": "members.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_USERNAME_BLACKLIST = ["admin", "root", "staff", "moderator", "laoyou", "system", "guest", "me"]
ACCOUNT_USERNAME_VALIDATORS = "members.validators.username_validators"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before an address or a service is added: they open the account
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Other services that vouch for people, and we as such a service (docs/single-sign-on.md).
SOCIALACCOUNT_ADAPTER = "integrations.signin.adapter.SocialAdapter"
# A form that leads to another site would need a hole in the policy of every sign-in page.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address alone never opens an account
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
IDP_OIDC_ADAPTER = "integrations.signin.provider.ProviderAdapter"
IDP_OIDC_PRIVATE_KEY = env.text("OIDC_PRIVATE_KEY").replace("\\n", "\n") or embedded.secret(
    "OIDC_KEY", make_signing_key
)
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 30 * 24 * 3600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Laoyou"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
STAFF_SECOND_FACTOR = env.boolean("STAFF_SECOND_FACTOR", default=PRODUCTION)
USERSESSIONS_TRACK_ACTIVITY = True  # noted by members.middleware, because allauth's own writes on every request
USERSESSIONS_ADAPTER = "members.elsewhere.SessionsAdapter"
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=0, minimum=0, maximum=9)

SESSION_ENGINE = "members.sessions"  # in PostgreSQL: cached_db turns a dead Valkey into a 500
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE

# --- Safety: headers and limits (the policy itself is explained in docs/security.md) ----------------------------------

SECURE_HSTS_SECONDS = 63072000 if SECURE else 0
SECURE_SSL_REDIRECT = SECURE and env.boolean("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
if env.boolean("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The owner's other hosts are not ours to bind for years, so neither includeSubDomains nor preload is sent by default.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

SOCKET_ORIGIN = SOCKET_URL.split("/ws/")[0]
POLL_ORIGIN = SOCKET_ORIGIN.replace("ws", "http", 1)  # what pages ask where a network blocks sockets
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/", "/django-admin/"],  # config.middleware sends theirs
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [NONCE, "'strict-dynamic'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'", SOCKET_ORIGIN, POLL_ORIGIN],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["laoyou-cooked", "laoyou-worker"],
        "upgrade-insecure-requests": SECURE,
    },
}

# --- Files -------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=embedded.home() / "static")
STATICFILES_DIRS: list[Path] = []
STATICFILES_FINDERS = ["config.statics.JoinedFinder", "django.contrib.staticfiles.finders.AppDirectoriesFinder"]
JOINED_ROOT = embedded.home() / "joined"  # sheets that travel as one; made when they are looked for
# A newcomer has no collectstatic step: WhiteNoise then serves straight from the apps.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
# How long a page drawn for one guest serves the next ones; what is published makes it old within a second.
GUEST_PAGES_SECONDS = 0 if DEBUG else env.integer("GUEST_PAGES_SECONDS", default=10, minimum=0, maximum=60)
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=embedded.home() / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.statics.ManifestStorage" if PRODUCTION else "config.statics.PlainStorage"},
}

# --- People ----------------------------------------------------------------------------------------------------------

# Whether guests may look through the directory of members; without it members alone do.
DIRECTORY_FOR_GUESTS = env.boolean("DIRECTORY_FOR_GUESTS", default=False)

# --- Other sites -------------------------------------------------------------------------------------------------------

# Addresses alone on their line are fetched, through messaging.outside alone, and shown as cards. Off: they stay links.
LINK_CARDS = env.boolean("LINK_CARDS", default=True)
# Webhooks, shops and sign-in services on this very computer, over http: for development and tests, never in public.
OUTBOUND_LOCAL = not PRODUCTION

# --- Mail --------------------------------------------------------------------------------------------------------------

# Without EMAIL_URL mail is written to HOME/mail and shown at /dev/mail/, so that sign-up works on a laptop.
MAIL_DIR = embedded.home() / "mail"
EMAIL = env.mail("EMAIL_URL", default=f"file://{MAIL_DIR}")
EMAIL_BACKEND = EMAIL.backend
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.host, EMAIL.port, EMAIL.user, EMAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.use_tls, EMAIL.use_ssl
EMAIL_FILE_PATH = str(MAIL_DIR)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", default=f"Laoyou <hello@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
POSTAL_ADDRESS = env.text("POSTAL_ADDRESS", default="")  # printed under marketing mail; the law asks for it

# --- Push messages ------------------------------------------------------------------------------------------------------

# The site's key pair for web push is made from this; browsers remember its public half, so that it must not change when
# SECRET_KEY is rotated: set it (to the old SECRET_KEY, if nothing was set before) first.
PUSH_SECRET = env.secret("PUSH_SECRET", minimum=32, generate=lambda: SECRET_KEY, required=False)
# The push services of the browsers' makers: an address comes from a browser, so from anybody, and nothing else is asked.
PUSH_HOSTS = env.several(
    "PUSH_HOSTS",
    default=["fcm.googleapis.com", "*.push.services.mozilla.com", "*.notify.windows.com", "web.push.apple.com"],
)

# --- Words, places and times -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.time_zone("TIME_ZONE", default="UTC")  # the programme's own: where its days begin
USE_TZ = True

# --- Wagtail -----------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = env.text("SITE_NAME", default="Laoyou")
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "/admin/login/"  # which leads to ours, or says that the console is not theirs
# Passwords and addresses change on the member's own pages alone: with a proof, told by letter (members.adapter).
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILIMAGES_IMAGE_MODEL = "cms.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.SiteDocument"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 8 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odt", "pdf", "pptx", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Without "localtime", which some machines list and no browser knows: Wagtail's account page would stumble over it.
WAGTAIL_USER_TIME_ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone)
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TASKS = {"default": {"BACKEND": "config.background.CeleryTaskBackend"}}

# --- API ---------------------------------------------------------------------------------------------------------------

NINJA_PAGINATION_MAX_LIMIT = 500

# --- Logs: ids only, never names, bodies or tokens ---------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"bytes_of_strangers": {"()": "config.logs.BytesOfStrangers"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"uvicorn.error": {"filters": ["bytes_of_strangers"]}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "WARNING"),
    },
}

env.finish()
