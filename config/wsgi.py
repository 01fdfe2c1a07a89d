"""Pages and the API: a WSGI application, because Django's ASGI handler costs several times more a page (ADR 0001)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
