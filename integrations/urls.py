from django.urls import URLPattern, URLResolver, path, re_path

from integrations import views
from integrations.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.not_found),  # ninja's own answer here is a bare page
    path("", api.urls),
    re_path(r"", views.not_found),
]
