"""The least that a Django page can be: one view, no middleware, nothing installed. The unit of benchmarks/forum.py."""

from django.conf import settings

settings.configure(ROOT_URLCONF="trivial", ALLOWED_HOSTS=["*"], SECRET_KEY="not a secret", USE_I18N=False)

import django  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

django.setup()


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("tea", headers={"Content-Length": "3"})


urlpatterns = [path("", view)]
application = get_wsgi_application()
