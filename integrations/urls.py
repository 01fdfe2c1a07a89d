from django.urls import URLPattern, URLResolver, path, re_path

from integrations import views
from integrations.api import api
from integrations.shops import views as shop_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.not_found),  # ninja's own answer here is a bare page
    path("shops/<str:public_id>/messages", shop_views.receive, name="shop_messages"),
    path("", api.urls),
    re_path(r"", views.not_found),
]
